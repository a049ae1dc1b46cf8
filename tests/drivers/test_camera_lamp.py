"""A lamp in the view of simulated cameras: how well it is seen, and how it is switched."""

import pytest

from drivers.cameras.developing import to_grey
from drivers.cameras.film import RERUN, Film, Form, Look
from drivers.cameras.judging.challenge import CONTRAST_MILLI, lamp_milli
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.rtsp_simulator import obey as obey_rtsp
from drivers.cameras.scene import LAMP_BOX, Scene, Shown
from drivers.cameras.simulator import CameraSimulator, obey
from edge_agent.lamp_config import lamp_area

AREA = lamp_area(",".join(map(str, LAMP_BOX)))
SMALL = Form(size=(320, 180), gop=1)


def level_milli(scene: Scene, number: int, lamp: bool | None) -> int:
    assert AREA is not None
    return lamp_milli(to_grey(scene.draw(number, Shown("2026-11-25 08:00:00", lamp=lamp))), AREA)


@pytest.mark.parametrize("size", [(320, 180), (1280, 720)])
def test_lit_and_dark_differ_by_far_more_than_is_asked_for(size: tuple[int, int]) -> None:
    scene = Scene("deck", *size)
    lit = [level_milli(scene, number, lamp=True) for number in range(0, 40, 10)]
    dark = [level_milli(scene, number, lamp=False) for number in range(0, 40, 10)]
    assert min(lit) - max(dark) > 5 * CONTRAST_MILLI
    assert max(lit) - min(lit) < CONTRAST_MILLI
    assert abs(level_milli(scene, 0, lamp=None)) < CONTRAST_MILLI


def test_an_old_film_under_a_running_clock_shows_the_lamp_of_then() -> None:
    film = Film("deck", SMALL)
    shown: list[bool] = []
    film.unit(0, "08:00:00", Look(Shown("", lamp=True)))
    film.unit(1, "08:00:01", Look(Shown("", lamp=False)))
    for second in range(2, 6):
        film.unit(second, f"08:00:0{second}", Look(Shown("", lamp=False), frozen=RERUN))
        shown.append(bool(film._filmed[-1][1].lamp))
    assert shown == [True, False, True, False]


def test_both_simulators_are_switched_by_a_line() -> None:
    plain, rtsp = CameraSimulator(size=(320, 180)), RtspCamera(form=SMALL)
    try:
        assert obey(plain, "lamp on")
        assert obey_rtsp(rtsp, "lamp on")
        assert (plain.mood.shown.lamp, rtsp._lamp) == (True, True)
        assert obey(plain, "lamp off")
        assert obey_rtsp(rtsp, "lamp off")
        assert (plain.mood.shown.lamp, rtsp._lamp) == (False, False)
        assert not obey_rtsp(rtsp, "lamp bright")
        assert obey_rtsp(rtsp, "loop clock-runs")
        assert rtsp.look.frozen == RERUN
    finally:
        plain.stop()
        rtsp.stop()
