"""The tax month: it begins at midnight in Shanghai, whatever the machine thinks of time zones."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.period import day_of, read_month, shown, shown_briefly
from weighbook.phrase import Refusal


def utc(*moment: int) -> int:
    year, month, day, hour = moment
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1000


def test_a_month_begins_at_midnight_in_shanghai() -> None:
    assert read_month("2026-07") == ("2026-07", utc(2026, 6, 30, 16), utc(2026, 7, 31, 16))


@given(st.integers(2000, 2998), st.integers(1, 12))
def test_months_follow_each_other_without_gap_or_overlap(year: int, month: int) -> None:
    after = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    assert read_month(f"{year:04d}-{month:02d}").to_ms == read_month(after).from_ms


def test_the_first_instant_is_of_the_new_month_and_the_last_of_the_old() -> None:
    period = read_month("2026-07")
    assert day_of(period.from_ms) == "2026-07-01"
    assert day_of(period.from_ms - 1) == "2026-06-30"
    assert day_of(period.to_ms - 1) == "2026-07-31"


@pytest.mark.parametrize("text", ["2026-7", "2026-00", "2026-13", "26-07", "2026-07-01", "1999-01",
                                  "٢٠٢٦-٠٧", " 2026-07", ""])  # fmt: skip
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(Refusal, match="E_MONTH"):
        read_month(text)


def test_times_are_shown_where_people_live() -> None:
    assert shown(utc(2026, 7, 1, 0) + 999) == "2026-07-01T08:00:00+08:00"
    assert shown_briefly(utc(2026, 7, 1, 0)) == "2026-07-01 08:00:00"
