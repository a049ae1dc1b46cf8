"""When sales were closed: the causes a book tells of, folded into intervals. Pure.

A cause stands from its raising to its clearing; while it is covered by a permit the bureau really
gave, sales were open in spite of it. `fold_books()` gives the uncovered stretches by sequence
number (what a sale may not lie in), the episodes people read about, and the time sales were closed
at all, with overlapping causes counted once.
"""

from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from collector.period import Period
from collector.tables import OPEN_MS, OPEN_SEQ
from weighbook.records import CauseChange, OrderSeen

RELEASING = ("RELEASE", "LIFT")
PHONED = "phoned"
TAKES_EFFECT = ("applied", PHONED)


class Change(NamedTuple):
    """A cause or order record, and when the collector received it."""

    weighbridge: str
    epoch: int
    seq: int
    at_ms: int
    received_ms: int
    body: CauseChange | OrderSeen


class Stretch(NamedTuple):
    """A cause stood uncovered after `from_seq` and before `to_seq`."""

    weighbridge: str
    epoch: int
    code: str
    subject: str
    from_seq: int
    to_seq: int
    from_ms: int
    to_ms: int


class Episode(NamedTuple):
    """A cause from raising to clearing; `permit` covered it, `release` let sales go on."""

    weighbridge: str
    epoch: int
    from_seq: int
    code: str
    subject: str
    from_ms: int
    to_ms: int | None
    reported_ms: int
    permit: int | None
    release: int | None


class Closures(NamedTuple):
    stretches: tuple[Stretch, ...]
    episodes: tuple[Episode, ...]


class Standing(NamedTuple):
    """A cause as the fold goes along; `bare` is the change since which it stands uncovered."""

    raised: Change
    bare: Change | None
    permit: int | None


def fold_books(changes: Iterable[Change], permits: Container[tuple[str, int]]) -> Closures:
    """All books' changes, any order; `permits` are the (weighbridge, number) the bureau gave."""
    ordered = sorted(changes, key=lambda c: (c.weighbridge, c.epoch, c.seq))
    stretches: list[Stretch] = []
    episodes: list[Episode] = []
    books = [tuple(book) for _, book in groupby(ordered, key=lambda c: (c.weighbridge, c.epoch))]
    for book, following in zip(books, [*books, ()][1:], strict=True):
        folded = fold_book(book, permits, ending_ms(book, following))
        stretches.extend(folded.stretches)
        episodes.extend(folded.episodes)
    return Closures(tuple(stretches), tuple(episodes))


def ending_ms(book: tuple[Change, ...], following: tuple[Change, ...]) -> int | None:
    """A new epoch of the same weighbridge ends whatever stood in the old one."""
    if following and following[0].weighbridge == book[0].weighbridge:
        return following[0].at_ms
    return None


def fold_book(
    changes: Iterable[Change], permits: Container[tuple[str, int]], until_ms: int | None
) -> Closures:
    standing: dict[tuple[str, str], Standing] = {}
    stretches: list[Stretch] = []
    episodes: list[Episode] = []
    release: Change | None = None
    phoned: set[int] = set()  # what came by telephone took effect then, not when it was signed for
    for change in changes:
        body = change.body
        if isinstance(body, OrderSeen):
            takes = body.outcome in TAKES_EFFECT and body.number not in phoned
            if takes and body.action in RELEASING:
                release = change
            if body.outcome == PHONED:
                phoned.add(body.number)
            continue
        key = (body.code, body.subject or "")
        was = standing.pop(key, None)
        now = follow(was, change, body, permits)
        if was and was.bare and (now is None or now.bare is None):
            stretches.append(stretch_of(was.bare, key, change.seq, change.at_ms))
        if was and now is None:
            episodes.append(episode_of(was, key, change.at_ms, release))
        if now:
            standing[key] = now
    for key, left in standing.items():
        if left.bare:
            stretches.append(stretch_of(left.bare, key, OPEN_SEQ, until_ms or OPEN_MS))
        episodes.append(episode_of(left, key, until_ms, None))
    return Closures(tuple(stretches), tuple(episodes))


def follow(
    was: Standing | None, change: Change, body: CauseChange, permits: Container[tuple[str, int]]
) -> Standing | None:
    """How one cause stands after the change; None when it is gone."""
    if body.change == "cleared":
        return None
    if body.change == "evidence":
        return was
    if was is None:
        was = Standing(change, change, None)
    if body.change == "covered":
        given = body.permit is not None and (change.weighbridge, body.permit) in permits
        return was._replace(bare=None, permit=body.permit) if given else was
    if body.change == "uncovered":
        return was._replace(bare=was.bare or change)
    return was


def stretch_of(start: Change, key: tuple[str, str], to_seq: int, to_ms: int) -> Stretch:
    place = (start.weighbridge, start.epoch, *key)
    return Stretch(*place, start.seq, to_seq, start.at_ms, to_ms)


def episode_of(
    standing: Standing, key: tuple[str, str], end_ms: int | None, release: Change | None
) -> Episode:
    """The whole of it; an order released it only if it came while the cause stood."""
    raised = standing.raised
    order = release.body if release and release.seq > raised.seq else None
    number = order.number if isinstance(order, OrderSeen) else None
    place = (raised.weighbridge, raised.epoch, raised.seq, *key)
    return Episode(*place, raised.at_ms, end_ms, raised.received_ms, standing.permit, number)


def closed_times(stretches: Iterable[Stretch], period: Period) -> Iterator[tuple[str, int, int]]:
    """(weighbridge, from_ms, to_ms) within the period, overlapping stretches joined."""
    cut = sorted(
        (s.weighbridge, max(s.from_ms, period.from_ms), min(s.to_ms, period.to_ms))
        for s in stretches
    )
    for weighbridge, group in groupby((c for c in cut if c[1] < c[2]), key=lambda c: c[0]):
        start, end = -1, -1
        for _, from_ms, to_ms in group:
            if from_ms > end:
                if end > start:
                    yield weighbridge, start, end
                start = from_ms
            end = max(end, to_ms)
        yield weighbridge, start, end
