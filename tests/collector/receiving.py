"""The receiving half on a bench: a real database that can be made to fail, a broker of memory."""

import sqlite3
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collector import orders
from collector.home import DATABASE_NAME, Home
from collector.mqtt import Connected, Delivery
from collector.records_store import RecordsStore, Taken
from collector.writer import Writer
from tests.collector.sites import PLACE, Book, Bureau, make_bureau
from weighbook import topics
from weighbook.envelope import digest
from weighbook.orders import Action, Suspend
from weighbook.receipts import Receipt, open_receipt

SECOND_MS = 1_000
UP = Connected(1)
EVERYWHERE = frozenset(range(topics.BUCKETS))


class FaultyDatabase(sqlite3.Connection):
    """SQLite itself, but the next statement that begins as told fails: before or after it acts."""

    def __init__(self, *facts: Any, **options: Any) -> None:
        super().__init__(*facts, **options)
        self.begins = ""
        self.acts = False
        self.failed = 0

    def break_at(self, begins: str, *, acts: bool) -> None:
        self.begins, self.acts = begins, acts

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        return self._tried(super().execute, sql, *rest)

    def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        return self._tried(super().executemany, sql, *rest)

    def _tried(self, real: Any, sql: str, *rest: Any) -> sqlite3.Cursor:
        if not self.begins or not sql.startswith(self.begins):
            cursor: sqlite3.Cursor = real(sql, *rest)
            return cursor
        self.begins = ""
        self.failed += 1
        if self.acts:
            real(sql, *rest)
        raise sqlite3.OperationalError("disk I/O error")


def with_faults(home: Home) -> tuple[Home, FaultyDatabase]:
    """The same home over a connection that can be made to fail."""
    path = home.path / DATABASE_NAME
    db = sqlite3.connect(path, isolation_level=None, factory=FaultyDatabase)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA recursive_triggers = ON")
    return replace(home, db=db), db


@dataclass
class Broker:
    """What the writer sees of a broker: it notes acknowledgements and keeps what is retained."""

    up: bool = True
    retained: dict[str, bytes] = field(default_factory=dict)
    acknowledged: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    dropped: threading.Event = field(default_factory=threading.Event)

    def acknowledge(self, delivery: Delivery) -> None:
        self.acknowledged.append(delivery.mid)
        self.told.append("PUBACK")

    def publish(self, topic: str, payload: bytes) -> bool:
        if not self.up:
            return False
        leaf = topic.split("/", 4)[4]
        self.told.append(leaf if payload else f"clear {leaf}")
        if payload:
            self.retained[topic] = payload
        else:
            self.retained.pop(topic, None)
        return True

    def drop(self) -> None:
        self.dropped.set()

    def is_up(self) -> bool:
        return self.up

    def receipt(self, home: Home, weighbridge: str = PLACE) -> Receipt:
        return open_receipt(self.retained[topics.receipt(weighbridge)], home.ring())


def delivery(payload: bytes, mid: int = 1, topic: str = topics.records(PLACE)) -> Delivery:
    return Delivery(topic, payload, mid, 1)


def stored_seqs(home: Home) -> list[int]:
    return [row[0] for row in home.db.execute("SELECT seq FROM records ORDER BY epoch, seq")]


def stored_messages(home: Home) -> list[bytes]:
    rows = home.db.execute("SELECT message FROM records ORDER BY weighbridge, epoch, seq")
    return [bytes(row[0]) for row in rows]


def quarantined(home: Home) -> list[str]:
    return [row[0] for row in home.db.execute("SELECT code FROM quarantine ORDER BY id")]


def alerts(home: Home) -> list[str]:
    return [row[0] for row in home.db.execute("SELECT code FROM alerts ORDER BY id")]


def details(home: Home) -> list[str]:
    return [row[0] for row in home.db.execute("SELECT detail FROM alerts ORDER BY id")]


def receipts(home: Home) -> list[Receipt]:
    """Every receipt ever signed, in the order of its making."""
    rows = home.db.execute("SELECT message FROM receipts ORDER BY rowid").fetchall()
    return [open_receipt(bytes(row[0]), home.ring()) for row in rows]


def is_honest(home: Home, receipt: Receipt) -> bool:
    """Does it claim no more than is stored, all of it, up to the head it names?"""
    rows = home.db.execute(
        "SELECT seq, digest, message FROM records WHERE weighbridge = ? AND epoch = ?"
        " AND seq <= ? ORDER BY seq",
        (receipt.weighbridge, receipt.epoch, receipt.seq),
    ).fetchall()
    whole = [row["seq"] for row in rows] == list(range(1, receipt.seq + 1))
    same = all(digest(row["message"]) == row["digest"] for row in rows)
    head = bytes(rows[-1]["digest"]) if rows else bytes(32)
    return whole and same and head == receipt.head


class Site:
    """A bureau, one weighbridge's book, and the store under test."""

    def __init__(self, folder: Path) -> None:
        self.bureau: Bureau = make_bureau(folder)
        self.book: Book = self.bureau.enrol()
        self.home = self.bureau.home
        self.store = RecordsStore(self.home)

    def take(self, *messages: bytes, place: str = PLACE) -> Taken:
        """One payload; time goes on so that a receipt is always due."""
        self.bureau.wall.now_ms += 10 * SECOND_MS
        return self.store.take(place, b"".join(messages))


class Desk(Site):
    """A writer between a database that can fail and a broker of memory."""

    def __init__(self, folder: Path, buckets: frozenset[int] = EVERYWHERE) -> None:
        super().__init__(folder)
        self.faulty, self.db = with_faults(self.home)
        self.buckets = buckets
        self.open()

    def open(self) -> None:
        """A writer and a broker as after a start."""
        self.broker = Broker()
        self.writer = Writer(self.faulty, self.buckets, self.broker)

    def send(self, *messages: bytes, mid: int = 1) -> None:
        self.writer.handle(delivery(b"".join(messages), mid))

    def beat(self, checkpoint: bytes | None = None) -> None:
        payload = self.book.checkpoint() if checkpoint is None else checkpoint
        self.writer.handle(delivery(payload, topic=topics.checkpoint(PLACE)))

    def wait(self, ms: int) -> None:
        """So much later, the writer looks around."""
        self.bureau.wall.now_ms += ms
        self.writer.look_around()

    def order(self, number: int) -> bytes | None:
        return self.broker.retained.get(topics.order(PLACE, number))

    def suspend(self) -> int:
        """A new order; its number."""
        return orders.issue(self.home, PLACE, Action.SUSPEND, Suspend("欠费"), by="officer-1")
