"""From a decoded picture to what is kept of it: the grey miniature, the clock box, JPEG, colour.

Pure: the same picture gives the same bytes.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from drivers.cameras.slot import MAX_JPEG_BYTES, NONE
from drivers.cameras.sources import Picture

GREY_WIDTH = 480
JPEG_QUALITY = 85
JPEG_MARK = b"\xff\xd8"


@dataclass(frozen=True)
class Box:
    """A part of the picture, in pixels of the stream."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def read(cls, text: str) -> "Box":
        """From `x,y,width,height`."""
        return cls(*(int(part) for part in text.split(",")))


@dataclass(frozen=True, eq=False)
class Developed:
    """One picture. `clock` is None without a box, or where the box lies beside the picture."""

    width: int
    height: int
    grey: Picture
    clock: Picture | None
    jpeg: bytes
    is_colour_milli: int
    digest: bytes


def develop(picture: Picture, payload: bytes, box: Box | None) -> Developed | None:
    """None when it cannot be kept as JPEG. A payload that is one already is kept as it came."""
    jpeg = payload if payload.startswith(JPEG_MARK) else _encoded(picture)
    if jpeg is None or len(jpeg) > MAX_JPEG_BYTES:
        return None
    grey = to_grey(picture)
    blue, _, red = (float(level) for level in cv2.mean(picture)[:3])
    height, width = picture.shape[:2]
    return Developed(
        width,
        height,
        grey,
        crop(picture, box),
        jpeg,
        round(1000 * abs(blue - red)),
        hashlib.sha256(grey.tobytes()).digest()[:16],
    )


def to_grey(picture: Picture) -> Picture:
    """480 pixels wide, grey."""
    height, width = picture.shape[:2]
    size = (GREY_WIDTH, max(1, height * GREY_WIDTH // max(1, width)))
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def difference_milli(before: Picture | None, picture: Picture) -> int:
    """Mean absolute difference in 1/1000 grey level; -1 without a picture to compare with."""
    if before is None or before.shape != picture.shape:
        return NONE
    return round(1000 * float(np.mean(cv2.absdiff(before, picture))))


def _encoded(picture: Picture) -> bytes | None:
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(data) if encoded else None


def crop(picture: Picture, box: Box | None) -> Picture | None:
    """The box at full size, grey; None without one, or where it lies beside the picture."""
    if box is None:
        return None
    part: Any = picture[box.y : box.y + box.height, box.x : box.x + box.width]
    if part.size == 0:
        return None
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
