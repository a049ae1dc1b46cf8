"""T_LIFELESS (C20): a plateau that is reached at once and never stirs until it ends.

A truck sways when it brakes, shakes with its engine and leans when it starts: between the first
frame within 1 % of the capture and the last, its weight changes many times. A simulated line that
jumps to its figure and stays there does not. Raises SCALE_SUSPECT. Not seen: a simulator that
flickers; light loads and coarse scales, on which honest trucks look as calm.
"""

from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_LIFELESS"
LEAST_DIVISIONS = 250  # 1 % of the capture are at least 2.5 divisions


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    window = trace.window
    if window is None or not limits.lifeless_ms or not trace.has_left:
        return None
    if window.kg < LEAST_DIVISIONS * trace.division_kg:
        return None
    near = [n for n, (_, kg) in enumerate(trace.samples) if kg * 100 >= window.kg * 99]
    if not near:
        return None
    plateau = trace.samples[near[0] : near[-1] + 1]
    lasted_ms = plateau[-1][0] - plateau[0][0]
    changes = sum(before[1] != after[1] for before, after in pairwise(plateau))
    if lasted_ms < limits.lifeless_ms or changes > limits.lifeless_changes:
        return None
    return Suspicion(CODE, f"{changes} / {lasted_ms} ms", f"> {limits.lifeless_changes}")
