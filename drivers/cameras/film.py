"""A simulated camera's pictures as a coded stream: what it sees, its faults, its encoder.

It holds no clock and no thread: who calls `unit` says which frame it is and what time it shows.
"""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import av
import cv2
import numpy as np

from drivers.cameras.scene import Scene, Shown
from drivers.cameras.tampering import Picture, tampered

ENCODERS = {"h264": "libx264", "h265": "libx265"}
OPTIONS = {
    "h264": {"preset": "ultrafast", "tune": "zerolatency", "crf": "30"},
    "h265": {"preset": "ultrafast", "tune": "zerolatency",
             "x265-params": "log-level=none:bframes=0:pools=1:crf=32"},
}  # fmt: skip
LOW_SIZE = (704, 576)
MAX_RECORDED = 900
EMPTY = Shown("")
LIVE, FROZEN, CLOCK_RUNS, RERUN = "", "all", "clock-runs", "rerun"


class Unit(NamedTuple):
    """One coded picture, in Annex B."""

    payload: bytes
    is_key: bool


@dataclass(frozen=True)
class Look:
    """How the picture is now. `frozen`: LIVE, FROZEN or CLOCK_RUNS; `tampering`: "" or its name.

    Two ways to show a recording: `loops` repeats the coded pictures, clock and all; RERUN films the
    old pictures anew, under a clock that runs.
    """

    shown: Shown = EMPTY
    frozen: str = LIVE
    tampering: str = ""
    is_low: bool = False
    loops: bool = False


@dataclass(frozen=True)
class Form:
    """The stream: `gop` in frames; `bit_rate` 0 leaves it to the encoder."""

    codec: str = "h264"
    size: tuple[int, int] = (640, 360)
    fps: int = 10
    gop: int = 10
    bit_rate: int = 0


class Film:
    """One camera's stream."""

    def __init__(self, name: str, form: Form) -> None:
        self._form = form
        self._scene = Scene(name, *form.size)
        self._encoder = encoder(form, form.size)
        self._size = form.size
        self._view: Picture | None = None
        self._still: Picture | None = None
        self._recorded: deque[Unit] = deque(maxlen=MAX_RECORDED)
        self._loop: deque[Unit] | None = None
        self._filmed: deque[tuple[int, Shown]] = deque(maxlen=MAX_RECORDED)
        self._frames = 0

    def unit(self, number: int, clock: str, look: Look) -> Unit:
        """The next coded picture."""
        if look.loops:
            return self._replayed()
        self._loop = None
        unit = self._encoded(self._picture(number, clock, look), look)
        self._recorded.append(unit)
        return unit

    def _picture(self, number: int, clock: str, look: Look) -> Picture:
        if look.frozen in (LIVE, RERUN) or self._view is None:
            if look.frozen == RERUN and self._filmed:
                number, shown = self._filmed.popleft()
            else:
                shown = look.shown
            self._filmed.append((number, shown))
            view = self._scene.view(shown)
            view = tampered(view, look.tampering) if look.tampering else view
            self._view = self._scene.sensed(view, number)
        if look.frozen != FROZEN or self._still is None:
            self._still = self._scene.stamp(self._view.copy(), clock)
        return self._still

    def _encoded(self, picture: Picture, look: Look) -> Unit:
        size = LOW_SIZE if look.is_low else self._form.size
        if size != self._size:
            self._encoder, self._size = encoder(self._form, size), size
        if size != self._form.size:
            picture = np.asarray(cv2.resize(picture, size), np.uint8)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        frame.pts = self._frames
        self._frames += 1
        packets = self._encoder.encode(frame)
        return Unit(b"".join(map(bytes, packets)), any(p.is_keyframe for p in packets))

    def _replayed(self) -> Unit:
        """What was recorded, over and over, from a keyframe on."""
        if self._loop is None:
            self._loop = self._recorded.copy()
            while self._loop and not self._loop[0].is_key:
                self._loop.popleft()
        unit = self._loop.popleft()
        self._loop.append(unit)
        return unit


def encoder(form: Form, size: tuple[int, int]) -> Any:
    """An encoder without delay: one picture in, one unit out."""
    coder: Any = av.CodecContext.create(ENCODERS[form.codec], "w")
    coder.width, coder.height = size
    coder.pix_fmt = "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, form.fps), Fraction(form.fps)
    coder.gop_size = form.gop
    coder.thread_count = 1
    options = dict(OPTIONS[form.codec])
    if form.bit_rate:
        coder.bit_rate = form.bit_rate
        options.pop("crf", None)
    coder.options = options
    return coder
