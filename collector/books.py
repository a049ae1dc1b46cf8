"""The rows of the books: records, heads and the orders they answer. SQL only, no decisions.

Every function works inside the caller's transaction. Records are never changed (triggers refuse
it); a head is the one row per weighbridge and epoch that moves.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collector.batches import FIRST_SEQ, Arrived
from collector.ingest import Head, Known, new_head
from weighbook import cbor
from weighbook.envelope import payload_of
from weighbook.records import Genesis, OrderSeen, Record, Totals, parse_record

ISLAND_RECORDS = 1_000  # how many records beyond a gap are read at once when it closes
LARGEST_TOTALS_BYTES = 64


class Settled(NamedTuple):
    """An order the agent has answered: it need not wait on the broker any longer."""

    weighbridge: str
    number: int


def read_epoch(db: sqlite3.Connection, weighbridge: str) -> int:
    """The epoch the newest enrolment order opened; 0 for a weighbridge nobody registered."""
    row = db.execute(
        "SELECT epoch FROM weighbridges_now WHERE weighbridge = ?", (weighbridge,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def read_head(db: sqlite3.Connection, weighbridge: str, epoch: int) -> Head:
    """How far this book is held; a head before the first record if nothing is."""
    row = db.execute(
        "SELECT seq, digest, max_seq, at_ms, totals, order_number FROM heads"
        " WHERE weighbridge = ? AND epoch = ?",
        (weighbridge, epoch),
    ).fetchone()
    if row is None:
        return new_head(weighbridge, epoch)
    seq, digest, max_seq, at_ms, totals, order_number = row
    return Head(
        *(weighbridge, epoch, seq, bytes(digest), max_seq, at_ms),
        *(read_totals(totals), order_number),
    )


def list_heads(db: sqlite3.Connection) -> list[Head]:
    """The head of every weighbridge in its newest epoch."""
    rows = db.execute("SELECT weighbridge, max(epoch) FROM heads GROUP BY weighbridge").fetchall()
    return [read_head(db, weighbridge, epoch) for weighbridge, epoch in rows]


def keep_head(db: sqlite3.Connection, head: Head, seen_ms: int) -> None:
    db.execute(
        "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(head.weighbridge, head.epoch, head.seq, head.digest, head.max_seq, head.at_ms),
            *(seen_ms, write_totals(head.totals), head.order_number),
        ),
    )


def read_totals(blob: bytes) -> Totals:
    passages, sales, net_kg, refusals = cbor.decode(blob, max_bytes=LARGEST_TOTALS_BYTES)
    return Totals(passages, sales, net_kg, refusals)


def write_totals(totals: Totals) -> bytes:
    return cbor.encode([totals.passages, totals.sales, totals.net_kg, totals.refusals])


def read_known(db: sqlite3.Connection, head: Head, batch: Sequence[Arrived]) -> Known:
    """What `judge` must know: the digests around the batch, and enrolments for a first record."""
    seqs = [item.record.seq for item in batch]
    first = min(seqs)
    stored: dict[int, bytes] = {}
    if first <= head.max_seq:
        # By number, not as a range: a batch may name the two ends of a book of millions.
        near = sorted({seq + step for seq in seqs for step in (-1, 0, 1)})
        rows = db.execute(
            "SELECT seq, digest FROM records WHERE weighbridge = ? AND epoch = ?"
            " AND seq IN (SELECT value FROM json_each(?))",
            (head.weighbridge, head.epoch, json.dumps(near)),
        )
        stored = {seq: bytes(digest) for seq, digest in rows}
    enrolments: frozenset[bytes] = frozenset()
    if first == FIRST_SEQ:
        rows = db.execute(
            "SELECT digest FROM orders WHERE weighbridge = ? AND action = 'ENROL'",
            (head.weighbridge,),
        )
        enrolments = frozenset(bytes(digest) for (digest,) in rows)
    return Known(head, stored, enrolments)


def insert_records(db: sqlite3.Connection, items: Iterable[Arrived], now_ms: int) -> None:
    db.executemany(
        "INSERT INTO records (weighbridge, epoch, seq, digest, kind, at_ms, received_ms, message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(record.weighbridge, record.epoch, record.seq, digest),
                *(record.kind, record.at_ms, now_ms, message),
            )
            for record, digest, message in items
        ),
    )


def read_after(db: sqlite3.Connection, head: Head) -> list[Arrived]:
    """The next stored records beyond the head, in order; they were verified when they came."""
    rows = db.execute(
        "SELECT digest, message FROM records"
        " WHERE weighbridge = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
        (head.weighbridge, head.epoch, head.seq, ISLAND_RECORDS),
    )
    return [
        Arrived(parse_record(payload_of(message)), bytes(digest), bytes(message))
        for digest, message in rows
    ]


def settle_orders(db: sqlite3.Connection, items: Iterable[Arrived]) -> tuple[Settled, ...]:
    """Note beside each order which record answered it; the first answer stands.

    A record that comes again settles again: whoever cleared the order may have been killed.
    """
    settled: list[Settled] = []
    for record, _, _ in items:
        digest = answered_order(record)
        if digest is None:
            continue
        place = (record.weighbridge, digest)
        row = db.execute(
            "SELECT number FROM orders WHERE weighbridge = ? AND digest = ?", place
        ).fetchone()
        if row is not None:
            db.execute(
                "UPDATE orders SET applied_seq = ?"
                " WHERE weighbridge = ? AND digest = ? AND applied_seq IS NULL",
                (record.seq, *place),
            )
            settled.append(Settled(record.weighbridge, int(row[0])))
    return tuple(settled)


def answered_order(record: Record) -> bytes | None:
    """The digest of the order this record puts an end to.

    A refusal ends it only if its number is spent by that: one shown too early is still awaited.
    """
    body = record.body
    if isinstance(body, Genesis):
        return body.order
    if isinstance(body, OrderSeen) and body.number <= record.order_number:
        return body.digest
    return None
