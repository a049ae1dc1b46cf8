"""What is sold under a permit stays within the permit."""

from pathlib import Path

import pytest

from collector.rules import s01_permit_overrun as rule
from tests.collector.month_samples import DAY_MS, Month, honest_month
from weighbook.orders import Action, Permit


def permit(month: Month, trucks: int, kg: int) -> int:
    now_ms = month.one.now_ms
    args = Permit(("CAMERA_LOST",), "专人现场监督", trucks, kg)
    return month.order(Action.PERMIT, args, now_ms, now_ms + DAY_MS)


def test_a_permit_that_was_kept_is_no_finding(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number = permit(month, 2, 2 * 33_380)
    month.one.sell(permits=(number,))
    month.one.sell(permits=(number,))
    assert month.findings(rule) == []


@pytest.mark.parametrize(
    ("trucks", "kg", "unit"),
    [(1, 100_000, "trucks_under_permit"), (2, 2 * 33_380 - 1, "net_kg_under_permit")],
)
def test_one_load_too_many_is_found(tmp_path: Path, trucks: int, kg: int, unit: str) -> None:
    month = honest_month(tmp_path)
    number = permit(month, trucks, kg)
    month.one.sell(permits=(number,))
    month.one.sell(permits=(number,))
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject, finding.measured.unit) == ("F-S01", "W1", unit)
    assert finding.evidence == (f"order:W1/{number}",)


@pytest.mark.parametrize("shift_ms", [-DAY_MS, 2 * DAY_MS])
def test_a_sale_outside_the_permits_time_is_found(tmp_path: Path, shift_ms: int) -> None:
    month = honest_month(tmp_path)
    number = permit(month, 10, 1_000_000)
    month.one.now_ms += shift_ms
    seq = month.one.sell(permits=(number,))
    (finding,) = month.findings(rule)
    assert finding.evidence == (f"record:W1/1/{seq} order:W1/{number}",)


def test_a_sale_in_the_name_of_no_permit_at_all_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.sell(permits=(7,))
    (finding,) = month.findings(rule)
    assert finding.measured == ("sales_without_valid_permit", 1)
