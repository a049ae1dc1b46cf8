"""A late group: commands come when called, and nothing a person mistypes ends in a traceback."""

import sqlite3

import click
import pytest
from click.testing import CliRunner, Result

from terminal.late_group import Entry, LateGroup
from weighbook.phrase import Phrase, Refusal

ENTRIES = (
    Entry("deck", __name__, "deck_command", Phrase("磅", "a deck")),
    Entry("absent", "no.such.module", "x_command", Phrase("无", "nothing")),
)


@click.command("deck")
@click.option("--kg", type=click.IntRange(1, 9), required=True)
@click.option("--fault", default="")
def deck_command(kg: int, fault: str) -> None:
    """What may go wrong behind a command."""
    faults = {
        "refusal": Refusal("E_X", Phrase("不行。", "It is not so."), Phrase("请改。", "Mend it.")),
        "file": FileNotFoundError("gone"),
        "database": sqlite3.OperationalError("locked"),
    }
    if fault:
        raise faults[fault]
    click.echo(kg)


def run(*words: str) -> Result:
    group = LateGroup("scales", entries=ENTRIES)
    return CliRunner().invoke(group, list(words), prog_name="scales", catch_exceptions=False)


def test_help_lists_commands_without_importing_them() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "磅 / a deck" in result.stdout
    assert "absent" in result.stdout


def test_a_command_runs_when_it_is_called() -> None:
    assert run("deck", "--kg", "3").stdout == "3\n"


@pytest.mark.parametrize(
    ("words", "zh"),
    [
        (("dekc",), "命令写法有误。"),
        (("--nosuch", "deck"), "没有 --nosuch 这个选项。"),
        (("deck", "--nosuch"), "没有 --nosuch 这个选项。"),
        (("deck",), "缺少 --kg。"),
        (("deck", "--kg", "10"), "--kg 的值不成立。"),
        (("deck", "--kg", "1", "more"), "命令写法有误。"),
        (("deck", "--kg"), "命令写法有误。"),
    ],
)
def test_a_misspelt_command_is_refused_in_two_sentences(words: tuple[str, ...], zh: str) -> None:
    result = run(*words)
    first, second = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    assert first.startswith(zh)
    assert "--help" in first
    assert first.endswith("[E_USAGE]")
    assert second.endswith("--help. [E_USAGE]")


@pytest.mark.parametrize(
    ("fault", "code"), [("refusal", "E_X"), ("file", "E_STORE"), ("database", "E_STORE")]
)
def test_what_fails_behind_a_command_is_a_refusal(fault: str, code: str) -> None:
    result = run("deck", "--kg", "1", "--fault", fault)
    assert result.exit_code == 2
    assert [line.endswith(f"[{code}]") for line in result.stderr.splitlines()] == [True, True]


def test_nothing_after_the_command_shows_its_help() -> None:
    assert "磅 / a deck" in run().output
