"""Thumbnails of stored pictures, for the consoles: made once, when first asked for.

A folder beside the pictures, as fanned out; losing it costs the time to make them again. What is no
JPEG, or one of absurd dimensions, has no thumbnail and harms nothing: the size it claims is read
from its head before anything is decoded.
"""

import threading
from collections.abc import Callable
from pathlib import Path

WIDTH = 320
QUALITY = 80
LARGEST_PIXELS = 50_000_000
MARKER, START, SCAN = 0xFF, 0xD8, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the markers that hold dimensions
LONE = frozenset(range(0xD0, 0xD8)) | {0x01}  # markers without a length


class Thumbnails:
    """The thumbnails of one store; `find` gives its picture of a hash."""

    def __init__(self, find: Callable[[str], Path | None], folder: Path) -> None:
        self._find_picture = find
        self._folder = folder
        self._busy = threading.Lock()  # one at a time: a page of them must not take the machine

    def find(self, name: str) -> Path | None:
        """The thumbnail of the picture of this hash; None: there is no such picture, or it is none.

        Errors: OSError.
        """
        picture = self._find_picture(name)
        if picture is None:
            return None
        target = self._folder / name[:2] / f"{name}.jpg"
        with self._busy:
            if not target.is_file():
                small = shrink(picture.read_bytes())
                if small is None:
                    return None
                target.parent.mkdir(parents=True, exist_ok=True)
                draft = target.with_suffix(".new")
                draft.write_bytes(small)
                draft.replace(target)
        return target


def shrink(jpeg: bytes, width: int = WIDTH) -> bytes | None:
    """The picture as a JPEG of at most that width; None: it is no usable picture."""
    size = size_in(jpeg)
    if size is None or size[0] * size[1] > LARGEST_PIXELS:
        return None
    import cv2
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_2)
    if size[0] < 2 * width:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or 0 in picture.shape[:2]:
        return None
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    if picture.shape[1] > width:
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes() if done else None


def size_in(jpeg: bytes) -> tuple[int, int] | None:
    """Width and height as its head claims them; None where it has no such head."""
    if jpeg[:2] != bytes((MARKER, START)):
        return None
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == MARKER:
        kind = jpeg[at + 1]
        if kind in LONE or kind == MARKER:
            at += 1 if kind == MARKER else 2
            continue
        if kind == SCAN:
            return None
        if kind in FRAMES:
            head = jpeg[at + 5 : at + 9]
            height, width = int.from_bytes(head[:2]), int.from_bytes(head[2:])
            return (width, height) if len(head) == 4 and width and height else None
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return None
