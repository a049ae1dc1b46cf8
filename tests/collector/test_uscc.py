"""The unified social credit code: one wrong character is always found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.uscc import ALPHABET, check_character, uscc_fits

FIRST_17 = st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17)


def test_the_standards_own_example_fits() -> None:
    assert uscc_fits("91350100M000100Y43")


@given(FIRST_17, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(first: str, place: int, other: str) -> None:
    code = first + check_character(first)
    wrong = code[:place] + other + code[place + 1 :]
    assert uscc_fits(code)
    assert uscc_fits(wrong) == (wrong == code)


@pytest.mark.parametrize("text", ["", "9135", "91350100m000100y43", "9135010OM000100Y43", "９" * 9])
def test_what_is_no_code_does_not_fit(text: str) -> None:
    assert not uscc_fits(text)
