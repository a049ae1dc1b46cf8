"""T_UNHEARD (C21): the line is silent, and the deck's camera sees something move there.

Silence alone closes sales (SCALE_SILENT) and opens them again by itself. When the deck's camera saw
movement in `unheard_looks` pictures meanwhile, a truck may have passed unweighed, and only the
bureau can say that it has not: SCALE_SUSPECT. A picture shows movement when it differs from the one
before by `moving_milli` and by three times what it differs on a quiet deck.
"""

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion

CODE = "T_UNHEARD"
TIMES_QUIET = 3


def is_movement(difference_milli: int, quiet_milli: int | None, limits: TamperLimits) -> bool:
    quiet = 0 if quiet_milli is None else quiet_milli
    return difference_milli >= max(limits.moving_milli, TIMES_QUIET * quiet)


def find(silent_ms: int, looks: int, limits: TamperLimits) -> Suspicion | None:
    """`looks`: pictures with movement since the line fell silent."""
    if not limits.unheard_looks or looks < limits.unheard_looks:
        return None
    return Suspicion(CODE, f"{looks} pictures / {silent_ms} ms", f"{limits.unheard_looks}")
