"""The month's totals: every enterprise a line, every measure a number, the county their sum."""

from collector.rules.shape import PASSAGE, REFUSED, SALE
from collector.totals import MEASURES, county
from tests.collector.runs import ENTERPRISES, HOUR_MS, PERIOD, run_with, totalled

AT = PERIOD.from_ms


def weighing(kind: int, seq: int, enterprise: str = "E1") -> tuple[object, ...]:
    place = ("W1", enterprise, 1, seq, AT, "2026-07-01", AT)
    weights = (15_000, 48_000, 33_000) if kind == SALE else (None, None, None)
    return (*place, kind, "COAL", "RAW", "T", "蒙K1", "card", *weights, 48_000, 0)


def moved(number: int, move: str, before: str, after: str) -> tuple[object, ...]:
    words = (number, AT, "2026-07-01", "COAL", f"T{number}", move, "ISSUED", "X")
    return (*words, before, "", after, "", "a", "b", "paper")


def test_a_month_of_nothing_is_a_line_of_noughts() -> None:
    (line,) = totalled(run_with()).totals
    assert line == {"enterprise": "E1", **dict.fromkeys(MEASURES, 0)}
    assert county(()) == dict.fromkeys(MEASURES, 0)


def test_loads_refusals_and_passages_are_told_apart() -> None:
    rows = [weighing(kind, seq) for seq, kind in enumerate([SALE, SALE, PASSAGE, REFUSED], 1)]
    (line,) = totalled(run_with(weighings=rows)).totals
    assert (line["sales"], line["refusals"], line["passages_without_ticket"]) == (2, 1, 1)
    assert (line["gross_kg"], line["tare_kg"], line["net_kg"]) == (96_000, 30_000, 66_000)


def test_a_ticket_counts_where_it_came_to_else_where_it_left() -> None:
    rows = [moved(1, "issue", "", "E1"), moved(2, "return", "E1", "")]
    (line,) = totalled(run_with(entries=rows)).totals
    assert (line["tickets_received"], line["tickets_returned"]) == (1, 1)


def test_tickets_in_hand_are_counted_at_both_ends() -> None:
    rows = [("open", "COAL", "", "E1", "ISSUED", 7), ("close", "COAL", "W1", "E1", "ALLOCATED", 4),
            ("close", "COAL", "W1", "E1", "USED", 3)]  # fmt: skip
    (line,) = totalled(run_with(balances=rows)).totals
    assert (line["tickets_open"], line["tickets_close"]) == (7, 4)


def test_closed_time_is_summed_over_an_enterprises_weighbridges() -> None:
    rows = [("W1", "E1", AT, AT + HOUR_MS), ("W2", "E1", AT, AT + 2 * HOUR_MS)]
    (line,) = totalled(run_with(closures=rows)).totals
    assert line["closed_ms"] == 3 * HOUR_MS


def test_the_county_is_the_sum_of_its_enterprises() -> None:
    two = [*ENTERPRISES, ("E2", "二矿", "", "", "", 0)]
    rows = [weighing(SALE, 1), weighing(SALE, 2, "E2"), weighing(SALE, 3, "E2")]
    totals = totalled(run_with(enterprises=two, weighings=rows)).totals
    assert [line["enterprise"] for line in totals] == ["E1", "E2"]
    assert (county(totals)["sales"], county(totals)["net_kg"]) == (3, 99_000)
