"""A command group whose commands are imported when they are called, listed in one plain table.

`--help` and small commands do not wait for DuckDB, OpenCV or a broker. Refusals become two
sentences and exit code 2, never a traceback.
"""

import sqlite3
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

import click

from terminal.words import COULD_NOT, say_refusal
from weighbook.phrase import Phrase, Refusal


class Entry(NamedTuple):
    """Where a command lives: `module` holds it under `attribute`."""

    name: str
    module: str
    attribute: str
    title: Phrase


# Subclassing is click's documented way to load commands late.
class LateGroup(click.Group):
    """A click group over `entries`."""

    def __init__(self, *words: Any, entries: tuple[Entry, ...] = (), **options: Any) -> None:
        super().__init__(*words, **options)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [entry.name for entry in self.entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        entry = next((entry for entry in self.entries if entry.name == cmd_name), None)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        assert isinstance(command, click.Command), entry
        command.name = entry.name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("命令 / Commands"):
            formatter.write_dl([(e.name, f"{e.title.zh} / {e.title.en}") for e in self.entries])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            return _fail(ctx, refusal)
        except BrokenPipeError:
            raise
        except (OSError, sqlite3.Error) as error:
            return _fail(ctx, store_refused(error))


def _fail(ctx: click.Context, refusal: Refusal) -> NoReturn:
    say_refusal(refusal)
    ctx.exit(COULD_NOT)


def store_refused(error: Exception) -> Refusal:
    """A file, device or database that cannot be used, in words."""
    return Refusal(
        "E_STORE",
        Phrase(f"文件、设备或数据库出错：{error}。", f"A file or device failed: {error}."),
        Phrase(
            "请检查路径、权限和磁盘空间后重试。",
            "Check the path, the permissions and the disk, then try again.",
        ),
    )
