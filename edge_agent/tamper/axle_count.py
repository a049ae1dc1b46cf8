"""T_AXLES (C15, C16): the axles seen in the curve are not those of the vehicle's card.

More than known: another truck, or a second vehicle on the deck. Fewer count only where the truck
was slow enough (`axle_ms` each) for the indicator to show every one: axles that follow one another
faster run into one. Only a flag; nothing without known axles.
"""

from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.profile import STEP_MS, Move
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_AXLES"
LONGEST_MS = 3_000  # of the time between two axles: more is standing


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    known = trace.axles
    if known is None or trace.window is None or not limits.axle_ms:
        return None
    before, after = trace.split_moves(limits)
    on = [move for move in before if move.kg > 0]
    off = [move for move in after if move.kg < 0]
    # A bounce may look like one more, but not on both ways.
    most = min(len(on), len(off)) if trace.has_left else len(on) - 1
    if most > known:
        return Suspicion(CODE, str(most), str(known))
    if known > 1 and len(on) == 1 and not trace.has_left:
        return Suspicion(CODE, "1", str(known))
    slow = [way for way in (on, off) if len(way) > 1 and _moving_ms(way) >= known * limits.axle_ms]
    seen = max((len(way) for way in slow), default=known)
    return Suspicion(CODE, str(seen), str(known)) if seen < known else None


def _moving_ms(moves: list[Move]) -> int:
    gaps = (b.begin - a.begin for a, b in pairwise(moves))
    return sum(min(gap * STEP_MS, LONGEST_MS) for gap in gaps)
