"""Clocks and ranks: how long something took, and what is typical of many times.

Ours and the baseline take turns in short rounds, so that whatever else the machine does slows both.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple


class Spent(NamedTuple):
    wall_s: float
    cpu_s: float


class Paired(NamedTuple):
    """Seconds per item of each round: of ours and of the baseline beside it."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def rates(self) -> tuple[float, float]:
        """Items per second of the typical round: ours, baseline."""
        return 1 / median(self.ours), 1 / median(self.bare)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of rates of any round."""
        ratios = [bare / ours for ours, bare in zip(self.ours, self.bare, strict=True)]
        return min(ratios), max(ratios)


class Turns(NamedTuple):
    """The same rounds by the clock on the wall and by this process's own processor time."""

    wall: Paired
    cpu: Paired


def take_turns(
    rounds: int, items: int, ours: Callable[[int], object], bare: Callable[[int], object]
) -> Paired:
    """Both do `items` per round, in turns and with the turns swapped; each is told the round."""
    return time_turns(rounds, items, ours, bare).wall


def time_turns(
    rounds: int, items: int, ours: Callable[[int], object], bare: Callable[[int], object]
) -> Turns:
    """`take_turns` by both clocks."""
    times: tuple[list[Spent], list[Spent]] = ([], [])
    with no_collection():
        for number in range(rounds):
            for which in (0, 1) if number % 2 else (1, 0):
                times[which].append(spend((ours, bare)[which], number))
    wall, cpu = (
        Paired(*(tuple(spent[clock] / items for spent in side) for side in times))
        for clock in range(2)
    )
    return Turns(wall, cpu)


def spend(do: Callable[[int], object], number: int) -> Spent:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    do(number)
    return Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)


def seconds_of(do: Callable[[int], object], number: int) -> float:
    return spend(do, number).wall_s


@contextmanager
def no_collection() -> Iterator[None]:
    """The garbage of one side must not be collected on the other's time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], rank: int) -> float:
    """The smallest of `values` that is not below `rank` in a hundred of them."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)]
