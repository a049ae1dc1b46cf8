"""Words, rows and refusals on a terminal: Chinese first, English below; JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from weighbook.phrase import Phrase, Refusal

GOOD, FOUND, COULD_NOT = 0, 1, 2

Columns = Sequence[tuple[str, Phrase]]

json_option = click.option(
    "--json", "as_json", is_flag=True, help="每行一个 JSON / one JSON object a line"
)


def say(phrase: Phrase) -> None:
    click.echo(str(phrase))


def say_refusal(refusal: Refusal) -> None:
    """Two sentences in each language to the error stream."""
    what, remedy = refusal.what, refusal.remedy
    click.echo(f"{what.zh}{remedy.zh}[{refusal.code}]", err=True)
    click.echo(f"{what.en} {remedy.en} [{refusal.code}]", err=True)


def show_json(row: Mapping[str, Any]) -> None:
    """One object on one line; bytes as hex."""
    click.echo(json.dumps(dict(row), ensure_ascii=False, default=plain))


def show(rows: Iterable[Mapping[str, Any]], columns: Columns, *, as_json: bool) -> None:
    """Rows as one JSON object per line, or as a table with the given columns."""
    if as_json:
        for row in rows:
            show_json(row)
        return
    # rich takes a quarter of a second to import: only who draws a table pays it.
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for _, title in columns:
        table.add_column(f"{title.zh}\n{title.en}", overflow="fold")
    for row in rows:
        table.add_row(*(text_of(row.get(key)) for key, _ in columns))
    Console().print(table)


def plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def text_of(value: object) -> str:
    return "—" if value is None else plain(value)
