"""Pictures in which no time passes: standing, repeated, replayed, deaf to trucks."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Keyframe
from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.seen_packets import RUN, SeenPackets, remembered, was_seen
from drivers.cameras.judging.verdict import State
from tests.drivers.cameras_judging import yard as seen
from tests.drivers.cameras_judging.story import EMPTY, STAGE, Draw, Story, proven, shown


def encoded_again(picture: Keyframe, at_ms: int) -> Keyframe:
    """The same picture out of an encoder that keeps refining it: other bytes, a few levels off."""
    dice = np.random.default_rng(at_ms)
    grey = seen.bounded(picture.grey + (dice.random(picture.grey.shape) < 0.02))
    clock = picture.clock
    if clock is not None:
        clock = seen.bounded(clock + (dice.random(clock.shape) < 0.05))
    digest = hashlib.sha256(b"%d" % at_ms).digest()
    return replace(picture, at_ms=at_ms, grey=grey, clock=clock, payload_sha256=digest)


def frozen(story: Story) -> Draw:
    still = STAGE.keyframe(story.now_ms)
    return lambda at_ms: encoded_again(still, at_ms)


def test_a_frozen_picture_with_its_clock_is_found_in_three_keyframes() -> None:
    story = proven()
    assert story.play(10, frozen(story)).found("clock_stands") == (6_000, 3)
    assert "replayed" not in story.faults()


def test_a_frozen_picture_is_believed_when_its_clock_has_run_for_ten_seconds() -> None:
    story = proven()
    story = story.play(10, frozen(story)).mark().play(20, shown())
    assert 10_000 <= story.found("clock_stands", State.OK)[0] <= 14_000


def test_a_clock_that_is_looked_at_twice_a_second_does_not_stand() -> None:
    assert not proven().play(15, shown(), every_ms=500).faults()


def test_a_clock_that_has_left_its_box_stands() -> None:
    def bare(at_ms: int) -> Keyframe:
        return replace(STAGE.keyframe(at_ms), clock=np.full((40, 360), 30, np.uint8))

    assert "clock_stands" in proven().play(10, bare).faults()


def test_the_same_packet_over_and_over_is_a_still_and_no_recording() -> None:
    story = proven()
    still = STAGE.keyframe(story.now_ms)
    story.play(8, lambda at_ms: replace(still, at_ms=at_ms))
    assert story.found("packet_repeats") == (6_000, 3)
    assert "replayed" not in story.faults()


def test_a_still_with_a_running_clock_is_found_within_ninety_seconds() -> None:
    story = proven()
    again = frozen(story)

    def overlaid(at_ms: int) -> Keyframe:
        return replace(STAGE.keyframe(at_ms), grey=again(at_ms).grey)

    story.play(80, overlaid, every_ms=4_000)
    assert story.found("picture_stands")[0] <= 68_000
    assert story.faults() == {"picture_stands"}


def test_a_still_without_any_clock_is_found_within_ninety_seconds() -> None:
    story = proven(has_clock=False)
    again = frozen(story)
    story.play(80, lambda at_ms: replace(again(at_ms), clock=None), every_ms=4_000)
    assert story.found("picture_stands")[0] <= 68_000


def test_a_quiet_picture_whose_groups_still_live_does_not_stand() -> None:
    story = proven()

    def living(at_ms: int) -> Keyframe:
        picture = STAGE.keyframe(at_ms)
        return replace(picture, gop_end=STAGE.keyframe(at_ms + 1).grey)

    def calm(at_ms: int) -> Keyframe:
        return replace(encoded_again(quiet, at_ms), gop_end=living(at_ms).gop_end)

    quiet = STAGE.keyframe(story.now_ms)
    story.play(40, living, every_ms=4_000).play(70, calm, every_ms=4_000)
    assert "picture_stands" not in story.faults()


def test_a_clock_that_stands_over_living_pictures_is_the_clocks_fault() -> None:
    story = proven().play(12, lambda at_ms: STAGE.keyframe(at_ms, clock_ms=0))
    assert {"clock_stands", "clock_stuck"} <= story.faults()
    assert "picture_stands" not in story.faults()


def test_a_recording_is_found_at_its_first_keyframe_and_ends_a_minute_after_it() -> None:
    story = proven().play(20, shown())
    loop = story.now_ms - 20_000
    story = story.mark().play(4, lambda at_ms: replace(STAGE.keyframe(loop), at_ms=at_ms))
    assert story.found("replayed")[1] == 1
    story = story.mark().play(58, shown())
    assert story.state("replayed") is State.FAULT
    assert story.play(8, shown()).state("replayed") is State.OK


def test_small_packets_say_nothing_about_a_recording() -> None:
    def small(at_ms: int) -> Keyframe:
        return replace(STAGE.keyframe(at_ms % 8_000), at_ms=at_ms, payload_bytes=4_999)

    assert "replayed" not in proven().play(20, small).faults()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(RUN, 2**64 - 1), unique=True, max_size=60), st.integers(1, 9))
def test_what_was_seen_is_found_again_and_nothing_else(numbers: list[int], room: int) -> None:
    memory = SeenPackets(young=tuple(range(RUN - room)))
    digests = [number.to_bytes(8, "big") * 4 for number in numbers]
    for digest in digests:
        assert not was_seen(memory, digest)
        memory = remembered(memory, digest, 0, 1_000)
    assert all(was_seen(memory, digest) for digest in digests)


def test_after_a_week_a_packet_is_forgotten() -> None:
    memory = SeenPackets(young=tuple(range(RUN - 1)))
    old = b"old".ljust(32, b"\1")
    memory = remembered(memory, old, 0, 1_000)
    memory = SeenPackets(memory.runs, tuple(range(RUN - 1)))
    memory = remembered(memory, b"new".ljust(32, b"\1"), 1_001, 1_000)
    assert not was_seen(memory, old)
    assert len(memory.runs) == 1


PLATFORM = Setting(Calibration(platform=seen.PLATFORM))
AT_THE_DECK = seen.truck(0.5, left=0.25)


def weighings(number: int, arrive: Callable[[int], Draw]) -> Story:
    """Some trucks come onto the deck; `arrive` draws what the camera shows of one."""
    story = Story(PLATFORM).play(12, shown())
    for _ in range(number):
        swing = replace(EMPTY, deck_empty=False, swing_ms=story.now_ms)
        story.play(8, arrive(story.now_ms), swing).play(
            6, shown(), replace(EMPTY, swing_ms=swing.swing_ms)
        )
    return story


def test_a_platform_that_shows_the_truck_answers_the_scale() -> None:
    assert not weighings(4, lambda _from_ms: shown(AT_THE_DECK)).faults()


@pytest.mark.parametrize(("number", "faults"), [(2, set()), (3, {"no_reaction"})])
def test_three_trucks_that_nobody_sees_are_a_picture_of_somewhere_else(
    number: int, faults: set[str]
) -> None:
    assert weighings(number, lambda _from_ms: shown()).faults() == faults


def test_one_truck_that_is_seen_ends_it() -> None:
    story = weighings(3, lambda _from_ms: shown())
    swing = replace(EMPTY, swing_ms=story.now_ms)
    assert story.play(8, shown(AT_THE_DECK), swing).state("no_reaction") is State.OK


def test_a_headlight_is_no_truck() -> None:
    dim = shown(seen.dimmed(0.8))
    assert weighings(3, lambda _from_ms: dim).faults() == {"no_reaction"}
