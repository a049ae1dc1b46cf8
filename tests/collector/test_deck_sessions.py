"""Open sessions in the ledger are those of the deck itself, whatever its trucks and tickets do."""

import hashlib
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.deck_sessions import count_sessions
from collector.ticket_balance import residuals
from collector.ticket_records import post_records
from edge_agent.ledger import blank
from edge_agent.ledger_state import Ledger, Line
from edge_agent.weighing_effects import reserve, spend
from tests.collector.ledgers import KEY, PLACE, START_MS, allocated, empty_ledger, state_of
from tests.collector.sites import weighing
from weighbook.keyset import KeySet
from weighbook.records import Clock, Kind, Record, Totals

PLATES = ("蒙K1", "蒙K2", "蒙K3")


class Pass(NamedTuple):
    """One truck that weighs: `ticket` None at a sale is the one it weighed its tare on."""

    kind: Kind
    plate: int
    ticket: int


passes = st.lists(
    st.builds(Pass, st.sampled_from((Kind.TARE, Kind.SALE)), st.integers(0, 2), st.integers(0, 3)),
    max_size=12,
)


def record_of(one: Pass, numbers: tuple[str, ...], seq: int) -> Record:
    body = weighing(ticket_no=numbers[one.ticket], plate=PLATES[one.plate], tare_kg=15_000)
    at_ms = START_MS + seq * 60_000
    clock = Clock(bytes(16), 0, 0)
    place = (PLACE, 1, seq, bytes(32), at_ms)
    return Record(1, one.kind, *place, clock, Totals(), 1, None, body)


def honest(told: list[Pass]) -> list[Pass]:
    """What a deck would let happen: no used ticket again, a sale only by the ticket's truck."""
    kept: list[Pass] = []
    used: set[int] = set()
    bound: dict[int, int] = {}
    for one in told:
        sells = one.kind is Kind.SALE
        if one.ticket in used or (sells and bound.get(one.ticket, one.plate) != one.plate):
            continue
        kept.append(one)
        used |= {one.ticket} if sells else set()
        bound[one.ticket] = one.plate
    return kept


def folded(records: list[Record]) -> Ledger:
    ledger = blank(PLACE, KEY.public, KeySet(1, ()), {})
    for record in records:
        step = spend if record.kind is Kind.SALE else reserve
        ledger = step(ledger, record.body, Line(record.seq, record.at_ms))
    return ledger


@settings(max_examples=60, deadline=None)
@given(told=passes)
def test_the_ledger_counts_what_the_deck_reports(told: list[Pass]) -> None:
    db = empty_ledger()
    numbers = allocated(db, 4)
    records = [record_of(one, numbers, seq) for seq, one in enumerate(honest(told), 1)]
    items = [(one, hashlib.sha256(b"%d" % one.seq).digest()) for one in records]
    post_records(db, items)
    post_records(db, items)
    tickets = folded(records).tickets
    reserved = [number for number, state in tickets.items() if not state.used]
    assert count_sessions(db, PLACE, 1) == len(reserved)
    assert all(state_of(db, number) == "RESERVED" for number in reserved)
    assert residuals(db) == {}
    db.close()


def test_a_truck_that_tares_on_another_ticket_sets_the_first_one_free() -> None:
    db = empty_ledger()
    numbers = allocated(db, 2)
    for seq, ticket in ((1, 0), (2, 1)):
        record = record_of(Pass(Kind.TARE, 0, ticket), numbers, seq)
        post_records(db, [(record, bytes([seq]) * 32)])
    assert [state_of(db, number) for number in numbers] == ["ALLOCATED", "RESERVED"]
    assert count_sessions(db, PLACE, 1) == 1
