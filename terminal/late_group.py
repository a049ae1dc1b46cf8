"""A command group whose commands are imported when they are called, listed in one plain table.

`--help` and small commands do not wait for DuckDB, OpenCV or a broker. Refusals, misspelt commands
among them, become two sentences and exit code 2, never a traceback.
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
    """A click group over `entries`; `-h` is help in it and below it."""

    def __init__(self, *words: Any, entries: tuple[Entry, ...] = (), **options: Any) -> None:
        options.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
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

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            return _fail(usage_refused(error, info_name or ""))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            return _fail(refusal)
        except (click.exceptions.NoArgsIsHelpError, BrokenPipeError):
            raise
        except click.UsageError as error:
            return _fail(usage_refused(error, ctx.command_path))
        except UnicodeEncodeError:
            return _fail(text_refused())
        except (OSError, sqlite3.Error) as error:
            return _fail(store_refused(error))


def _fail(refusal: Refusal) -> NoReturn:
    say_refusal(refusal)
    raise click.exceptions.Exit(COULD_NOT)


def usage_refused(error: click.UsageError, path: str) -> Refusal:
    """A command that was not written as it must be: click's sentence, ours in Chinese before it."""
    path = error.ctx.command_path if error.ctx else path
    return Refusal(
        "E_USAGE",
        Phrase(_misspelt(error), error.format_message().rstrip(".") + "."),
        Phrase(f"请用 {path} --help 查看写法。", f"See how it is written with: {path} --help."),
    )


def _misspelt(error: click.UsageError) -> str:
    match error:
        case click.MissingParameter():
            return f"缺少 {_parameter(error)}。"
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项。"
        case click.BadParameter():
            return f"{_parameter(error)} 的值不成立。"
        case _:
            return "命令写法有误。"


def _parameter(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return "参数"
    return error.param.get_error_hint(error.ctx).replace("'", "")


def text_refused() -> Refusal:
    """Bytes that are no text, as a shell may pass them."""
    return Refusal(
        "E_TEXT",
        Phrase("命令中有不是文字的字节。", "The command holds bytes that are no text."),
        Phrase("请用 UTF-8 重新输入。", "Type it again in UTF-8."),
    )


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
