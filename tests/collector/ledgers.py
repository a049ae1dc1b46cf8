"""Ledgers for tests: a database of its own, tickets in it, and the records a deck would send."""

import hashlib
import sqlite3
from pathlib import Path

from collector.schema import connect, create_tables
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, Grant, allocate, issue, pick, post_record, stock_in
from collector.ticket_posting import Note
from collector.ticket_states import State
from tests.collector.sites import weighing
from weighbook.keys import SigningKey
from weighbook.records import Clock, Kind, Record, Totals

DAY_MS = 86_400_000
START_MS = 1_790_000_000_000
ENTERPRISE, PLACE = "E01", "W01"
KEY = SigningKey.generate()


def empty_ledger() -> sqlite3.Connection:
    db = connect(Path(":memory:"))
    create_tables(db)
    return db


def stamp(at_ms: int = START_MS) -> Stamp:
    return Stamp(at_ms, "officer-1", "officer-2", "paper-1")


def grant(at_ms: int = START_MS, place: str = PLACE) -> Grant:
    begins_s = at_ms // 1000
    return Grant(
        issuer="OTG-EB",
        family="COAL",
        enterprise=ENTERPRISE,
        weighbridge=place,
        product="RAW",
        max_net_kg=35_000,
        not_before_s=begins_s,
        expires_s=begins_s + 3 * 86_400,
    )


def allocated(db: sqlite3.Connection, count: int = 3) -> tuple[str, ...]:
    """`count` new tickets, all the way to the weighbridge."""
    numbers = stock_in(db, Batch("COAL", "150624", 26, 1), count, stamp())
    issue(db, numbers, ENTERPRISE, stamp())
    allocate(db, pick(db, State.ISSUED, "COAL", ENTERPRISE, count), grant(), KEY, stamp())
    return numbers


def state_of(db: sqlite3.Connection, number: str) -> str:
    row = db.execute("SELECT state FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    return str(row["state"])


def weighed(
    db: sqlite3.Connection, number: str, kind: Kind, at_ms: int, seq: int, place: str = PLACE
) -> Record:
    """A tare or sale of this ticket as its deck would write it."""
    row = db.execute("SELECT digest FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    body = weighing(ticket_no=number, ticket_digest=row and row["digest"], net_kg=33_380)
    return Record(
        version=1,
        kind=kind,
        weighbridge=place,
        epoch=1,
        seq=seq,
        prev=bytes(32),
        at_ms=at_ms,
        clock=Clock(bytes(16), 0, 0),
        totals=Totals(),
        order_number=1,
        receipt=None,
        body=body,
    )


def post(db: sqlite3.Connection, record: Record) -> tuple[Note, ...]:
    seed = f"{record.weighbridge}/{record.seq}/{record.kind}".encode()
    return post_record(db, record, hashlib.sha256(seed).digest())
