"""The facts of the staff report, from the database: orders, requests, entries, sales of a month.

Reads only.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from collector.config import Config
from collector.period import Period
from collector.quotas import account
from collector.staff import HOUR_MS, Approved, Facts, Issued, Moved, Newcomer, Signed, Sold, Terms
from collector.ticket_states import TRANSITIONS
from weighbook.envelope import payload_of
from weighbook.records import Kind, Weighing, parse_record

KG_PER_T = 1_000
MONTHS = 12
# A month above a tenth more than a twelfth of the year's capacity: Order 4 of 2020, art. 4.
PERCENT_OF_MONTH = 110
TWO = frozenset(line.move for line in TRANSITIONS if line.signers == 2)


def read_terms(config: Config) -> Terms:
    staff = config.staff
    hours = (staff.from_hour, staff.until_hour)
    return Terms(
        *hours, staff.permits_a_month, staff.permit_permille, staff.newcomer_hours * HOUR_MS
    )


def read_facts(db: sqlite3.Connection, config: Config, period: Period) -> Facts:
    return Facts(
        tuple(signed(db, period)),
        tuple(approved(db, period)),
        tuple(moved(db, period)),
        tuple(newcomers(db, period)),
        tuple(sold(db, period)),
        tuple(issued(db, config, period)),
    )


def signed(db: sqlite3.Connection, period: Period) -> Iterator[Signed]:
    rows = db.execute(
        "SELECT weighbridge, number, action, at_ms, by1, by2 FROM orders"
        " WHERE at_ms >= ? AND at_ms < ? ORDER BY weighbridge, number",
        period[1:],
    )
    return (Signed(*row) for row in rows)


def approved(db: sqlite3.Connection, period: Period) -> Iterator[Approved]:
    """Every approval, and every first signature of somebody else's request."""
    rows = db.execute(
        "SELECT r.id, r.by1, e.officer FROM request_entries e JOIN requests r ON r.id = e.request"
        " WHERE e.step = 'approved' AND e.at_ms >= ? AND e.at_ms < ? ORDER BY e.id",
        period[1:],
    )
    return (Approved(*row) for row in rows)


def moved(db: sqlite3.Connection, period: Period) -> Iterator[Moved]:
    rows = db.execute(
        "SELECT move, by1, by2, source, count(*) FROM ticket_entries"
        " WHERE at_ms >= ? AND at_ms < ? GROUP BY move, by1, by2, source ORDER BY min(entry_id)",
        period[1:],
    )
    for move, by1, by2, source, tickets in rows:
        yield Moved(move, by1, by2, source, tickets, move in TWO)


def newcomers(db: sqlite3.Connection, period: Period) -> Iterator[Newcomer]:
    """Everybody registered up to the month's end."""
    rows = db.execute(
        "SELECT subject, officer, at_ms FROM bureau_log WHERE action = 'officer add'"
        " AND at_ms < ? ORDER BY id",
        (period.to_ms,),
    )
    return (Newcomer(*row) for row in rows)


def sold(db: sqlite3.Connection, period: Period) -> Iterator[Sold]:
    """What each deck sold, and how much of it on permits."""
    net: dict[str, int] = defaultdict(int)
    permitted: dict[str, int] = defaultdict(int)
    rows = db.execute(
        "SELECT message FROM records WHERE kind = ? AND at_ms >= ? AND at_ms < ?",
        (int(Kind.SALE), *period[1:]),
    )
    for (message,) in rows:
        record = parse_record(payload_of(message))
        if isinstance(body := record.body, Weighing):
            net[record.weighbridge] += body.net_kg or 0
            if body.permits:
                permitted[record.weighbridge] += body.net_kg or 0
    return (Sold(place, kg, permitted[place]) for place, kg in sorted(net.items()))


def issued(db: sqlite3.Connection, config: Config, period: Period) -> Iterator[Issued]:
    """Tickets issued and not given back, at a usual load each, beside quota or capacity."""
    rows = db.execute(
        "SELECT holder_to AS enterprise, count(*) AS tickets FROM ticket_entries"
        " WHERE move = 'issue' AND at_ms >= ? AND at_ms < ? GROUP BY holder_to ORDER BY 1",
        period[1:],
    ).fetchall()
    for row in rows:
        back = db.execute(
            "SELECT count(*) FROM ticket_entries WHERE move = 'return' AND at_ms >= ? AND at_ms < ?"
            " AND (holder_from = ? OR holder_from LIKE ? || '/%')",
            (*period[1:], row["enterprise"], row["enterprise"]),
        ).fetchone()[0]
        kg = (row["tickets"] - back) * config.quota.kg_per_ticket
        yield Issued(row["enterprise"], kg, allowed_kg(db, row["enterprise"], period))


def allowed_kg(db: sqlite3.Connection, enterprise: str, period: Period) -> int | None:
    """Its quota where it was ever granted one, else a month of its capacity; None: neither."""
    granted = db.execute(
        "SELECT 1 FROM quota_entries WHERE enterprise = ? LIMIT 1", (enterprise,)
    ).fetchone()
    if granted is not None:
        month = account(db, enterprise, period.name)
        return max(0, month.opening_kg + month.granted_kg)
    row = db.execute(
        "SELECT capacity_t FROM enterprises WHERE enterprise = ? AND valid_from_ms < ?"
        " ORDER BY valid_from_ms DESC LIMIT 1",
        (enterprise, period.to_ms),
    ).fetchone()
    if row is None or not row["capacity_t"]:
        return None
    return int(row["capacity_t"]) * KG_PER_T * PERCENT_OF_MONTH // (100 * MONTHS)
