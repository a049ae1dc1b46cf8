"""A curve in even steps of time, and the axles seen in it: every rise and fall as one `Move`.

An axle that rolls on is a slope between two shelves. Axles that follow one another faster than the
indicator's averaging run into one move: a count is a lower bound unless the truck was slow.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

STEP_MS = 100
SPAN = 3  # grid steps over which a slope is taken
MAX_GRID = 3_000  # five minutes: a longer stay is looked at up to here
SHELF = 6
MAX_KG = 1_000_000
FLAT_PER_MILLE = 8  # of the peak per SPAN: less is no slope


class Move(NamedTuple):
    """Grid places where a slope begins and ends, and what came on (plus) or went off (minus)."""

    begin: int
    end: int
    kg: int


def on_grid(samples: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The weight every 100 ms from the first sample on, in between on the straight line."""
    if not samples:
        return ()
    grid: list[int] = []
    due, first = 0, samples[0][0]
    for (t0, kg0), (t1, kg1) in pairwise(samples):
        while due < t1 - first and len(grid) < MAX_GRID:
            grid.append(kg0 + (kg1 - kg0) * (first + due - t0) // (t1 - t0))
            due += STEP_MS
    return tuple(grid) or (samples[0][1],)


def find_moves(grid: Sequence[int], division_kg: int) -> tuple[Move, ...]:
    """Every slope, split where it has a waist; what is lighter than a bounce is left in."""
    if len(grid) <= SPAN:
        return ()
    least = max(2 * division_kg, max(grid) * FLAT_PER_MILLE // 1_000)
    slopes = [after - before for before, after in zip(grid, grid[SPAN:], strict=False)]
    found: list[Move] = []
    for begin, end in _runs(slopes, least):
        found += [Move(a, b, grid[b] - grid[a]) for a, b in _waists(slopes, begin, end)]
    return tuple(found)


def shelves(grid: Sequence[int], band_kg: int) -> tuple[int, ...]:
    """The levels at which the weight stayed within a band for `SHELF` steps or more, in order."""
    found: list[int] = []
    begin, low, high = 0, grid[0] if grid else 0, grid[0] if grid else 0
    for place, kg in enumerate((*grid, MAX_KG)):
        low, high = min(low, kg), max(high, kg)
        if high - low > band_kg:
            if place - begin >= SHELF:
                found.append(grid[place - 1])
            begin, low, high = place, kg, kg
    return tuple(found)


def heavy(moves: Sequence[Move], least_kg: int) -> tuple[Move, ...]:
    """Those heavy enough to be an axle."""
    return tuple(move for move in moves if abs(move.kg) >= least_kg)


def _runs(slopes: list[int], least: int) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of slopes of one sign that are steep enough."""
    begin: int | None = None
    for place, slope in enumerate(slopes):
        steep = abs(slope) >= least
        if begin is not None and (not steep or (slope > 0) != (slopes[begin] > 0)):
            yield begin, place - 1
            begin = None
        if steep and begin is None:
            begin = place
    if begin is not None:
        yield begin, len(slopes) - 1


def _waists(slopes: list[int], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """A run as places of the grid, cut where it is less than half as steep as on both sides."""
    cut, top, low, low_at = begin, 0, 0, begin
    for place in range(begin, end + 1):
        value = abs(slopes[place])
        if value > top:
            top, low, low_at = value, value, place
        elif value < low:
            low, low_at = value, place
        elif 2 * low < min(top, value):
            yield cut, low_at + SPAN // 2
            cut, top, low, low_at = low_at + SPAN // 2, value, value, place
    yield cut, end + SPAN
