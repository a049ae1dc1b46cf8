"""`diag scale protocols` and the help pages: what a newcomer reads first."""

import json

import pytest
from click.testing import CliRunner, Result

from drivers.scales.catalogue import ALIASES, PROTOCOLS
from edge_agent.cli import program
from terminal.cells import width_of

KEYS = ["protocol", "title", "line", "integrity", "asked", "aliases"]


def run(*words: str, columns: int = 80) -> Result:
    env = {"COLUMNS": str(columns)}
    return CliRunner().invoke(program, ["diag", "scale", *words], env=env, terminal_width=columns)


@pytest.mark.parametrize("columns", [80, 100])
def test_every_name_can_be_copied_from_the_table(columns: int) -> None:
    shown = run("protocols", columns=columns).stdout
    words = {word.strip("()") for word in shown.split()}
    assert set(PROTOCOLS) | set(ALIASES) <= words
    assert max(map(width_of, shown.splitlines())) <= columns


def test_a_program_gets_a_row_a_protocol() -> None:
    rows = [json.loads(line) for line in run("protocols", "--json").stdout.splitlines()]
    assert [row["protocol"] for row in rows] == list(PROTOCOLS)
    assert all(list(row) == KEYS for row in rows)


def test_a_protocol_that_must_be_asked_is_marked() -> None:
    rows = [json.loads(line) for line in run("protocols", "--json").stdout.splitlines()]
    asked = {row["protocol"] for row in rows if row["asked"]}
    assert asked == {name for name, protocol in PROTOCOLS.items() if protocol.ask is not None}


@pytest.mark.parametrize("command", ["read", "decode", "detect", "protocols"])
def test_help_is_in_both_languages(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert any("一" <= letter <= "鿿" for letter in result.stdout)


@pytest.mark.parametrize("command", ["read", "decode", "detect"])
def test_help_says_what_the_exit_codes_mean(command: str) -> None:
    text = " ".join(run(command, "--help").stdout.split())
    assert "Exit code: 0 " in text
    assert " 2 could not" in text
