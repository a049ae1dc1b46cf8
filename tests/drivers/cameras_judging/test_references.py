"""What a picture is compared with: per light, rolling, and held by what was commissioned."""

from dataclasses import replace
from functools import cache

import pytest
from msgspec import structs

from drivers.cameras.judging.baselines import (
    HOUR_EVERY_MS,
    SHARP,
    Baselines,
    added_hourly,
    usual_at,
)
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Picture
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.references import (
    MAX_ROLLING,
    Bank,
    Reference,
    reference_of,
    rolled,
)
from drivers.cameras.judging.verdict import State
from tests.drivers.cameras_judging import yard as seen
from tests.drivers.cameras_judging.story import EMPTY, STAGE, START_MS, Story, proven, shown

DAY = reference_of(STAGE.scene, 0, (), colour=True, commissioned=True)
NIGHT = reference_of(seen.infrared(STAGE.scene), 0, (), colour=False, commissioned=True)
CALIBRATED = Setting(Calibration(1920, 1080, "h264", references=(DAY, NIGHT)))
BY_DAY_ONLY = Setting(Calibration(references=(DAY,)))
AT_NIGHT = shown(seen.infrared, colour=False)


@cache
def _commissioned(night: bool) -> Story:
    story = Story(CALIBRATED if night else BY_DAY_ONLY).play(70, shown(), every_ms=4_000)
    assert not story.not_ok()
    return story


def commissioned(*, night: bool = True) -> Story:
    return _commissioned(night).mark()


def test_the_switch_to_infrared_and_back_is_no_fault() -> None:
    story = commissioned().play(70, AT_NIGHT, every_ms=4_000).play(24, shown())
    assert not story.faults()
    assert not story.not_ok()


def test_a_camera_that_learns_by_itself_takes_the_night_for_the_same_place() -> None:
    story = proven().play(40, AT_NIGHT)
    assert not story.faults()
    assert story.memory is not None
    assert {one.colour for one in story.memory.bank.references} == {True, False}


def test_a_grey_cloth_is_not_learned_as_the_first_night() -> None:
    story = proven().play(30, shown(seen.covered(), colour=False))
    assert story.found("covered")[1] == 3


def test_a_commissioned_camera_is_held_to_the_lights_it_was_commissioned_in() -> None:
    elsewhere = shown(lambda _picture: seen.yard(2), colour=False)
    assert "covered" in commissioned(night=False).play(20, elsewhere).faults()


def test_who_keeps_switching_is_not_muted_for_ever() -> None:
    story = commissioned()
    for number in range(8):
        story.play(6, shown(lambda _picture: seen.yard(2), colour=number % 2 == 0))
    assert story.found("covered")[0] <= 20_000


def test_moved_pictures_do_not_become_references() -> None:
    setting = replace(CALIBRATED, limits=structs.replace(CALIBRATED.limits, roll_every_ms=4_000))
    story = Story(setting).play(20, shown())
    assert story.memory is not None
    before = {one.at_ms for one in story.memory.bank.references}
    story.play(20, shown(seen.laid(6)))
    assert {one.at_ms for one in story.memory.bank.references} == before


def test_a_camera_pushed_a_little_at_a_time_is_held_by_the_commissioned_picture() -> None:
    limits = structs.replace(CALIBRATED.limits, roll_every_ms=2_000, drift_every_ms=2_000)
    story = Story(replace(CALIBRATED, limits=limits))
    for push in range(8):
        story.play(8, shown(seen.laid(0.9 * push)))
    assert "drifted" in story.faults()
    assert story.said[-1][2]["drifted"].measured["shift_px_milli"] > 4_000


def test_a_moved_camera_is_back_when_it_has_looked_the_old_way_for_a_minute() -> None:
    story = commissioned().play(8, shown(seen.laid(8))).mark()
    story.play(90, shown(), every_ms=4_000)
    assert 60_000 <= story.found("moved", State.OK)[0] <= 90_000


def test_what_sways_is_not_moved() -> None:
    story = commissioned()
    story.play(20, lambda at_ms: STAGE.keyframe(at_ms, seen.laid(5 if at_ms % 4_000 else -5)))
    assert "moved" not in story.faults()


@pytest.mark.parametrize(("change", "state"), [({}, State.OK), ({"width": 1280}, State.FAULT)])
def test_another_size_than_commissioned_is_a_fault(change: dict[str, int], state: State) -> None:
    stage = replace(STAGE, width=change.get("width", STAGE.width))
    assert commissioned().play(4, shown(stage=stage)).state("not_hd") is state


def test_another_codec_than_commissioned_is_a_fault() -> None:
    story = commissioned()
    fixed = replace(CALIBRATED.calibration, codec="hevc")
    assert "refused" in replace(story, setting=Setting(fixed)).play(1).faults()


def test_what_is_burned_in_vouches_for_nothing() -> None:
    banner = Area(0, 0, 1000, 170)

    def titled(picture: Picture) -> Picture:
        picture = picture.copy()
        picture[:44] = seen.yard(5)[60:104]
        return picture

    cloth, bare = seen.covered(), Setting()
    masked = Setting(Calibration(masks=(banner,)))
    scores = []
    for setting in (bare, masked):
        story = Story(setting).play(20, shown(titled)).play(10, shown(cloth, titled))
        scores.append(story.said[-1][2]["covered"].measured["scene_milli"])
    assert scores[0] > 550 > scores[1]


def reference(at_ms: int, *, fixed: bool = False) -> Reference:
    return Reference(at_ms, colour=True, field=DAY.field, points=DAY.points, commissioned=fixed)


def test_a_bank_keeps_the_commissioned_and_the_newest() -> None:
    bank = Bank((reference(0, fixed=True),))
    for number in range(MAX_ROLLING + 9):
        bank = rolled(bank, reference(number + 1), 1_000)
    times = {one.at_ms for one in bank.references}
    assert times == {0, *range(10, MAX_ROLLING + 10)}
    assert {one.at_ms for one in rolled(bank, reference(5_000), 1_000).references} == {0, 5_000}


def hourly(figures: dict[int, int]) -> Baselines:
    base, at_ms = Baselines(), START_MS
    for hour, value in figures.items():
        for _ in range(5):
            at_ms += HOUR_EVERY_MS
            base = added_hourly(base, hour, at_ms, {SHARP: value}, colour=True)
    return base


def test_sharpness_is_that_of_the_same_hour() -> None:
    base = hourly({0: 300, 12: 900, 23: 300})
    assert usual_at(base, SHARP, 0, colour=True) == 300
    assert usual_at(base, SHARP, 13, colour=True) == 900
    assert usual_at(base, SHARP, 6, colour=True) == 300
    assert usual_at(base, SHARP, 12, colour=False) is None


def test_a_lens_that_grows_dirty_does_not_become_its_own_measure() -> None:
    story = Story().play(40, shown())
    assert story.memory is not None
    assert story.memory.measured is not None
    usual = story.memory.measured.sharp_milli
    held = Setting(Calibration(sharp_colour_milli=usual))
    dirty = Story(held).play(30, shown(seen.blurry(2.5)))
    assert "blurred" in dirty.faults()
    assert "blurred" not in Story().play(30, shown(seen.blurry(2.5)), EMPTY).faults()
