"""The ticket ledger: into stock, out to enterprises and decks, and what decks did with tickets.

What people ask for is refused with a code when the ledger does not allow it; what a deck has done
is posted from its signed records, is never refused, and leaves a note when it surprises.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from collector.schema import transaction
from collector.ticket_batches import Batch, stock_in
from collector.ticket_entries import Stamp, check, enter, move
from collector.ticket_parents import keep_parents
from collector.ticket_posting import Note
from collector.ticket_records import post_records
from collector.ticket_states import State
from collector.washery import Draw
from weighbook.keys import SigningKey
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Record
from weighbook.tickets import Ticket, sign_ticket

__all__ = [
    "Batch",
    "Grant",
    "allocate",
    "expire",
    "issue",
    "pick",
    "post_record",
    "set_free",
    "stock_in",
]

HOUR_MS = 3_600_000


class Grant(NamedTuple):
    """What an allocated ticket allows; the same for every ticket of one allocation."""

    issuer: str
    family: str
    enterprise: str
    weighbridge: str
    product: str
    max_net_kg: int
    not_before_s: int
    expires_s: int
    plate: str | None = None
    buyer: str | None = None
    destination: str | None = None


def pick(
    db: sqlite3.Connection, state: State, family: str, enterprise: str | None, count: int
) -> tuple[str, ...]:
    """The `count` lowest numbers standing in `state`; Refusal E_SHORT if there are fewer."""
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE state = ? AND family = ? AND enterprise IS ?"
        " ORDER BY ticket_no LIMIT ?",
        (state, family, enterprise, count),
    ).fetchall()
    if len(rows) < count or count < 1:
        raise Refusal(
            "E_SHORT",
            Phrase(
                f"要 {count} 张，只有 {len(rows)} 张可用。",
                f"{count} asked for, {len(rows)} there.",
            ),
            Phrase(
                "请先入库或发放，或减少张数。", "Stock in or issue more first, or ask for fewer."
            ),
        )
    return tuple(row["ticket_no"] for row in rows)


def issue(db: sqlite3.Connection, numbers: Sequence[str], enterprise: str, stamp: Stamp) -> None:
    """Hand stock to an enterprise; whether it may have them is the registry's question."""
    with transaction(db):
        check(db, numbers, "issue", stamp)
        db.execute(
            "UPDATE tickets SET enterprise = ? WHERE ticket_no IN (SELECT value FROM json_each(?))",
            (enterprise, json.dumps(list(numbers))),
        )
        enter(db, numbers, ("issue", State.STOCKED, State.ISSUED), stamp)


def allocate(
    db: sqlite3.Connection,
    numbers: Sequence[str],
    grant: Grant,
    key: SigningKey,
    stamp: Stamp,
    *,
    told: Callable[[Iterable[str]], Iterable[str]] = iter,
    drawn: Sequence[Sequence[Draw]] = (),
) -> None:
    """Sign each ticket for exactly one weighbridge and hand it over; `told` may show progress.

    `drawn`: for each ticket, the parent tickets its goods are made from, and how much of each.
    """
    parents = dict(zip(numbers, drawn, strict=bool(drawn)))
    with transaction(db):
        check(db, numbers, "allocate", stamp)
        keep_parents(db, parents.items(), stamp.at_ms)
        db.executemany(
            "UPDATE tickets SET weighbridge=?, product=?, max_net_kg=?, plate=?, buyer=?,"
            " destination=?, not_before_s=?, expires_s=?, message=?, digest=? WHERE ticket_no=?",
            (
                signed_row(number, grant, key, (stamp.at_ms // 1000, parents.get(number, ())))
                for number in told(numbers)
            ),
        )
        enter(db, numbers, ("allocate", State.ISSUED, State.ALLOCATED), stamp)


def signed_row(
    number: str, grant: Grant, key: SigningKey, own: tuple[int, Sequence[Draw]]
) -> tuple[object, ...]:
    """What the ledger keeps of a signed ticket; `own`: when it is signed, and what it draws on."""
    at_s, drawn = own
    message = sign_ticket(
        Ticket(
            issuer=grant.issuer,
            expires_s=grant.expires_s,
            not_before_s=grant.not_before_s,
            issued_s=at_s,
            ticket_no=number,
            family=grant.family,
            enterprise=grant.enterprise,
            weighbridge=grant.weighbridge,
            product=grant.product,
            max_net_kg=grant.max_net_kg,
            plate=grant.plate,
            buyer=grant.buyer,
            destination=grant.destination,
            parents=tuple(draw.parent for draw in drawn),
        ),
        key,
    )
    return (
        *(grant.weighbridge, grant.product, grant.max_net_kg, grant.plate, grant.buyer),
        *(grant.destination, grant.not_before_s, grant.expires_s, message),
        *(hashlib.sha256(message).digest(), number),
    )


def expire(db: sqlite3.Connection, now_ms: int) -> int:
    """Expire what is past its time; returns how many. A sale made in time reverses it later."""
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE state IN ('ALLOCATED', 'RESERVED', 'FROZEN')"
        " AND expires_s < ?",
        (now_ms // 1000,),
    )
    return by_clock(db, "expire", [row["ticket_no"] for row in rows], now_ms)


def set_free(db: sqlite3.Connection, now_ms: int, hours: int) -> int:
    """Free the tickets whose truck came back for no load within `hours`; returns how many."""
    rows = db.execute(
        "SELECT t.ticket_no FROM tickets t WHERE state = 'RESERVED' AND (SELECT max(at_ms)"
        " FROM ticket_entries e WHERE e.ticket_no = t.ticket_no) < ?",
        (now_ms - hours * HOUR_MS,),
    )
    return by_clock(db, "unreserve", [row["ticket_no"] for row in rows], now_ms)


def by_clock(db: sqlite3.Connection, name: str, numbers: list[str], now_ms: int) -> int:
    if numbers:
        move(db, numbers, name, Stamp(now_ms, "clock", None, "clock"))
    return len(numbers)


def post_record(db: sqlite3.Connection, record: Record, digest: bytes) -> tuple[Note, ...]:
    """`post_records` of one."""
    return post_records(db, ((record, digest),))
