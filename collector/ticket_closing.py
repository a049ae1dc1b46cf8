"""Taking tickets out of use: return, void, lost, freeze; recover and cancel at a month's end.

A ticket that was signed is a picture in somebody's phone: closing it also signs a revocation for
its weighbridge, in the same transaction. What the deck did before it heard is settled when its
record comes (`ticket_posting`).
"""

import json
import sqlite3
from collections.abc import Sequence

from collector import orders
from collector.home import Home
from collector.period import read_month
from collector.ticket_entries import Stamp, move
from collector.ticket_states import State
from weighbook.orders import Action, Revoke
from weighbook.phrase import Phrase, Refusal

REVOKING = frozenset({"return", "void", "lost"})
MAX_REVOKED_AT_ONCE = 1_000  # tickets; each costs its weighbridge one order to read


def close_tickets(home: Home, name: str, numbers: Sequence[str], stamp: Stamp, note: str) -> int:
    """Make the move `name` and revoke what was signed; returns how many orders that took.

    Refusals: those of `ticket_entries.move`, of `orders.issue`, and E_COUNT.
    """
    issued = 0

    def revoke() -> None:
        nonlocal issued
        if name in REVOKING:
            issued = revoke_signed(home, numbers, stamp)
        home.log(stamp.by1, f"ticket {name}", summary(numbers), note)

    move(home.db, numbers, name, stamp, revoke)
    return issued


def revoke_signed(home: Home, numbers: Sequence[str], stamp: Stamp) -> int:
    rows = home.db.execute(
        "SELECT ticket_no, weighbridge FROM tickets WHERE message IS NOT NULL"
        " AND ticket_no IN (SELECT value FROM json_each(?)) ORDER BY ticket_no",
        (json.dumps(list(numbers)),),
    ).fetchall()
    if len(rows) > MAX_REVOKED_AT_ONCE:
        raise Refusal(
            "E_COUNT",
            Phrase(
                f"一次最多吊销 {MAX_REVOKED_AT_ONCE} 张，此次 {len(rows)} 张。",
                f"At most {MAX_REVOKED_AT_ONCE} are revoked at once; these are {len(rows)}.",
            ),
            Phrase("请分批办理。", "Do it in parts."),
        )
    for row in rows:
        args = Revoke(ticket_no=row["ticket_no"], kid=None)
        orders.issue(
            home, row["weighbridge"], Action.REVOKE, args, by=stamp.by1, now_ms=stamp.at_ms
        )
    return len(rows)


def summary(numbers: Sequence[str]) -> str:
    """`first … last (count)`: what a log line says of many tickets."""
    if len(numbers) < 2:
        return "".join(numbers)
    return f"{min(numbers)}…{max(numbers)} ({len(numbers)})"


def used_in(
    db: sqlite3.Connection, month: str, states: Sequence[State], enterprise: str | None
) -> list[str]:
    """Numbers used in a tax month that now stand in one of `states`."""
    period = read_month(month)
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE state IN (SELECT value FROM json_each(?))"
        " AND used_at_ms >= ? AND used_at_ms < ? AND (? IS NULL OR enterprise = ?)"
        " ORDER BY ticket_no",
        (json.dumps(list(states)), period.from_ms, period.to_ms, enterprise, enterprise),
    )
    return [row["ticket_no"] for row in rows]


def check_period(db: sqlite3.Connection, month: str, now_ms: int) -> None:
    """Refusal E_PERIOD_OPEN unless the month is over and has been reconciled since."""
    end_ms = read_month(month).to_ms
    done = db.execute(
        "SELECT 1 FROM periods WHERE month = ? AND reconciled_ms >= ?", (month, end_ms)
    ).fetchone()
    if end_ms > now_ms or done is None:
        raise Refusal(
            "E_PERIOD_OPEN",
            Phrase(f"{month} 尚未结束或未比对。", f"{month} is not over or not reconciled yet."),
            Phrase(
                f"请先运行 collector reconcile --month {month}。",
                f"Run first: collector reconcile --month {month}.",
            ),
        )


def note_reconciled(db: sqlite3.Connection, month: str, at_ms: int, result: str) -> None:
    """Remember the result (a hash) of reconciling `month`: its tickets may now be cancelled."""
    db.execute(
        "INSERT INTO periods VALUES (:m, :t, :r)"
        " ON CONFLICT (month) DO UPDATE SET reconciled_ms = :t, result = :r",
        {"m": month, "t": at_ms, "r": result},
    )
