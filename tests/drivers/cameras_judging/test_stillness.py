"""How a still is told from a living picture, a cover from another place, and black from dark."""

from dataclasses import replace

import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.judging.facts import Keyframe, Packets
from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.measures.change import Change, change_of
from drivers.cameras.judging.measures.scene import field_of, hidden_milli
from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.stillness import Stillness, is_still, with_sample
from drivers.cameras.judging.verdict import State
from tests.drivers.cameras_judging import yard as seen
from tests.drivers.cameras_judging.story import STAGE, Story, proven, sent, shown
from tests.drivers.cameras_judging.yard import Stage, yard

LIMITS = Limits()
SHARP_EYED = msgspec.structs.replace(
    LIMITS, picture_stands=Hysteresis(), hidden_milli=700, still_least_milli=450
)


def test_a_still_is_what_stirs_almost_nothing_and_is_quiet_besides() -> None:
    assert is_still(Change(0, 1_000, 5), None, LIMITS)
    assert not is_still(Change(0, 900, 40), None, LIMITS)  # somebody walks through
    assert not is_still(Change(500, 600, 5), None, LIMITS)  # a quiet sensor at night
    assert is_still(Change(300, 600, 200), 1_000, SHARP_EYED)
    assert not is_still(Change(300, 600, 200), 1_000, LIMITS)


def test_a_clock_stirs_less_than_a_passer_by_and_grain_stirs_all() -> None:
    still = yard()
    clock, walker = still.copy(), still.copy()
    cv2.putText(clock, "8", (200, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1)
    cv2.rectangle(walker, (100, 100), (130, 170), 20, -1)
    stirred = [change_of(one, still) for one in (still, clock, walker)]
    assert [one is not None and one.stirred_milli <= LIMITS.stirred_milli for one in stirred] == [
        True, True, False,
    ]  # fmt: skip
    living = change_of(STAGE.keyframe(1_000).grey, STAGE.keyframe(2_000).grey)
    assert living is not None
    assert living.stirred_milli > 500


def window(*stills: bool, every_ms: int = 500) -> Stillness:
    known = Stillness()
    for number, still in enumerate(stills):
        known = with_sample(known, number * every_ms, LIMITS, still=still)
    return known


def test_a_refined_still_is_a_still_and_begins_with_the_picture_it_repeats() -> None:
    known = window(*[False] * 10, *[True, True, True, False] * 4)
    assert known.share_milli(LIMITS) == 727
    assert known.since_ms == 9 * 500


def test_a_moment_says_nothing() -> None:
    assert window(True, True, True).share_milli(LIMITS) is None
    assert window(*[True] * 4, every_ms=2_000).share_milli(LIMITS) == 1_000


@given(st.lists(st.booleans(), max_size=80))
def test_a_window_is_bounded_and_its_beginning_lies_in_the_past(stills: list[bool]) -> None:
    known = window(*stills)
    assert len(known.samples) <= 11
    assert known.since_ms is None or 0 <= known.since_ms <= 500 * len(stills)
    assert 0 <= (known.share_milli(LIMITS) or 0) <= 1_000


def test_a_blurred_picture_has_lost_its_grain_and_does_not_stand() -> None:
    story = Story(Setting(limits=SHARP_EYED)).play(20, shown(), every_ms=500)

    def smooth(at_ms: int) -> Keyframe:
        picture = STAGE.keyframe(at_ms)
        return replace(picture, grey=seen.blurry(2.5)(picture.grey))

    assert "picture_stands" not in story.play(20, smooth, every_ms=500).faults()


def test_a_cover_of_one_colour_need_not_live() -> None:
    plate = np.full_like(STAGE.scene, 90)
    story = proven(has_clock=False)

    def covered(at_ms: int) -> Keyframe:
        return replace(STAGE.keyframe(at_ms), grey=plate, clock=None)

    assert story.play(90, covered).faults() == {"plain", "covered"}


def test_black_with_a_faint_residue_of_the_scene_is_black() -> None:
    assert proven().play(8, shown(seen.dimmed(0.03))).found("plain")[1] == 2


@pytest.mark.parametrize("share", [0.75, 0.85])
def test_most_of_the_scene_behind_a_board_is_hidden_where_a_site_asks(share: float) -> None:
    board = STAGE.scene.copy()
    board[:, : int(board.shape[1] * share)] = 90
    assert (hidden_milli(field_of(board), field_of(STAGE.scene)) or 0) >= 700
    story = Story(Setting(limits=SHARP_EYED)).play(40, shown())
    story.play(10, lambda at_ms: replace(STAGE.keyframe(at_ms), grey=board))
    assert "covered" in story.faults()


@pytest.mark.parametrize("change", [seen.foggy(0.8), seen.dimmed(0.2), seen.truck(0.5)])
def test_fog_darkness_and_a_truck_hide_nothing(change: seen.Change) -> None:
    hidden = hidden_milli(field_of(change(STAGE.scene)), field_of(STAGE.scene))
    assert (hidden or 0) < 700


@pytest.mark.parametrize(
    ("width", "height", "state"),
    [(1080, 1920, State.OK), (720, 1280, State.OK), (720, 1279, State.FAULT)],
)
def test_an_upright_picture_is_as_large_as_one_that_lies(
    width: int, height: int, state: State
) -> None:
    stage = Stage(yard(), width, height)
    assert Story().play(8, shown(stage=stage)).state("not_hd") is state


def test_ten_frames_a_second_are_not_below_ten() -> None:
    def counted(now_ms: int) -> Packets:
        return replace(sent(now_ms), packets_in_5s=49, nominal_fps_milli=10_000)

    assert "slow" not in proven().play(12, shown(), packets=counted).faults()


def test_a_stream_that_has_just_begun_is_not_slow() -> None:
    def begun(now_ms: int) -> Packets:
        return replace(sent(now_ms), packets_in_5s=min(125, (now_ms - 3_600_000) // 40))

    assert not Story().play(20, shown(), packets=begun).faults()


def test_the_first_switch_to_infrared_is_waited_for_as_any_other() -> None:
    story = Story().play(14, shown())
    night = shown(seen.infrared, colour=False)
    assert not story.play(8, night).faults()
