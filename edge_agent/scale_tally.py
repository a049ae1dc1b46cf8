"""What a technician wants to know of a line at work: counted as it comes. Pure.

`take` folds in what one read of the port gave; nothing is remembered much longer than a minute. A
weight counts as one only if the agent would weigh with it: in whole kilograms by the site's unit,
neither net nor a stored tare.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from drivers.scales.reading import Reading, Reject
from edge_agent.events import ScaleRead

HISTORY_MS = 60_000
SLACK_MS = 10_000
RATE_MS = 3_000
MAX_HISTORY = 16_384
BAD_MILLI = 10  # more bad frames than this share, and the line is not well


History = tuple[tuple[int, int | None], ...]


class Heard(NamedTuple):
    """One frame: as the indicator said it, and as the agent takes it.

    `torn`: the port was opened in the middle of it, or may have been; it counts for nothing.
    """

    reading: Reading
    event: ScaleRead
    torn: bool = False


class Came(NamedTuple):
    """What one read of the port gave: frames, bytes in all, bytes of no frame."""

    heard: Sequence[Heard]
    size: int
    skipped: int = 0


@dataclass(frozen=True)
class Tally:
    """`newest`: the newest frame; `said`: the newest that was not refused.

    `history`: (ms, kilograms or None) of the last minute; None: a frame without a weight.
    """

    began_ms: int
    frames: int = 0
    weights: int = 0
    bytes: int = 0
    skipped: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    newest: Heard | None = None
    newest_ms: int | None = None
    said: Heard | None = None
    said_ms: int | None = None
    history: History = ()

    @property
    def bad(self) -> int:
        return sum(self.rejects.values())

    @property
    def is_well(self) -> bool:
        """Weights came, and hardly a bad frame."""
        return self.weights > 0 and self.bad * 1_000 <= self.frames * BAD_MILLI


def take(tally: Tally, came: Came, now_ms: int) -> Tally:
    """The tally after one read."""
    tally = replace(tally, bytes=tally.bytes + came.size, skipped=tally.skipped + came.skipped)
    for heard in came.heard:
        seen = replace(tally, newest=heard, newest_ms=now_ms)
        if heard.torn:
            tally = replace(seen, skipped=tally.skipped + len(heard.reading.raw))
        else:
            tally = _count(seen, heard, now_ms)
    new = tuple((now_ms, heard.event.reading_kg) for heard in came.heard if not heard.torn)
    return replace(tally, history=_lengthen(tally.history, new, now_ms)) if new else tally


def reason_of(heard: Heard) -> str | None:
    """Why the frame gave no weight; None: it gave one."""
    reading, event = heard.reading, heard.event
    return reading.reason if isinstance(reading, Reject) else event.reason


def frames_per_s_milli(tally: Tally, now_ms: int) -> int:
    """Of the last three seconds, in thousandths."""
    span_ms = min(RATE_MS, now_ms - tally.began_ms)
    if span_ms <= 0:
        return 0
    count = sum(at_ms > now_ms - span_ms for at_ms, _ in tally.history)
    return count * 1_000_000 // span_ms


def columns(tally: Tally, now_ms: int, count: int) -> list[int | None]:
    """The last minute in `count` columns: the newest weight in each, None where there was none.

    A column keeps its frames as it moves left, so that a chart of them does not flicker.
    """
    width_ms = HISTORY_MS // count
    found: list[int | None] = [None] * count
    for at_ms, kg in tally.history:
        place = count - 1 - (now_ms // width_ms - at_ms // width_ms)
        if 0 <= place < count and kg is not None:
            found[place] = kg
    return found


def _count(tally: Tally, heard: Heard, now_ms: int) -> Tally:
    weights = tally.weights + (heard.event.reading_kg is not None)
    counted = replace(tally, frames=tally.frames + 1, weights=weights)
    if isinstance(heard.reading, Reject):
        return replace(counted, rejects=tally.rejects + Counter([heard.reading.reason]))
    reason = heard.event.reason
    without = tally.statuses if reason is None else tally.statuses + Counter([reason])
    return replace(counted, said=heard, said_ms=now_ms, statuses=without)


def _lengthen(history: History, new: History, now_ms: int) -> History:
    if history and history[0][0] < now_ms - HISTORY_MS - SLACK_MS:  # not at every frame
        history = tuple(one for one in history if one[0] > now_ms - HISTORY_MS)
    return (*history, *new)[-MAX_HISTORY:]
