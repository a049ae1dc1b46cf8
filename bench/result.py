"""What a benchmark comes to: a measurement beside a baseline taken in the same run. Pure.

Nobody is held to seconds, which belong to a machine; what counts is the ratio to the baseline, how
far it wandered from round to round, and what grows with what.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from weighbook.phrase import Phrase


class NotMeasured(Exception):
    """What was to be measured did not come about."""


class Aim(NamedTuple):
    """What is hoped for: of the "ratio" or of the "measured" value, at least or at most."""

    of: str
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        low, high = self.least, self.most
        return (low is None or value >= low) and (high is None or value < high)


class Growth(NamedTuple):
    """How a value follows a size: `what` in `unit` at each of `points` (size of `along`, value)."""

    what: Phrase
    unit: str
    along: Phrase
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Result:
    """One line of a benchmark. `spread`: the lowest and the highest ratio of any round."""

    name: str
    what: Phrase
    unit: str
    measured: float
    against: Phrase
    baseline: float
    aim: Aim | None = None
    spread: tuple[float, float] | None = None
    growth: tuple[Growth, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Measured over baseline; None where the baseline is too small to be seen."""
        return self.measured / self.baseline if self.baseline > 0 else None

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None: there is none, or nothing to compare."""
        if self.aim is None:
            return None
        value = self.ratio if self.aim.of == "ratio" else self.measured
        return None if value is None else self.aim.holds(value)


class Run(NamedTuple):
    """A benchmark's results; `foreign_cores`: how many cores other programs took meanwhile."""

    results: tuple[Result, ...]
    seconds: float
    foreign_cores: float


def rows_of(run: Run) -> list[dict[str, Any]]:
    """A run as plain rows, one per result, for programs."""
    return [_row(result, run) for result in run.results]


def _row(result: Result, run: Run) -> dict[str, Any]:
    aim, ratio = result.aim, result.ratio
    return {
        "name": result.name,
        "what": result.what.en,
        "unit": result.unit,
        "measured": round(result.measured, 4),
        "against": result.against.en,
        "baseline": round(result.baseline, 4),
        "ratio": None if ratio is None else round(ratio, 4),
        "spread": None if result.spread is None else [round(end, 4) for end in result.spread],
        "aim": None if aim is None else {"of": aim.of, "least": aim.least, "most": aim.most},
        "met": result.is_met,
        "growth": [
            {
                "what": growth.what.en,
                "unit": growth.unit,
                "along": growth.along.en,
                "points": [[size, round(value, 4)] for size, value in growth.points],
            }
            for growth in result.growth
        ],
        "seconds": round(run.seconds, 1),
        "foreign_cores": round(run.foreign_cores, 2),
    }
