"""Results on a terminal: one table of measurements, one of what grows with what."""

import sys

from rich.console import Console
from rich.table import Table

from bench.result import Aim, Growth, Result, Run
from weighbook.phrase import Phrase

MEASURED = Phrase("所测", "measured")
VALUE = Phrase("数值", "value")
BASELINE = Phrase("基线", "baseline")
RATIO = Phrase("比值", "ratio")
RANGE = Phrase("波动", "range")
AIM = Phrase("目标", "aim")
AIMED_AT = Phrase("比值 {limit}", "ratio {limit}")
GROWS = Phrase("随“{along}”变化", "by {along}")
NOISE = Phrase(
    "用时 {seconds:.1f} 秒；其间其他程序占用 {foreign:.2f} 个核。",
    "Took {seconds:.1f} s; meanwhile other programs took {foreign:.2f} cores.",
)
MARKS = {True: " [green]✓[/]", False: " [bold red]✗[/]", None: ""}
NONE = "—"
PAPER_COLUMNS = 110  # where nobody's terminal says how wide it is


def make_console() -> Console:
    """The terminal; as wide as paper where there is none."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PAPER_COLUMNS)


def show_title(console: Console, name: str, title: Phrase) -> None:
    """What is coming."""
    console.print()
    console.rule(f"[bold]{name}  {title.zh}  {title.en}", align="left", characters="─")


def show_run(console: Console, run: Run) -> None:
    """The tables of one benchmark, and how noisy its surroundings were."""
    console.print(_measurements(run.results))
    for growths in _alike(run.results):
        console.print(_growth_table(growths))
    noise = NOISE.fill(seconds=run.seconds, foreign=run.foreign_cores)
    console.print(str(noise), style="dim", markup=False)


def _measurements(results: tuple[Result, ...]) -> Table:
    """Columns that would stay empty are left out."""
    table = Table(show_lines=True)
    _add(table, MEASURED)
    _add(table, VALUE, right=True)
    _add(table, BASELINE)
    for title in (VALUE, RATIO):
        _add(table, title, right=True)
    has_range = any(result.spread is not None for result in results)
    has_aim = any(result.aim is not None for result in results)
    for title, shown in ((RANGE, has_range), (AIM, has_aim)):
        if shown:
            _add(table, title, right=True)
    for result in results:
        cells = _cells(result)
        table.add_row(*cells, *(_range(result),) * has_range, *(_aim(result),) * has_aim)
    return table


def _cells(result: Result) -> tuple[str, ...]:
    ratio = result.ratio
    return (
        str(result.what),
        number(result.measured, result.unit),
        str(result.against),
        number(result.baseline, result.unit),
        NONE if ratio is None else f"{ratio:.2f}",
    )


def _range(result: Result) -> str:
    spread = result.spread
    return NONE if spread is None else f"{spread[0]:.2f}–{spread[1]:.2f}"


def _aim(result: Result) -> str:
    if result.aim is None:
        return NONE
    return aim_text(result.aim, result.unit) + MARKS[result.is_met]


def aim_text(aim: Aim, unit: str) -> str:
    """The aim, in one line where both languages say the same."""
    of_ratio = aim.of == "ratio"
    limits = [f"≥ {aim.least:g}"] if aim.least is not None else []
    limits += [f"< {aim.most:g}"] if aim.most is not None else []
    limit = ", ".join(limits)
    return str(AIMED_AT.fill(limit=limit)) if of_ratio else f"{limit} {unit}"


def number(value: float, unit: str) -> str:
    """Three figures that count, thousands apart, and the unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f} {unit}"


def _alike(results: tuple[Result, ...]) -> list[list[Growth]]:
    """Growths that share their sizes stand in one table."""
    groups: dict[tuple[Phrase, tuple[int, ...]], list[Growth]] = {}
    for result in results:
        for growth in result.growth:
            sizes = tuple(size for size, _ in growth.points)
            groups.setdefault((growth.along, sizes), []).append(growth)
    return list(groups.values())


def _growth_table(growths: list[Growth]) -> Table:
    along = growths[0].along
    table = Table(show_lines=True)
    _add(table, Phrase(GROWS.zh.format(along=along.zh), GROWS.en.format(along=along.en)))
    for size, _ in growths[0].points:
        table.add_column(f"{size:,}", justify="right", vertical="middle", no_wrap=True)
    for growth in growths:
        values = (number(value, growth.unit) for _, value in growth.points)
        table.add_row(str(growth.what), *values)
    return table


def _add(table: Table, title: Phrase, *, right: bool = False) -> None:
    table.add_column(
        str(title),
        justify="right" if right else "left",
        vertical="middle",
        overflow="fold",
        no_wrap=right,
    )
