"""Records posted together move tickets exactly as they would one after the other."""

import hashlib
import sqlite3
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.ticket_records import post_records
from tests.collector.ledgers import START_MS, allocated, empty_ledger, weighed
from weighbook.records import Kind, Record

TABLES = {
    "ticket_entries": "entry_id, at_ms, ticket_no, move, from_state, to_state, holder_to, source",
    "tickets": "ticket_no, state, net_kg, used_at_ms, used_seq",
    "ticket_balances": "holder, state, count",
    "alerts": "code, weighbridge, from_ms, detail",
}


class Passed(NamedTuple):
    """A truck on the deck: which ticket, for which weighing, when, and where."""

    ticket: int
    kind: Kind
    minute: int
    place: str


passed = st.builds(
    Passed,
    st.integers(0, 3),  # three tickets, and one that nobody knows
    st.sampled_from((Kind.TARE, Kind.SALE, Kind.REFUSED)),
    st.integers(-5, 5),
    st.sampled_from(("W01", "W01", "W02")),
)


def records(db: sqlite3.Connection, told: list[Passed]) -> list[tuple[Record, bytes]]:
    numbers = (*allocated(db), "nobody's")
    made = [
        weighed(db, numbers[one.ticket], one.kind, START_MS + one.minute * 60_000, seq, one.place)
        for seq, one in enumerate(told, 1)
    ]
    return [(record, hashlib.sha256(b"%d" % record.seq).digest()) for record in made]


def contents(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table, columns in TABLES.items()
        for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")
    ]


@settings(max_examples=60, deadline=None)
@given(told=st.lists(passed, max_size=8))
def test_a_payload_moves_tickets_as_its_records_would_one_by_one(told: list[Passed]) -> None:
    together, alone = empty_ledger(), empty_ledger()
    notes = post_records(together, records(together, told))
    singly = [note for one in records(alone, told) for note in post_records(alone, (one,))]
    assert list(notes) == singly
    assert contents(together) == contents(alone)


def test_a_payload_that_names_a_record_twice_posts_it_once() -> None:
    db = empty_ledger()
    (sale,) = records(db, [Passed(0, Kind.SALE, 0, "W01")])
    assert post_records(db, (sale, sale)) == ()
    moves = db.execute("SELECT move FROM ticket_entries WHERE source <> 'paper-1'").fetchall()
    assert [row["move"] for row in moves] == ["reserve", "use"]


def test_a_payload_that_comes_again_moves_nothing() -> None:
    db = empty_ledger()
    payload = records(db, [Passed(0, Kind.TARE, 0, "W01"), Passed(0, Kind.SALE, 1, "W01")])
    post_records(db, payload)
    before = contents(db)
    assert post_records(db, payload) == ()
    assert contents(db) == before
