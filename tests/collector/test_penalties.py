"""The ladder of the notice, its dates, and who is proposed for the blacklist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.finding import CODES
from collector.penalties import (
    OF_FINDING,
    Deed,
    History,
    Stop,
    Violation,
    months_after,
    nth_of,
    reasons_to_blacklist,
    stop_of,
)
from collector.rates import Rate, due_fen, load_rates, rate_of

TICKET = Violation.NO_TICKET
MARCH = Stop(date(2026, 3, 1), date(2026, 4, 1))
DAYS = st.dates(date(2019, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("nth", "verified", "until"),
    [
        (1, date(2024, 1, 31), date(2024, 2, 29)),
        (1, date(2023, 1, 31), date(2023, 2, 28)),
        (2, date(2024, 11, 30), date(2025, 2, 28)),
        (3, date(2024, 8, 31), date(2025, 2, 28)),
        (3, date(2024, 2, 29), date(2024, 8, 29)),
    ],
)
def test_the_stop_runs_from_the_day_of_verification(nth: int, verified: date, until: date) -> None:
    assert stop_of(TICKET, nth, verified) == Stop(verified, until)


def test_a_protectors_case_stops_a_year_and_stands_beside_the_ladder() -> None:
    stop = stop_of(Violation.PROTECTOR, 0, date(2020, 2, 29))
    assert stop.until == date(2021, 2, 28)
    assert nth_of(Violation.PROTECTOR, History(2)) == 0


def test_after_the_third_the_stop_stays_at_half_a_year() -> None:
    assert stop_of(TICKET, 7, date(2026, 3, 1)).until == date(2026, 9, 1)


@given(DAYS, st.integers(0, 24))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or months_after(later.replace(day=1), 1).replace(day=1) > later
    assert later.day <= day.day


@pytest.mark.parametrize(
    ("deed", "history", "reasons"),
    [
        (Deed(TICKET), History(2), ()),
        (Deed(TICKET), History(3), ("more-than-three",)),
        (Deed(TICKET, net_kg=500_000), History(0), ("huge-quantity",)),
        (Deed(TICKET, day=date(2026, 3, 9)), History(1, (MARCH,)), ("during-stop",)),
        (Deed(TICKET, day=date(2026, 4, 1)), History(1, (MARCH,)), ()),
        (Deed(Violation.PROTECTOR), History(9), ()),
    ],
)
def test_who_is_proposed_for_the_blacklist(
    deed: Deed, history: History, reasons: tuple[str, ...]
) -> None:
    assert reasons_to_blacklist(deed, history, huge_kg=400_000) == reasons


def test_without_a_threshold_no_quantity_is_huge() -> None:
    assert reasons_to_blacklist(Deed(TICKET, net_kg=10**9), History(0)) == ()


def test_every_finding_of_the_table_is_one_of_the_catalogue() -> None:
    assert set(OF_FINDING) <= {one.code for one in CODES}


# -- rates -----------------------------------------------------------------------------------------


def test_a_rate_is_the_one_of_its_day() -> None:
    rates = load_rates()
    before = rate_of(rates, "resource-tax", "WASHED", date(2020, 8, 31))
    after = rate_of(rates, "resource-tax", "WASHED", date(2020, 9, 1))
    assert before is not None
    assert after is not None
    assert (before.permille, after.permille) == (100, 90)
    assert rate_of(rates, "resource-tax", "RAW", date(2014, 12, 31)) is None


def test_what_is_not_known_is_none_and_never_zero() -> None:
    rates, day = load_rates(), date(2026, 7, 1)
    assert due_fen(rate_of(rates, "soil-and-water", "RAW", day), 33_000, 70_000) is None
    assert due_fen(rate_of(rates, "resource-tax", "LIMESTONE", day), 33_000, 70_000) is None
    assert due_fen(rate_of(rates, "resource-tax", "RAW", day), 33_000, None) is None


def test_a_truck_of_coal_owes_what_the_study_says() -> None:
    rates, day = load_rates(), date(2026, 7, 1)
    assert due_fen(rate_of(rates, "resource-tax", "RAW", day), 33_000, 70_000) == 231_000
    assert due_fen(rate_of(rates, "vat", "RAW", day), 33_000, 70_000) == 300_300


def test_fen_are_rounded_once_half_up() -> None:
    each = Rate("soil-and-water", "*", date(2020, 1, 1), "", fen_per_t=150)
    assert [due_fen(each, kg, None) for kg in (3, 4, 1_000)] == [0, 1, 150]
