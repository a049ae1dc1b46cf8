"""K17: nothing is sold while sales are closed."""

from pathlib import Path

from collector.rules import k17_sales_while_closed as rule
from tests.collector.month_samples import DAY_MS, MINUTE_MS, Month, honest_month
from weighbook.orders import Action, Lift, Permit, Suspend
from weighbook.records import Dark, Kind

PERMIT = Permit(("CAMERA_LOST",), "专人现场监督", 10, 500_000)
HOUR_MS = 60 * MINUTE_MS


def permit(month: Month) -> int:
    now_ms = month.one.now_ms
    return month.order(Action.PERMIT, PERMIT, now_ms, now_ms + DAY_MS)


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_halt_without_sales_is_no_finding(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.change("CAMERA_LOST", "raised")
    month.one.change("CAMERA_LOST", "cleared")
    month.one.sell()
    assert month.findings(rule) == []


def test_a_sale_between_raising_and_clearing_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.change("CAMERA_LOST", "raised")
    seq = month.one.sell()
    month.one.change("CAMERA_LOST", "cleared")
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject, finding.severity) == ("F-S01", "W1", "critical")
    assert finding.measured == ("sales_while_closed", 1)
    assert finding.evidence == (f"record:W1/1/{seq} cause:CAMERA_LOST",)


def test_a_cause_left_standing_last_month_closes_this_one(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.now_ms -= 40 * DAY_MS
    month.one.change("CAMERA_LOST", "raised")
    month.one.now_ms += 41 * DAY_MS
    month.one.sell()
    assert [finding.measured.value for finding in month.findings(rule)] == [1]


def test_a_covered_cause_leaves_sales_open(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number = permit(month)
    month.one.change("CAMERA_LOST", "raised")
    month.one.change("CAMERA_LOST", "covered", number)
    month.one.sell(permits=(number,))
    assert month.findings(rule) == []


def test_a_permit_the_bureau_never_gave_covers_nothing(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.change("CAMERA_LOST", "raised")
    month.one.change("CAMERA_LOST", "covered", 99)
    month.one.sell(permits=(99,))
    assert len(month.findings(rule)) == 1


def test_a_sale_after_the_permit_ended_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number = permit(month)
    month.one.change("CAMERA_LOST", "raised")
    month.one.change("CAMERA_LOST", "covered", number)
    month.one.change("CAMERA_LOST", "uncovered", number)
    month.one.sell()
    assert len(month.findings(rule)) == 1


def test_a_sale_under_suspension_is_found_even_if_the_book_hides_it(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number = month.order(Action.SUSPEND, Suspend("欠缴税费"), month.one.now_ms)
    month.one.now_ms += HOUR_MS
    seq = month.one.sell()
    (finding,) = month.findings(rule)
    assert finding.evidence == (f"record:W1/1/{seq} order:W1/{number}",)


def test_an_order_has_ten_minutes_to_arrive(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.order(Action.SUSPEND, Suspend("欠缴税费"), month.one.now_ms + MINUTE_MS)
    month.one.sell()
    assert month.findings(rule) == []


def test_a_lifted_suspension_is_over(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    number = month.order(Action.SUSPEND, Suspend("欠缴税费"), month.one.now_ms)
    month.order(Action.LIFT, Lift(number), month.one.now_ms + HOUR_MS)
    month.one.now_ms += HOUR_MS
    month.one.sell()
    assert month.findings(rule) == []


def test_a_sale_inside_a_dark_interval_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    began_ms = month.one.now_ms
    seq = month.one.sell()
    dark = month.one.write(Kind.DARK, Dark(began_ms, began_ms + HOUR_MS, clean=False))
    (finding,) = month.findings(rule)
    assert finding.evidence == (f"record:W1/1/{seq} dark:W1/1/{dark}",)


def test_a_record_that_says_sales_were_closed_convicts_itself(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    seq = month.one.sell(halted=True)
    (finding,) = month.findings(rule)
    assert finding.evidence == (f"record:W1/1/{seq} halted",)
