"""The chain: totals are the sum of the records, and each kind of break has its code."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.sample import sample_book, weighing
from weighbook.chain import BREAKS, Break, add_to_totals, begins, follows
from weighbook.envelope import digest
from weighbook.records import Clock, Control, Kind, Record, Stopped, Totals

PASSING = st.sampled_from([Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE, Kind.TEST])
BOOK = sample_book()
PLACE = next(n for n, record in enumerate(BOOK.records) if record.kind is Kind.SALE)
BEFORE, SALE = BOOK.records[PLACE - 1], BOOK.records[PLACE]


def codes(before: Record, record: Record) -> set[str]:
    name = digest(BOOK.messages[before.seq - 1])
    return {found.code for found in follows(before, name, record)}


@given(st.lists(st.tuples(PASSING, st.none() | st.integers(1, 60_000)), max_size=40))
def test_totals_are_the_sums_of_what_was_recorded(passed: list[tuple[Kind, int | None]]) -> None:
    totals = Totals()
    for kind, net_kg in passed:
        totals = add_to_totals(totals, kind, weighing(net_kg=net_kg))
    kinds = [kind for kind, _ in passed]
    assert totals.passages == len(kinds) - kinds.count(Kind.TEST)
    assert totals.sales == kinds.count(Kind.SALE)
    assert totals.refusals == kinds.count(Kind.REFUSED)
    assert totals.net_kg == sum(net or 0 for kind, net in passed if kind is Kind.SALE)


@pytest.mark.parametrize(
    "kind", sorted(set(Kind) - {Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE})
)
def test_what_is_no_passage_adds_nothing(kind: Kind) -> None:
    assert add_to_totals(Totals(1, 1, 1, 1), kind, Stopped("night")) == Totals(1, 1, 1, 1)


def test_a_chain_as_it_was_written_has_no_breaks() -> None:
    assert not list(begins(BOOK.records[0]))
    assert not [codes(*two) for two in pairwise(BOOK.records) if codes(*two)]


TOTALS = SALE.totals
TABLE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "another digest": ({"prev": bytes(32)}, {"B_PREV"}),
    "a number too many": ({"seq": SALE.seq + 1}, {"B_SEQ"}),
    "the same number again": ({"seq": BEFORE.seq}, {"B_SEQ"}),
    "another epoch": ({"epoch": 2}, {"B_EPOCH"}),
    "another weighbridge": ({"weighbridge": "WB-99"}, {"B_WEIGHBRIDGE"}),
    "a second genesis": (
        {"kind": Kind.GENESIS, "body": BOOK.records[0].body},
        {"B_KIND", "B_TOTALS"},
    ),
    "a passage not counted": (
        {"totals": replace(TOTALS, passages=BEFORE.totals.passages)},
        {"B_TOTALS"},
    ),
    "a kilogram more": ({"totals": replace(TOTALS, net_kg=TOTALS.net_kg + 1)}, {"B_TOTALS"}),
    "a sale not counted": ({"totals": BEFORE.totals}, {"B_TOTALS"}),
    "a refusal counted": (
        {"totals": replace(TOTALS, refusals=TOTALS.refusals + 1)},
        {"B_TOTALS"},
    ),
    "an earlier time": ({"at_ms": BEFORE.at_ms - 1}, {"B_TIME"}),
    "the same time": ({"at_ms": BEFORE.at_ms}, set()),
    "an earlier order": ({"order_number": BEFORE.order_number - 1}, {"B_ORDER"}),
    "another clock": ({"clock": Clock(bytes(16), 0, 0)}, set()),
}


@pytest.mark.parametrize(("changes", "due"), TABLE.values(), ids=TABLE)
def test_each_break_is_named(changes: dict[str, Any], due: set[str]) -> None:
    assert codes(BEFORE, replace(SALE, **changes)) == due


def test_time_may_go_back_only_beside_a_clock_record() -> None:
    clock = next(record for record in BOOK.records if record.kind is Kind.CLOCK)
    before = BOOK.records[clock.seq - 2]
    assert codes(before, replace(clock, at_ms=before.at_ms - 60_000)) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": Kind.CONTROL, "body": Control(b"")}, "B_KIND"),
        ({"seq": 2}, "B_SEQ"),
        ({"totals": Totals(1)}, "B_TOTALS"),
    ],
)
def test_a_book_begins_with_a_genesis_of_number_one(changes: dict[str, Any], code: str) -> None:
    found = [found.code for found in begins(replace(BOOK.records[0], **changes))]
    assert found == [code]


@pytest.mark.parametrize("code", BREAKS)
def test_every_break_has_words_in_both_languages(code: str) -> None:
    words = Break.of(3, code, "detail").words
    assert words.zh.endswith("：detail")
    assert words.en.endswith(": detail")
