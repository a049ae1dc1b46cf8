"""Quotas: granted by two, used up by what is weighed, limiting only where the county says so."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.config import Quota
from collector.period import read_month
from collector.quotas import account, check_quota, enter_quota
from collector.ticket_entries import move
from tests.collector.ledgers import (
    ENTERPRISE,
    START_MS,
    allocated,
    empty_ledger,
    post,
    stamp,
    weighed,
)
from weighbook.phrase import Refusal
from weighbook.records import Kind

MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")
LIMITS = Quota(limits=True, kg_per_ticket=30_000)
NET_KG = 33_380


def grant(db: sqlite3.Connection, month: str, kg: int) -> None:
    enter_quota(db, ENTERPRISE, (month, kg), stamp(), "plan")


def sell(db: sqlite3.Connection, number: str, month: str, seq: int) -> None:
    at_ms = max(START_MS, read_month(month).from_ms) + seq
    post(db, weighed(db, number, Kind.SALE, at_ms, seq))


def test_what_is_weighed_is_taken_off_and_the_rest_carried_on() -> None:
    db = empty_ledger()
    first, second, _ = allocated(db)
    grant(db, "2026-09", 100_000)
    sell(db, first, "2026-09", 1)
    sell(db, second, "2026-10", 2)
    september, october = account(db, ENTERPRISE, "2026-09"), account(db, ENTERPRISE, "2026-10")
    assert september[2:] == (0, 100_000, NET_KG, 0, 100_000 - NET_KG)
    assert october[2:] == (september.closing_kg, 0, NET_KG, 0, 100_000 - 2 * NET_KG)


def test_a_sale_that_is_written_off_is_given_back_in_the_month_of_the_word() -> None:
    db = empty_ledger()
    number, *_ = allocated(db)
    grant(db, "2026-09", 100_000)
    sell(db, number, "2026-09", 1)
    move(db, [number], "write-off", stamp(read_month("2026-10").from_ms))
    assert account(db, ENTERPRISE, "2026-09").reversed_kg == 0
    assert account(db, ENTERPRISE, "2026-10")[2:] == (100_000 - NET_KG, 0, 0, NET_KG, 100_000)


@pytest.mark.parametrize(("more_kg", "fits"), [(10_000, True), (10_001, False), (0, True)])
def test_unused_tickets_count_as_what_they_may_still_take(more_kg: int, fits: bool) -> None:
    db = empty_ledger()
    allocated(db, 3)  # signed for 35 t each
    grant(db, "2026-09", 115_000)
    if fits:
        check_quota(db, ENTERPRISE, more_kg, "2026-09", LIMITS)
    else:
        with pytest.raises(Refusal, match="E_QUOTA"):
            check_quota(db, ENTERPRISE, more_kg, "2026-09", LIMITS)


def test_nothing_stops_for_lack_of_quota_unless_the_county_says_so() -> None:
    db = empty_ledger()
    check_quota(db, ENTERPRISE, 10**9, "2026-09", Quota())


def test_one_officer_alone_grants_nothing() -> None:
    with pytest.raises(Refusal, match="E_TWO_SIGNERS"):
        enter_quota(
            empty_ledger(), ENTERPRISE, ("2026-09", 1), stamp()._replace(by2="officer-1"), "plan"
        )


@pytest.mark.parametrize(("month", "kg"), [("2026-08", 51_000), ("2026-09", 20_000)])
def test_what_was_used_or_promised_on_cannot_be_withdrawn(month: str, kg: int) -> None:
    db = empty_ledger()
    number, *_ = allocated(db)
    grant(db, "2026-08", 50_000)
    sell(db, number, "2026-09", 1)
    grant(db, "2026-10", 50_000)
    with pytest.raises(Refusal, match="E_QUOTA"):
        grant(db, month, -kg)
    assert account(db, ENTERPRISE, "2026-10").closing_kg == 100_000 - NET_KG


steps = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.sampled_from(MONTHS), st.integers(-60_000, 90_000)),
        st.tuples(st.just("sell"), st.sampled_from(MONTHS[1:]), st.integers(0, 4)),
        st.tuples(st.just("write-off"), st.sampled_from(MONTHS[1:]), st.integers(0, 4)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(told=steps)
def test_every_month_opens_as_the_one_before_it_closed(told: list[tuple[str, str, int]]) -> None:
    db = empty_ledger()
    numbers = allocated(db, 5)
    for seq, (what, month, number) in enumerate(told, 1):
        at = stamp(read_month(month).to_ms - 1)
        try:
            if what == "grant":
                grant(db, month, number)
            elif what == "sell":
                sell(db, numbers[number], month, seq)
            else:
                move(db, [numbers[number]], what, at)
        except Refusal as refusal:
            assert refusal.code in {"E_QUOTA", "E_STATE", "E_USED"}  # noqa: PT017 - either is right
    lines = [account(db, ENTERPRISE, month) for month in (*MONTHS, "2026-12")]
    for before, line in zip([None, *lines], lines, strict=False):
        moved = line.granted_kg - line.used_kg + line.reversed_kg
        assert line.opening_kg + moved == line.closing_kg
        assert line.opening_kg == (0 if before is None else before.closing_kg)
    granted = db.execute("SELECT coalesce(sum(kg), 0) FROM quota_entries").fetchone()[0]
    assert sum(line.granted_kg for line in lines) == granted
    db.close()
