"""What the packets alone tell: lost, slow, refused, wrongly set, wrongly timed, badly watched."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.judging.checks.watcher import lease_expired
from drivers.cameras.judging.facts import DeviceClock, Packets, Surroundings
from drivers.cameras.judging.judge import look
from drivers.cameras.judging.memory import Setting, begin
from drivers.cameras.judging.verdict import LOST, State
from tests.drivers.cameras_judging.story import EMPTY, START_MS, Story, proven, sent, shown

Stream = Callable[[int], Packets]


def silent_since(from_ms: int) -> Stream:
    def packets(now_ms: int) -> Packets:
        left = max(0, 125 - (now_ms - from_ms) * 25 // 1000)
        return replace(sent(now_ms), last_packet_ms=from_ms, packets_in_5s=left)

    return packets


def back_since(from_ms: int, fps: int = 25) -> Stream:
    def packets(now_ms: int) -> Packets:
        return replace(sent(now_ms), packets_in_5s=min(5_000, now_ms - from_ms) * fps // 1000)

    return packets


def slowed_since(from_ms: int, fps: int) -> Stream:
    def packets(now_ms: int) -> Packets:
        slow_ms = min(5_000, now_ms - from_ms)
        return replace(sent(now_ms), packets_in_5s=(slow_ms * fps + (5_000 - slow_ms) * 25) // 1000)

    return packets


def always(**facts: object) -> Stream:
    return lambda now_ms: replace(sent(now_ms), **facts)  # type: ignore[arg-type]  # any field


def lost_camera(seconds: float = 5) -> Story:
    story = proven()
    return story.play(seconds, None, packets=silent_since(story.now_ms)).mark()


def test_silence_is_suspect_after_one_second_and_lost_after_two_and_a_half() -> None:
    story = proven()
    story.play(4, None, packets=silent_since(story.now_ms))
    assert story.found("lost", State.SUSPECT)[0] == 1_250
    assert story.found("lost")[0] == 2_750
    assert story.said[4][2]["lost"].stops
    assert story.said[4][2]["lost"].ok


def test_a_lost_camera_is_back_after_ten_seconds_of_packets_and_three_keyframes() -> None:
    story = lost_camera()
    story.play(14, shown(), packets=back_since(story.now_ms))
    assert story.found("lost", State.OK)[0] == 10_250


@pytest.mark.parametrize("fps", [0, 19])
def test_a_thin_stream_does_not_bring_a_camera_back(fps: int) -> None:
    story = lost_camera()
    story.play(30, shown(), packets=back_since(story.now_ms, fps))
    assert story.state("lost") is State.FAULT


def test_packets_without_keyframes_do_not_bring_a_camera_back() -> None:
    story = lost_camera()
    story.play(30, None, packets=back_since(story.now_ms))
    assert story.state("lost") is State.FAULT


def test_a_gap_on_the_way_back_starts_the_ten_seconds_again() -> None:
    story = lost_camera().play(8, shown())
    story.play(3, None, packets=silent_since(story.now_ms)).mark().play(9, shown())
    assert story.state("lost") is State.FAULT


def test_five_frames_instead_of_twenty_five_are_found_within_six_seconds() -> None:
    story = proven()
    story.play(8, shown(), packets=slowed_since(story.now_ms, 5))
    assert story.found("slow")[0] <= 6_000
    story = story.mark().play(20, shown())
    assert story.found("slow", State.OK)[0] == 15_250


@pytest.mark.parametrize(("fps", "state"), [(16, State.OK), (14, State.FAULT)])
def test_slow_is_below_six_tenths_of_what_is_promised(fps: int, state: State) -> None:
    story = proven().play(10, shown(), packets=always(packets_in_5s=fps * 5))
    assert story.state("slow") is state


def test_what_promises_little_is_held_to_the_floor() -> None:
    little = always(nominal_fps_milli=8_000, packets_in_5s=40)
    assert proven().play(10, shown(), packets=little).state("slow") is State.FAULT


def test_a_silent_stream_is_lost_and_not_slow() -> None:
    story = proven()
    assert story.play(30, None, packets=silent_since(story.now_ms)).faults() == {"lost"}


@pytest.mark.parametrize("why", ["unauthorised", "not_found", "undecodable"])
def test_a_refused_camera_is_lost_at_once(why: str) -> None:
    story = proven().play(1, None, packets=always(refused=why))
    assert story.found("refused")[0] == 250
    assert story.said[0][2]["refused"].code == LOST


def test_keyframes_too_far_apart_are_a_fault_of_settings() -> None:
    assert proven().play(1, None, packets=always(gop_ms=4_001)).found("gop")[0] == 250


def asked(off_ms: int, at_ms: int) -> Surroundings:
    return replace(EMPTY, device_clock=DeviceClock(at_ms, off_ms))


@pytest.mark.parametrize(
    ("off_ms", "state"),
    [(5_000, State.OK), (-5_001, State.SUSPECT), (60_000, State.SUSPECT), (-60_001, State.FAULT)],
)
def test_a_device_clock_is_warned_of_and_then_a_fault(off_ms: int, state: State) -> None:
    story = proven().play(2, None, asked(off_ms, 1))
    assert story.state("device_clock") is state
    assert story.said[-1][2]["device_clock"].stops is (state is State.FAULT)


def test_a_device_clock_is_believed_after_two_answers_within_limits() -> None:
    story = proven().play(1, None, asked(90_000, 1)).play(1, None, asked(0, 2))
    assert story.state("device_clock") is State.FAULT
    assert story.play(1, None, asked(0, 3)).state("device_clock") is State.OK


def test_a_stream_whose_time_runs_off_for_ten_seconds_has_a_wrong_clock() -> None:
    story = proven().play(12, shown(), packets=always(stream_drift_ms=-2_500))
    assert story.found("stream_clock")[0] == 10_250
    assert not proven().play(5, shown(), packets=always(stream_drift_ms=-2_500)).faults()


@pytest.mark.parametrize(
    ("gap_ms", "state"),
    [(1_000, State.OK), (1_001, State.SUSPECT), (3_001, State.FAULT), (-1, State.FAULT)],
)
def test_a_watcher_that_looked_away_says_nothing_about_the_time_between(
    gap_ms: int, state: State
) -> None:
    story = proven()
    assert story.memory is not None
    now_ms = story.now_ms + gap_ms
    _, found = look(story.memory, sent(now_ms), EMPTY, Setting())
    assert found[0].check == "watcher"
    assert found[0].state is state


@pytest.mark.parametrize(
    ("valid_until_ms", "expired"), [(None, True), (10_000, True), (10_001, False), (13_001, True)]
)
def test_a_lease_is_none_or_over_or_longer_than_anybody_may_give(
    valid_until_ms: int | None, expired: bool
) -> None:
    assert lease_expired(valid_until_ms, 10_000, 3_000) is expired


LOOKS = st.lists(
    st.tuples(
        st.integers(1, 5_000),
        st.none() | st.integers(-5_000, 10_000),
        st.integers(0, 200),
        st.none() | st.integers(0, 60_000),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(LOOKS)
def test_no_packet_is_never_well(looks: list[tuple[int, int | None, int, int | None]]) -> None:
    memory, now_ms = begin(Setting()), START_MS
    for pause_ms, age_ms, packets, gop_ms in looks:
        now_ms += pause_ms
        last = None if age_ms is None else now_ms - age_ms
        memory, found = look(
            memory, Packets(now_ms, last, packets, 25_000, gop_ms, "h264"), EMPTY, Setting()
        )
        lost = next(one for one in found if one.check == "lost")
        if lost.ok:
            assert age_ms is not None
            assert -1_000 <= age_ms <= 2_500
