"""Stored records as rows of the analytic tables. Pure: bytes in, rows out.

Signatures were checked at ingest; here only what can be worked out again from the bytes is: the
digest, and the link to the record before. `decode()` gives (table, row) pairs in the order of the
columns of `tables.SCHEMAS`; what spans several records (causes) is folded by `closing`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.batches import is_plausible
from collector.closing import Change
from collector.period import Period, day_of
from collector.tables import Row
from weighbook.envelope import payload_of
from weighbook.phrase import Refusal
from weighbook.records import (
    CauseChange,
    Correction,
    Dark,
    Kind,
    OrderSeen,
    Record,
    Started,
    Weighing,
    parse_record,
)

WEIGHINGS = (Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE)
FAMILIES = {"1": "COAL", "2": "NONCOAL"}
SPOILT_KIND = 0


class Stored(NamedTuple):
    """A row of the records table, with what is held just before it in the same book."""

    weighbridge: str
    epoch: int
    seq: int
    digest: bytes
    at_ms: int
    received_ms: int
    message: bytes
    before_seq: int | None
    before_digest: bytes | None


class Owners(NamedTuple):
    """Whose weighbridge it is: the registry's word."""

    by_weighbridge: Mapping[str, str]

    def of(self, weighbridge: str) -> str:
        return self.by_weighbridge.get(weighbridge, "")


def decode(stored: Stored, owners: Owners, period: Period) -> Iterator[tuple[str, Row]]:
    """The rows one record of the month gives."""
    record = readable(stored)
    owner = owners.of(stored.weighbridge)
    point = (stored.weighbridge, owner, stored.epoch, stored.seq)
    if record is None:
        yield "records", spoilt_row(point, stored)
        return
    yield "records", record_row(point, stored, record)
    body = record.body
    if isinstance(body, Weighing) and record.kind in WEIGHINGS:
        yield from weighing_rows(point, stored, record, body)
    elif isinstance(body, Weighing) and record.kind is Kind.TEST:
        yield "tests", (*point, record.at_ms, loaded_kg(body))
    elif isinstance(body, Correction):
        yield "remarks", (*point, record.at_ms, body.seq, body.text)
    elif isinstance(body, Dark) and body.to_ms > period.from_ms and body.from_ms < period.to_ms:
        yield "darks", (*point, body.from_ms, body.to_ms, int(body.clean))


def readable(stored: Stored) -> Record | None:
    """The record; None if its bytes were spoilt after they had been stored."""
    try:
        record = parse_record(payload_of(stored.message))
    except Refusal:
        return None
    return record if is_plausible(record) else None


def spoilt_row(point: Row, stored: Stored) -> Row:
    times = (stored.at_ms, day_of(stored.at_ms), stored.received_ms)
    return (*point, *times, SPOILT_KIND, missing_before(stored), 0, "")


def missing_before(stored: Stored) -> int:
    return stored.seq - (stored.before_seq or 0) - 1


def record_row(point: Row, stored: Stored, record: Record) -> Row:
    body = record.body
    software = body.software if isinstance(body, Started | Weighing) else ""
    return (
        *point,
        *(record.at_ms, day_of(record.at_ms), stored.received_ms, int(record.kind)),
        *(missing_before(stored), int(intact(stored, record)), software),
    )


def intact(stored: Stored, record: Record) -> bool:
    """Does it hash to its digest, sit at its place, and follow what is held right before it?"""
    if hashlib.sha256(stored.message).digest() != stored.digest:
        return False
    if (record.weighbridge, record.epoch, record.seq) != stored[:3]:
        return False
    if stored.before_seq != stored.seq - 1:
        return True
    return record.prev == stored.before_digest


def weighing_rows(
    point: Row, stored: Stored, record: Record, body: Weighing
) -> Iterator[tuple[str, Row]]:
    ticket_no = body.ticket_no or ""
    yield (
        "weighings",
        (
            *point,
            *(record.at_ms, day_of(record.at_ms), stored.received_ms, int(record.kind)),
            *(FAMILIES.get(ticket_no[:1], ""), body.product or "", ticket_no),
            *(body.plate or "", body.plate_source or "", body.tare_kg, body.gross_kg, body.net_kg),
            *(loaded_kg(body), int(body.halted)),
        ),
    )
    for reason in sorted(set(body.reasons)):
        yield "reasons", (*point, reason, ticket_no)
    if record.kind is Kind.SALE and is_bare(body):
        yield "bare_sales", (*point, ticket_no)
    if record.kind is Kind.SALE:
        for number in sorted(set(body.permits)):
            yield "sale_permits", (*point, record.at_ms, body.net_kg, number)


def is_bare(body: Weighing) -> bool:
    """A sale that nothing shows: no curve or frames, or no picture and no permit to do without."""
    return body.curve is None or body.frames is None or not (body.pictures or body.permits)


def loaded_kg(body: Weighing) -> int | None:
    """The load that stood on the deck: net where it is known, else the most that was seen."""
    if body.net_kg is not None:
        return body.net_kg
    seen = [kg for kg in (body.gross_kg, body.weight_kg, body.peak_kg) if kg is not None]
    return max(seen, default=None)


def change_of(stored: Stored) -> Change | None:
    """What the record says about causes or orders, if it says anything."""
    record = readable(stored)
    if record is None or not isinstance(record.body, CauseChange | OrderSeen):
        return None
    place = (stored.weighbridge, stored.epoch, stored.seq)
    return Change(*place, record.at_ms, stored.received_ms, record.body)


def totals_of(stored: Stored) -> int:
    """How many sales the book counts up to this record; 0 if it can no longer be read."""
    record = readable(stored)
    return 0 if record is None else record.totals.sales
