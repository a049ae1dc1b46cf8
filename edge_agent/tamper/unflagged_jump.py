"""T_MOTION (C20): the weight jumps while the indicator's own motion flag says it stands still.

An indicator that knows motion flags every jump of `unflagged_d` divisions; one frame late is
allowed for. Frames made up on the way do not always keep that up. Raises SCALE_SUSPECT. Silent
where the protocol has no such flag.
"""

from edge_agent.curve import STILL
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_MOTION"
FLAGGED = bytes((STILL,)) * 3


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    limit_kg = limits.unflagged_d * trace.division_kg
    marks, samples = trace.curve.marks, trace.samples
    if not limit_kg or trace.curve.stride > 1:
        return None
    place = marks.find(FLAGGED)
    while place >= 0:
        jump_kg = samples[place + 1][1] - samples[place][1]
        if abs(jump_kg) >= limit_kg:
            return Suspicion(CODE, f"{jump_kg:+d} kg", f"{limit_kg} kg")
        place = marks.find(FLAGGED, place + 1)
    return None
