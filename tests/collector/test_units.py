"""Amounts as people read them: exact, with thousands, never rounded up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.finding import Amount
from collector.units import WORDS, hours, plain, shown, tonnes


@pytest.mark.parametrize(
    ("kg", "text"),
    [(0, "0.000"), (5, "0.005"), (33_380, "33.380"), (-20, "-0.020"), (1_234_567, "1,234.567")],
)  # fmt: skip
def test_kilograms_are_tonnes_to_the_kilogram(kg: int, text: str) -> None:
    assert tonnes(kg) == text


@given(st.integers(-(10**15), 10**15))
def test_no_kilogram_is_lost(kg: int) -> None:
    assert Decimal(tonnes(kg).replace(",", "")) * 1000 == kg


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0.00"), (3_600_000, "1.00"), (35_999, "0.00"), (36_000, "0.01"), (3_599_999, "0.99")],
)
def test_hours_are_never_rounded_up(ms: int, text: str) -> None:
    assert hours(ms) == text


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (Amount("net_kg", 1_500), "1.500 吨（净重）", "1.500 t net"),
        (Amount("dark_ms", 5_400_000), "1.50 小时（离线）", "1.50 h dark"),
        (Amount("tickets", 12_000), "12,000 张", "12,000 tickets"),
        (Amount("permille", 1), "1 ‰", "1 ‰"),
        (Amount("apples", 3), "3 apples", "3 apples"),
    ],
)
def test_an_amount_has_its_word_in_both_languages(amount: Amount, zh: str, en: str) -> None:
    assert shown(amount) == (zh, en)
    assert zh.startswith(plain(amount))


def test_every_unit_has_both_words() -> None:
    assert all(word.zh and word.en for word in WORDS.values())
