"""The lamp in the view: what it shows must be what the relay was told, and nobody can guess it."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.judging.challenge import (
    SYMBOLS,
    Pattern,
    answered,
    drawn,
    false_accept_micro,
    held_ms,
    lamp_milli,
    lit_at,
    longest_gap_ms,
)
from drivers.cameras.judging.facts import Picture, Round
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.verdict import FROZEN, State
from tests.drivers.cameras_judging import yard as seen
from tests.drivers.cameras_judging.story import EMPTY, LOADED, STAGE, proven, shown

LAMP = Area(880, 100, 900, 130)
PATTERN = Pattern((True, False, False, True, True, False, True, False), 1_000)


def lamp(*, lit: bool) -> Callable[[Picture], Picture]:
    def light(picture: Picture) -> Picture:
        picture = picture.copy()
        if lit:
            picture[27:35, 422:432] = 255
        return picture

    return light


def watched(lit: Callable[[int], bool], *changes: Callable[[Picture], Picture]) -> Round:
    """A round as a camera shows it, whose lamp burns when `lit` says so."""
    keyframes = [
        STAGE.keyframe(at_ms, *changes, lamp(lit=lit(at_ms - 300)))
        for at_ms in range(PATTERN.from_ms, PATTERN.until_ms + 2_000, 2_000)
    ]
    return answered(PATTERN, tuple((one.at_ms, lamp_milli(one.grey, LAMP)) for one in keyframes))


@pytest.mark.parametrize(
    "change", [seen.dimmed(0.4), seen.foggy(0.5), seen.infrared, seen.rainy(100, 3)]
)
def test_the_right_place_answers_in_any_weather(change: Callable[[Picture], Picture]) -> None:
    assert watched(lambda at_ms: lit_at(PATTERN, at_ms), change) == Round(PATTERN.until_ms, 0)


@pytest.mark.parametrize("lit", [False, True])
def test_a_still_never_answers(lit: bool) -> None:
    assert watched(lambda _at_ms: lit).wrong == 4


def test_a_recording_of_another_round_answers_wrongly() -> None:
    other = PATTERN._replace(symbols=(False, False, True, True, True, False, True, True))
    assert watched(lambda at_ms: lit_at(other, at_ms)).wrong == 3


def test_a_round_with_a_symbol_nobody_saw_is_no_round() -> None:
    assert answered(PATTERN, ((3_000, 9_000), (9_000, 0))).wrong is None
    assert answered(PATTERN, ()).wrong is None


@given(st.integers(100, 4_000), st.integers(200, 1_500), st.integers(0, 10_000), st.data())
def test_a_symbol_is_held_until_a_settled_keyframe_shows_it(
    gap_ms: int, settle_ms: int, first_ms: int, data: st.DataObject
) -> None:
    """Keyframes that come up to a quarter of their gap early or late leave no symbol unseen."""
    pattern = PATTERN._replace(symbol_ms=held_ms(gap_ms, settle_ms), settle_ms=settle_ms)
    shift = st.integers(-gap_ms // 4, gap_ms // 4)
    times = range(pattern.from_ms - first_ms % gap_ms, pattern.until_ms + gap_ms, gap_ms)
    seen = [(at_ms + data.draw(shift)) for at_ms in times]
    levels = tuple((at_ms, 90_000 * lit_at(pattern, at_ms)) for at_ms in seen)
    assert answered(pattern, levels) == Round(pattern.until_ms, 0)


def test_the_longest_gap_is_that_of_what_came_lately() -> None:
    seen = ((1_000, 0), (9_000, 0), (10_000, 0), (12_500, 0), (13_000, 0))
    assert longest_gap_ms(seen, 9_000) == 2_500
    assert longest_gap_ms(seen, 13_000) is None


@given(st.lists(st.sampled_from((0, 255)), max_size=60), st.integers(1, 254))
def test_no_pattern_is_drawn_that_a_lamp_at_rest_would_answer(rest: list[int], other: int) -> None:
    pattern = drawn(bytes([*rest, other, *rest]))
    assert len(pattern) == SYMBOLS
    assert 0 < sum(pattern) < SYMBOLS


def test_every_usable_pattern_is_as_likely_as_any_other() -> None:
    dice, drawings = random.Random(7), 25_400
    counts: dict[tuple[bool, ...], int] = {}
    for _ in range(drawings):
        pattern = drawn(dice.randbytes(16))
        counts[pattern] = counts.get(pattern, 0) + 1
    assert len(counts) == 254
    assert max(counts.values()) < 2 * drawings / 254


def test_too_little_entropy_draws_nothing() -> None:
    with pytest.raises(ValueError, match="entropy"):
        drawn(b"\0\0\0")


def test_how_seldom_a_guess_passes() -> None:
    assert false_accept_micro() == 3_938
    assert false_accept_micro(rounds=2) == 16
    assert false_accept_micro(symbols=2, wrong=1) == 1_000_000


@given(st.tuples(*[st.booleans()] * SYMBOLS), st.integers(0, 2**32))
def test_a_guess_passes_as_seldom_as_it_is_said(guess: tuple[bool, ...], seed: int) -> None:
    entropy = random.Random(seed).randbytes(16)
    levels = tuple((3_000 + place * 7_500, 9_000 * lit) for place, lit in enumerate(guess))
    passed = answered(PATTERN._replace(symbols=drawn(entropy)), levels).wrong == 0
    assert passed is (drawn(entropy) == guess)


def test_the_lamp_is_dark_before_and_after_its_round() -> None:
    assert not lit_at(PATTERN, 999)
    assert lit_at(PATTERN, 1_000)
    assert not lit_at(PATTERN, PATTERN.until_ms)


def test_two_wrong_rounds_are_a_fault_and_a_right_one_ends_it() -> None:
    story = proven()
    for ended_ms, wrong, state in ((1, 3, State.SUSPECT), (2, None, State.SUSPECT),
                                   (3, 1, State.FAULT), (4, 0, State.OK)):  # fmt: skip
        story.play(1, shown(), replace(EMPTY, challenge=Round(ended_ms, wrong)))
        assert story.state("challenge") is state
    assert story.said[-1][2]["challenge"].code == FROZEN


def test_a_load_before_the_lamp_is_waited_for() -> None:
    story = proven()
    for ended_ms in (1, 2, 3):
        story.play(1, shown(), replace(LOADED, challenge=Round(ended_ms, 4)))
    assert story.state("challenge") is State.SUSPECT
