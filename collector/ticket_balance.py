"""The accounts of the ticket ledger and the identities they must keep, each with zero residual.

Per family, holder and span of days: opening + what came in - what went out = closing, where the
closing is counted from where the tickets stand and the rest from the moves. Three books are kept
of the same thing (entries, running balances, tickets); `residuals()` says where they differ.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from collector.ticket_entries import BUREAU
from collector.ticket_states import State

S = State
FIRST_DAY = "0000-00-00"
IN_STOCK = frozenset({S.STOCKED, S.RETURNED})
IN_HAND = frozenset({S.ISSUED, S.ALLOCATED, S.RESERVED, S.FROZEN})
ON_DECK = frozenset({S.ALLOCATED, S.RESERVED, S.FROZEN})


class Column(NamedTuple):
    """Moves named `move` out of one of `starts` change the account by `sign` per ticket."""

    name: str
    move: str
    starts: frozenset[State]
    sign: int


def column(name: str, move: str, sign: int, *starts: State) -> Column:
    return Column(name, move, frozenset(starts) or frozenset(State), sign)


CLOSED = (S.VOID, S.LOST, S.EXPIRED)
BUREAU_COLUMNS = (
    column("stock_in", "stock-in", +1),
    column("returned", "return", +1),
    column("issued", "issue", -1),
    column("destroyed", "destroy", -1, S.STOCKED, S.RETURNED),
    column("reversed", "reverse", -1, S.RETURNED),
    column("disputed", "dispute", -1, S.RETURNED),
)
ENTERPRISE_COLUMNS = (
    column("received", "issue", +1),
    column("used", "use", -1),
    column("returned", "return", -1),
    column("void", "void", -1),
    column("expired", "expire", -1),
    column("lost", "lost", -1),
    column("reversed", "reverse", +1, *CLOSED, S.RETURNED),
    column("disputed", "dispute", -1, S.FROZEN),
)
WEIGHBRIDGE_COLUMNS = (
    column("received", "allocate", +1),
    column("used", "use", -1),
    column("returned", "return", -1, S.ALLOCATED),
    column("void", "void", -1, S.ALLOCATED, S.RESERVED),
    column("expired", "expire", -1),
    column("lost", "lost", -1, S.ALLOCATED, S.RESERVED, S.FROZEN),
    column("reversed", "reverse", +1, *CLOSED, S.RETURNED),
    column("disputed", "dispute", -1, S.FROZEN),
)


class Account(NamedTuple):
    """One line of the ledger: the residual is 0 or something is wrong."""

    family: str
    holder: str
    opening: int
    flows: Mapping[str, int]
    closing: int
    residual: int


class Entry(NamedTuple):
    family: str
    move: str
    start: State | None
    end: State
    holder_from: str | None
    holder_to: str
    tickets: int


def accounts(db: sqlite3.Connection, first_day: str, last_day: str) -> tuple[Account, ...]:
    """Bureau, enterprises and weighbridges (`enterprise/weighbridge`), days inclusive."""
    before = entries(db, FIRST_DAY, first_day, closed=False)
    during = entries(db, first_day, last_day, closed=True)
    keys = sorted(
        {
            (entry.family, holder)
            for entry in before + during
            for place in (entry.holder_from, entry.holder_to)
            if place is not None
            for holder in {place, place.split("/")[0]}
        }
    )
    return tuple(account(family, holder, before, during) for family, holder in keys)


def entries(
    db: sqlite3.Connection, first_day: str, last_day: str, *, closed: bool
) -> tuple[Entry, ...]:
    """Entries summed by what they did; `closed` counts the last day in."""
    rows = db.execute(
        "SELECT family, move, from_state, to_state, holder_from, holder_to, count(*)"
        " FROM ticket_entries WHERE day >= ? AND (day < ? OR (? AND day = ?))"
        " GROUP BY 1, 2, 3, 4, 5, 6",
        (first_day, last_day, closed, last_day),
    )
    return tuple(
        Entry(row[0], row[1], row[2] and State(row[2]), State(row[3]), row[4], row[5], row[6])
        for row in rows
    )


def account(
    family: str, holder: str, before: tuple[Entry, ...], during: tuple[Entry, ...]
) -> Account:
    columns, states = account_kind(holder)
    mine = [e for e in during if e.family == family and concerns(holder, e)]
    opening = standing(family, holder, states, before)
    closing = standing(family, holder, states, before + during)
    flows = {
        c.name: sum(
            e.tickets for e in mine if e.move == c.move and (e.start or S.GENERATED) in c.starts
        )
        for c in columns
    }
    moved = sum(c.sign * flows[c.name] for c in columns)
    return Account(family, holder, opening, flows, closing, opening + moved - closing)


def account_kind(holder: str) -> tuple[tuple[Column, ...], frozenset[State]]:
    if holder == BUREAU:
        return BUREAU_COLUMNS, IN_STOCK
    return (WEIGHBRIDGE_COLUMNS, ON_DECK) if "/" in holder else (ENTERPRISE_COLUMNS, IN_HAND)


def inside(holder: str, place: str | None) -> bool:
    return place is not None and (place == holder or place.startswith(f"{holder}/"))


def concerns(holder: str, entry: Entry) -> bool:
    return inside(holder, entry.holder_from) or inside(holder, entry.holder_to)


def standing(family: str, holder: str, states: frozenset[State], entries: tuple[Entry, ...]) -> int:
    """How many tickets stand with the holder after these entries."""
    total = 0
    for entry in entries:
        if entry.family != family:
            continue
        if entry.end in states and inside(holder, entry.holder_to):
            total += entry.tickets
        if entry.start in states and inside(holder, entry.holder_from):
            total -= entry.tickets
    return total


def residuals(db: sqlite3.Connection) -> dict[str, int]:
    """Where the books of the ledger differ now; empty when all of them agree."""
    kept: Counter[tuple[str, str, str]] = Counter()
    for row in db.execute("SELECT family, holder, state, count FROM ticket_balances"):
        kept[(row[0], row[1], row[2])] += row[3]
    summed: Counter[tuple[str, str, str]] = Counter()
    for entry in entries(db, FIRST_DAY, "9999-99-99", closed=True):
        summed[(entry.family, entry.holder_to, entry.end)] += entry.tickets
        if entry.start is not None and entry.holder_from is not None:
            summed[(entry.family, entry.holder_from, entry.start)] -= entry.tickets
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in db.execute(
        "SELECT family, CASE WHEN state IN ('GENERATED','STOCKED','RETURNED','DESTROYED')"
        " THEN 'bureau' ELSE coalesce(enterprise || '/' || weighbridge, enterprise) END, state,"
        " count(*) FROM tickets GROUP BY 1, 2, 3"
    ):
        counted[(row[0], row[1], row[2])] += row[3]
    keys = kept.keys() | summed.keys() | counted.keys()
    return {
        "/".join(key): max(kept[key], summed[key], counted[key])
        - min(kept[key], summed[key], counted[key])
        for key in sorted(keys)
        if not kept[key] == summed[key] == counted[key]
    }


def use_identity(db: sqlite3.Connection) -> dict[str, int]:
    """Used to date = outstanding + recovered + written off; `residual` is the difference."""
    moved = Counter[str]()
    for entry in entries(db, FIRST_DAY, "9999-99-99", closed=True):
        moved[entry.move] += entry.tickets
    outstanding = db.execute(
        "SELECT count(*) FROM tickets WHERE state IN ('USED', 'RECEIVED')"
    ).fetchone()[0]
    used, back = moved["use"], moved["recover"] + moved["write-off"]
    return {
        "used": used,
        "outstanding": outstanding,
        "recovered": moved["recover"],
        "written_off": moved["write-off"],
        "cancelled": moved["cancel"],
        "residual": used - outstanding - back,
    }
