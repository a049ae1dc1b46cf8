"""Page 6: when sales were closed, why, how they came open again, and who answers for it."""

from typing import Any

from collector.pages import halts
from collector.tables import OPEN_MS
from tests.collector.runs import DAY_MS, HOUR_MS, PERIOD, maps, run_with

START = PERIOD.from_ms + DAY_MS
END = START + 2 * HOUR_MS
PERMIT = ("W1", "E1", 4, START, END, "人工值守", 20, 600_000, "officer-1", "officer-2")
RELEASE = ("W1", "E1", 5, END, "officer-2", "officer-1")


def episode(to_ms: int | None = END, permit: int | None = None, release: int | None = None) -> Any:
    place = ("W1", "E1", 1, 7, "CAMERA_LOST", "deck-1")
    return (*place, START, to_ms, START + 1_000, permit, release)


def only(**tables: Any) -> dict[str, Any]:
    (line,) = maps(halts.page(run_with(**tables)))
    return line


def test_a_short_fault_ends_by_itself() -> None:
    line = only(episodes=[episode()])
    assert line["cause"] == "摄像头掉线 CAMERA_LOST(deck-1)"
    assert (line["lasted_ms"], line["reported_ms"] - line["from_ms"]) == (2 * HOUR_MS, 1_000)
    assert (line["ended"], line["approved_by"]) == ("自动", None)


def test_a_fault_that_still_stands_has_no_end_and_no_length() -> None:
    line = only(episodes=[episode(None)])
    assert (line["to_ms"], line["lasted_ms"], line["ended"]) == (None, None, None)


def test_a_permit_is_shown_with_its_measures_and_what_was_sold_under_it() -> None:
    sold = [("W1", "E1", 1, seq, START, 30_000, 4) for seq in (8, 9)]
    line = only(episodes=[episode(permit=4)], permits=[PERMIT], sale_permits=sold)
    assert (line["ended"], line["approved_by"]) == ("临时许可(4 号)", "officer-1、officer-2")
    assert (line["measures"], line["permit_sales"], line["permit_net_kg"]) == (
        "人工值守",
        2,
        60_000,
    )


def test_a_release_names_its_two_officers() -> None:
    line = only(episodes=[episode(release=5)], releases=[RELEASE])
    assert (line["ended"], line["approved_by"]) == ("审批(指令 5 号)", "officer-2、officer-1")


def test_a_permit_nobody_gave_is_no_permit() -> None:
    line = only(episodes=[episode(permit=9)], permits=[PERMIT])
    assert (line["ended"], line["measures"]) == ("自动", None)


def test_a_suspension_stands_while_it_reaches_into_the_month() -> None:
    before = ("W1", "E1", 2, START - 40 * DAY_MS, START - 35 * DAY_MS, "欠费")
    standing = ("W1", "E1", 3, START, OPEN_MS, "欠费")
    line = only(suspensions=[before, standing])
    assert (line["cause"], line["to_ms"], line["ended"]) == ("停票停销指令 3 号:欠费", None, None)


def test_a_dark_interval_says_how_the_machine_went() -> None:
    darks = [("W1", "E1", 1, 3, START, END, 1), ("W2", "E1", 1, 3, START, END, 0)]
    found = maps(halts.page(run_with(darks=darks)))
    assert [line["cause"] for line in found] == ["离线(正常关机)", "离线(非正常关机)"]


def test_an_unknown_cause_is_shown_by_its_code() -> None:
    assert halts.worded("NEW_CAUSE", "") == "NEW_CAUSE"
