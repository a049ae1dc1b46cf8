"""Every way to spoil a picture is found within its keyframes; no nuisance is taken for one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.cameras.judging.facts import Surroundings
from drivers.cameras.judging.verdict import BLIND, MOVED, NOT_HD, State, Verdict, worst
from tests.drivers.cameras_judging import yard as seen
from tests.drivers.cameras_judging.story import (
    EMPTY,
    LOADED,
    STAGE,
    Draw,
    Story,
    proven,
    shown,
)
from tests.drivers.cameras_judging.yard import Change, yard

ELSEWHERE: Change = lambda _picture: yard(2)  # noqa: E731 - a table of cases reads best whole

SPOILT = [
    ("black", seen.plain(5), "plain", 2),
    ("white", seen.plain(250), "plain", 2),
    ("one colour", seen.plain(120), "plain", 2),
    ("covered", seen.covered(), "covered", 3),
    ("covered but for a rim", seen.covered(0.93), "covered", 3),
    ("covered for the most part", seen.covered(0.85), "blurred", 6),
    ("another place", ELSEWHERE, "elsewhere", 3),
    ("blurred", seen.blurry(2.5), "blurred", 6),
    ("moved by six pixels", seen.laid(6), "moved", 3),
    ("moved and turned", seen.laid(30, 0, 5), "moved", 3),
    ("turned", seen.laid(turn=2), "moved", 3),
    ("zoomed", seen.laid(zoom=1.06), "moved", 3),
]


@pytest.mark.parametrize(("change", "check", "keyframes"), [one[1:] for one in SPOILT],
                         ids=[one[0] for one in SPOILT])  # fmt: skip
def test_a_spoilt_picture_is_found(change: Change, check: str, keyframes: int) -> None:
    story = proven().play(2 * keyframes + 2, shown(change))
    assert story.found(check)[1] == keyframes


def falling(change: Callable[[int], Change]) -> Draw:
    """What is different on every keyframe."""
    return lambda at_ms: STAGE.keyframe(at_ms, change(at_ms))


HARMLESS = {
    "nothing": shown(),
    "half fog": shown(seen.foggy(0.5)),
    "thick fog": shown(seen.foggy(0.8)),
    "darkness": shown(seen.dimmed(0.3)),
    "light snow": falling(lambda at_ms: seen.snowy(150, at_ms)),
    "heavy snow": falling(lambda at_ms: seen.snowy(400, at_ms, 2)),
    "rain": falling(lambda at_ms: seen.rainy(150, at_ms)),
    "a headlight": falling(lambda at_ms: seen.glaring(100 + at_ms // 40 % 300, 160)),
    "vibration": falling(seen.shaken),
    "a truck over six tenths": shown(seen.truck(0.6)),
}


@pytest.mark.parametrize("draw", HARMLESS.values(), ids=HARMLESS)
def test_weather_and_traffic_are_no_fault(draw: Draw) -> None:
    story = proven().play(16, draw)
    assert not story.faults()
    assert not story.not_ok()


def test_a_truck_that_fills_the_view_is_no_fault_while_the_scale_carries_it() -> None:
    story = proven().play(90, shown(seen.truck(1.0)), LOADED, every_ms=6_000)
    assert not story.faults()
    assert story.state("covered") is State.SUSPECT
    assert not story.play(10, shown()).faults()


def test_a_truck_that_has_left_the_scale_may_not_hide_the_scene_longer_than_fifteen_seconds() -> (
    None
):
    story = proven().play(20, shown(seen.truck(1.0)), LOADED).mark()
    story.play(20, shown(seen.truck(1.0)), EMPTY)
    assert 14_000 <= story.found("covered")[0] <= 17_000


def test_a_cover_under_a_load_is_a_fault_after_two_minutes() -> None:
    story = proven().play(140, shown(seen.covered()), LOADED, every_ms=10_000)
    assert 120_000 <= story.found("covered")[0] <= 140_000


def test_what_looks_blurred_under_a_load_waits_until_the_deck_has_been_empty() -> None:
    story = proven().play(90, shown(seen.blurry(2.5)), LOADED)
    assert not story.faults()
    assert story.state("blurred") is State.SUSPECT
    story = story.mark().play(20, shown(seen.blurry(2.5)), EMPTY)
    assert 14_000 <= story.found("blurred")[0] <= 17_000


def test_black_is_black_also_under_a_load() -> None:
    assert proven().play(6, shown(seen.plain(5)), LOADED).found("plain")[1] == 2


def test_the_painted_side_of_a_truck_is_not_one_colour() -> None:
    assert "plain" not in proven().play(20, shown(seen.plain(120)), LOADED).faults()


@pytest.mark.parametrize(("others_dim", "faults"), [(True, set()), (False, {"blurred"})])
def test_dust_over_all_cameras_is_weather_and_over_one_is_dirt(
    others_dim: bool, faults: set[str]
) -> None:
    dusty = replace(EMPTY, others_dim=others_dim)
    smeared = falling(lambda _at_ms: lambda picture: seen.blurry(3)(seen.foggy(0.5)(picture)))
    assert proven().play(16, smeared, dusty).faults() == faults


def test_a_fault_ends_only_after_its_whole_time_in_order() -> None:
    story = proven().play(10, shown(seen.covered())).mark().play(40, shown(), every_ms=4_000)
    assert 30_000 <= story.found("covered", State.OK)[0] <= 34_000


def test_one_good_keyframe_starts_the_count_again() -> None:
    story = proven()
    for _ in range(4):
        story.play(4, shown(seen.covered())).play(2, shown())
    assert not story.faults()


def test_a_size_below_hd_is_found_on_the_first_keyframe() -> None:
    small = replace(STAGE, width=704, height=576)
    story = proven().play(4, shown(stage=small)).mark().play(8, shown())
    assert story.said[0][2]["not_hd"].measured == {"width": 704, "height": 576}
    assert story.found("not_hd", State.OK)[1] == 3


def test_each_code_says_its_worst_check() -> None:
    said = proven().play(10, shown(seen.covered())).said[-1][2]
    found = {one.code: one for one in worst(tuple(said.values()))}
    assert found[BLIND].check == "covered"
    assert found[MOVED].ok
    assert found[NOT_HD].ok


def integers(verdict: Verdict) -> bool:
    return all(type(value) is int for value in (verdict.measured | verdict.limit).values())


def test_every_verdict_of_a_fault_says_what_was_measured_and_what_is_allowed() -> None:
    said = proven().play(20, shown(seen.covered())).said[-1][2]
    assert all(integers(one) for one in said.values())
    assert said["covered"].measured["scene_milli"] < said["covered"].limit["scene_milli"]


def test_a_camera_nobody_knows_is_not_believed_before_its_first_pictures() -> None:
    story = Story().play(1, None)
    assert {"lost", "not_hd", "plain", "covered"} <= story.not_ok()
    unknown = Surroundings(hour=10)
    assert not Story().play(26, shown(), unknown).not_ok()
