"""Which keyframe packets were ever seen: 64 bits of each hash for a week, sorted, in a few MB."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

RUN = 4096
MAX_RUNS = 160  # a week of one keyframe a second

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True)
class SeenPackets:
    """`runs` are full and sorted, each with the time of its newest; `young` is still growing."""

    runs: tuple[tuple[int, Hashes], ...] = ()
    young: tuple[int, ...] = field(default=())


def was_seen(seen: SeenPackets, digest: bytes) -> bool:
    number = _number(digest)
    if number in seen.young:
        return True
    sought = np.uint64(number)
    return any(_holds(hashes, sought) for _, hashes in seen.runs)


def remembered(seen: SeenPackets, digest: bytes, at_ms: int, keep_ms: int) -> SeenPackets:
    young = (*seen.young, _number(digest))
    if len(young) < RUN:
        return SeenPackets(seen.runs, young)
    full = (at_ms, np.sort(np.array(young, np.uint64)))
    runs = tuple(run for run in (*seen.runs, full) if at_ms - run[0] <= keep_ms)
    return SeenPackets(runs[-MAX_RUNS:])


def _number(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big")


def _holds(hashes: Hashes, sought: np.uint64) -> bool:
    place = int(np.searchsorted(hashes, sought))
    return place < len(hashes) and bool(hashes[place] == sought)
