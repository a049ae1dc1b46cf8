"""T_LATE (C16): an axle rolls onto the deck after the weight was taken.

It stood outside when the weight was taken, or belongs to a second truck. So the curve rises by an
axle (`axle_kg` and `late_axle_percent` of the capture) between the capture and the empty deck.
Only a flag. Not seen: a truck that backs off the way it came.
"""

from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_LATE"


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    if trace.window is None or not limits.late_axle_percent:
        return None
    limit_kg = max(limits.axle_kg, trace.window.kg * limits.late_axle_percent // 100)
    levels = trace.shelves(after=True)
    rise_kg = max((b - a for a, b in pairwise(levels)), default=0)
    return None if rise_kg < limit_kg else Suspicion(CODE, f"+{rise_kg} kg", f"{limit_kg} kg")
