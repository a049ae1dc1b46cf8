"""What passes before a lens and is no fault: weather, light, traffic, creatures. Pure.

Each takes the picture as the lens shows it and the number of the frame, so that it moves as the
film runs; the same number gives the same picture.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Light = np.ndarray[Any, np.dtype[np.float32]]

GLARE_SHARE = 8  # a glare is drawn so many times smaller, and blurred by growing
SHAKE_PX = 2.0
FRAMES_A_CROSSING = 80
PALE = (205, 205, 205)


def passed(picture: Picture, what: str, number: int) -> Picture:
    """The picture while one of PASSINGS lasts. Errors: KeyError."""
    return np.asarray(PASSINGS[what](picture, number), np.uint8)


def _veiled(picture: Picture, share: float) -> Any:
    return cv2.addWeighted(picture, 1 - share, np.full_like(picture, PALE), share, 0)


def _fog(picture: Picture, _number: int) -> Any:
    return _veiled(picture, 0.6)


def _dust(picture: Picture, number: int) -> Any:
    """A cloud that thickens and thins, and takes the finest detail with it."""
    share = 0.35 + 0.2 * float(np.sin(number / 20))
    return _veiled(np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.6), np.uint8), share)


def _snow(picture: Picture, number: int) -> Any:
    height, width = picture.shape[:2]
    snowy = picture.copy()
    for x, y in np.random.default_rng(number).integers(0, (width, height), (200, 2)):
        cv2.circle(snowy, (int(x), int(y)), max(1, width // 480), (235, 235, 235), -1)
    return snowy


def _rain(picture: Picture, number: int) -> Any:
    height, width = picture.shape[:2]
    wet = picture.copy()
    for x, y in np.random.default_rng(number).integers(0, (width, height), (150, 2)):
        cv2.line(wet, (int(x), int(y)), (int(x) + 2, int(y) + height // 22), (200, 200, 200), 1)
    return cv2.addWeighted(wet, 0.5, picture, 0.5, 0)


def _headlights(picture: Picture, number: int) -> Any:
    """A lorry turns: its lights sweep over the lens."""
    height, width = picture.shape[:2]
    small = np.zeros((height // GLARE_SHARE, width // GLARE_SHARE, 3), np.uint8)
    x = number % FRAMES_A_CROSSING * small.shape[1] // FRAMES_A_CROSSING
    for beside in (-3, 3):
        at = (x + beside, small.shape[0] * 3 // 5)
        cv2.circle(small, at, small.shape[0] // 6, (255, 255, 255), -1)
    glare = cv2.resize(cv2.GaussianBlur(small, (0, 0), small.shape[0] / 10), (width, height))
    return cv2.addWeighted(picture, 0.8, glare, 0.9, 0)


def _shaken(picture: Picture, number: int) -> Any:
    """Wind or a passing train: a pixel or two this way or that, smeared."""
    height, width = picture.shape[:2]
    right, down = np.random.default_rng(number).uniform(-SHAKE_PX, SHAKE_PX, 2) * width / 640
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    moved = cv2.warpAffine(picture, shift, (width, height), borderMode=cv2.BORDER_REFLECT)
    return cv2.blur(moved, (3, 1))


def _night(picture: Picture, _number: int) -> Any:
    """The camera's own infrared: no colour, long shadows, a bright middle and little beyond."""
    height, width = picture.shape[:2]
    lit, shadows = _lamplight(width, height)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    seen = np.clip((0.5 * grey + shadows) * lit + 8, 0, 255).astype(np.uint8)
    return cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR)


@lru_cache(maxsize=4)
def _lamplight(width: int, height: int) -> tuple[Light, Light]:
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    lit = np.exp(-((across / width - 0.5) ** 2 + (down / height - 0.6) ** 2) / 0.25)
    shadows = 60 + 12 * np.sign(np.sin((across + 0.6 * down) * 40 / width))
    return lit.astype(np.float32), shadows.astype(np.float32)


def _insects(picture: Picture, number: int) -> Any:
    """By infrared, close to the lamp: moths, and a spider that sits before the lens."""
    height, width = picture.shape[:2]
    night = np.asarray(_night(picture, number), np.uint8)
    for x, y in np.random.default_rng(number).integers(0, (width, height), (6, 2)):
        cv2.circle(night, (int(x), int(y)), width // 60, (250, 250, 250), -1)
    body = (width * 2 // 5 + number % FRAMES_A_CROSSING * width // 800, height // 2)
    for turn in range(0, 360, 45):
        way = np.radians(turn + number % 7)
        leg = np.array(body) + np.array([np.cos(way), np.sin(way)]) * width / 8
        cv2.line(night, body, (int(leg[0]), int(leg[1])), (190, 190, 190), max(1, width // 200))
    return cv2.circle(night, body, width // 18, (215, 215, 215), -1)


def _person(picture: Picture, number: int) -> Any:
    height, width = picture.shape[:2]
    walked = picture.copy()
    x, tall = number % FRAMES_A_CROSSING * width // FRAMES_A_CROSSING, height // 3
    top = height * 3 // 5
    cv2.rectangle(walked, (x, top), (x + tall // 4, top + tall * 3 // 4), (60, 60, 150), -1)
    return cv2.circle(walked, (x + tall // 8, top - tall // 10), tall // 9, (140, 170, 210), -1)


def _sun(picture: Picture, number: int) -> Any:
    """The edge of a shadow wanders over the yard."""
    height, width = picture.shape[:2]
    lit = np.asarray(cv2.convertScaleAbs(picture, alpha=1.3, beta=10), np.uint8)
    x = width // 4 + number % FRAMES_A_CROSSING * width // (2 * FRAMES_A_CROSSING)
    lit[:, :x] = picture[:, :x]
    lit[height // 2 :, : x + width // 10] = picture[height // 2 :, : x + width // 10]
    return lit


def _dawn(picture: Picture, number: int) -> Any:
    """The day grows bright and dark again, much faster than it does."""
    return cv2.convertScaleAbs(picture, alpha=0.85 + 0.45 * float(np.sin(number / 40)))


def _lightning(picture: Picture, number: int) -> Any:
    """All of it changes at once, every other second: the encoder has hardly enough bits."""
    bright = number // 8 % 2 == 0
    return cv2.convertScaleAbs(picture, alpha=1.6, beta=20) if bright else picture


def _lorry(picture: Picture, number: int) -> Any:
    """Its side fills the view, ribs and rust, and it rocks a little."""
    height, width = picture.shape[:2]
    side = np.full_like(picture, (60, 90, 120))
    for x in range(number // 4 % 3, width, width // 12):
        cv2.line(side, (x, 0), (x, height), (40, 60, 85), max(2, width // 160))
    for x, y in np.random.default_rng(3).integers(0, (width, height), (60, 2)):
        cv2.circle(side, (int(x), int(y)), width // 70, (50, 70, 140), -1)
    cv2.rectangle(side, (0, height * 9 // 10), (width, height), (25, 25, 25), -1)
    return side


PASSINGS: dict[str, Callable[[Picture, int], Any]] = {
    "fog": _fog,
    "dust": _dust,
    "snow": _snow,
    "rain": _rain,
    "headlights": _headlights,
    "shake": _shaken,
    "night": _night,
    "insects": _insects,
    "person": _person,
    "sun": _sun,
    "dawn": _dawn,
    "lightning": _lightning,
    "lorry": _lorry,
}
