"""The judge in a reading process, fed by hand: a burned-in clock is no scene."""

import numpy as np
import pytest

from drivers.cameras.eye import eye_of
from drivers.cameras.judged import Task, read_judged
from drivers.cameras.judging.verdict import State
from tests.drivers.cameras_judging.yard import Change, Stage, plain, yard

STAGE = Stage(yard())
CLOCK = "0,0,960,90"  # of 1920x1080


def burned_in(picture: np.ndarray) -> np.ndarray:
    """White letters where the clock is."""
    picture = picture.copy()
    picture[4:18, 4:200:3] = 250
    return picture


def state_of(check: str, change: Change) -> State:
    """After a while in order, and four keyframes of the change, each with its clock."""
    eye = eye_of(Task("rtsp://camera", CLOCK))
    said = b""
    for number in range(14):
        changes = (change, burned_in) if number >= 10 else (burned_in,)
        said = eye.see(STAGE.keyframe(1_000_000 + 2_000 * number, *changes))
    judged = read_judged(said)
    assert judged is not None
    return next(one.state for one in judged.verdicts if one.check == check)


@pytest.mark.parametrize("level", [2, 252], ids=["black", "white"])
def test_a_lens_that_shows_nothing_but_a_clock_shows_nothing(level: int) -> None:
    assert state_of("plain", plain(level)) is State.FAULT


def test_a_clock_over_a_scene_is_in_order() -> None:
    assert state_of("plain", lambda picture: picture) is State.OK
