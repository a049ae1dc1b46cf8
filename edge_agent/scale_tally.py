"""What a technician wants to know of a line at work: counted as it comes. Pure.

`take` folds in what one read of the port gave; nothing is remembered longer than a minute.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

from drivers.scales.framer import Fed
from drivers.scales.reading import Reading, Reject, Status, Weight, to_kg

HISTORY_MS = 60_000
SLACK_MS = 10_000
RATE_MS = 3_000
MAX_HISTORY = 16_384
BAD_MILLI = 10  # more bad frames than this share, and the line is not well


@dataclass(frozen=True)
class Tally:
    """`history`: (ms, kilograms or None) of the last minute; None: a frame without a weight."""

    began_ms: int
    frames: int = 0
    weights: int = 0
    bytes: int = 0
    skipped: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    newest: Reading | None = None
    newest_ms: int | None = None
    history: tuple[tuple[int, int | None], ...] = ()

    @property
    def bad(self) -> int:
        return sum(self.rejects.values())

    @property
    def is_well(self) -> bool:
        """Weights came, and hardly a bad frame."""
        return self.weights > 0 and self.bad * 1_000 <= self.frames * BAD_MILLI


def take(tally: Tally, fed: Fed, size: int, now_ms: int) -> Tally:
    """The tally after one read of `size` bytes."""
    tally = replace(tally, bytes=tally.bytes + size, skipped=tally.skipped + fed.skipped)
    for reading in fed.readings:
        tally = _count(tally, reading, now_ms)
    return tally


def frames_per_s_milli(tally: Tally, now_ms: int) -> int:
    """Of the last three seconds, in thousandths."""
    span_ms = min(RATE_MS, now_ms - tally.began_ms)
    if span_ms <= 0:
        return 0
    count = sum(at_ms > now_ms - span_ms for at_ms, _ in tally.history)
    return count * 1_000_000 // span_ms


def columns(tally: Tally, now_ms: int, count: int) -> list[int | None]:
    """The last minute in `count` columns: the newest weight in each, None where there was none."""
    width_ms = HISTORY_MS // count
    found: list[int | None] = [None] * count
    for at_ms, kg in tally.history:
        place = count - 1 - (now_ms - at_ms) // width_ms
        if 0 <= place < count and kg is not None:
            found[place] = kg
    return found


def _count(tally: Tally, reading: Reading, now_ms: int) -> Tally:
    kg = to_kg(reading) if isinstance(reading, Weight) else None
    kept = tally.history
    if kept and kept[0][0] < now_ms - HISTORY_MS - SLACK_MS:  # now and then, not at every frame
        kept = tuple(one for one in kept if one[0] > now_ms - HISTORY_MS)
    counted = replace(
        tally,
        frames=tally.frames + 1,
        weights=tally.weights + isinstance(reading, Weight),
        newest=reading,
        newest_ms=now_ms,
        history=(*kept[-MAX_HISTORY:], (now_ms, kg)),
    )
    if isinstance(reading, Status):
        return replace(counted, statuses=tally.statuses + Counter([reading.reason]))
    if isinstance(reading, Reject):
        return replace(counted, rejects=tally.rejects + Counter([reading.reason]))
    return counted
