"""What each weighbridge itself says it has sold to date, and what the ledger says: by any moment.

Every signed record carries the running totals of its book, so the deck's own count is known for
every past day, beside the ledger's count of tickets used there.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from weighbook.envelope import payload_of
from weighbook.phrase import Refusal
from weighbook.records import parse_record

NEWEST = """
SELECT message FROM records WHERE weighbridge = ? AND epoch = ? AND at_ms < ?
ORDER BY seq DESC LIMIT 1"""
USED = """
SELECT weighbridge, count(*) FROM tickets WHERE used_at_ms < ? AND weighbridge IS NOT NULL
GROUP BY 1"""


class Totals(NamedTuple):
    """`reported`: sales by the deck's own totals; None where it has no book here."""

    reported: int | None
    ledger: int

    @property
    def agree(self) -> bool:
        return self.reported in (None, self.ledger)


def deck_totals(db: sqlite3.Connection, before_ms: int) -> dict[str, Totals]:
    """By weighbridge, up to a moment."""
    used = dict(map(tuple, db.execute(USED, (before_ms,))))
    books: dict[str, int] = {}
    rows = db.execute("SELECT weighbridge, epoch FROM heads ORDER BY 1, 2").fetchall()
    for row in rows:
        for sales in sales_of(db, (row["weighbridge"], row["epoch"]), before_ms):
            books[row["weighbridge"]] = books.get(row["weighbridge"], 0) + sales
    return {
        weighbridge: Totals(books.get(weighbridge), used.get(weighbridge, 0))
        for weighbridge in sorted({*books, *used})
    }


def sales_of(db: sqlite3.Connection, book: tuple[str, int], before_ms: int) -> Iterator[int]:
    """What the newest record before a moment counts; nothing if there is none to be read."""
    row = db.execute(NEWEST, (*book, before_ms)).fetchone()
    if row is None:
        return
    try:
        yield parse_record(payload_of(bytes(row["message"]))).totals.sales
    except Refusal:
        return
