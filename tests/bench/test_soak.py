"""The soak: what it counts, how sure it is, and that its days and footage are what they say."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import soak, soak_camera
from bench.progress import unseen
from bench.result import NotMeasured
from bench.soak_camera import Part, Stop, Tally
from bench.soak_day import HOUR_MS, MINUTE_MS, WEATHER, Day
from bench.soak_footage import DRAWN, HEIGHT, WIDTH, footage_of, steadied
from bench.wishes import Wishes
from drivers.cameras.judging.facts import Picture
from drivers.cameras.judging.measures.geometry import points_of, shift_of

BEFORE_A_PLANT = Part("yard", 3, 9 * HOUR_MS, 9 * MINUTE_MS)
AROUND_A_PLANT = Part("yard", 3, 9 * HOUR_MS, 13 * MINUTE_MS)


def yard() -> Picture:
    footage = footage_of("yard")
    assert footage is not None
    return footage.pictures[0]


def pushed(picture: Picture, x: float) -> Picture:
    matrix = np.array([[1, 0, x], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT)), np.uint8)


@pytest.mark.parametrize(("events", "mean"), [(0, 2.9957), (1, 4.7439), (5, 10.5130)])
def test_the_upper_bound_is_the_one_in_the_tables(events: int, mean: float) -> None:
    assert soak.upper_bound(events) == pytest.approx(mean, abs=1e-4)


@given(st.integers(0, 300))
def test_so_few_events_are_one_in_twenty_at_the_upper_bound(events: int) -> None:
    assert soak.at_most(events, soak.upper_bound(events)) == pytest.approx(0.05, abs=1e-6)


def test_a_planted_fault_is_found_and_is_no_false_stop() -> None:
    tally = soak_camera.soak(AROUND_A_PLANT)
    assert (tally.planted, tally.found, tally.stops) == (1, 1, [])
    assert tally.judged_ms < AROUND_A_PLANT.length_ms - 150_000


def test_a_camera_in_order_is_judged_all_the_time_but_for_its_first_minute() -> None:
    tally = soak_camera.soak(BEFORE_A_PLANT)
    assert (tally.planted, tally.stops) == (0, [])
    assert 0 <= BEFORE_A_PLANT.length_ms - tally.judged_ms <= 60_000


def test_stops_become_a_rate_and_its_bound_by_the_weeks_judged() -> None:
    stop = Stop("yard", 0, ("covered",), ())
    tallies = {"yard": [Tally(84 * HOUR_MS, stops=[stop], planted=2, found=1)]}
    tallies |= {"mirrored": [Tally(84 * HOUR_MS)]}
    found = {one.name: one for one in soak.results(DRAWN, tallies)}
    assert found["soak.stops"].measured == pytest.approx(1)
    assert found["soak.bound"].measured == pytest.approx(4.7439, abs=1e-4)
    assert found["soak.hours"].measured == pytest.approx(168)
    assert found["soak.planted"].is_met is False
    assert found["soak.stops.covered"].measured == 1


def test_a_soak_of_all_cameras_tells_every_figure() -> None:
    sizes = soak.Sizes(parts=2, hours=0.03, workers=1)
    results = soak.run(Path(), unseen, sizes)
    assert {one.name for one in results} >= {
        "soak.stops", "soak.bound", "soak.hours", "soak.planted"
    }  # fmt: skip
    assert [len(growth.points) for one in results for growth in one.growth] == [2, 2]


def test_an_hour_of_soaking_goes_through_days_and_nights() -> None:
    sizes = soak.sizes_of(Wishes(hour=True))
    assert (sizes.seconds, sizes.hours) == (3_600, 12)
    hours = {part.from_ms // HOUR_MS % 24 for part in soak.parts_of(DRAWN, soak.Sizes(parts=24))}
    assert hours == set(range(24))


def test_a_day_has_a_night_trucks_and_every_kind_of_weather() -> None:
    moments = [Day(1).moment(at_ms) for at_ms in range(0, 72 * HOUR_MS, 30_000)]
    assert {moment.infrared for moment in moments} == {False, True}
    assert {phase.kind for moment in moments for phase in moment.phases} == set(WEATHER)
    assert 0.05 < sum(moment.loaded for moment in moments) / len(moments) < 0.3


def test_the_same_seed_gives_the_same_pictures_and_no_two_of_them_are_alike() -> None:
    def day() -> list[bytes]:
        dice = np.random.default_rng(1)
        moments = [Day(1).moment(at_ms) for at_ms in range(0, 40_000, 2_000)]
        return [moment.shown(yard(), dice).tobytes() for moment in moments]

    assert day() == day()
    assert len(set(day())) == 20


def test_a_camera_that_sways_is_steadied_and_one_that_drifts_away_is_none() -> None:
    swaying = [pushed(yard(), 4 * np.sin(turn)) for turn in range(20)]
    footage = steadied(swaying)
    assert footage is not None
    first, *others = (points_of(picture) for picture in footage.pictures)
    shifts = [shift_of(one, first, (WIDTH, HEIGHT)) for one in others]
    assert all(shift is not None and shift.length_milli < 1_000 for shift in shifts)
    assert steadied([pushed(yard(), 2 * turn) for turn in range(20)]) is None


def test_a_folder_without_films_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match="no film"):
        soak.cameras_of(tmp_path)
