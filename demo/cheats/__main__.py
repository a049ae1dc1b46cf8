"""`python -m demo.cheats`: every cheat is tried on the real agent and the real collector.

Exit code: 0 every one is answered as promised, 1 one is not, 2 it could not be played.
"""

import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import click
import structlog
from rich.console import Console

from demo.cheats.case import Answer, Case, play, with_finding
from demo.cheats.rendering import console, show_answer, show_list, show_playing, show_table
from demo.cheats.table import CASES, ON_DEVICES, ON_MACHINES
from demo.cheats.waiting import Broken
from demo.cheats.yard import Yard
from terminal.words import say, show_json
from weighbook.phrase import Phrase

NOT_PLAYED = {"got": None, "ok": None, "seconds": None}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", metavar="C03,C18…", help="只试这些 / only these cases")
@click.option("--list", "lists", is_flag=True, help="只列出，不运行 / list them, play none")
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON / one JSON object a line")
@click.option("--to", type=click.Path(path_type=Path), help="新目录，保留账簿 / keep it all here")
def main(only: str | None, lists: bool, as_json: bool, to: Path | None) -> None:  # noqa: FBT001 # click's way
    """逐一尝试各种作弊手法，看磅房和汇总端如何应答。

    Tries every cheat on the real agent and the real collector and says which code answered.
    """
    cases = chosen(only)
    if lists:
        for_programs(cases) if as_json else show_list(console(), cases)
        return
    if to is not None and to.exists():
        raise click.BadParameter(f"目录已存在 / it is there already: {to}")
    with tempfile.TemporaryDirectory(prefix="cheats-") as folder:
        answers = play_all(cases, (to or Path(folder)).resolve(), as_json=as_json)
    if as_json:
        for answer in answers:
            show_json(answer.as_json())
    sys.exit(0 if all(answer.ok for answer in answers) else 1)


def chosen(only: str | None) -> tuple[Case, ...]:
    """Errors: click.BadParameter naming what is no case."""
    if only is None:
        return CASES
    named = [name.strip().upper().replace("B", "b") for name in only.split(",") if name.strip()]
    known = {case.case for case in CASES}
    if strange := [name for name in named if name not in known]:
        raise click.BadParameter(f"没有案例 / no such case: {', '.join(strange)}")
    return tuple(case for case in CASES if case.case in named)


def play_all(cases: tuple[Case, ...], folder: Path, *, as_json: bool) -> tuple[Answer, ...]:
    """Two lanes beside each other, each case after the one before it; the month at the end.

    What has a weighbridge of its own waits for nobody; the rest share theirs.
    """
    paper, began = console(), time.monotonic()
    if as_json:
        paper = Console(stderr=True, highlight=False, markup=False)
    folder.mkdir(parents=True, exist_ok=True)
    apart = [case for case in cases if case.case in ON_MACHINES]
    shared = [case for case in cases if case.case not in ON_MACHINES]
    with (folder / "intake.log").open("w", encoding="utf-8") as log, closing(Yard(folder)) as yard:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        yard.prepare(watched=any(case.case in ON_DEVICES for case in cases))
        with ThreadPoolExecutor(1) as beside:
            meanwhile = beside.submit(play_lane, apart, yard, paper)
            played = play_lane(shared, yard, paper) + meanwhile.result()
        answers = sorted(played, key=lambda one: place(one.case))
        if any(case.finding for case in cases):
            found = yard.found()
            answers = [with_finding(answer, found) for answer in answers]
    if not as_json:
        show_table(paper, answers)
        farewell(answers, time.monotonic() - began)
    return tuple(answers)


def play_lane(cases: Iterable[Case], yard: Yard, paper: Console) -> list[Answer]:
    answers = []
    for case in cases:
        show_playing(paper, case)
        answers.append(play(case, yard))
        show_answer(paper, answers[-1])
    return answers


def place(case: Case) -> int:
    """Where it stands in the table."""
    return CASES.index(case)


def farewell(answers: list[Answer], took_s: float) -> None:
    good, total = sum(answer.ok for answer in answers), len(answers)
    say(
        Phrase(
            f"{total} 种手法，{good} 种如约应答，用时 {took_s:.0f} 秒。",
            f"{total} cheats, {good} answered as promised, in {took_s:.0f} s.",
        )
    )


def for_programs(cases: Iterable[Case]) -> None:
    for case in cases:
        show_json({**Answer(case, "", ok=False, took_s=0).as_json(), **NOT_PLAYED})


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        click.echo(str(broken), err=True)
        sys.exit(2)
