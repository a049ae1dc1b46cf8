"""What may happen before a lens, done to a simulated picture: pure.

The camera's own clock is burned in afterwards, as a covered camera goes on showing the time.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]

BLUR_SHARE = 240  # of the width: 8 pixels at 1080p
MOVE_SHARE = 10
DIM = 0.2
CLOTH = (52, 60, 66)
PAINT = (70, 110, 60)
SEED = 7


def tampered(picture: Picture, how: str) -> Picture:
    """The picture after one of TAMPERINGS; Errors: KeyError."""
    return np.asarray(TAMPERINGS[how](picture), np.uint8)


def _cover(picture: Picture) -> Any:
    """A cloth with some weave, and a little of the view left at the edge."""
    covered = picture.copy()
    width = picture.shape[1]
    cloth = covered[:, width // 20 :]
    weave = np.random.default_rng(SEED).integers(-8, 9, (*cloth.shape[:2], 1))
    cloth[:] = np.clip(np.asarray(CLOTH) + weave, 0, 255)
    return covered


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
