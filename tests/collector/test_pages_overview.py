"""Page 1: one line per enterprise; what nobody imported stays empty."""

from collector.pages import overview
from collector.pages.page import Page, sums
from collector.reconcile import Run
from tests.collector.runs import PERIOD, WEIGHBRIDGES, finding, maps, run_with, totalled

AT = PERIOD.from_ms


def sale(seq: int, weighbridge: str = "W1") -> tuple[object, ...]:
    place = (weighbridge, "E1", 1, seq, AT, "2026-07-01", AT, 6, "COAL", "RAW", "T", "蒙K1", "card")
    return (*place, 15_000, 48_000, 33_000, 48_000, 0)


def issued(number: int) -> tuple[object, ...]:
    moved = (number, AT, "2026-07-01", "COAL", f"T{number}", "issue", "STOCKED", "ISSUED")
    return (*moved, "", "", "E1", "", "officer-1", "officer-2", "paper")


def shown(run: Run) -> Page:
    return overview.page(totalled(run))


def test_an_enterprise_is_one_line_in_the_words_of_the_registry() -> None:
    (line,) = maps(shown(run_with(weighings=[sale(1), sale(2, "W2")])))
    assert (line["enterprise_name"], line["weighbridges"]) == ("乌兰煤矿", "W1、W2")
    assert (line["capacity_10kt"], line["minerals"]) == ("120.00", "煤炭")
    assert (line["sales"], line["net_kg"]) == (2, 66_000)


def test_what_was_not_imported_is_empty_and_not_nought() -> None:
    page = shown(run_with())
    (line,) = maps(page)
    closing = dict(zip((column.key for column in page.columns), sums(page), strict=True))
    for key in ("output_kg", "invoiced_kg", "declared_kg", "tax_due_yuan"):
        assert line[key] is None
        assert closing[key] is None
    assert closing["net_kg"] == 0


def test_a_capacity_that_was_not_registered_is_empty() -> None:
    mine = ("E1", "乌兰煤矿", "91150624MA0XXXXX1A", "C15", "一号井", 0)
    (line,) = maps(shown(run_with(enterprises=[mine])))
    assert line["capacity_10kt"] is None


def test_tickets_that_do_not_add_up_leave_a_residual() -> None:
    (line,) = maps(shown(run_with(entries=[issued(1)])))
    assert (line["tickets_received"], line["tickets_residual"]) == (1, -1)
    held = [("close", "COAL", "", "E1", "ISSUED", 1)]
    (line,) = maps(shown(run_with(entries=[issued(1)], balances=held)))
    assert line["tickets_residual"] == 0


def test_findings_count_for_the_enterprise_and_its_weighbridges() -> None:
    found = (finding("F-W01", "W1"), finding("F-T11", "E1"), finding("F-H01", "W2"))
    (line,) = maps(shown(run_with(found)))
    assert line["findings"] == "2/1"


def test_sales_of_nobody_registered_still_have_a_line() -> None:
    stranger = (*sale(1)[:1], "E9", *sale(1)[2:])
    lines = maps(shown(run_with(weighings=[stranger], weighbridges=WEIGHBRIDGES)))
    assert [line["enterprise_name"] for line in lines] == ["乌兰煤矿", "E9"]
