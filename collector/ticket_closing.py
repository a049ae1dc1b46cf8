"""Taking tickets out of use: return, void, lost, freeze; recover and cancel at a month's end.

A ticket that was signed is a picture in somebody's phone: closing or freezing it also signs a
revocation for its weighbridge, in the same transaction, and a thaw takes that back. Many tickets
are named by one order. What the deck did before it heard is settled when its
record comes (`ticket_posting`).
"""

import json
import sqlite3
from collections.abc import Sequence
from itertools import groupby

from collector import orders
from collector.home import Home
from collector.period import read_month
from collector.ticket_entries import Stamp, move
from collector.ticket_states import State
from weighbook.orders import MAX_TICKETS, Action, Args, Revoke, Thaw
from weighbook.phrase import Phrase, Refusal

REVOKING = frozenset({"return", "void", "lost", "freeze"})
TELLING = REVOKING | {"thaw"}
MAX_REVOKED_AT_ONCE = 5_000  # tickets; ten orders at most for one weighbridge


def close_tickets(home: Home, name: str, numbers: Sequence[str], stamp: Stamp, note: str) -> int:
    """Make the move `name` and tell the decks of what was signed; returns how many orders it took.

    Refusals: those of `ticket_entries.move`, of `orders.issue`, and E_COUNT.
    """
    issued = 0

    def tell() -> None:
        nonlocal issued
        if name in TELLING:
            issued = tell_decks(home, numbers, stamp, thaw=name == "thaw")
        home.log(stamp.by1, f"ticket {name}", summary(numbers), note)

    move(home.db, numbers, name, stamp, tell)
    return issued


def tell_decks(home: Home, numbers: Sequence[str], stamp: Stamp, *, thaw: bool) -> int:
    """Sign what each weighbridge must know of its tickets; returns the number of orders."""
    rows = home.db.execute(
        "SELECT ticket_no, weighbridge FROM tickets WHERE message IS NOT NULL"
        " AND ticket_no IN (SELECT value FROM json_each(?)) ORDER BY weighbridge, ticket_no",
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
    told = 0
    for weighbridge, group in groupby(rows, key=lambda row: str(row["weighbridge"])):
        named = [str(row["ticket_no"]) for row in group]
        for start in range(0, len(named), MAX_TICKETS):
            tell_deck(
                home, weighbridge, tuple(named[start : start + MAX_TICKETS]), stamp, thaw=thaw
            )
            told += 1
    return told


def tell_deck(
    home: Home, weighbridge: str, tickets: tuple[str, ...], stamp: Stamp, *, thaw: bool
) -> None:
    args: Args = Thaw(tickets) if thaw else Revoke(tickets=tickets)
    if not thaw and len(tickets) == 1:
        args = Revoke(ticket_no=tickets[0])
    action = Action.THAW if thaw else Action.REVOKE
    orders.issue(
        home, weighbridge, action, args, by=stamp.by1, second=stamp.by2, now_ms=stamp.at_ms
    )


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
