"""When a weighbridge says nothing: its dark intervals, and the alert F-H01 that stands for one.

Pure. A PC that has lost its power cannot report that; the collector infers it from what did not
arrive (no record and no checkpoint for 180 s by default). Silence counts only from the moment the
collector itself began to listen: its own absence accuses nobody.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

DARK = "F-H01"
SILENCE_LIMIT_MS = 180_000


class Interval(NamedTuple):
    """A stretch of silence; `to_ms` is None while it lasts."""

    from_ms: int
    to_ms: int | None


class Watch(NamedTuple):
    """What is known of one weighbridge: when it last spoke, and since when an alert stands."""

    weighbridge: str
    last_heard_ms: int
    alert_from_ms: int | None


class Change(NamedTuple):
    """An alert to raise (interval open) or to end (interval closed)."""

    weighbridge: str
    interval: Interval


def find_change(
    watch: Watch, listening_since_ms: int, now_ms: int, limit_ms: int = SILENCE_LIMIT_MS
) -> Change | None:
    """What has to be written about this weighbridge now, if anything."""
    if watch.alert_from_ms is not None:
        if watch.last_heard_ms <= watch.alert_from_ms:
            return None
        return Change(watch.weighbridge, Interval(watch.alert_from_ms, watch.last_heard_ms))
    quiet_since_ms = max(watch.last_heard_ms, listening_since_ms)
    if now_ms - quiet_since_ms < limit_ms:
        return None
    return Change(watch.weighbridge, Interval(quiet_since_ms, None))


def dark_intervals(
    heard_ms: Iterable[int], until_ms: int, limit_ms: int = SILENCE_LIMIT_MS
) -> Iterator[Interval]:
    """The silences longer than the limit between times of arrival (any order), up to `until_ms`."""
    previous: int | None = None
    for moment_ms in sorted(heard_ms):
        if previous is not None and moment_ms - previous >= limit_ms:
            yield Interval(previous, moment_ms)
        previous = moment_ms
    if previous is not None and until_ms - previous >= limit_ms:
        yield Interval(previous, None)
