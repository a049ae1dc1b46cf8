"""A simulated camera's pictures as a coded stream: what it sees, its faults, its encoder.

It holds no clock and no thread: who calls `unit` says which frame it is and what time it shows.
"""

from collections import deque
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

import av
import cv2
import numpy as np

from drivers.cameras.passing import passed
from drivers.cameras.scene import Scene, Shown
from drivers.cameras.tampering import Picture, tampered

ENCODERS = {"h264": "libx264", "h265": "libx265"}
OPTIONS = {
    "h264": {"preset": "ultrafast", "tune": "zerolatency"},
    "h265": {"preset": "ultrafast", "tune": "zerolatency",
             "x265-params": "log-level=none:bframes=0:pools=1"},
}  # fmt: skip
QUALITY = {"h264": "30", "h265": "32"}  # where no bit rate is asked for
LOW_SIZE = (704, 576)
MAX_FILMED = 900
MAX_RECORDED = 200  # coded: what a loop is made of, twenty seconds or so
EMPTY = Shown("")
LIVE, FROZEN, CLOCK_RUNS, RERUN = "", "all", "clock-runs", "rerun"
CLOCK_STANDS, REPEATED = "clock-stands", "packet"
LIVING = (LIVE, RERUN, CLOCK_STANDS)
TORN_BYTES = 200  # what is left of a keyframe: its head, and a little of its picture


class Unit(NamedTuple):
    """One coded picture, in Annex B."""

    payload: bytes
    is_key: bool


@dataclass(frozen=True)
class Look:
    """How the picture is now. `tampering` and `passing`: "" or a name (tampering.py, passing.py).

    `frozen`: LIVE; FROZEN; CLOCK_RUNS, a still under a running clock; CLOCK_STANDS, the other way
    round; REPEATED, the newest keyframe's packet over and over. Two ways to show a recording:
    `loops` repeats the coded pictures, clock and all; RERUN films the old pictures anew, under a
    clock that runs. `gop` 0 is the form's; `is_torn`: of every keyframe only the beginning.
    """

    shown: Shown = EMPTY
    frozen: str = LIVE
    tampering: str = ""
    passing: str = ""
    is_low: bool = False
    loops: bool = False
    gop: int = 0
    is_torn: bool = False


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
        self._coded = form
        self._encoder = encoder(form)
        self._view: Picture | None = None
        self._still: Picture | None = None
        self._clock = ""
        self._key: Unit | None = None
        self._recorded: deque[Unit] = deque(maxlen=MAX_RECORDED)
        self._loop: deque[Unit] | None = None
        self._filmed: deque[tuple[int, Shown]] = deque(maxlen=MAX_FILMED)
        self._frames = 0

    def unit(self, number: int, clock: str, look: Look) -> Unit:
        """The next coded picture."""
        if look.loops:
            return self._replayed()
        self._loop = None
        if look.frozen == REPEATED and self._key is not None:
            return self._key
        unit = self._encoded(self.picture(number, clock, look), look)
        self._key = unit if unit.is_key else self._key
        self._recorded.append(unit)
        is_torn = look.is_torn and unit.is_key
        return unit._replace(payload=unit.payload[:TORN_BYTES]) if is_torn else unit

    def picture(self, number: int, clock: str, look: Look) -> Picture:
        """The next picture before it is coded; not for a look that repeats what was coded."""
        if look.frozen in LIVING or self._view is None:
            if look.frozen == RERUN and self._filmed:
                number, shown = self._filmed.popleft()
            else:
                shown = look.shown
            self._filmed.append((number, shown))
            self._view = self._scene.sensed(self._before_the_lens(number, shown, look), number)
        if look.frozen != CLOCK_STANDS or not self._clock:
            self._clock = clock
        if look.frozen != FROZEN or self._still is None:
            self._still = self._scene.stamp(self._view.copy(), self._clock)
        return self._still

    def _before_the_lens(self, number: int, shown: Shown, look: Look) -> Picture:
        view = self._scene.view(shown)
        view = passed(view, look.passing, number) if look.passing else view
        return tampered(view, look.tampering) if look.tampering else view

    def _encoded(self, picture: Picture, look: Look) -> Unit:
        size = LOW_SIZE if look.is_low else self._form.size
        wanted = replace(self._form, size=size, gop=look.gop or self._form.gop)
        if wanted != self._coded:
            self._encoder, self._coded = encoder(wanted), wanted
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


def encoder(form: Form) -> Any:
    """An encoder without delay: one picture in, one unit out."""
    coder: Any = av.CodecContext.create(ENCODERS[form.codec], "w")
    coder.width, coder.height = form.size
    coder.pix_fmt = "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, form.fps), Fraction(form.fps)
    coder.gop_size = form.gop
    coder.thread_count = 1
    options = dict(OPTIONS[form.codec])
    if form.bit_rate:
        coder.bit_rate = form.bit_rate
    else:
        options["crf"] = QUALITY[form.codec]
    coder.options = options
    return coder
