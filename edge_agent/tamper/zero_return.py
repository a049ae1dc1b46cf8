"""T_ZERO (C18): the empty deck shows something else after the load than before it.

More than `zero_warn_d` is told, and a deck that is far from zero weighs no truck (rule
`scale_was_at_zero`). From `zero_suspect_d` on, more than mud or a person weighs, something holds
the weight: SCALE_SUSPECT. Not seen: a device that is switched off as the truck leaves.
"""

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_ZERO"


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    before_kg, after_kg = trace.zero_kg, trace.zero_after_kg
    limit_kg = limits.zero_suspect_d * trace.division_kg
    if before_kg is None or after_kg is None or abs(after_kg - before_kg) < limit_kg:
        return None
    return Suspicion(CODE, f"{before_kg} → {after_kg} kg", f"{limit_kg} kg")
