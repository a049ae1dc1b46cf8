"""A judged month on a terminal: nothing cut at the widths people have, gravest first."""

import re

import pytest
from rich.console import Console

from collector.month_screen import show_run
from collector.reconcile import Run
from collector.totals import MEASURES
from terminal.words import paper
from tests.collector.runs import finding, run_with

CRITICAL, LOW = "F-W01", "F-O04"


def totals_of(enterprise: str, **measures: int) -> dict[str, object]:
    return {"enterprise": enterprise, **dict.fromkeys(MEASURES, 0), **measures}


def run(*lines: dict[str, object]) -> Run:
    found = (finding(CRITICAL, "W1", tuple(f"record:{n}" for n in range(9))), finding(LOW, "W2"))
    return run_with(found)._replace(totals=lines)


def shown(what: Run, width: int) -> str:
    console: Console = paper(width)
    with console.capture() as captured:
        show_run(what, console)
    return captured.get()


BIG = totals_of("E1", sales=18_600, net_kg=1_234_567_890, tickets_open=20_000, dark_ms=3_600_000)
HEADINGS = ("企业", "车次", "净重(吨)", "无票", "停销(时)", "离线(时)", "期初票", "领票", "用票",
            "期末票", "Enterprise", "Loads", "Net (t)", "No ticket", "Closed (h)", "Dark (h)",
            "Opening", "Received", "Used", "Closing")  # fmt: skip


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_heading_and_no_number_is_cut(width: int) -> None:
    text = shown(run(BIG), width)
    assert [heading for heading in HEADINGS if heading not in text] == []
    assert all(number in text for number in ("18,600", "1,234,567.890", "20,000", "1.00"))
    assert "…" not in text.split("critical")[0]


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(run(BIG), width).splitlines()
    assert max(map(len, lines)) <= max(width, len("结果 result ") + 64)


def test_a_wide_terminal_gets_one_table_and_a_narrow_one_two() -> None:
    assert "票证 Tickets" not in shown(run(BIG), 120)
    assert "票证 Tickets" in shown(run(BIG), 80)


def test_the_whole_is_summed_where_there_is_more_than_one() -> None:
    two = shown(run(totals_of("E1", sales=3), totals_of("E2", sales=4)), 100)
    assert re.search(r"合计 Total\s+7", two)
    assert "合计" not in shown(run(totals_of("E1", sales=3)), 100)


def test_findings_come_gravest_first_in_both_languages() -> None:
    text = shown(run(BIG), 120)
    assert text.index("严重 critical: 1") < text.index(CRITICAL) < text.index("轻微 low: 1")
    assert "passage without a ticket" in text


def test_long_evidence_is_counted() -> None:
    assert "… +6" in shown(run(BIG), 120)


def test_a_month_without_findings_says_so() -> None:
    text = shown(run(BIG)._replace(findings=()), 100)
    assert "未发现问题。" in text
    assert "Nothing found." in text


def test_the_result_stands_in_one_piece() -> None:
    assert "1" * 64 not in shown(run(BIG), 80)
    assert "2" * 64 in shown(run(BIG), 80)


def test_evidence_is_text_and_nothing_else() -> None:
    evil = run_with((finding(CRITICAL, "W1", ("[red]\x1b[31mplate",)),))
    text = shown(evil._replace(totals=(BIG,)), 160)
    assert "[red]" in text
    assert "\x1b[31m" not in text
