"""T_RESIDUE (C18): the truck has driven off, and a rest stays on the display (3 t at Ningyang).

What is left stands still for `residue_ms`, without the deck ever counting as empty, and it is less
than any axle (`residue_percent` of the capture), or as many axles have rolled off as on. Raises
SCALE_SUSPECT. A truck that waits with its last axle on the deck has neither.
"""

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_RESIDUE"
QUIET_D = 3


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    window, samples = trace.window, trace.samples
    if window is None or not samples or not limits.residue_ms:
        return None
    rest_kg = samples[-1][1]
    if 2 * rest_kg >= window.kg or not _stands(trace, window.to_ms, limits.residue_ms):
        return None
    limit_kg = window.kg * limits.residue_percent // 100
    before, after = trace.split_moves(limits)
    on, off = sum(move.kg > 0 for move in before), sum(move.kg < 0 for move in after)
    if rest_kg > limit_kg and off < max(on, trace.axles or 2):
        return None
    return Suspicion(CODE, f"{rest_kg} kg", f"{trace.division_kg} kg / {limits.residue_ms} ms")


def _stands(trace: Trace, since_ms: int, for_ms: int) -> bool:
    """Whether the newest samples have stood still for that long, all since the capture."""
    now_ms, low = trace.samples[-1]
    high = low
    for at_ms, kg in reversed(trace.samples):
        low, high = min(low, kg), max(high, kg)
        if high - low > QUIET_D * trace.division_kg or at_ms <= since_ms:
            return False
        if now_ms - at_ms >= for_ms:
            return True
    return False
