"""A camera's day in played time, with real coding between the lens and the judge.

Every picture is filmed, coded with too few bits, decoded and developed as in service; only the
clock is ours. A keyframe comes every two seconds, with a few frames between.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import av
import cv2
import numpy as np
from msgspec import structs

from drivers.cameras.developing import Box, develop
from drivers.cameras.film import Film, Form, Look
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Keyframe, Picture, Surroundings
from drivers.cameras.judging.judge import see
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.memory import Memory, Setting, begin
from drivers.cameras.judging.table import VIEW_ROWS
from drivers.cameras.judging.verdict import State, Verdict

SIZE = (640, 360)
GOP = 3  # frames; enough for a rate control to have something to do
GROUP_MS = 2_000
START_MS = 3_600_000
NOON = datetime(2026, 1, 5, 12)  # noqa: DTZ001 # only drawn
BOX = Box(0, 0, 322, 32)
SETTING = Setting(
    Calibration(masks=(Area(0, 0, 504, 90),)),
    structs.replace(Limits(), min_width=SIZE[0], min_height=SIZE[1]),
)
VIEW_CHECKS = frozenset(row.name for row in VIEW_ROWS)
DECODERS = {"h264": "h264", "h265": "hevc"}
MJPEG, JPEG_QUALITY = "mjpeg", 20
BIT_RATES = {"h264": 64_000, "h265": 40_000, MJPEG: 0}  # a third of what a camera takes
FRAMES_BETWEEN = 5
CODECS = tuple(BIT_RATES)


class Coding:
    """One camera's stream: every call is a group later."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        form = Form(codec if codec in DECODERS else "h264", SIZE, GOP, GOP, BIT_RATES[codec])
        self._film = Film("deck", form)
        self._frames = 0

    def keyframe(self, look: Look) -> Keyframe:
        """The next one, as it comes out of the decoder."""
        at_ms = START_MS + self._frames // GOP * GROUP_MS
        picture, payload = self._jpeg(look) if self._codec == MJPEG else self._group(look)
        made = develop(picture, payload, BOX)
        assert made is not None
        digest = hashlib.sha256(payload).digest()
        return Keyframe(at_ms, made.width, made.height, made.is_colour_milli, made.grey,
                        made.clock, digest, len(payload))  # fmt: skip

    def _group(self, look: Look) -> tuple[Picture, bytes]:
        units = [self._film.unit(*self._next(), look) for _ in range(GOP)]
        (key,) = (unit.payload for unit in units if unit.is_key)
        decoder: Any = av.CodecContext.create(DECODERS[self._codec], "r")
        decoder.thread_count = 1
        frames: list[Any] = [*decoder.decode(av.Packet(key)), *decoder.decode(None)]
        return frames[-1].to_ndarray(format="bgr24"), key

    def _jpeg(self, look: Look) -> tuple[Picture, bytes]:
        pictures = [self._film.picture(*self._next(), look) for _ in range(GOP)]
        quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        data = np.asarray(cv2.imencode(".jpg", pictures[0], quality)[1], np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), bytes(data)

    def _next(self) -> tuple[int, str]:
        """Which frame, and what its clock shows. What passes moves as at eight frames a second."""
        number, self._frames = self._frames, self._frames + 1
        return FRAMES_BETWEEN * number, str(NOON + timedelta(milliseconds=number * GROUP_MS // GOP))


class Day:
    """What the judge made of it, from some memory on."""

    def __init__(self, coding: Coding, memory: Memory | None = None) -> None:
        self._coding = coding
        self.memory = begin(SETTING) if memory is None else memory
        self.keyframes = 0
        self.faults: set[str] = set()
        self.doubts: set[str] = set()

    def play(self, seconds: int, look: Look, around: Surroundings) -> "Day":
        """So long it looks so."""
        for _ in range(seconds * 1000 // GROUP_MS):
            keyframe = self._coding.keyframe(look)
            self.memory, found = see(self.memory, keyframe, around, SETTING)
            self._note([one for one in found if one.check in VIEW_CHECKS])
        return self

    def _note(self, found: list[Verdict]) -> None:
        self.keyframes += 1
        self.faults |= {one.check for one in found if one.state is State.FAULT}
        self.doubts |= {one.check for one in found if one.state is not State.OK}
