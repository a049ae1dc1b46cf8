"""When a load stands still, and what it weighs then."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.events import Moment, ScaleRead
from edge_agent.settling import (
    STABLE,
    TRANSITIONS,
    UNSTABLE,
    Capture,
    Settling,
    Stage,
    feed,
)
from tests.edge_agent.story import SITE

FRAME_MS = 125


def frames(
    weights: Iterable[int | None], step_ms: int = FRAME_MS, from_ms: int = 0
) -> list[ScaleRead]:
    return [
        ScaleRead(Moment(0, from_ms + (n + 1) * step_ms), kg, True, None, b"%r" % kg)
        for n, kg in enumerate(weights)
    ]


def fed(events: Iterable[ScaleRead], settling: Settling | None = None) -> list[Settling]:
    """The state after each frame."""
    states = [settling or Settling()]
    for event in events:
        states.append(feed(states[-1], event, SITE))
    return states[1:]


def last(weights: Iterable[int | None], step_ms: int = FRAME_MS) -> Settling:
    return fed(frames(weights, step_ms))[-1]


def captured(weights: Iterable[int | None], step_ms: int = FRAME_MS) -> Capture | None:
    return last(weights, step_ms).capture


STILL = [15_000] * 30
EMPTY = [0] * 30


def test_a_load_that_stands_for_three_seconds_is_captured() -> None:
    capture = captured([0, 8_000, *STILL])
    assert capture is not None
    assert (capture.weight_kg, capture.stability) == (15_000, STABLE)


def test_the_stages_of_a_stay_follow_one_another() -> None:
    states = fed(frames([*EMPTY, 8_000, *STILL, 9_000, *EMPTY]))
    stages = list(dict.fromkeys(state.stage for state in states))
    assert stages == [
        Stage.EMPTY,
        Stage.ARRIVING,
        Stage.SETTLING,
        Stage.CAPTURED,
        Stage.LEAVING,
    ]
    assert states[-1].stage is Stage.EMPTY


def test_two_seconds_are_not_enough() -> None:
    assert captured([0, *[15_000] * 17]) is None


def test_seven_frames_are_not_enough_however_long_they_take() -> None:
    assert captured([0, *[15_000] * 7], step_ms=900) is None
    assert captured([0, *[15_000] * 10], step_ms=900) is not None


def test_a_gap_of_over_a_second_starts_the_window_anew() -> None:
    before = fed(frames([0, *[15_000] * 20]))[-1]
    after = fed(frames([15_000] * 10, from_ms=before.now_ms + 1_100), before)[-1]
    assert after.capture is None


def test_two_adjacent_values_are_stable_and_three_are_not() -> None:
    assert captured([0, *[15_000, 15_020] * 20]) is not None
    assert captured([0, *[15_000, 15_020, 15_040] * 20]) is None


def test_the_capture_is_the_value_shown_most_often_never_a_mean() -> None:
    capture = captured([0, *[15_000, 15_000, 15_020] * 12])
    assert capture is not None
    assert capture.weight_kg == 15_000


def test_a_creeping_load_is_not_stable() -> None:
    creeping = replace(SITE, slope_milli_d_per_s=100)
    state = Settling()
    for event in frames([0, *[15_000] * 13, *[15_020] * 13]):
        state = feed(state, event, creeping)
    assert state.capture is None


def test_the_indicators_own_motion_bit_is_believed() -> None:
    moving = [replace(event, stable=False) for event in frames([0, *STILL])]
    assert fed(moving)[-1].capture is None


def test_an_indicator_without_a_motion_bit_is_judged_by_its_values() -> None:
    silent = [replace(event, stable=None) for event in frames([0, *STILL])]
    assert fed(silent)[-1].capture is not None


@pytest.mark.parametrize("broken", [None, 15_007], ids=["status frame", "no multiple of d"])
def test_a_frame_without_a_weight_breaks_the_window(broken: int | None) -> None:
    assert captured([0, *[15_000] * 20, broken, *[15_000] * 20]) is None


def test_one_stay_gives_one_capture() -> None:
    states = fed(frames([0, *STILL, 30_000, *[30_000] * 40]))
    assert {s.capture.weight_kg for s in states if s.capture is not None} == {15_000}


def test_a_stay_ends_only_after_three_light_seconds() -> None:
    states = fed(frames([0, *STILL, *[0] * 10, 15_000, *STILL]))
    assert states[-1].stage is Stage.CAPTURED
    assert [s.stage for s in states].count(Stage.EMPTY) == 1


def test_after_a_real_leave_the_next_load_is_weighed() -> None:
    capture = captured([0, *STILL, *EMPTY, *[20_000] * 30])
    assert capture is not None
    assert capture.weight_kg == 20_000


def test_a_load_that_never_settles_is_captured_as_unstable() -> None:
    restless = [15_000 + 100 * (n % 5) for n in range(250)]
    capture = captured([0, *restless])
    assert capture is not None
    assert capture.stability == UNSTABLE


def test_an_unstable_stay_stays_unstable() -> None:
    restless = [15_000 + 100 * (n % 5) for n in range(250)]
    capture = captured([0, *restless, *STILL])
    assert capture is not None
    assert capture.stability == UNSTABLE


def test_the_zero_before_a_load_is_remembered() -> None:
    assert last([*[20] * 30, *STILL]).zero_kg == 20


def test_a_ramp_is_not_taken_for_a_zero() -> None:
    assert last([*EMPTY, 100, 200, 380, *STILL]).zero_kg == 0


def test_people_on_the_deck_are_no_load() -> None:
    assert last([*EMPTY, *[900] * 50]).stage is Stage.EMPTY


def test_every_stage_has_a_way_out() -> None:
    assert set(TRANSITIONS) == set(Stage)
    assert {stage for exits in TRANSITIONS.values() for _, stage in exits} == set(Stage)


@given(st.lists(st.tuples(st.none() | st.integers(-500, 900), st.booleans()), max_size=200))
def test_noise_below_a_truck_is_never_captured(noise: list[tuple[int | None, bool]]) -> None:
    events = [
        replace(event, stable=stable)
        for event, (_, stable) in zip(frames([kg for kg, _ in noise]), noise, strict=True)
    ]
    assert all(state.capture is None for state in fed(events))


@given(st.lists(st.sampled_from([None, 0, 400, 1_000, 15_000, 15_020, 99_980]), max_size=300))
def test_a_stable_capture_was_really_shown_for_three_seconds(weights: list[int | None]) -> None:
    for state in fed(frames(weights)):
        if state.capture is not None and state.capture.stability == STABLE:
            window = state.capture.window
            assert window[-1].mono_ms - window[0].mono_ms >= SITE.stable_ms
            assert max(s.weight_kg for s in window) - min(s.weight_kg for s in window) <= 20
            assert state.capture.weight_kg in {s.weight_kg for s in window}
