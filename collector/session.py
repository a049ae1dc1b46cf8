"""What every command of `collector` stands on: which home, whose clock, how words are shown.

`Session` travels as click's `obj`; nothing here decides anything.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from collector.home import Clock, Home, open_home, wall_ms
from collector.period import ZONE
from terminal.words import json_option, plain, say, show
from weighbook.phrase import Phrase, Refusal

__all__ = [
    "Session",
    "by_option",
    "json_option",
    "plain",
    "read_day",
    "read_instant",
    "say",
    "second_option",
    "show",
]

DAY_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
YEARS = range(2000, 2100)

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
        home = open_home(self.path, self.now_ms, ask_passphrase)
        click.get_current_context().call_on_close(home.close)
        return home


def ask_passphrase(officer: str) -> bytes:
    """Ask that officer, who types unseen."""
    words = f"{officer} 的口令 / passphrase of {officer}"
    return str(click.prompt(words, hide_input=True, err=True)).encode()


def read_instant(text: str) -> int:
    """Local `YYYY-MM-DD[THH:MM[:SS]]` (Asia/Shanghai, or with an offset) as milliseconds."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise time_refused(text, "2026-07-01T08:30") from None
    if at.year not in YEARS:
        raise time_refused(text, "2026-07-01T08:30")
    placed = at if at.tzinfo else at.replace(tzinfo=ZONE)
    return int(placed.timestamp()) * 1000


def read_day(text: str) -> str:
    """A local day `YYYY-MM-DD`; Refusal E_TIME for anything else."""
    try:
        known = DAY_FORM.fullmatch(text) and datetime.fromisoformat(text).year in YEARS
    except ValueError:
        known = False
    if not known:
        raise time_refused(text, "2026-07-01")
    return text


def time_refused(text: str, example: str) -> Refusal:
    return Refusal(
        "E_TIME",
        Phrase(f"“{text}”不是时间。", f'"{text}" is not a time.'),
        Phrase(f"请写成 {example} 的样子。", f"Write it like {example}."),
    )
