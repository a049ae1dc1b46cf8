"""What cameras are told of the deck."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.deck_context import SWING_KG, DeckContext, is_empty, weighed


def after(*readings: tuple[int, int]) -> DeckContext:
    deck = DeckContext()
    for at_ms, kg in readings:
        deck = weighed(deck, kg, at_ms)
    return deck


def test_a_truck_that_comes_and_goes_swings_the_weight_both_ways() -> None:
    assert after((0, 0), (100, 1_900)).swing_ms is None
    assert after((0, 0), (100, 15_000), (900, 15_020)).swing_ms == 100
    assert after((0, 0), (100, 15_000), (9_000, 0)).swing_ms == 9_000


def test_the_first_reading_is_no_swing() -> None:
    assert after((0, 15_000)).swing_ms is None


def test_a_silent_scale_says_nothing_about_the_deck() -> None:
    assert is_empty(DeckContext(), 400, 5_000, 0) is None
    deck = after((1_000, 20))
    assert is_empty(deck, 400, 5_000, 6_000) is True
    assert is_empty(deck, 400, 5_000, 6_001) is None
    assert is_empty(after((0, 400)), 400, 5_000, 0) is False


@given(st.lists(st.integers(-200, 120_000), min_size=1, max_size=60))
def test_there_is_a_swing_wherever_the_weight_has_gone_far_from_its_rest(kgs: list[int]) -> None:
    deck = after(*((at_ms, kg) for at_ms, kg in enumerate(kgs)))
    assert deck.rest_kg is not None
    assert abs(deck.reading_kg - deck.rest_kg) <= SWING_KG
    if max(kgs) - min(kgs) <= SWING_KG:
        assert deck.swing_ms is None
