"""What every command of `collector` stands on: which home, how rows and refusals are shown.

`Session` travels as click's `obj`. Tables are for people (Chinese above English),
`--json` gives one object per line for programs; nothing here decides anything.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from collector.home import Clock, Home, open_home, wall_ms
from collector.period import ZONE
from weighbook.phrase import Phrase, Refusal

DAY_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Columns = Sequence[tuple[str, Phrase]]

json_option = click.option(
    "--json", "as_json", is_flag=True, help="每行一个 JSON / one JSON a line"
)
by_option = click.option("--by", required=True, metavar="OFFICER", help="经办人 / officer")
second_option = click.option("--second", metavar="OFFICER", help="复核人 / second officer")


@dataclass(frozen=True)
class Session:
    """The home a command was pointed at; opened when first asked for, closed with the command."""

    path: Path | None
    now_ms: Clock = wall_ms

    def home(self) -> Home:
        if self.path is None:
            raise Refusal(
                "E_NO_HOME",
                Phrase("没有指明汇总端目录。", "No collector home was named."),
                Phrase(
                    "请用 --home 目录，或设环境变量 WEIGHHOUSE_HOME。",
                    "Give --home DIR or set WEIGHHOUSE_HOME.",
                ),
            )
        home = open_home(self.path, self.now_ms)
        click.get_current_context().call_on_close(home.close)
        return home


def say(phrase: Phrase) -> None:
    click.echo(str(phrase))


def say_refusal(refusal: Refusal) -> None:
    """Two sentences, Chinese line above the English one, to the error stream."""
    what, remedy = refusal.what, refusal.remedy
    click.echo(f"{what.zh}{remedy.zh}[{refusal.code}]", err=True)
    click.echo(f"{what.en} {remedy.en} [{refusal.code}]", err=True)


def show(rows: Iterable[Mapping[str, Any]], columns: Columns, *, as_json: bool) -> None:
    """Rows as one JSON object per line, or as a table with the given columns."""
    if as_json:
        for row in rows:
            click.echo(json.dumps(dict(row), ensure_ascii=False, default=plain))
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


def read_instant(text: str) -> int:
    """Local `YYYY-MM-DD[THH:MM[:SS]]` (Asia/Shanghai, or with an offset) as milliseconds."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "E_TIME",
            Phrase(f"“{text}”不是时间。", f'"{text}" is not a time.'),
            Phrase("请写成 2026-07-01T08:30。", "Write it like 2026-07-01T08:30."),
        ) from None
    placed = at if at.tzinfo else at.replace(tzinfo=ZONE)
    return int(placed.timestamp()) * 1000


def read_day(text: str) -> str:
    """A local day `YYYY-MM-DD`; Refusal E_TIME for anything else."""
    if not DAY_FORM.fullmatch(text):
        read_instant("x" + text)
    read_instant(text)
    return text
