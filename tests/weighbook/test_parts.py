"""A long text in several codes: whole from its parts in any order, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.refusing import refused
from weighbook.base45 import ALPHABET
from weighbook.parts import (
    MAX_PARTS,
    PART,
    PIECE_CHARACTERS,
    Gathered,
    gather,
    split_text,
    whole_text,
)

LONG = "WO1:" + "ABC." * 1_000
TEXTS = st.text(alphabet=ALPHABET, min_size=1, max_size=4_000)


def gathered(*parts: str) -> Gathered:
    found = Gathered()
    for part in parts:
        found = gather(found, part)
    return found


@given(text=TEXTS, data=st.data())
def test_parts_in_any_order_and_again_make_the_text(text: str, data: st.DataObject) -> None:
    parts = split_text(text)
    shown = data.draw(st.permutations(parts)) + data.draw(st.lists(st.sampled_from(parts)))
    assert whole_text(gathered(*shown)) == text


def test_parts_fit_a_code_and_are_few() -> None:
    assert max(map(len, split_text(LONG))) <= PIECE_CHARACTERS + 40
    assert refused(lambda: split_text("A" * (MAX_PARTS * PIECE_CHARACTERS + 1))) == "E_OVERSIZE"


def test_a_part_of_another_text_begins_anew() -> None:
    first, other = split_text(LONG), split_text(LONG + "X")
    found = gathered(*first[:-1], other[0])
    assert (found.total, found.missing) == (len(other), len(other) - 1)


def test_a_part_that_was_bent_does_not_make_the_text() -> None:
    first, *rest = split_text(LONG)
    bent = gathered(first[:-1] + "X", *rest)
    assert refused(lambda: whole_text(bent)) == "E_ENVELOPE"


@given(text=st.text(max_size=60))
def test_any_text_is_a_part_or_refused(text: str) -> None:
    assert refused(lambda: gather(Gathered(), PART + text)) in (None, "E_ENVELOPE")


@pytest.mark.parametrize(
    "text",
    [
        f"{PART}{'A' * 16}.0.2.x",
        f"{PART}{'A' * 16}.3.2.x",
        f"{PART}{'A' * 16}.1.99.x",
        f"{PART}{'A' * 16}.1.2.",
        f"{PART}{'a' * 16}.1.2.x",
        f"{PART}{'A' * 16}.1.2.{'x' * (PIECE_CHARACTERS + 1)}",
    ],
)
def test_what_is_no_part_is_refused(text: str) -> None:
    assert refused(lambda: gather(Gathered(), text)) == "E_ENVELOPE"
