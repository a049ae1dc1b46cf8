"""What a simulated camera sees: a noisy yard, a running clock, a truck, a picture held up to it.

Pure but for its backgrounds, which are made once. Real sensors are never still: the noise rolls
from frame to frame, so that a living picture differs from a frozen one as it does in the field.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]

BACKGROUNDS = 4
NOISE_LEVELS = 14
HELD_SHARE = 0.9  # of the height, for a picture held up
ROAD = (92, 92, 92)
TRUCK = (40, 110, 190)
WHITE = (255, 255, 255)
SEED = 20_260_101
LAMP_BOX = (930, 120, 30, 50)  # x, y, width, height in 1/1000 of the picture
LIT, DARK = (235, 250, 255), (60, 60, 60)


@dataclass(frozen=True)
class Shown:
    """What stands before the camera; None: an empty deck, and no lamp."""

    clock: str
    truck_kg: int | None = None
    held: Picture | None = None
    lamp: bool | None = None


class Scene:
    """One camera's view."""

    def __init__(self, name: str, width: int, height: int) -> None:
        self._name = name
        self._size = (width, height)
        noise = np.random.default_rng(SEED)
        yard = _yard(width, height).astype(np.int16)
        shape = (height, width, 1)
        rolls = [noise.integers(-NOISE_LEVELS, NOISE_LEVELS, shape) for _ in range(BACKGROUNDS)]
        self._backgrounds = [np.clip(yard + roll, 0, 255).astype(np.uint8) for roll in rolls]

    def draw(self, number: int, shown: Shown) -> Picture:
        """Frame `number` of the stream, BGR."""
        return self.stamp(self.view(number, shown), shown.clock)

    def view(self, number: int, shown: Shown) -> Picture:
        """What the sensor sees, before the camera writes its name and clock into it."""
        width = self._size[0]
        picture: Picture = np.roll(self._backgrounds[number % BACKGROUNDS], number * 7 % width, 1)
        if shown.lamp is not None:
            _draw_lamp(picture, lit=shown.lamp)
        if shown.truck_kg is not None:
            _draw_truck(picture, shown.truck_kg)
        if shown.held is not None:
            _hold_up(picture, shown.held)
        return picture

    def stamp(self, picture: Picture, clock: str) -> Picture:
        """The same picture with name and clock burned in."""
        height, width = picture.shape[:2]
        cv2.rectangle(picture, (0, 0), (width // 2, height // 12), (0, 0, 0), -1)
        scale = height / 720
        at = (8, int(44 * scale))
        text = f"{self._name} {clock}"
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1 * scale, WHITE, 2)
        return picture


def _yard(width: int, height: int) -> Picture:
    """Sky, heap, road: enough structure to be sharp."""
    yard = np.full((height, width, 3), (150, 140, 120), np.uint8)
    cv2.rectangle(yard, (0, height * 2 // 3), (width, height), ROAD, -1)
    heap = np.array([[width // 10, height * 2 // 3], [width * 3 // 10, height // 3],
                     [width // 2, height * 2 // 3]], np.int32)  # fmt: skip
    cv2.fillPoly(yard, [heap], (45, 45, 45))
    for x in range(0, width, max(1, width // 16)):
        cv2.line(yard, (x, height * 5 // 6), (x + width // 40, height * 5 // 6), WHITE, 3)
    return np.asarray(yard, np.uint8)


def _draw_lamp(picture: Picture, *, lit: bool) -> None:
    height, width = picture.shape[:2]
    x, y, wide, high = LAMP_BOX
    left, top = x * width // 1000, y * height // 1000
    right, bottom = (x + wide) * width // 1000, (y + high) * height // 1000
    cv2.rectangle(picture, (left, top), (right, bottom), LIT if lit else DARK, -1)


def _draw_truck(picture: Picture, kg: int) -> None:
    height, width = picture.shape[:2]
    left, top = width * 3 // 10, height * 2 // 5
    right, bottom = width * 8 // 10, height * 4 // 5
    cv2.rectangle(picture, (left, top), (right, bottom), TRUCK, -1)
    for x in (left + width // 20, width // 2, right - width // 20):
        cv2.circle(picture, (x, bottom), height // 16, (20, 20, 20), -1)
    if kg > 25_000:
        cv2.ellipse(
            picture, ((left + right) // 2, top), (width // 5, height // 10), 0, 180, 360,
            (30, 30, 30), -1,
        )  # fmt: skip


def _hold_up(picture: Picture, held: Picture) -> None:
    """A sheet or a phone before the lens, as large as the picture allows, without blur."""
    height, width = picture.shape[:2]
    scale = min(HELD_SHARE * height / held.shape[0], HELD_SHARE * width / held.shape[1])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    sheet = cv2.resize(held, None, fx=scale, fy=scale, interpolation=way)
    top, left = (height - sheet.shape[0]) // 2, (width - sheet.shape[1]) // 2
    picture[top : top + sheet.shape[0], left : left + sheet.shape[1]] = sheet
