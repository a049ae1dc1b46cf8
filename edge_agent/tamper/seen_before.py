"""T_REPLAY (C20): the arrival was seen before, frame by frame, at another time or another scale.

Real arrivals sway; no two agree in `replay_per_mille` of their frames within a division. An arrival
with fewer than `replay_levels` different weights (two axles on a coarse scale) says too little.
The memory holds the newest `replay_memory` arrivals and is read from the evidence at a start.
Raises SCALE_SUSPECT. Not seen: what was recorded elsewhere or longer ago, or is replayed with
more noise than a division.
"""

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.shape import Shape, best_likeness, shape_of
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_REPLAY"


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    shape = arrival(trace)
    if shape is None or not limits.replay_per_mille:
        return None
    if len(set(shape.levels)) < limits.replay_levels:
        return None
    likeness = best_likeness(trace.memory, shape)
    if likeness < limits.replay_per_mille:
        return None
    return Suspicion(CODE, f"{likeness} ‰", f"< {limits.replay_per_mille} ‰")


def arrival(trace: Trace) -> Shape | None:
    """The shape of what came up to the capture; None: nothing was captured, or it is not whole."""
    if trace.window is None or trace.curve.stride > 1:
        return None
    weights = [kg for at_ms, kg in trace.samples if at_ms <= trace.window.to_ms]
    return shape_of(weights, trace.window.kg, trace.division_kg)
