"""Footage for the soak: yards drawn by script, and films of cameras that stay where they are.

A film whose camera sways is steadied first, by what most of its points agree on; where traffic
hides them, by what was agreed before and after. One that cannot be steadied is no fixed camera's.
"""

from functools import cache
from typing import Any, NamedTuple

import av
import cv2
import numpy as np

from drivers.cameras.developing import to_grey
from drivers.cameras.judging.facts import Picture
from drivers.cameras.judging.measures.geometry import Shift, points_of, shift_of
from drivers.cameras.scene import Scene, Shown

WIDTH, HEIGHT = 480, 270
KEPT_MS = 500
DRAWN = ("yard", "mirrored")
LEAST_PICTURES = 20  # shorter films tell nothing of a camera that stays
CANDIDATES = 5
AGREEING_POINTS = 60
ROAD_SHARE = 0.9  # of the pictures show the place
STEADY_PX_MILLI = 2_000
MAX_SWAY_PX = 10
MARGIN = 1 + 2 * MAX_SWAY_PX / HEIGHT  # zoomed in, so that no edge comes into view


class Footage(NamedTuple):
    """Pictures of one place, two a second. `is_road`: traffic of its own often hides the place."""

    pictures: tuple[Picture, ...]
    is_drawn: bool = False
    is_road: bool = False

    @property
    def length_ms(self) -> int:
        return 0 if self.is_drawn else len(self.pictures) * KEPT_MS


@cache
def footage_of(camera: str) -> Footage | None:
    """By the name of a drawn one, or a film's path; None: not a fixed camera. Errors: OSError."""
    if camera in DRAWN:
        yard = Scene("yard", 1280, 720).view(Shown(""))
        part = yard if camera == "yard" else yard[40:680, 1240:40:-1]
        return Footage((grey_of(part),), is_drawn=True)
    pictures = _film(camera)
    if len(pictures) < LEAST_PICTURES:
        return None
    return steadied(pictures)


def steadied(pictures: list[Picture]) -> Footage | None:
    """The same pictures as if the camera had stood still; None where that is not to be had."""
    shifts = _shifts(pictures)
    known = [n for n, shift in enumerate(shifts) if shift is not None]
    found = [shift for shift in shifts if shift is not None]
    if len(found) * 4 < len(pictures):
        return None
    is_road = len(found) < ROAD_SHARE * len(pictures)
    if max(shift.length_milli for shift in found) < STEADY_PX_MILLI:
        return Footage(tuple(pictures), is_road=is_road)
    if max(shift.length_milli for shift in found) > 1000 * MAX_SWAY_PX:
        return None
    every = range(len(pictures))
    ways = [
        np.interp(every, known, [shift[of] / 1000 for shift in found])
        for of in (1, 2, 3)  # across, down, turned
    ]
    still = tuple(map(_put_back, pictures, *ways))
    return Footage(still, is_road=is_road)


def grey_of(picture: Any) -> Picture:
    """As the judge takes it, in one shape for all."""
    return np.asarray(cv2.resize(to_grey(picture), (WIDTH, HEIGHT)), np.uint8)


def _film(path: str) -> list[Picture]:
    kept: list[Picture] = []
    due_s = 0.0
    with av.open(path) as film:
        for frame in film.decode(video=0):
            if frame.time is not None and frame.time >= due_s:
                due_s += KEPT_MS / 1000
                kept.append(grey_of(frame.to_ndarray(format="bgr24")))
    return kept


def _shifts(pictures: list[Picture]) -> list[Shift | None]:
    """Against the picture that most others agree with."""
    points = [points_of(picture) for picture in pictures]
    best: list[Shift | None] = []
    for turn in range(CANDIDATES):
        reference = points[turn * len(points) // CANDIDATES]
        shifts = [_sure(shift_of(one, reference, (WIDTH, HEIGHT))) for one in points]
        if not best or shifts.count(None) < best.count(None):
            best = shifts
    return best


def _sure(shift: Shift | None) -> Shift | None:
    return None if shift is None or shift.points < AGREEING_POINTS else shift


def _put_back(picture: Picture, x: float, y: float, turn: float) -> Picture:
    """`turn` in degrees, as `Shift` has it: clockwise on the picture."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2 + x, HEIGHT / 2 + y), turn, MARGIN)
    matrix[:, 2] -= np.array((x, y))
    moved = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)
