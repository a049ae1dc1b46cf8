"""T_LOST (C16): an axle rolls off the deck before the weight is taken.

The truck went too far, or its front stands beyond the deck's other end. The curve falls by an axle
between the arrival and the capture. Only a flag.
"""

from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_LOST"


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    if trace.window is None or not limits.late_axle_percent:
        return None
    limit_kg = max(limits.axle_kg, trace.window.kg * limits.late_axle_percent // 100)
    levels = trace.shelves(after=False)
    fall_kg = max((a - b for a, b in pairwise(levels)), default=0)
    return None if fall_kg < limit_kg else Suspicion(CODE, f"-{fall_kg} kg", f"{limit_kg} kg")
