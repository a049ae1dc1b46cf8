"""All that a person reads exists in Chinese and English, and every code that is used has words."""

import ast
import re
from pathlib import Path

import pytest

from edge_agent import announcements
from edge_agent.cause_words import CAUSES, cause_phrase
from edge_agent.causes import NEEDS_APPROVAL, STAYS
from edge_agent.facts import Objection
from edge_agent.interlock import UNCOVERABLE
from edge_agent.order_words import ORDERS
from edge_agent.record_effects import SPENT_NUMBERS
from edge_agent.refusals import DECK, refusal_phrase
from weighbook.phrase import Phrase

AGENT = Path(__file__).parents[2] / "edge_agent"
ANNOUNCED = {n: p for n, p in vars(announcements).items() if isinstance(p, Phrase)}
CHINESE = re.compile("[\u4e00-\u9fff]")
WORDS: dict[str, Phrase] = {
    **{f"DECK {code} {n}": p for code, words in DECK.items() for n, p in enumerate(words)},
    **{f"CAUSE {code} {n}": p for code, words in CAUSES.items() for n, p in enumerate(words)},
    **{f"ORDER {code}": phrase for code, phrase in ORDERS.items()},
    **{f"TOLD {name}": phrase for name, phrase in ANNOUNCED.items()},
}


def first_arguments(module: str, function: str) -> set[str]:
    """The literal first arguments of every call of `function` in a module."""
    tree = ast.parse((AGENT / module).read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == function
        if node.args and isinstance(node.args[0], ast.Constant)
        if isinstance(node.args[0].value, str)
    }


@pytest.mark.parametrize("name", sorted(WORDS))
def test_the_chinese_is_chinese_and_the_english_is_not(name: str) -> None:
    phrase = WORDS[name]
    assert CHINESE.search(phrase.zh)
    assert phrase.en
    assert not CHINESE.search(phrase.en)


@pytest.mark.parametrize("name", sorted(WORDS))
def test_both_languages_tell_the_same_facts(name: str) -> None:
    phrase = WORDS[name]
    facts = [set(re.findall(r"\{(\w+)\}", text)) - {"zh", "en"} for text in phrase]
    assert facts[0] == facts[1]


@pytest.mark.parametrize(
    "module", ["ticket_rules.py", "load_rules.py", "deck_rules.py", "scans.py"]
)
def test_every_objection_has_words(module: str) -> None:
    codes = first_arguments(module, "Objection")
    assert codes
    assert codes <= DECK.keys()


def test_every_cause_that_is_found_has_words() -> None:
    codes = first_arguments("causes.py", "Finding") | first_arguments("lane.py", "Finding")
    assert codes
    assert codes | NEEDS_APPROVAL | STAYS.keys() | UNCOVERABLE <= CAUSES.keys()


def test_every_refused_order_has_words() -> None:
    text = (AGENT / "bureau.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'"(E_[A-Z_]+)"', text))
    assert codes | SPENT_NUMBERS <= ORDERS.keys()


def test_a_cause_shows_what_measured_limit_and_how_to_clear_it() -> None:
    told = cause_phrase("CAMERA_LOST", "deck", "3.1 s", "2.5 s")
    for part in ("deck", "3.1 s", "2.5 s"):
        assert part in told.zh
        assert part in told.en
    assert "10" in told.en


def test_a_finer_code_is_shown_to_the_technician() -> None:
    told = refusal_phrase(Objection("E_SIG", also="E_KID"))
    assert "E_KID" in told.zh
    assert "E_KID" in told.en
