"""The ticket ledger as a month's analytic tables: entries, balances at both ends, tickets used.

The ledger dates an entry no earlier than the one before it on the same ticket, so where a ticket
stood at a moment is what its newest entry before that moment says.
"""

import sqlite3
from collections.abc import Iterator

from collector.deck_sessions import count_sessions
from collector.decoding import Owners
from collector.period import Period, day_of
from collector.tables import Row
from collector.washery import load_bands
from collector.washery_month import months, yield_rows
from weighbook.envelope import payload_of
from weighbook.receipts import Checkpoint
from weighbook.schema import decode_fields

STANDING = """
SELECT family, holder_to, to_state, count(*) FROM ticket_entries WHERE entry_id IN
  (SELECT max(entry_id) FROM ticket_entries WHERE at_ms < ? GROUP BY ticket_no)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
# How far a buyer has reported is told no further than it matters, so that what he sends later on
# leaves a judged month as it was.
RECEIVED = """
SELECT coalesce(t.weighbridge, ''), coalesce(t.enterprise, ''), t.ticket_no,
  coalesce(r.buyer, t.buyer) AS at_buyer, t.net_kg, r.net_kg,
  coalesce(t.expires_s * 1000, t.used_at_ms) AS due_ms,
  min(coalesce(t.expires_s * 1000, t.used_at_ms) + 86400001,
    (SELECT max(at_ms) FROM ticket_receipts o WHERE o.buyer = coalesce(r.buyer, t.buyer)))
FROM tickets t LEFT JOIN ticket_receipts r ON r.id =
  (SELECT min(id) FROM ticket_receipts f WHERE f.ticket_no = t.ticket_no)
WHERE t.used_at_ms >= ? AND t.used_at_ms < ? AND t.net_kg IS NOT NULL AND at_buyer IS NOT NULL
ORDER BY t.ticket_no"""
ASTRAY = """
SELECT t.ticket_no, coalesce(t.enterprise, ''), t.state, coalesce((SELECT e.to_state
  FROM ticket_entries e WHERE e.ticket_no = t.ticket_no ORDER BY e.entry_id DESC LIMIT 1), '') AS s
FROM tickets t WHERE t.state IS NOT s ORDER BY 1"""


def read_ledger(db: sqlite3.Connection, period: Period, owners: Owners) -> dict[str, list[Row]]:
    """entries, balances, tickets, received, yields, astray and reported, as rows."""
    return {
        "entries": list(entry_rows(db, period)),
        "balances": [
            *balance_rows(db, "open", period.from_ms),
            *balance_rows(db, "close", period.to_ms),
        ],
        "tickets": list(ticket_rows(db, period)),
        "received": [tuple(row) for row in db.execute(RECEIVED, period[1:])],
        "yields": list(yield_rows(months(db, period, load_bands()))),
        "astray": [tuple(row) for row in db.execute(ASTRAY)],
        "reported": list(reported_rows(db, period, owners)),
    }


def places(holder: str | None) -> tuple[str, str]:
    """(enterprise, weighbridge) of a holder; the bureau is neither."""
    if holder is None or holder == "bureau":
        return "", ""
    enterprise, _, weighbridge = holder.partition("/")
    return enterprise, weighbridge


def entry_rows(db: sqlite3.Connection, period: Period) -> Iterator[Row]:
    rows = db.execute(
        "SELECT entry_id, at_ms, family, ticket_no, move, coalesce(from_state, ''), to_state,"
        " holder_from, holder_to, by1, coalesce(by2, ''), source FROM ticket_entries"
        " WHERE at_ms >= ? AND at_ms < ? ORDER BY entry_id",
        period[1:],
    )
    for row in rows:
        entry_id, at_ms, *middle, holder_from, holder_to, by1, by2, source = row
        holders = (*places(holder_from), *places(holder_to))
        yield (entry_id, at_ms, day_of(at_ms), *middle, *holders, by1, by2, source)


def balance_rows(db: sqlite3.Connection, moment: str, at_ms: int) -> Iterator[Row]:
    for family, holder, state, count in db.execute(STANDING, (at_ms,)):
        yield (moment, family, *reversed(places(holder)), state, count)


def ticket_rows(db: sqlite3.Connection, period: Period) -> Iterator[Row]:
    rows = db.execute(
        "SELECT coalesce(weighbridge, ''), coalesce(enterprise, ''), ticket_no, family,"
        " coalesce(product, ''), net_kg, used_at_ms, used_seq FROM tickets"
        " WHERE used_at_ms >= ? AND used_at_ms < ? ORDER BY ticket_no",
        period[1:],
    )
    return map(tuple, rows)


def spent_rows(
    db: sqlite3.Connection,
    period: Period,
    owners: Owners,
    counted: dict[str, tuple[int, int]],
) -> Iterator[Row]:
    """Per weighbridge: tickets the ledger shows as used, and sales the books count."""
    used = dict(
        db.execute(
            "SELECT weighbridge, count(*) FROM tickets WHERE used_at_ms < ?"
            " AND weighbridge IS NOT NULL GROUP BY 1",
            (period.to_ms,),
        ).fetchall()
    )
    for weighbridge in sorted({*used, *counted}):
        sales, seq = counted.get(weighbridge, (0, 0))
        yield (weighbridge, owners.of(weighbridge), used.get(weighbridge, 0), sales, seq)


def reported_rows(db: sqlite3.Connection, period: Period, owners: Owners) -> Iterator[Row]:
    """Balances the weighbridges reported in the month, where every record up to them is held."""
    rows = db.execute(
        "SELECT c.weighbridge, c.message FROM checkpoints c WHERE c.at_ms >= ? AND c.at_ms < ?"
        " ORDER BY 1",
        period[1:],
    )
    for weighbridge, message in rows.fetchall():
        told = decode_fields(Checkpoint, payload_of(message))
        if holds(db, weighbridge, told.epoch, told.seq):
            ledger = ledger_balance(db, weighbridge, told.epoch)
            point = (weighbridge, owners.of(weighbridge), told.epoch, told.seq)
            yield (*point, told.tickets_reserved, told.tickets_used, *ledger)


def holds(db: sqlite3.Connection, weighbridge: str, epoch: int, seq: int) -> bool:
    """Are the head and everything the ledger knows exactly what the checkpoint spoke of?"""
    row = db.execute(
        "SELECT 1 FROM heads WHERE weighbridge = ? AND epoch = ? AND seq = ?",
        (weighbridge, epoch, seq),
    )
    return row.fetchone() is not None


def ledger_balance(db: sqlite3.Connection, weighbridge: str, epoch: int) -> tuple[int, int]:
    """(reserved, used) as the records of one book of the weighbridge have it in the ledger now."""
    book = f"{weighbridge}/{epoch}"
    used = db.execute(
        "SELECT count(DISTINCT ticket_no) FROM ticket_entries WHERE move IN ('use', 'dispute')"
        " AND source >= ? AND source < ?",
        (f"{book}/", f"{book}0"),  # "0" is what follows "/"
    ).fetchone()[0]
    return count_sessions(db, weighbridge, epoch), used
