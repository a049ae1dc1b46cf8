"""Words, rows and refusals on a terminal: Chinese first, English below; JSON for programs.

What is shown may come from a truck, a file or a stranger: it is text, never markup and never a
command to the terminal.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from weighbook.phrase import Phrase, Refusal

if TYPE_CHECKING:
    from rich.console import Console

NEW_LINE = "\n"
GOOD, FOUND, COULD_NOT = 0, 1, 2
SPACES = "\n\N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}"

Columns = Sequence[tuple[str, Phrase]]

json_option = click.option(
    "--json", "as_json", is_flag=True, help="每行一个 JSON / one JSON object a line"
)


def say(phrase: Phrase) -> None:
    click.echo(harmless(str(phrase)))


def say_refusal(refusal: Refusal) -> None:
    """Two sentences in each language to the error stream."""
    what, remedy = refusal.what, refusal.remedy
    for line in (f"{what.zh}{remedy.zh}", f"{what.en} {remedy.en}"):
        click.echo(f"{harmless(line).replace(NEW_LINE, ' ')} [{refusal.code}]", err=True)


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
    from rich.table import Table

    table = Table()
    for _, title in columns:
        table.add_column(f"{title.zh}\n{title.en}", overflow="fold")
    for row in rows:
        table.add_row(*(text_of(row.get(key)) for key, _ in columns))
    paper().print(table)


def show_facts(row: Mapping[str, Any], labels: Columns) -> None:
    """One thing, a line per fact that is known: what it is called, then what it is."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, label in labels:
        if row.get(key) not in (None, ""):
            table.add_row(f"{label.zh} {label.en}", text_of(row[key]))
    paper().print(table)


def paper(width: int | None = None) -> "Console":
    """A console that takes text as text: no markup, no emoji, no guessed colours."""
    from rich.console import Console

    return Console(width=width, markup=False, emoji=False, highlight=False)


def plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def text_of(value: object) -> str:
    return "—" if value is None else harmless(plain(value))


def harmless(text: str) -> str:
    """The text with everything that could drive a terminal replaced."""
    return "".join(
        c if c.isprintable() or c in SPACES else "\N{REPLACEMENT CHARACTER}" for c in text
    )
