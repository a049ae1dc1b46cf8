"""What a simulated camera sees: a yard that stays where it is, a truck, a picture held up to it.

Pure but for its backgrounds, which are made once. `view` is what the lens shows, `sensed` adds what
the sensor does: real ones are never still, so a living picture differs from a frozen one as it does
in the field. `stamp` burns in name and clock.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]

NOISE_LEVELS = 6
GRAIN_STEPS = 64  # so many rows and columns the grain may be shifted by
PEBBLES, RUTS, SHEDS = 500, 12, 4
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
        dice = np.random.default_rng(SEED)
        self._yard = _yard(width, height, dice)
        shape = (height + GRAIN_STEPS, width + GRAIN_STEPS, 1)
        grain = dice.integers(0, 2 * NOISE_LEVELS, shape, np.uint8, endpoint=True)
        self._grain = np.repeat(grain, 3, axis=2)

    def draw(self, number: int, shown: Shown) -> Picture:
        """Frame `number` of the stream, BGR."""
        return self.stamp(self.sensed(self.view(shown), number), shown.clock)

    def view(self, shown: Shown) -> Picture:
        """What comes through the lens: the same for the same things shown."""
        picture = self._yard.copy()
        if shown.lamp is not None:
            _draw_lamp(picture, lit=shown.lamp)
        if shown.truck_kg is not None:
            _draw_truck(picture, shown.truck_kg)
        if shown.held is not None:
            _hold_up(picture, shown.held)
        return picture

    def sensed(self, picture: Picture, number: int) -> Picture:
        """With the grain of frame `number`; thousands of frames have each their own."""
        width, height = self._size
        right, down = number * 37 % GRAIN_STEPS, number // GRAIN_STEPS % GRAIN_STEPS
        grain = self._grain[down : down + height, right : right + width]
        return np.asarray(cv2.addWeighted(picture, 1, grain, 1, -NOISE_LEVELS), np.uint8)

    def stamp(self, picture: Picture, clock: str) -> Picture:
        """The same picture with name and clock burned in."""
        height, width = picture.shape[:2]
        cv2.rectangle(picture, (0, 0), (width // 2, height // 12), (0, 0, 0), -1)
        scale = height / 720
        at = (8, int(44 * scale))
        text = f"{self._name} {clock}"
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1 * scale, WHITE, 2)
        return picture


def _yard(width: int, height: int, dice: np.random.Generator) -> Picture:
    """Sky, heap, sheds, road, gravel and ruts: enough structure to be known again."""
    yard = np.full((height, width, 3), (150, 140, 120), np.uint8)
    ground = height * 2 // 3
    cv2.rectangle(yard, (0, ground), (width, height), ROAD, -1)
    for place in range(SHEDS):
        _draw_shed(yard, width * (5 + 2 * place) // 16, ground, dice)
    heap = np.array([[width // 10, ground], [width * 3 // 10, height // 3],
                     [width // 2, ground]], np.int32)  # fmt: skip
    cv2.fillPoly(yard, [heap], (45, 45, 45))
    for _ in range(PEBBLES):
        at = int(dice.integers(0, width)), int(dice.integers(height * 7 // 12, height))
        shade = int(dice.integers(40, 170))
        cv2.circle(yard, at, int(dice.integers(1, 2 + width // 200)), (shade, shade, shade), -1)
    for _ in range(RUTS):
        ends = dice.integers((0, ground), (width, height), (2, 2))
        shade = int(dice.integers(150, 220))
        cv2.line(yard, ends[0].tolist(), ends[1].tolist(), (shade, shade, shade), 2)
    for x in range(0, width, max(1, width // 16)):
        cv2.line(yard, (x, height * 5 // 6), (x + width // 40, height * 5 // 6), WHITE, 3)
    return yard


def _draw_shed(yard: Picture, left: int, ground: int, dice: np.random.Generator) -> None:
    height, width = yard.shape[:2]
    right, top = left + width // 9, ground - height // int(dice.integers(3, 6))
    shade = int(dice.integers(70, 170))
    cv2.rectangle(yard, (left, top), (right, ground), (shade, shade - 10, shade - 30), -1)
    pane = max(2, width // 60)
    for x in range(left + pane, right - pane, 2 * pane):
        for y in range(top + pane, ground - pane, 2 * pane):
            cv2.rectangle(yard, (x, y), (x + pane, y + pane), (shade - 50,) * 3, -1)


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
