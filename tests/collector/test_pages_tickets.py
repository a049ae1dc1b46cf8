"""Page 2: the ledger by account, day and kind, with the balance after each line."""

from typing import Any

from collector.pages import tickets
from tests.collector.runs import PERIOD, maps, run_with
from weighbook.tickets import make_ticket_no

STEM = "150624"
MOVES = {
    "stock-in": ("GENERATED", "STOCKED", "", ""),
    "issue": ("STOCKED", "ISSUED", "", "E1"),
    "allocate": ("ISSUED", "ALLOCATED", "E1", "E1"),
    "use": ("RESERVED", "USED", "E1", "E1"),
    "return": ("ALLOCATED", "RETURNED", "E1", ""),
    "void": ("ALLOCATED", "VOID", "E1", "E1"),
    "recover": ("USED", "RECOVERED", "E1", "E1"),
}


def entries(*steps: tuple[str, str, list[int]], by: str = "officer-1") -> list[tuple[object, ...]]:
    """(move, day, serials) as rows of the ledger."""
    rows: list[tuple[object, ...]] = []
    for move, day, serials in steps:
        before, after, first, second = MOVES[move]
        for serial in serials:
            number = make_ticket_no("COAL", STEM, 26, 1, serial)
            words = (len(rows) + 1, PERIOD.from_ms, day, "COAL", number, move, before, after)
            rows.append((*words, first, "", second, "", by, "officer-2", "paper"))
    return rows


def lines(*steps: tuple[str, str, list[int]], **tables: Any) -> list[tuple[object, ...]]:
    page = tickets.page(run_with(entries=entries(*steps), **tables))
    return [
        (line["account"], line["move"], line["tickets"], line["balance"]) for line in maps(page)
    ]


def test_a_batch_is_one_line_with_its_first_and_last_number() -> None:
    page = tickets.page(run_with(entries=entries(("stock-in", "2026-07-01", list(range(1, 41))))))
    (line,) = maps(page)
    assert (line["first_no"][13:19], line["last_no"][13:19]) == ("000001", "000040")
    assert (line["tickets"], line["balance"], line["by1"]) == (40, 40, "officer-1")


def test_numbers_that_do_not_follow_each_other_are_lines_of_their_own() -> None:
    found = lines(("stock-in", "2026-07-01", [1, 2, 5, 6, 9]))
    assert [line[2:] for line in found] == [(2, 2), (2, 4), (1, 5)]


def test_the_balance_goes_on_from_the_months_beginning() -> None:
    held = [("open", "COAL", "", "E1", "ISSUED", 7), ("open", "COAL", "", "", "STOCKED", 9)]
    found = lines(("issue", "2026-07-01", [1, 2]), balances=held)
    assert found == [("监管机关库存", "发放", 2, 7), ("乌兰煤矿", "发放", 2, 9)]


def test_use_is_one_line_a_day_without_signers() -> None:
    rows = entries(("use", "2026-07-02", [3, 1]), ("use", "2026-07-03", [2]), by="W1")
    found = maps(tickets.page(run_with(entries=rows)))
    assert [(line["day"], line["tickets"], line["by1"]) for line in found] == [
        ("2026-07-02", 2, ""),
        ("2026-07-03", 1, ""),
    ]


def test_what_stays_in_one_hand_is_not_a_line_but_recovery_is() -> None:
    assert lines(("allocate", "2026-07-01", [1])) == []
    assert lines(("recover", "2026-07-09", [1])) == [("乌兰煤矿", "回收", 1, 0)]


def test_a_return_leaves_one_account_and_comes_to_the_other() -> None:
    found = lines(("return", "2026-07-05", [1]))
    assert found == [("监管机关库存", "退回", 1, 1), ("乌兰煤矿", "退回", 1, -1)]
