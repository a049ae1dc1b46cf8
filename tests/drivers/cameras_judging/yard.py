"""A weighing yard drawn by script, 480 wide and grey, and all that may happen before its lens.

Sky, heaps, sheds with windows, a fence, gravel: what a scene needs to be known again. Every
keyframe has its own sensor noise and its own clock.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from drivers.cameras.judging.facts import Keyframe, Picture
from drivers.cameras.judging.measures.scene import Area

WIDTH, HEIGHT = 480, 270
NOISE = 0.8  # at 480 wide, of four times as much at full size
PLATFORM = Area(250, 550, 800, 950)

Change = Callable[[Picture], Picture]


def bounded(picture: object) -> Picture:
    return np.asarray(np.clip(np.asarray(picture), 0, 255), np.uint8)


def yard(seed: int = 1) -> Picture:
    """The empty yard; another seed is another place."""
    dice = np.random.default_rng(seed)
    picture = np.full((HEIGHT, WIDTH), 170, np.uint8)
    ground = HEIGHT * 2 // 5
    picture[ground:] = 105
    for _ in range(5):
        _shed(picture, dice, ground)
    for x in range(0, WIDTH, int(dice.integers(14, 22))):
        cv2.line(picture, (x, ground - 8), (x, ground + 6), 60, 2)
    for _ in range(250):
        at = int(dice.integers(0, WIDTH)), int(dice.integers(ground, HEIGHT))
        cv2.circle(picture, at, int(dice.integers(1, 5)), int(dice.integers(50, 160)), -1)
    for _ in range(12):
        ends = dice.integers((0, ground), (WIDTH, HEIGHT), (2, 2))
        cv2.line(picture, tuple(map(int, ends[0])), tuple(map(int, ends[1])),
                 int(dice.integers(150, 220)), 2)  # fmt: skip
    return bounded(cv2.GaussianBlur(picture, (0, 0), 0.6))


def _shed(picture: Picture, dice: np.random.Generator, ground: int) -> None:
    left, width = int(dice.integers(0, WIDTH - 60)), int(dice.integers(40, 110))
    top, shade = int(dice.integers(10, ground - 30)), int(dice.integers(60, 150))
    cv2.rectangle(picture, (left, top), (left + width, ground + 12), shade, -1)
    for x in range(left + 6, left + width - 8, 16):
        for y in range(top + 8, ground - 4, 18):
            cv2.rectangle(picture, (x, y), (x + 7, y + 8), shade - 45, -1)


def dimmed(share: float) -> Change:
    return lambda picture: bounded(picture * share)


def foggy(share: float, level: int = 200) -> Change:
    return lambda picture: bounded(picture * (1 - share) + share * level)


def blurry(sigma: float) -> Change:
    return lambda picture: bounded(cv2.GaussianBlur(picture, (0, 0), sigma))


def plain(level: int) -> Change:
    return lambda picture: np.full_like(picture, level)


def covered(share: float = 1.0, seed: int = 9) -> Change:
    """A cloth before the lens: folds, no scene."""
    dice = np.random.default_rng(seed)
    cloth = cv2.GaussianBlur(dice.normal(0, 60, (HEIGHT, WIDTH)), (0, 0), 6) * 5 + 90

    def cover(picture: Picture) -> Picture:
        picture = picture.copy()
        edge = int(WIDTH * share)
        picture[:, :edge] = bounded(cloth)[:, :edge]
        return picture

    return cover


def laid(dx: float = 0, dy: float = 0, turn: float = 0, zoom: float = 1) -> Change:
    """The camera looks elsewhere."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, zoom)
    matrix[:, 2] += np.array((dx, dy))
    return lambda picture: bounded(
        cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    )


def truck(share: float, left: float = 0.0) -> Change:
    """A truck close by: `share` of the width, the lower 88 % of the height."""

    def drive(picture: Picture) -> Picture:
        picture = picture.copy()
        from_x, to_x = int(WIDTH * left), int(WIDTH * (left + share))
        top = int(HEIGHT * 0.12)
        cv2.rectangle(picture, (from_x, top), (to_x, HEIGHT), 130, -1)
        for x in range(from_x, to_x, 40):
            cv2.line(picture, (x, top), (x, HEIGHT), 95, 3)
        for x in (from_x + 40, (from_x + to_x) // 2, to_x - 40):
            cv2.circle(picture, (x, HEIGHT - 25), 24, 25, -1)
        return picture

    return drive


def snowy(flakes: int, seed: int, size: int = 1) -> Change:
    dice = np.random.default_rng(seed)

    def snow(picture: Picture) -> Picture:
        picture = picture.copy()
        for x, y in dice.integers(0, (WIDTH, HEIGHT), (flakes, 2)):
            cv2.circle(picture, (int(x), int(y)), size, 235, -1)
        return picture

    return snow


def rainy(streaks: int, seed: int) -> Change:
    dice = np.random.default_rng(seed)

    def rain(picture: Picture) -> Picture:
        wet = picture.copy()
        for x, y in dice.integers(0, (WIDTH, HEIGHT), (streaks, 2)):
            cv2.line(wet, (int(x), int(y)), (int(x) + 2, int(y) + 12), 200, 1)
        return bounded(cv2.addWeighted(wet, 0.5, picture, 0.5, 0))

    return rain


def glaring(x: int, y: int) -> Change:
    """A headlight into the lens."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    halo = 230 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * 45.0**2))
    return lambda picture: bounded(picture * 0.8 + halo)


def shaken(seed: int) -> Change:
    """Two pixels this way or that, smeared."""
    dice = np.random.default_rng(seed)
    dx, dy = dice.uniform(-2, 2, 2)
    smear = np.full((1, 3), 1 / 3)
    return lambda picture: bounded(cv2.filter2D(laid(dx, dy)(picture), -1, smear))


def infrared(picture: Picture) -> Picture:
    """The same place by its own lamp: long shadows, a bright middle, hardly anything beyond."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    far = ((across - WIDTH / 2) ** 2 + (down - HEIGHT * 0.6) ** 2) / (2 * 150.0**2)
    shadows = 40 * np.sign(np.sin((across + 0.6 * down) / 9))
    return bounded((0.3 * (255 - picture) + 70 + shadows) * np.exp(-far) + 8)


@cache
def _grain() -> np.ndarray[Any, np.dtype[np.int16]]:
    dice = np.random.default_rng(3)
    return np.rint(dice.normal(0, NOISE, 2 * WIDTH * HEIGHT)).astype(np.int16)


def _noisy(picture: Picture, at_ms: int) -> Picture:
    """This instant's noise: another stretch of the same long grain."""
    start = at_ms * 97 % (WIDTH * HEIGHT)
    noise = _grain()[start : start + picture.size].reshape(picture.shape)
    return bounded(picture + noise)


def clock_box(second: int, dice: np.random.Generator) -> Picture:
    box = np.full((40, 360), 30, np.uint8)
    text = f"2026-01-05 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    cv2.putText(box, text, (6, 29), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 240, 2)
    return bounded(box + dice.normal(0, 2, box.shape))


@dataclass(frozen=True)
class Stage:
    """One camera's view of a yard: draws its keyframes."""

    scene: Picture
    width: int = 1920
    height: int = 1080
    has_clock: bool = True

    def keyframe(self, at_ms: int, *changes: Change, clock_ms: int | None = None,
                 colour: bool = True) -> Keyframe:  # fmt: skip
        """What is sent at `at_ms`: the yard with what happens to it, this instant's noise."""
        dice = np.random.default_rng(at_ms)
        picture = self.scene
        for change in changes:
            picture = change(picture)
        grey = _noisy(picture, at_ms)
        shown = at_ms if clock_ms is None else clock_ms
        clock = clock_box(shown // 1000, dice) if self.has_clock else None
        digest = hashlib.sha256(grey.tobytes()).digest()
        tint = 9_000 if colour else 300
        return Keyframe(at_ms, self.width, self.height, tint, grey, clock, digest, 90_000)
