"""The shape of an arrival: how the weight rose and swayed, frame by frame, in parts of its plateau.

Two arrivals are never alike, not even of one truck and driver. A replayed one is, whenever it is
played, at whatever pace, scaled, or read between its frames. The memory is bounded, the newest
kept, and indexed by the length of the rise; at a start it is filled from the book's own evidence.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from immutables import Map

FULL = 10_000  # the captured weight
FROM_PERCENT, TO_PERCENT = 3, 97
MIN_RISE, AFTER, MAX_LEVELS = 5, 30, 256  # frames
MAX_GRAIN = 50  # a load of fewer than 200 divisions has no shape of its own
STEEPEST = 5
PHASE = 1_000  # one frame
NEAR = 2  # frames by which the rises of two curves of one shape may differ


class Shape(NamedTuple):
    """`rise`: frames from 3 to 97 %. `levels` in 1/10000 of the plateau, as is `grain`, one
    division. `steep`: where they rise fastest.
    """

    rise: int
    levels: tuple[int, ...]
    grain: int
    steep: tuple[int, ...]


class Memory(NamedTuple):
    """The newest shapes, oldest first, and the same by the length of their rise."""

    shapes: tuple[Shape, ...] = ()
    by_rise: Map[int, tuple[Shape, ...]] = Map()


NO_MEMORY = Memory()


def shape_of(weights: Sequence[int], capture_kg: int, division_kg: int) -> Shape | None:
    """None where the arrival is not wholly there, too quick or too light to tell from another."""
    begin = _first(weights, capture_kg * FROM_PERCENT // 100)
    end = _first(weights, capture_kg * TO_PERCENT // 100)
    grain = division_kg * FULL // capture_kg
    if not begin or end is None or end - begin < MIN_RISE or grain > MAX_GRAIN:
        return None
    part = weights[begin - 1 : min(end + AFTER, begin - 1 + MAX_LEVELS)]
    levels = tuple(kg * FULL // capture_kg for kg in part)
    rises = [after - before for before, after in pairwise(levels)]
    steep = sorted(range(1, len(rises) - 1), key=lambda place: -rises[place])[:STEEPEST]
    return Shape(end - begin, levels, grain, tuple(steep))


def likeness(new: Shape, known: Shape) -> int:
    """The share of frames, in per mille, at which both stand alike; read between `known`'s frames
    where that fits better.
    """
    return max(_alike(new, known, back) for back in (0, 1))


def remember(memory: Memory, shape: Shape, most: int) -> Memory:
    """With one more; the oldest is forgotten when there are too many."""
    shapes, by_rise = (*memory.shapes, shape), memory.by_rise
    by_rise = by_rise.set(shape.rise, (*by_rise.get(shape.rise, ()), shape))
    if len(shapes) <= most:
        return Memory(shapes, by_rise)
    old = shapes[0].rise  # of those with one length of rise, the oldest stands first
    return Memory(shapes[1:], by_rise.set(old, by_rise[old][1:]))


def best_likeness(memory: Memory, shape: Shape) -> int:
    """How like the most similar remembered curve it is, in per mille."""
    near = (memory.by_rise.get(shape.rise + more, ()) for more in range(-NEAR, NEAR + 1))
    return max((likeness(shape, known) for shapes in near for known in shapes), default=0)


def _first(weights: Sequence[int], least_kg: int) -> int | None:
    return next((place for place, kg in enumerate(weights) if kg >= least_kg), None)


def _alike(new: Shape, known: Shape, back: int) -> int:
    """The same with `new` one frame behind (`back` 1) or not (0); 0 if under three quarters."""
    phase, levels = _phase(new, known, back), known.levels
    shared = min(len(new.levels) - back, len(levels)) - 1
    grain = (new.grain + known.grain) // 2 + 2
    misses, most = 0, shared // 4
    for place in range(shared):
        here = levels[place]
        between = here + (levels[place + 1] - here) * phase // PHASE
        if abs(new.levels[place + back] - between) > grain:
            misses += 1
            if misses > most:
                return 0
    return PHASE - misses * PHASE // max(1, shared)


def _phase(new: Shape, known: Shape, back: int) -> int:
    """Where between two of its frames `known` must be read to fit `new`, by its steepest places."""
    fits = [
        (new.levels[place + back] - known.levels[place]) * PHASE // rise
        for place in known.steep
        if place + back < len(new.levels)
        if (rise := known.levels[place + 1] - known.levels[place]) > 0
    ]
    return max(0, min(PHASE, median_low(fits))) if fits else 0
