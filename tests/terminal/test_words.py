"""What stands on a terminal: text as it is, harmless, and JSON a program can read."""

import json

import click
import pytest
from click.testing import CliRunner

from terminal.words import harmless, say, say_refusal, show, show_facts
from weighbook.phrase import Phrase, Refusal

COLUMNS = (("name", Phrase("名称", "name")), ("kid", Phrase("密钥号", "key id")))
MARKUP = "[red]乌兰[/bogus] :smile:"
ESCAPE = "矿\x1b]0;owned\x07\x9b31m\u202e山"


def shown(row: dict[str, object], *, as_json: bool = False) -> str:
    @click.command()
    def command() -> None:
        show([row], COLUMNS, as_json=as_json)

    return CliRunner().invoke(command, catch_exceptions=False, env={"COLUMNS": "100"}).stdout


def test_a_table_has_both_languages_over_every_column() -> None:
    text = shown({"name": "一号磅", "kid": b"\x01\x02"})
    assert all(word in text for word in ("名称", "name", "密钥号", "key id", "一号磅", "0102"))


def test_what_is_unknown_is_a_dash() -> None:
    assert "—" in shown({"name": "一号磅", "kid": None})


def test_a_name_is_never_markup() -> None:
    assert MARKUP in shown({"name": MARKUP})


@pytest.mark.parametrize("as_json", [False, True])
def test_a_name_never_drives_the_terminal(as_json: bool) -> None:
    text = shown({"name": ESCAPE}, as_json=as_json)
    assert not {"\x1b", "\x07"} & set(text)


def test_json_is_one_object_a_line_and_loses_nothing() -> None:
    text = shown({"name": ESCAPE, "kid": b"\x01", "kg": 5}, as_json=True)
    assert text.count("\n") == 1
    assert json.loads(text) == {"name": ESCAPE, "kid": "01", "kg": 5}


def test_facts_leave_out_what_is_not_known() -> None:
    @click.command()
    def command() -> None:
        show_facts({"name": "一号磅", "kid": None}, COLUMNS)

    text = CliRunner().invoke(command, catch_exceptions=False).stdout
    assert "名称 name" in text
    assert "key id" not in text


def test_sentences_and_refusals_are_made_harmless() -> None:
    @click.command()
    def command() -> None:
        say(Phrase(ESCAPE, ESCAPE))
        say_refusal(Refusal("E_X", Phrase(ESCAPE, ESCAPE), Phrase("请改。", "Mend it.")))

    result = CliRunner().invoke(command, catch_exceptions=False)
    assert "\x1b" not in result.output
    assert [line[-5:] for line in result.stderr.splitlines()] == ["[E_X]"] * 2


def test_lines_stay_lines() -> None:
    assert harmless("一\n二") == "一\n二"
