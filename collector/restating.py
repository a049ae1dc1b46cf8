"""What is said again to a weighbridge enrolled anew, since its new book knows nothing of it.

Only what closes: suspensions that stand, keys and tickets that count no longer, used tickets among
them. What was relaxed (permits, policies, leases) was signed by two officers and is theirs to sign
again. The enrolment itself names how far the agent must have come before it sells anything.
"""

import json
import sqlite3
from collections.abc import Iterator

from collector import orders
from weighbook.envelope import payload_of
from weighbook.orders import MAX_TICKETS, Action, Args, Lift, Order, Revoke, Suspend, Thaw, order_of

Said = tuple[Action, Args]
USABLE = ("ALLOCATED", "RESERVED")


def to_say_again(db: sqlite3.Connection, weighbridge: str, now_ms: int) -> tuple[Said, ...]:
    """The orders that put a new book where the old one stood, or closer."""
    told = [order_of(payload_of(stored.message)) for stored in orders.listed(db, weighbridge)]
    return (
        *((Action.SUSPEND, args) for args in suspensions(told, now_ms)),
        *((Action.REVOKE, Revoke(kid=kid)) for kid in sorted(revoked_kids(told))),
        *((Action.REVOKE, args) for args in revoked_tickets(db, weighbridge, told, now_ms)),
    )


def suspensions(told: list[Order], now_ms: int) -> Iterator[Suspend]:
    """Those in force, each under the number it is lifted by."""
    standing: dict[int, Suspend] = {}
    for order in told:
        if isinstance(args := order.args, Suspend):
            first = args.again or order.number
            standing[first] = Suspend(args.reason, args.until_ms, first)
        elif isinstance(args, Lift):
            standing.pop(args.order, None)
    return (each for each in standing.values() if each.until_ms is None or each.until_ms > now_ms)


def revoked_kids(told: list[Order]) -> set[bytes]:
    return {args.kid for order in told if isinstance(args := order.args, Revoke) and args.kid}


def revoked_tickets(
    db: sqlite3.Connection, weighbridge: str, told: list[Order], now_ms: int
) -> Iterator[Revoke]:
    """Every unexpired ticket of this deck that was used, closed or revoked, many to an order."""
    by_order: set[str] = set()
    for order in told:
        if isinstance(args := order.args, Revoke):
            by_order.update(args.all_tickets)
        elif isinstance(args, Thaw):
            by_order.difference_update(args.tickets)
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE weighbridge = ? AND message IS NOT NULL"
        " AND expires_s > ? AND (state NOT IN (SELECT value FROM json_each(?))"
        " OR ticket_no IN (SELECT value FROM json_each(?))) ORDER BY ticket_no",
        (weighbridge, now_ms // 1_000, json.dumps(USABLE), json.dumps(sorted(by_order))),
    )
    numbers = tuple(str(row["ticket_no"]) for row in rows)
    for start in range(0, len(numbers), MAX_TICKETS):
        yield Revoke(tickets=numbers[start : start + MAX_TICKETS])


def outstanding(db: sqlite3.Connection, weighbridge: str, now_ms: int) -> int:
    """Tickets of this deck that still count: if the old book is lost, some may have been used."""
    row = db.execute(
        "SELECT count(*) FROM tickets WHERE weighbridge = ? AND message IS NOT NULL"
        " AND expires_s > ? AND state IN (SELECT value FROM json_each(?))",
        (weighbridge, now_ms // 1_000, json.dumps(USABLE)),
    ).fetchone()
    return int(row[0])
