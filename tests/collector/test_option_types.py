"""What is typed after an option: one form, one line, within bounds, or a refusal."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import option_types
from collector.option_types import NAME, NOTE, REMARK, kid, plate
from edge_agent.plates import read_plate
from weighbook import cbor
from weighbook.phrase import Refusal

ANY_TEXT = st.text(max_size=80)


def tried(convert: Callable[[str], Any], text: str) -> tuple[Any, str | None]:
    """What it became, or the code it was refused with."""
    try:
        return convert(text), None
    except Refusal as refusal:
        return None, refusal.code


@given(ANY_TEXT)
def test_words_that_are_taken_can_be_signed_printed_and_shown(text: str) -> None:
    taken, code = tried(REMARK, text)
    assert code in (None, "E_TEXT")
    if taken is not None:
        assert taken.isprintable()
        assert taken == taken.strip() != ""
        assert cbor.decode(cbor.encode(taken), max_bytes=4_096) == taken


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\x1b[31m", "\udcff", "x" * 61, "a\u202eb"])
def test_words_that_cannot_be_shown_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="E_TEXT"):
        NAME(text)


def test_a_note_may_be_empty_and_a_name_not() -> None:
    assert NOTE("") == ""
    assert NAME("  矿 ") == "矿"


def test_two_ways_to_write_a_letter_are_one() -> None:
    assert NAME("Cafe\u0301") == NAME("Caf\u00e9") == unicodedata.normalize("NFC", "Cafe\u0301")


@pytest.mark.parametrize("text", ["蒙K12345", "蒙k·12345", " 蒙 K-123.45 ", "蒙Ｋ１２３４５"])
def test_a_plate_has_one_form(text: str) -> None:
    assert plate(text) == "蒙K12345"


@given(ANY_TEXT | st.text(st.sampled_from("蒙K1５·- a"), max_size=14))
def test_a_plate_is_what_the_decks_read_on_a_truck(text: str) -> None:
    taken, code = tried(plate, text)
    assert taken == read_plate(text)
    assert code == (None if taken else "E_PLATE")


@given(ANY_TEXT | st.text("0123456789abcdefABCDEF", min_size=15, max_size=17))
def test_a_key_id_is_sixteen_hex_digits(text: str) -> None:
    taken, code = tried(kid, text)
    if taken is None:
        assert code == "E_KID"
        assert len(text) != 16 or not set(text.lower()) <= set("0123456789abcdef")
    else:
        assert taken.hex() == text.lower()


def test_every_number_is_bounded_on_both_sides() -> None:
    ranges = [value for name, value in vars(option_types).items() if name.startswith("MANY_")]
    ranges += [option_types.ORDER_NUMBER, option_types.TONNES_A_YEAR]
    assert len(ranges) == 7
    assert all(r.min is not None and r.max < 2**53 for r in ranges)
