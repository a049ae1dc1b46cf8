"""A folder of pictures, in the order of their names, one a second: a camera for trials."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from drivers.cameras.sources import NOT_FOUND, UNDECODABLE, Arrived, NotOpened, Picture

PACE_S = 1.0
MAX_BYTES = 32 * 1024 * 1024
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}
NUMBER = re.compile(r"(\d+)")


class PictureFolder:
    """The pictures of one folder. Files that are no pictures are passed over."""

    codec = "picture"
    nominal_fps_milli: int | None = 1_000

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotOpened(NOT_FOUND)
        self.paths = sorted(filter(_is_picture, folder.iterdir()), key=_order)
        if not self.paths:
            raise NotOpened(UNDECODABLE)

    def arrivals(self) -> Iterator[Arrived]:
        """One picture a second, each a keyframe."""
        began_s = time.monotonic()
        for number, path in enumerate(self.paths):
            time.sleep(max(0.0, began_s + number * PACE_S - time.monotonic()))
            payload = read_file(path)
            if payload:
                yield Arrived(
                    payload,
                    True,  # noqa: FBT003 # every picture is a keyframe
                    round(1000 * number * PACE_S),
                    lambda data=payload: decoded(data),  # type: ignore[misc]  # bound now
                )

    def close(self) -> None:
        """Nothing is open between two pictures."""


def decoded(payload: bytes) -> Picture | None:
    """The picture in a JPEG or PNG, BGR; None if there is none in it."""
    try:
        picture = cv2.imdecode(np.frombuffer(payload, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _order(path: Path) -> tuple[tuple[str, int], ...]:
    """By name, its numbers as numbers: `9.jpg` before `10.jpg`."""
    parts = NUMBER.split(path.name)
    words, numbers = parts[::2], [*map(int, parts[1::2]), -1]
    return tuple(zip(words, numbers, strict=True))


def read_file(path: Path) -> bytes:
    """What the file holds; nothing where it cannot be read, or is no picture by its size."""
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError:
        return b""
