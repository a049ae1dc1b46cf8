"""Entries of the ticket ledger: double entry, one row per ticket and move, append-only.

A move is all or nothing: either each ticket named makes a line of `ticket_states`, or all of it is
refused with a code. Sets of tickets move by set statements, so ten thousand cost little more than
ten; the database's triggers keep states and balances and refuse what would go below zero.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from collector.period import day_of
from collector.schema import transaction
from collector.ticket_states import NAMES, Place, State, find, refusal_code
from weighbook.phrase import Phrase, Refusal

BUREAU = "bureau"
OF_DECKS = frozenset({"reverse", "dispute"})
HOLDERS = {
    Place.BUREAU: "'bureau'",
    Place.ENTERPRISE: "enterprise",
    Place.WEIGHBRIDGE: "enterprise || '/' || weighbridge",
    Place.SAME: "coalesce(enterprise || '/' || weighbridge, enterprise)",
}
INSERT = (
    "INSERT INTO ticket_entries (at_ms, day, family, ticket_no, move, from_state, to_state,"
    " holder_from, holder_to, by1, by2, source)"
)


class Stamp(NamedTuple):
    """When, by whom, and on which paper an entry stands."""

    at_ms: int
    by1: str
    by2: str | None = None
    source: str = "cli"


class Entry(NamedTuple):
    """One ticket's move, by a record: (move, from, to), when, at which weighbridge."""

    at_ms: int
    ticket_no: str
    line: tuple[str, State | None, State]
    by1: str
    source: str


def holder_of(state: State, enterprise: str | None, weighbridge: str | None) -> str:
    """The account a ticket stands in: `bureau`, `enterprise` or `enterprise/weighbridge`."""
    if state in (State.GENERATED, State.STOCKED, State.RETURNED, State.DESTROYED):
        return BUREAU
    return f"{enterprise}/{weighbridge}" if weighbridge else str(enterprise)


def move(
    db: sqlite3.Connection,
    numbers: Sequence[str],
    name: str,
    stamp: Stamp,
    before: Callable[[], object] | None = None,
) -> None:
    """Make the move `name` with every ticket of `numbers`, from whatever states they are in.

    `before` writes what belongs to the same transaction (a revocation, a signed message).
    Refusals: E_NO_TICKET, E_USED, E_FROZEN, E_STATE, E_TWO_SIGNERS; then nothing has moved.
    """
    with transaction(db):
        states = check(db, numbers, name, stamp)
        if before is not None:
            before()
        for start in sorted(set(states.values())):
            chosen = [number for number in numbers if states[number] is start]
            for end, group in ends(db, name, start, chosen):
                enter(db, group, (name, start, end), stamp)
                if end is State.STOCKED:
                    forget_owner(db, group)


def check(
    db: sqlite3.Connection, numbers: Sequence[str], name: str, stamp: Stamp
) -> dict[str, State]:
    """The states of `numbers` if each of them can make the move and enough officers stand by."""
    rows = db.execute(
        "SELECT ticket_no, state, weighbridge FROM tickets"
        " WHERE ticket_no IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).fetchall()
    states = {row["ticket_no"]: State(row["state"]) for row in rows}
    placed = {row["ticket_no"] for row in rows if row["weighbridge"] is not None}
    if not numbers or len(set(numbers)) != len(numbers):
        raise count_refused(len(numbers))
    for number in numbers:
        line = find(name, states.get(number))
        # What a deck did is taken up only for a ticket that was ever signed for one.
        if line is None or (name in OF_DECKS and number not in placed):
            raise move_refused(number, states.get(number))
        if line.signers == 2:
            need_two(stamp)
    return states


def ends(
    db: sqlite3.Connection, name: str, start: State, numbers: list[str]
) -> Iterable[tuple[State, list[str]]]:
    """Where the move leads; only a thaw has several ends: what each ticket was when it froze."""
    if name != "thaw":
        line = find(name, start)
        assert line is not None
        return ((line.end, numbers),)
    rows = db.execute(
        "SELECT value, (SELECT from_state FROM ticket_entries WHERE ticket_no = value"
        " ORDER BY entry_id DESC LIMIT 1) AS before FROM json_each(?)",
        (json.dumps(numbers),),
    ).fetchall()
    ends = sorted({State(row["before"]) for row in rows})
    return [(end, [row["value"] for row in rows if row["before"] == end]) for end in ends]


def enter(
    db: sqlite3.Connection,
    numbers: Sequence[str],
    line: tuple[str, State | None, State],
    stamp: Stamp,
) -> None:
    """Append one entry per ticket; the triggers move states and balances or refuse all of it."""
    before, after = holders(line)
    name, start, end = line
    for at_ms, group in dated(db, numbers, stamp.at_ms):
        db.execute(
            f"{INSERT} SELECT ?, ?, family, ticket_no, ?, ?, ?, {before}, {after}, ?, ?, ?"  # noqa: S608 - only the fragments above
            " FROM json_each(?) JOIN tickets ON ticket_no = value ORDER BY ticket_no",
            (
                *(at_ms, day_of(at_ms), name, start, end),
                *(stamp.by1, stamp.by2, stamp.source, json.dumps(group)),
            ),
        )


def enter_each(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Append entries one by one, in this order; `at_ms` is not before the ticket's last."""
    for (before, after), group in groupby(entries, key=lambda entry: holders(entry.line)):
        db.executemany(
            f"{INSERT} SELECT ?, ?, family, ticket_no, ?, ?, ?, {before}, {after}, ?, NULL, ?"  # noqa: S608 - only the fragments above
            " FROM tickets WHERE ticket_no = ?",
            (
                (at_ms, day_of(at_ms), *line, by1, source, ticket_no)
                for at_ms, ticket_no, line, by1, source in group
            ),
        )


def holders(line: tuple[str, State | None, State]) -> tuple[str, str]:
    """The accounts a move leads from and to, as SQL over the ticket's row."""
    name, start, end = line
    found = find(name, start, end)
    assert found is not None, line
    before = "NULL" if start is None else HOLDERS[place_in(start, found.holder)]
    return before, HOLDERS[found.holder]


def dated(
    db: sqlite3.Connection, numbers: Sequence[str], at_ms: int
) -> Iterator[tuple[int, list[str]]]:
    """When each entry stands: never before the ticket's last, or a day could close below zero.

    A record that arrives late stands at its own time unless the bureau moved the ticket since.
    """
    rows = db.execute(
        "SELECT ticket_no, max(at_ms) AS last_ms FROM json_each(?) JOIN ticket_entries"
        " ON ticket_no = value GROUP BY ticket_no HAVING last_ms > ?",
        (json.dumps(list(numbers)), at_ms),
    ).fetchall()
    later = {row["ticket_no"]: int(row["last_ms"]) for row in rows}
    yield at_ms, [number for number in numbers if number not in later]
    for number, last_ms in later.items():
        yield last_ms, [number]


def place_in(start: State, holder: Place) -> Place:
    """Whose account a ticket leaves: an allocation leaves the enterprise's free ones."""
    if holder_of(start, "", None) == BUREAU:
        return Place.BUREAU
    return Place.ENTERPRISE if holder is Place.WEIGHBRIDGE else Place.SAME


def forget_owner(db: sqlite3.Connection, numbers: Sequence[str]) -> None:
    db.execute(
        "UPDATE tickets SET enterprise = NULL WHERE ticket_no IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )


def need_two(stamp: Stamp) -> None:
    """E_TWO_SIGNERS unless two different officers stand behind it."""
    if stamp.by2 is None or stamp.by2 == stamp.by1:
        raise Refusal(
            "E_TWO_SIGNERS",
            Phrase("此操作须由两名不同的经办人共同办理。", "This needs two different officers."),
            Phrase("请用 --by 和 --second 写明两人。", "Name both with --by and --second."),
        )


def count_refused(count: int) -> Refusal:
    return Refusal(
        "E_COUNT",
        Phrase(
            f"张数 {count} 不成立，或票号有重复。",
            f"A count of {count} is not possible, or a number is named twice.",
        ),
        Phrase("请写明至少一张、互不重复的票。", "Name at least one ticket, and each once."),
    )


def move_refused(number: str, state: State | None) -> Refusal:
    known = NAMES[state] if state else Phrase("不存在", "not in the ledger")
    return Refusal(
        refusal_code(state),
        Phrase(
            f"票 {number} 现为“{known.zh}”，不能办理此项；全部未动。",
            f"Ticket {number} is {known.en} and cannot make this move; nothing has moved.",
        ),
        Phrase(
            f"请用 collector ticket show {number} 查看来历。",
            f"See its history with: collector ticket show {number}.",
        ),
    )
