"""A bureau with a mine, one truck's ticket and the slip its deck gave it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from collector.home import Home
from collector.road.pack import Pack, make_pack
from collector.ticket_entries import Stamp, move
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from tests.collector.sites import ENTERPRISE, PLACE, Book, Bureau, make_bureau, weighing
from weighbook.envelope import digest
from weighbook.records import Kind
from weighbook.slips import CHECK_BYTES, HEAD_BYTES, Slip, sign_slip, slip_text
from weighbook.tickets import ticket_text

PLATE, HOUR_MS = "蒙K12345", 3_600_000


@dataclass
class Road:
    """`ticket` and `slip` are the texts of one truck's two codes; `sale` its record's message."""

    bureau: Bureau
    book: Book
    number: str
    ticket: str
    slip: str
    sale: bytes
    told: Slip

    @property
    def home(self) -> Home:
        return self.bureau.home

    @property
    def now_ms(self) -> int:
        return self.bureau.wall.now_ms

    def pack(self) -> Pack:
        return make_pack(self.home)

    def close(self, name: str) -> None:
        """The bureau voids, freezes … the ticket."""
        stamp = Stamp(self.now_ms, "officer-1", "officer-2")
        move(self.home.db, [self.number], name, stamp)

    def other_slip(self, **facts: Any) -> str:
        """A slip its agent might have signed instead."""
        return slip_text(sign_slip(replace(self.told, **facts), self.book.key))


def make_road(folder: Path) -> Road:
    bureau = make_bureau(folder)
    book = bureau.enrol()
    book.begin()
    home, now_ms = bureau.home, bureau.wall.now_ms
    stamp = Stamp(now_ms, "officer-1", "officer-2")
    (number,) = stock_in(home.db, Batch("COAL", "150624", 26, 1), 1, stamp)
    issue(home.db, [number], ENTERPRISE, stamp)
    grant = Grant("OTG-EB", "COAL", ENTERPRISE, PLACE, "RAW", 40_000, now_ms // 1000 - 60,
                  now_ms // 1000 + 48 * 3_600)  # fmt: skip
    allocate(home.db, [number], grant, home.key("ticket"), stamp)
    (message,) = home.db.execute("SELECT message FROM tickets").fetchone()
    body = weighing(ticket_no=number, ticket_digest=digest(message), plate=PLATE, product="RAW")
    sale = book.write(Kind.SALE, body)
    record = book.last
    assert record is not None
    told = Slip(
        *(PLACE, 1, record.seq, digest(sale)[:HEAD_BYTES], record.totals, record.at_ms),
        *(PLATE, "RAW", 25_000, number, digest(message)[:CHECK_BYTES]),
    )
    slip = slip_text(sign_slip(told, book.key))
    bureau.wall.now_ms = record.at_ms + HOUR_MS
    return Road(bureau, book, number, ticket_text(message), slip, sale, told)
