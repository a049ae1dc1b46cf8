"""Which truck holds which ticket between tare and sale, as each deck's own records say.

The same bookkeeping as the deck's: a tare binds the ticket to the plate and ends what either was
bound to before, a sale ends it. So the count of open sessions is the balance the deck reports.
Records come in the order of their book, and the mark says how far each book was followed.
"""

import sqlite3
from typing import NamedTuple


class Seen(NamedTuple):
    """A truck with its ticket, in one book of a weighbridge."""

    weighbridge: str
    epoch: int
    plate: str
    ticket_no: str


def note_tare(db: sqlite3.Connection, seen: Seen) -> str | None:
    """Open the session; the other ticket whose reservation gives way to it, if there is one."""
    place = (seen.weighbridge, seen.epoch)
    row = db.execute(
        "SELECT ticket_no FROM deck_sessions WHERE weighbridge = ? AND epoch = ? AND plate = ?",
        (*place, seen.plate),
    ).fetchone()
    end_sessions(db, seen)
    db.execute(
        "INSERT OR REPLACE INTO deck_sessions VALUES (?, ?, ?, ?)",
        seen,
    )
    return None if row is None or row["ticket_no"] == seen.ticket_no else str(row["ticket_no"])


def note_sale(db: sqlite3.Connection, seen: Seen) -> None:
    """The session of the ticket is over."""
    end_sessions(db, seen)


def is_next(db: sqlite3.Connection, book: tuple[str, int], seq: int) -> bool:
    """Whether the record is newer than all of its book before it; it is the mark then."""
    done = db.execute(
        "INSERT INTO deck_marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq"
        " WHERE seq < excluded.seq",
        (*book, seq),
    )
    return done.rowcount > 0


def end_sessions(db: sqlite3.Connection, seen: Seen) -> None:
    db.execute(
        "DELETE FROM deck_sessions WHERE weighbridge = ? AND epoch = ? AND ticket_no = ?",
        (seen.weighbridge, seen.epoch, seen.ticket_no),
    )


def count_sessions(db: sqlite3.Connection, weighbridge: str, epoch: int) -> int:
    """How many tickets are bound to a truck now."""
    row = db.execute(
        "SELECT count(*) FROM deck_sessions WHERE weighbridge = ? AND epoch = ?",
        (weighbridge, epoch),
    ).fetchone()
    return int(row[0])
