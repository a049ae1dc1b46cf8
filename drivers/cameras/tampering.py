"""What may happen before a lens, done to a simulated picture: pure.

The camera's own clock is burned in afterwards, as a covered camera goes on showing the time.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]

BLUR_SHARE = 240  # of the width: 8 pixels at 1080p
MOVE_SHARE = 10
DIM = 0.2
CLOTH = np.array((72, 80, 86))
FOLD_LEVELS = 15
PAINT = (70, 110, 60)
SEED = 7


def tampered(picture: Picture, how: str) -> Picture:
    """The picture after one of TAMPERINGS; Errors: KeyError."""
    return np.asarray(TAMPERINGS[how](picture), np.uint8)


def _cover(picture: Picture) -> Any:
    """A cloth in folds, too near to be sharp, and a little of the view left at the edge."""
    height, width = picture.shape[:2]
    covered = picture.copy()
    covered[:, width // 20 :] = _cloth(width, height)[:, width // 20 :]
    return covered


@lru_cache(maxsize=4)
def _cloth(width: int, height: int) -> Picture:
    grain = np.random.default_rng(SEED).normal(0, 1, (height, width))
    folds = cv2.GaussianBlur(grain, (0, 0), width / 60)[:, :, None]
    return np.asarray(np.clip(CLOTH + FOLD_LEVELS * folds / folds.std(), 0, 255), np.uint8)


def _blur(picture: Picture) -> Any:
    return cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / BLUR_SHARE)


def _move(picture: Picture) -> Any:
    """Pushed aside: what was beyond the edge is made of the edge."""
    height, width = picture.shape[:2]
    shift = np.array([[1, 0, width / MOVE_SHARE], [0, 1, height / MOVE_SHARE]], np.float32)
    return cv2.warpAffine(picture, shift, (width, height), borderMode=cv2.BORDER_REFLECT)


def _dim(picture: Picture) -> Any:
    return cv2.convertScaleAbs(picture, alpha=DIM)


def _infrared(picture: Picture) -> Any:
    """Grey, flatter, darker at the edges."""
    height, width = picture.shape[:2]
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    down = cv2.getGaussianKernel(height, height / 2)
    lamp = down @ cv2.getGaussianKernel(width, width / 2).T
    lit = np.clip(grey * (lamp / lamp.max()), 0, 255).astype(np.uint8)
    return cv2.cvtColor(lit, cv2.COLOR_GRAY2BGR)


def _colour(picture: Picture) -> Any:
    """Sprayed: one colour, whatever stands behind it."""
    return np.full_like(picture, PAINT)


def _black(picture: Picture) -> Any:
    return cv2.convertScaleAbs(picture, alpha=0.02)


def _white(picture: Picture) -> Any:
    return cv2.convertScaleAbs(picture, alpha=0.02, beta=248)


TAMPERINGS: dict[str, Callable[[Picture], Any]] = {
    "cover": _cover,
    "blur": _blur,
    "move": _move,
    "dim": _dim,
    "infrared": _infrared,
    "black": _black,
    "colour": _colour,
    "white": _white,
}
