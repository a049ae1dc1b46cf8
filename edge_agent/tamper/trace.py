"""What the checks look at: one passage as it came over the line, and what was known beside it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from edge_agent.curve import Curve
from edge_agent.tamper.grammar import Grammar
from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.profile import STEP_MS, Move, find_moves, heavy, on_grid, shelves
from edge_agent.tamper.shape import NO_MEMORY, Memory

SHELF_PER_MILLE = 12  # of the capture: a shelf sways less
AXLE_PERCENT = 3  # of the heaviest: less is no axle


class Suspicion(NamedTuple):
    """One thing that is not right: its code, what was measured and what is allowed."""

    code: str
    measured: str
    limit: str


class Window(NamedTuple):
    """The capture: its weight, and from when to when it was read."""

    kg: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Trace:
    """`has_left`: the whole stay is there. Zeros: None, not known (yet). `axles` None: unknown.

    `grammars`: how the line spoke before, and each contradiction to it. `odd`: weights off the
    division, `odd_kg` the first. `memory`: earlier arrivals.
    """

    curve: Curve
    division_kg: int
    window: Window | None = None
    zero_kg: int | None = None
    zero_after_kg: int | None = None
    axles: int | None = None
    grammars: tuple[Grammar, ...] = ()
    odd: int = 0
    odd_kg: int | None = None
    has_left: bool = False
    memory: Memory = NO_MEMORY

    @property
    def samples(self) -> tuple[tuple[int, int], ...]:
        return self.curve.samples

    @cached_property
    def times(self) -> tuple[int, ...]:
        return tuple(at_ms for at_ms, _ in self.samples)

    @cached_property
    def grid(self) -> tuple[int, ...]:
        """The curve in steps of 100 ms."""
        return on_grid(self.samples)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Loads rolling on and off, one axle or a few at a time."""
        return find_moves(self.grid, self.division_kg)

    def split_moves(self, limits: TamperLimits) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
        """The axles that moved before the capture, and those that moved after it."""
        if self.window is None or not self.samples:
            return (), ()
        least_kg = max(limits.axle_kg, max(self.grid) * AXLE_PERCENT // 100)
        middle = (self.window.to_ms - self.times[0]) // STEP_MS
        moves = heavy(self.moves, least_kg)
        return (
            tuple(move for move in moves if move.end <= middle),
            tuple(move for move in moves if move.end > middle),
        )

    def shelves(self, *, after: bool) -> tuple[int, ...]:
        """The levels at which the weight stayed for a moment, before or after the capture."""
        if self.window is None:
            return ()
        middle = (self.window.to_ms - self.times[0]) // STEP_MS
        part = self.grid[middle:] if after else self.grid[: middle + 1]
        return shelves(part, max(2 * self.division_kg, self.window.kg * SHELF_PER_MILLE // 1_000))

    def stands(self, place: int, for_ms: int) -> int | None:
        """The weight at a sample, if it stands still from there on (minus: up to there)."""
        at_ms, kg = self.samples[place]
        step = 1 if for_ms > 0 else -1
        while 0 <= place < len(self.samples):
            other_ms, other_kg = self.samples[place]
            if abs(other_kg - kg) > 2 * self.division_kg:
                return None
            if abs(other_ms - at_ms) >= abs(for_ms):
                return kg
            place += step
        return None
