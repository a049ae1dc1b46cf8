"""Clips of a yard, drawn and encoded by script: a cart on its road, grain, a running clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from drivers.cameras.tampering import Picture, tampered
from tests.drivers.cameras_judging.yard import yard

SIZE = (320, 180)
FPS = 10
GRAIN = 5.0
BEGAN_MS, ENDED_MS = 10_000, 20_000

# What becomes of a picture at a time: another one, or none.
Look = Callable[[int, Picture], Picture | None]


@dataclass(frozen=True)
class Form:
    """How a clip is encoded. `gop` 0: as the encoder likes."""

    seconds: float = 23
    codec: str = "libx264"
    size: tuple[int, int] = SIZE
    fps: int = FPS
    gop: int = 0
    pixels: str = "yuv420p"


def pictures(
    seconds: float, fps: int = FPS, size: tuple[int, int] = SIZE
) -> Iterator[tuple[int, Picture]]:
    """The yard as it lives: when, and what is seen then."""
    for number in range(round(seconds * fps)):
        yield number * 1000 // fps, _picture(number, size)


@lru_cache(maxsize=300)
def _picture(number: int, size: tuple[int, int]) -> Picture:
    width, height = size
    ground, grain = _yard(size)
    left = number * 97 % width
    lit = np.clip(ground + grain[:, left : left + width], 0, 255)
    picture: Picture = lit.astype(np.uint8)
    x = number * width // 60 % width
    cart = (x, height // 2), (x + width // 8, height * 2 // 3)
    cv2.rectangle(picture, *cart, (40, 60, 160), -1)
    return picture


@lru_cache(maxsize=4)
def _yard(size: tuple[int, int]) -> tuple[Any, Any]:
    width, height = size
    grey = cv2.resize(yard(), size, interpolation=cv2.INTER_CUBIC)
    ground = np.stack([grey, grey, grey * 0.9], axis=2).astype(np.float32)
    grain = np.random.default_rng(5).normal(0, GRAIN, (height, 2 * width, 1))
    return ground, grain.astype(np.float32)


def stamped(picture: Picture, at_ms: int) -> Picture:
    """With a clock burned in."""
    height, width = picture.shape[:2]
    shown = picture.copy()
    cv2.rectangle(shown, (0, 0), (width // 3, height // 14), (0, 0, 0), -1)
    text = f"2026-01-05 10:{at_ms // 60_000:02}:{at_ms // 1000 % 60:02}"
    size = height / 720
    cv2.putText(shown, text, (4, height // 18), cv2.FONT_HERSHEY_SIMPLEX, size, (255,) * 3, 1)
    return shown


def during(how: str, began_ms: int = BEGAN_MS, ended_ms: int = ENDED_MS) -> Look:
    """Tampered with for a while."""
    return lambda at_ms, picture: (
        tampered(picture, how) if began_ms <= at_ms < ended_ms else picture
    )


def frozen(began_ms: int = BEGAN_MS, ended_ms: int = ENDED_MS, *, clock: bool = False) -> Look:
    """A still for a while; its clock may run on."""
    kept: list[Picture] = []

    def look(at_ms: int, picture: Picture) -> Picture:
        if not began_ms <= at_ms < ended_ms:
            return stamped(picture, at_ms) if clock else picture
        kept.append(picture)
        return stamped(kept[0], at_ms) if clock else kept[0]

    return look


def living(_at_ms: int, picture: Picture) -> Picture:
    return picture


def missing(began_ms: int, ended_ms: int, but_every: int = 0) -> Look:
    """No frames for a while, or only every so many milliseconds one."""

    def look(at_ms: int, picture: Picture) -> Picture | None:
        is_kept = but_every and at_ms % but_every == 0
        return None if began_ms <= at_ms < ended_ms and not is_kept else picture

    return look


def write(path: Path, look: Look = living, form: Form = Form()) -> Path:
    """The clip as a file."""
    container: Any = av.open(str(path), "w")
    stream = container.add_stream(form.codec, rate=form.fps)
    stream.width, stream.height, stream.pix_fmt = *form.size, form.pixels
    stream.codec_context.time_base = Fraction(1, form.fps)
    if form.codec == "libx264":
        stream.options = {"preset": "ultrafast"}
    if form.gop:
        stream.gop_size = form.gop
    for at_ms, picture in pictures(form.seconds, form.fps, form.size):
        shown = look(at_ms, picture)
        if shown is not None:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="bgr24")
            frame.pts = at_ms * form.fps // 1000
            container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
    container.close()
    return path


def write_folder(folder: Path, look: Look = living, seconds: int = 26) -> Path:
    """The same as pictures in a folder, one a second, `1.jpg` first."""
    folder.mkdir()
    for at_ms, picture in pictures(seconds, fps=1):
        shown = look(at_ms, picture)
        if shown is not None:
            cv2.imwrite(str(folder / f"{at_ms // 1000 + 1}.jpg"), shown)
    return folder
