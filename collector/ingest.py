"""Verified records against the head the collector holds: what to store, what is evidence.

Pure. A record is new, a duplicate (same digest, a normal redelivery), a fork (another digest at the
same place: it proves itself), or broken (its `prev` is not the stored predecessor). Records after a
gap are stored but the head stays, so the receipt makes the agent send the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from collector.batches import FIRST_SEQ, Arrived
from weighbook.chain import add_to_totals
from weighbook.records import Record, Totals

UNKNOWN_DEVICE = "F-X01"
CLOCK_BACK = "F-X02"
FORK = "F-X03"
BROKEN = "F-X04"


class Alert(NamedTuple):
    """Something the bureau must see, under its finding code."""

    code: str
    detail: str


class Head(NamedTuple):
    """The newest record up to which nothing is missing; `max_seq` is the newest heard of."""

    weighbridge: str
    epoch: int
    seq: int
    digest: bytes
    max_seq: int
    at_ms: int
    totals: Totals
    order_number: int

    @property
    def owed(self) -> int:
        """How many records the weighbridge still owes."""
        return self.max_seq - self.seq


class Known(NamedTuple):
    """The head, the digests stored around the batch by seq, and the enrolment orders' digests."""

    head: Head
    stored: Mapping[int, bytes]
    enrolments: frozenset[bytes]


@dataclass(frozen=True)
class Outcome:
    """What a batch comes to; `followed` are those the head moved over, in order."""

    head: Head
    stored: tuple[Arrived, ...]
    followed: tuple[Arrived, ...]
    duplicates: int
    gaps: tuple[tuple[int, int], ...]
    forks: tuple[Arrived, ...]
    broken: tuple[Arrived, ...]
    alerts: tuple[Alert, ...]


def new_head(weighbridge: str, epoch: int) -> Head:
    """Nothing held yet."""
    return Head(weighbridge, epoch, FIRST_SEQ - 1, bytes(32), FIRST_SEQ - 1, 0, Totals(), 0)


def judge(arrived: Sequence[Arrived], known: Known) -> Outcome:
    """Set verified records of one weighbridge and epoch beside what is stored."""
    digests = dict(known.stored)
    fresh: list[Arrived] = []
    forks: list[Arrived] = []
    broken: list[Arrived] = []
    duplicates = 0
    for item in arrived:
        seq = item.record.seq
        held = digests.get(seq)
        if held is not None:
            if held == item.digest:
                duplicates += 1
            else:
                forks.append(item)
        elif links(item.record, digests, known):
            digests[seq] = item.digest
            fresh.append(item)
        else:
            broken.append(item)
    head, followed, alerts = follow(known.head, sorted(fresh, key=seq_of))
    newest = max((item.record.seq for item in fresh), default=0)
    head = head._replace(max_seq=max(head.max_seq, newest))
    return Outcome(
        head=head,
        stored=tuple(fresh),
        followed=tuple(followed),
        duplicates=duplicates,
        gaps=tuple(find_gaps(head, digests)),
        forks=tuple(forks),
        broken=tuple(broken),
        alerts=tuple(alerts),
    )


def seq_of(item: Arrived) -> int:
    return item.record.seq


def links(record: Record, digests: Mapping[int, bytes], known: Known) -> bool:
    """Does `prev` name the predecessor we hold? Unknown predecessors are judged later."""
    if record.seq == FIRST_SEQ:
        return record.prev in known.enrolments
    before = known.head.digest if record.seq == known.head.seq + 1 else digests.get(record.seq - 1)
    return before is None or record.prev == before


def follow(head: Head, items: Iterable[Arrived]) -> tuple[Head, list[Arrived], list[Alert]]:
    """Move the head over records that follow it without a gap, and look at totals and times."""
    followed: list[Arrived] = []
    alerts: list[Alert] = []
    seq, digest, at_ms, totals = head.seq, head.digest, head.at_ms, head.totals
    order_number = head.order_number
    for item in items:
        record = item.record
        if record.seq != seq + 1:
            break
        if record.seq > FIRST_SEQ and record.prev != digest:
            # It was stored before its predecessor came; nothing after it can ever follow.
            alerts.append(Alert(BROKEN, f"B_PREV {record.epoch}/{record.seq}"))
            break
        if record.totals != add_to_totals(totals, record.kind, record.body):
            alerts.append(Alert(BROKEN, f"B_TOTALS {record.epoch}/{record.seq}"))
        if record.at_ms < at_ms:
            alerts.append(Alert(CLOCK_BACK, f"{record.epoch}/{record.seq} {at_ms}>{record.at_ms}"))
        seq, digest, at_ms, totals = record.seq, item.digest, record.at_ms, record.totals
        order_number = max(order_number, record.order_number)
        followed.append(item)
    moved = head._replace(
        seq=seq,
        digest=digest,
        at_ms=at_ms,
        totals=totals,
        order_number=order_number,
        max_seq=max(head.max_seq, seq),
    )
    return moved, followed, alerts


def find_gaps(head: Head, digests: Mapping[int, bytes]) -> Iterable[tuple[int, int]]:
    """The stretches (first, last) missing between the head and the newest of these records."""
    expected = head.seq + 1
    for seq in sorted(seq for seq in digests if seq > head.seq):
        if seq > expected:
            yield expected, seq - 1
        expected = seq + 1
