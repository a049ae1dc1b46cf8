"""A month for the tests of reconciliation: a collector's home, and books written straight into it.

Records are signed and chained as an agent would, tickets move by the real ledger; what a test
plants is one call. July 2026 holds an honest day of two weighbridges of one mine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from collector.books import write_totals
from collector.finding import Finding
from collector.home import Home, create_home
from collector.loading import load
from collector.period import Period, read_month
from collector.reconcile import collect
from collector.rules.shape import Expression
from collector.schema import transaction
from collector.tables import register
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, Grant, allocate, issue, post_record, stock_in
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, digest, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry
from weighbook.orders import NO_ORDER, Action, Args, Order, sign_order
from weighbook.receipts import Checkpoint, sign_checkpoint
from weighbook.records import (
    VERSION,
    Body,
    CauseChange,
    Clock,
    Genesis,
    Kind,
    Record,
    Started,
    Totals,
    Weighing,
    encode_record,
)

MONTH = "2026-07"
PERIOD = read_month(MONTH)
DAY_MS = 86_400_000
MINUTE_MS = 60_000
START_MS = PERIOD.from_ms + DAY_MS + 8 * 60 * MINUTE_MS
OFFICERS = Stamp(PERIOD.from_ms + MINUTE_MS, "officer-1", "officer-2", "paper-7")

LOAD = Weighing(
    weight_kg=48_620,
    tare_kg=15_240,
    gross_kg=48_620,
    net_kg=33_380,
    peak_kg=48_640,
    division_kg=20,
    indicator="XK3190-DS8",
    certificate="C-2026-17",
    stability=1,
    curve=bytes(32),
    frames=bytes(32),
    pictures=(("deck", bytes(32)),),
    plate="蒙K12345",
    plate_source="card",
    ticket_plate=None,
    ticket_no=None,
    ticket_digest=None,
    decision="accepted",
    reasons=(),
    operator=None,
    software="0.1.0",
    product="RAW",
    enterprise="E1",
    began_ms=START_MS,
    tare_seq=None,
    permits=(),
    axles=6,
    halted=False,
)
PLATES = {"W1": "蒙K12345", "W2": "蒙K22222"}
PASSAGE = replace(LOAD, tare_kg=None, gross_kg=None, net_kg=None, plate=None, decision="recorded")


@dataclass
class Book:
    """One weighbridge's book, written into the collector's database as ingest would leave it."""

    home: Home
    weighbridge: str
    key: SigningKey
    now_ms: int = START_MS
    seq: int = 0
    head: bytes = NO_ORDER
    totals: Totals = field(default_factory=Totals)
    tickets: Iterator[tuple[str, bytes]] = field(default_factory=lambda: iter(()))

    def write(self, kind: Kind, body: Body, *, after_ms: int = MINUTE_MS) -> int:
        """Append one record; returns its sequence number."""
        record, message = self.make(kind, body, after_ms)
        self.seq, self.head, self.totals = record.seq, digest(message), record.totals
        self.now_ms = record.at_ms
        self.store(record, message)
        post_record(self.home.db, record, self.head)
        return self.seq

    def make(self, kind: Kind, body: Body, after_ms: int = MINUTE_MS) -> tuple[Record, bytes]:
        totals = add_to_totals(self.totals, kind, body)
        at_ms = self.now_ms + after_ms
        clock = Clock(bytes(16), at_ms, 0)
        place = (self.weighbridge, 1, self.seq + 1)
        record = Record(VERSION, kind, *place, self.head, at_ms, clock, totals, 1, None, body)
        return record, sign(encode_record(record), Typ.RECORD, self.key)

    def store(self, record: Record, message: bytes) -> None:
        place = (record.weighbridge, record.epoch, record.seq)
        self.home.db.execute(
            "INSERT INTO records VALUES (?,?,?,?,?,?,?,?)",
            (*place, digest(message), int(record.kind), record.at_ms, record.at_ms + 900, message),
        )
        totals = write_totals(record.totals)
        self.home.db.execute(
            "INSERT OR REPLACE INTO heads VALUES (?,?,?,?,?,?,?,?,?)",
            (*place, digest(message), record.seq, record.at_ms, record.at_ms + 900, totals, 1),
        )

    def skip(self) -> None:
        """Write a record that never reaches the collector."""
        record, message = self.make(Kind.STARTED, Started("0.1.0", bytes(32), clean=True))
        self.seq, self.head, self.totals = record.seq, digest(message), record.totals

    def sell(self, **changes: Any) -> int:
        """Tare and sale of one truck on the next ticket; `changes` alter the sale's weighing."""
        ticket_no, scanned = next(self.tickets)
        ticket: dict[str, Any] = {"ticket_no": ticket_no, "ticket_digest": scanned}
        ticket["plate"] = PLATES[self.weighbridge]
        tare = replace(LOAD, gross_kg=None, net_kg=None, **ticket)
        tare_seq = self.write(Kind.TARE, tare)
        sale = replace(LOAD, **{**ticket, "tare_seq": tare_seq, **changes})
        return self.write(Kind.SALE, sale, after_ms=9 * MINUTE_MS)

    def change(self, code: str, change: str, permit: int | None = None) -> int:
        return self.write(
            Kind.CAUSE, CauseChange(code, "deck", change, self.now_ms, "-", "-", permit)
        )

    def report(self, reserved: int, used: int) -> None:
        """A checkpoint up to the newest record."""
        place = (self.weighbridge, 1, self.seq, self.head, self.now_ms + 100)
        told = Checkpoint(
            *place, 1, PERIOD.to_ms, reserved, used, (), bytes(32), "0.1.0", open=True
        )
        self.home.db.execute(
            "INSERT OR REPLACE INTO checkpoints VALUES (?,?,?,?)",
            (self.weighbridge, told.at_ms, told.at_ms, sign_checkpoint(told, self.key)),
        )


@dataclass
class Month:
    """The home and its two books, W1 and W2."""

    home: Home
    one: Book
    two: Book
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def period(self) -> Period:
        return PERIOD

    def order(self, action: Action, args: Args, at_ms: int, expires_ms: int | None = None) -> int:
        """An order for W1, signed by both officers and stored; returns its number."""
        number = next(self.numbers)
        order = Order("W1", number, NO_ORDER, "W1", action, at_ms, expires_ms, at_ms, args)
        keys = tuple(self.home.officer_key(name) for name in ("officer-1", "officer-2"))
        message = sign_order(order, keys)
        self.home.db.execute(
            "INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,NULL)",
            ("W1", number, str(action), at_ms, message, digest(message), "officer-1", "officer-2"),
        )
        return number

    def findings(self, rule: Any) -> list[Finding]:
        """What one rule module finds in this month."""
        expression: Expression = rule.findings(register(load(self.home.db, PERIOD)), PERIOD)
        return list(collect(expression.to_pyarrow().to_pylist(), PERIOD))


def honest_month(folder: Path) -> Month:
    """Two weighbridges, eight sales, tickets that balance."""
    home = create_home(folder / "home", now_ms=lambda: PERIOD.to_ms + 2 * DAY_MS)
    with transaction(home.db):  # the disk is waited for once
        register_mine(home)
        one, two = (enrolled(home, name) for name in ("W1", "W2"))
        for book in (one, two):
            for _ in range(4):
                book.sell()
    return Month(home, one, two)


def register_mine(home: Home) -> None:
    capacity = (1_200_000, "active", PERIOD.from_ms, None, "officer-1")
    names = ("E1", "乌兰煤矿", "Ulan coal mine", "91150624MA0XXXXX1A", "C1500002026071110012345")
    home.db.execute(
        "INSERT INTO enterprises VALUES (?,?,?,?,?,?,?,?,?,?,?)", (*names, "乌兰一号井", *capacity)
    )
    home.db.execute("INSERT OR REPLACE INTO products VALUES ('RAW', 'COAL', '原煤', 'raw coal')")
    numbers = stock_in(home.db, Batch("COAL", "150624", 26, 1), 40, OFFICERS)
    issue(home.db, numbers[:30], "E1", OFFICERS)


def enrolled(home: Home, weighbridge: str) -> Book:
    """The weighbridge with ten tickets and the first two records of its book."""
    key = SigningKey.generate()
    home.db.execute(
        "INSERT INTO weighbridges (weighbridge, enterprise, name_zh, name_en, indicator,"
        " certificate, epoch, kid, cose_key, state, valid_from_ms, by)"
        " VALUES (?,'E1',?,?,'XK3190-DS8', 'C-2026-17',1,?,?,'active',?,'officer-1')",
        (weighbridge, f"{weighbridge} 号磅", weighbridge, key.public.kid, key.public.cose_key, 0),
    )
    entry = KeyEntry(key.public, ("agent",), weighbridge, 0, None, None)
    home.publish_keyset((*home.keyset().entries, entry))
    book = Book(home, weighbridge, key, tickets=iter(allocated(home, weighbridge)))
    book.write(Kind.GENESIS, Genesis(bytes(32), key.public.cose_key, 1))
    book.write(Kind.STARTED, Started("0.1.0", bytes(32), clean=True))
    return book


def allocated(home: Home, weighbridge: str) -> list[tuple[str, bytes]]:
    rows = home.db.execute(
        "SELECT ticket_no FROM tickets WHERE state = 'ISSUED' ORDER BY ticket_no LIMIT 10"
    )
    numbers = [row["ticket_no"] for row in rows]
    times = (PERIOD.from_ms // 1000, PERIOD.to_ms // 1000)
    grant = Grant("OTG-EB", "COAL", "E1", weighbridge, "RAW", 36_000, *times)
    allocate(home.db, numbers, grant, home.key("ticket"), OFFICERS)
    rows = home.db.execute(
        "SELECT ticket_no, digest FROM tickets WHERE weighbridge = ? ORDER BY ticket_no",
        (weighbridge,),
    )
    return [(row["ticket_no"], bytes(row["digest"])) for row in rows]
