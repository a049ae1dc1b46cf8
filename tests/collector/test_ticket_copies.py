"""Papers that come back: one copy of a used ticket is recovered, all others are findings."""

import sqlite3
from collections.abc import Iterable

import pytest

from collector.ticket_copies import Copy, Odd, judge, read_copies, recover_copies
from collector.ticket_posting import Standing
from collector.ticket_states import State
from tests.collector.ledgers import (
    KEY,
    START_MS,
    allocated,
    empty_ledger,
    post,
    stamp,
    state_of,
    weighed,
)
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet
from weighbook.records import Kind
from weighbook.tickets import open_ticket, sign_ticket, ticket_text

S = State
RING = KeyRing(KeySet(1, (KeyEntry(KEY.public, ("ticket",), "OTG-EB", 0, None, None),)))
DIGEST = b"d" * 32
LATER = stamp(START_MS + 9_000)


@pytest.fixture
def db() -> sqlite3.Connection:
    return empty_ledger()


def sold(db: sqlite3.Connection, count: int) -> list[str]:
    numbers = allocated(db, count)
    for seq, number in enumerate(numbers, 1):
        post(db, weighed(db, number, Kind.SALE, START_MS + seq, seq))
    return list(numbers)


def text_of(db: sqlite3.Connection, number: str, **other: object) -> str:
    """The code on the ticket's paper; `other` contents are signed just as well."""
    row = db.execute("SELECT message FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    if not other:
        return ticket_text(row["message"])
    ticket = open_ticket(row["message"], RING, None)
    return ticket_text(sign_ticket(type(ticket)(**{**vars(ticket), **other}), KEY))


def load(db: sqlite3.Connection, lines: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    data = "\n".join(lines).encode()
    done = recover_copies(db, data, read_copies(data, RING), LATER)
    return done.numbers, [one.code for one in done.odd]


@pytest.mark.parametrize(
    ("state", "copies", "digests", "code"),
    [
        (S.USED, 0, (DIGEST,), None),
        (S.RECEIVED, 0, (), None),
        (S.RECOVERED, 0, (DIGEST,), None),  # with its month, before its paper came
        (S.CANCELLED, 0, (), None),
        (S.USED, 1, (DIGEST,), "F-T06"),
        (S.RECOVERED, 1, (), "F-T06"),
        (S.USED, 0, (b"x" * 32,), "F-T06"),
        (S.ALLOCATED, 0, (DIGEST,), "E_NOT_USED"),
        (S.VOID, 0, (DIGEST,), "E_NOT_USED"),
        (S.STOCKED, 0, (), "F-T04"),
        (None, 0, (DIGEST,), "F-T04"),
    ],
)
def test_a_copy_is_judged(
    state: State | None, copies: int, digests: tuple[bytes, ...], code: str | None
) -> None:
    ticket = None if state is None else Standing("T1", state, "W1", 50, 1_000, (DIGEST,))
    wrong = judge(ticket, copies, Copy(1, "T1", digests))
    assert (wrong and wrong[0]) == code


def test_papers_of_used_tickets_are_recovered_by_code_or_number(db: sqlite3.Connection) -> None:
    first, second = sold(db, 2)
    assert load(db, [text_of(db, first), second.lower()]) == ((first, second), [])
    assert [state_of(db, number) for number in (first, second)] == ["RECOVERED"] * 2


def test_a_second_copy_in_the_same_or_a_later_file_is_a_clone(db: sqlite3.Connection) -> None:
    first, second = sold(db, 2)
    assert load(db, [first, text_of(db, first)]) == ((first,), ["F-T06"])
    assert load(db, [second, first]) == ((second,), ["F-T06"])
    codes = [row["code"] for row in db.execute("SELECT code FROM alerts")]
    assert codes == ["F-T06", "F-T06"]


def test_a_copy_with_other_contents_is_a_clone_and_recovers_nothing(db: sqlite3.Connection) -> None:
    (number,) = sold(db, 1)
    assert load(db, [text_of(db, number, max_net_kg=49_000)]) == ((), ["F-T06"])
    assert state_of(db, number) == "USED"


def test_a_paper_nobody_signed_is_forged(db: sqlite3.Connection) -> None:
    (number,) = sold(db, 1)
    row = db.execute("SELECT message FROM tickets").fetchone()
    ticket = open_ticket(row["message"], RING, None)
    forged = ticket_text(sign_ticket(ticket, SigningKey.generate()))
    assert load(db, [forged, "WT1:%%%", "rubbish"]) == ((), ["F-T04", "E_UNREAD", "E_UNREAD"])
    assert state_of(db, number) == "USED"


def test_the_same_file_twice_recovers_nothing_twice(db: sqlite3.Connection) -> None:
    (number,) = sold(db, 1)
    assert load(db, [number]) == ((number,), [])
    assert load(db, [number]) == ((), [])
    assert db.execute("SELECT count(*) FROM alerts").fetchone()[0] == 0


def test_what_was_not_used_yet_may_be_loaded_again(db: sqlite3.Connection) -> None:
    used, waiting = allocated(db, 2)
    post(db, weighed(db, used, Kind.SALE, START_MS, 1))
    assert load(db, [used, waiting]) == ((used,), ["E_NOT_USED"])
    post(db, weighed(db, waiting, Kind.SALE, START_MS + 1, 2))
    assert load(db, [used, waiting]) == ((waiting,), [])


def test_an_odd_line_says_where_and_what_was_seen(db: sqlite3.Connection) -> None:
    (number,) = allocated(db, 1)
    data = f"\n{number}\n".encode()
    done = recover_copies(db, data, read_copies(data, RING), LATER)
    assert done.odd == (Odd(2, number, "E_NOT_USED", "ALLOCATED"),)
