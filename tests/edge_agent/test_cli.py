"""Every command of `edge-agent`: a help that a newcomer can work from, and refusals in words."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from edge_agent.cli import main, program
from edge_agent.session import DEFAULT_CONFIG

# What others call by name (design, part 6).
PROMISED = (
    ("run",),
    ("status",),
    ("why-halted",),
    *(("diag", check) for check in ("all", "scale", "camera", "qr", "mqtt", "clock", "book")),
    ("diag", "scale", "decode"),
    ("diag", "scale", "detect"),
    ("verify",),
    ("export",),
    ("replay",),
    ("enrol", "request"),
    ("enrol", "accept"),
)


def commands(
    group: click.Group = program, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, groups included."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED) <= set(ALL)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_says_what_it_does_in_both_languages(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(program, [*words, "-h"])
    text = ALL[words].help or ""
    assert (result.exit_code, result.stderr) == (0, "")
    assert has_chinese(text.splitlines()[0])
    assert len([word for word in text.split() if word.isascii()]) >= 4
    assert result.output == CliRunner().invoke(program, [*words, "--help"]).output


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_option_is_explained_in_both_languages(words: tuple[str, ...]) -> None:
    options = [p for p in ALL[words].params if isinstance(p, click.Option)]
    for option in options:
        assert option.help, option.name
        assert has_chinese(option.help), option.help
        assert option.help != option.help.encode("ascii", "ignore").decode(), option.help
        assert any(word.isascii() for word in option.help.split()), option.help


@pytest.mark.parametrize("words", [w for w, c in ALL.items() if isinstance(c, click.Group)] + [()])
def test_a_group_lists_its_commands_with_a_line_each(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(program, [*words, "-h"]).output
    inside = [path for path in ALL if path[:-1] == words]
    for path in inside:
        line = next(line for line in shown.splitlines() if line.strip().startswith(path[-1] + " "))
        assert has_chinese(line)
        assert " / " in line


@pytest.mark.parametrize(
    "words", [("nonsense",), ("diag", "nonsense"), ("status", "--nonsense"), ("verify",), ("--x",)]
)
def test_a_misspelt_command_is_two_sentences_and_exit_2(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(program, words)
    assert (result.exit_code, result.stdout) == (2, "")
    chinese, english = result.stderr.splitlines()
    assert has_chinese(chinese)
    assert "--help" in english


def test_every_command_that_needs_it_finds_the_configuration_the_same_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEIGHHOUSE_CONFIG", str(tmp_path / "mine.toml"))
    for words in (("run",), ("status",), ("why-halted",), ("diag", "all"), ("diag", "clock")):
        result = CliRunner().invoke(program, words)
        assert (result.exit_code, "mine.toml" in result.stderr) == (2, True), words
    assert str(DEFAULT_CONFIG) == "/etc/weighhouse/agent.toml"


def test_the_version_is_shown() -> None:
    result = CliRunner().invoke(program, ["--version"])
    assert (result.exit_code, "version" in result.output) == (0, True)


def test_the_console_script_ends_with_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "/nowhere/book.db"])
    assert ended.value.code == 2
    assert "E_UNREADABLE" in capsys.readouterr().err


def test_help_does_not_wait_for_opencv_or_a_broker() -> None:
    asked = (
        "import sys; from edge_agent.cli import main\n"
        "try: main(['-h'])\nexcept SystemExit: pass\n"
        "print([name for name in ('cv2', 'paho', 'numpy', 'rich', 'httpx') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"
