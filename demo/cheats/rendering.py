"""The cases on a terminal: a line as each is played, and the table at the end."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from demo.cheats.case import WHERE, Answer, Case, promised
from weighbook.phrase import Phrase

TITLES = (
    (Phrase("案号", "case"), False),
    (Phrase("条款", "clause"), False),
    (Phrase("企图", "tried"), False),
    (Phrase("应答代码", "answered"), False),
    (Phrase("何处", "where"), False),
    (Phrase("秒", "s"), True),
)
PAPER_COLUMNS = 120  # where nobody's terminal says how wide it is


def console() -> Console:
    return Console(
        highlight=False, markup=False, width=None if sys.stdout.isatty() else PAPER_COLUMNS
    )


def show_playing(paper: Console, case: Case) -> None:
    """What is tried now."""
    paper.print(f"… {case.case:<5}{case.tried.zh}  {case.tried.en}", style="dim")


def show_answer(paper: Console, answer: Answer) -> None:
    """What answered."""
    mark, style = ("✓", "green") if answer.ok else ("✗", "bold red")
    paper.print(f"{mark} {answer.case.case:<5}{answer.got}  {answer.took_s:.1f} s", style=style)


def show_table(paper: Console, answers: Iterable[Answer]) -> None:
    table = Table(show_lines=False)
    for title, is_right in TITLES:
        table.add_column(
            f"{title.zh}\n{title.en}", justify="right" if is_right else "left", overflow="fold"
        )
    for answer in answers:
        case, where = answer.case, WHERE[answer.case.where]
        table.add_row(
            case.case,
            case.clause,
            f"{case.tried.zh}\n{case.tried.en}",
            f"{'✓' if answer.ok else '✗'} {answer.got}"
            + ("" if answer.ok else f"\n≠ {promised(case)}"),
            f"{where.zh}\n{where.en}",
            f"{answer.took_s:.1f}",
            style=None if answer.ok else "bold red",
        )
    paper.print(table)


def show_list(paper: Console, cases: Iterable[Case]) -> None:
    """The cases without playing them."""
    table = Table(show_lines=False)
    for title, _ in TITLES[:-1]:
        table.add_column(f"{title.zh}\n{title.en}", overflow="fold")
    for case in cases:
        where = WHERE[case.where]
        tried = f"{case.tried.zh}\n{case.tried.en}"
        table.add_row(case.case, case.clause, tried, promised(case), f"{where.zh}\n{where.en}")
    paper.print(table)
