"""The README keeps its word: its commands and options exist, its functions are where it says."""

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from collector.cli import cli as collector
from edge_agent.cli import program as edge_agent
from edge_agent.diag_scale_protocols import markdown

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS: dict[str, click.Command] = {"edge-agent": edge_agent, "collector": collector}
COMMANDS = sorted(set(re.findall(r"(?<![\w/.-])(?:edge-agent|collector) [^`#&\n()]+", TEXT)))
DOTTED = re.compile(r"`((?:drivers|edge_agent|collector|weighbook)\.[\w.]+)`")
NAMES = sorted({name for name in DOTTED.findall(TEXT) if not name.endswith(".toml")})


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command a line names, and the words left for it."""
    command: click.Command = PROGRAMS[words[0]]
    rest = words[1:]
    if rest[:1] == ["--home"]:
        rest = rest[2:]
    while isinstance(command, click.Group) and rest:
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            raise LookupError(" ".join(words))
        command, rest = found, rest[1:]
    return command, rest


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_exists_with_its_options(line: str) -> None:
    command, rest = resolve(shlex.split(line))
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known


@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_the_walk_is_where_the_readme_says(name: str) -> None:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            thing = getattr(thing, attribute)
        assert callable(thing) or length == len(parts)
        return
    raise AssertionError(name)


def test_files_the_readme_names_exist() -> None:
    named = re.findall(
        r"`((?:config|systemd|drivers|tests)/[\w/.-]+\.(?:py|toml|conf|service))`", TEXT
    )
    for path in set(named):
        assert "NAME" in path or (ROOT / path).is_file(), path


def test_the_table_of_protocols_is_the_one_the_command_prints() -> None:
    table = TEXT.split("<!-- protocols -->")[1].split("<!-- /protocols -->")[0]
    assert table.strip() == markdown().strip()
