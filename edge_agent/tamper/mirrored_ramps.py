"""T_MIRROR (C18): the axles roll off with other shares of the load than they rolled on with.

Each axle takes off what it brought. A device switched on or off while the truck rolls breaks that.
Of the shelves between the axles in the first `EARLY` of the load, the longest on each way (no
tandem, so it never runs into its neighbours) must be found on the other way too, in percent of all
that came on. Off forwards and off backwards are both tried. Only a flag: brakes shift weight.
Not seen: a device switched on before the first axle or after the last.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.profile import Move
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_MIRROR"
WHOLE = 1_000
EARLY = 650
LONG = 8  # grid steps


class Shelf(NamedTuple):
    """`share`: of all axles, in per mille, that have passed; `steps`: how long it lasts."""

    share: int
    steps: int


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    if not limits.mirror_percent or not trace.has_left:
        return None
    before, after = trace.split_moves(limits)
    on, off = _shelves(before), _shelves([move._replace(kg=-move.kg) for move in after])
    if not on or not off:
        return None
    backwards = tuple(Shelf(WHOLE - shelf.share, shelf.steps) for shelf in reversed(off))
    worst = min(_farthest(on, off), _farthest(on, backwards))
    if worst <= limits.mirror_percent * 10:
        return None
    return Suspicion(CODE, f"{worst / 10:.1f} %", f"{limits.mirror_percent} %")


def _shelves(moves: Sequence[Move]) -> tuple[Shelf, ...]:
    """The shelves between the axles; none if one went the other way."""
    if not moves or any(move.kg < 0 for move in moves):
        return ()
    total, passed = sum(move.kg for move in moves), 0
    found = []
    for move, following in pairwise(moves):
        passed += move.kg
        found.append(Shelf(passed * WHOLE // total, following.begin - move.end))
    return tuple(found)


def _farthest(one: tuple[Shelf, ...], other: tuple[Shelf, ...]) -> int:
    """How far the longest early shelf of either is from the nearest of the other."""
    return max(_distance(one, other), _distance(other, one))


def _distance(one: tuple[Shelf, ...], other: tuple[Shelf, ...]) -> int:
    early = [shelf for shelf in one if shelf.share <= EARLY and shelf.steps >= LONG]
    if not early:
        return 0
    longest = max(early, key=lambda shelf: shelf.steps)
    return min(abs(longest.share - shelf.share) for shelf in other)
