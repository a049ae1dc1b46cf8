"""Some seconds of a camera's pictures in full, and what its stream is like: for commissioning.

Here alone every frame is decoded, since a clock's last digit changes between keyframes. What is
kept is bounded: a few small grey pictures a second, and the newest keyframe whole.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median_low
from typing import Any

import av
import numpy as np

from drivers.cameras.av_stream import AvStream
from drivers.cameras.clock_finder import Shot, shot_of
from drivers.cameras.developing import Developed, develop
from drivers.cameras.judging.measures.sharpness import sharp_milli
from drivers.cameras.rates import Rates
from drivers.cameras.sources import (
    BROKEN,
    FILE,
    RTSP,
    SILENT,
    UNDECODABLE,
    Arrived,
    NotOpened,
    Picture,
    Source,
    kind_of,
    open_source,
)

SHOT_EVERY_MS = 200
MAX_SHOTS = 120  # of a megabyte each
LATE_S = 15.0  # a stream that brings so little is given up
TRIES, PAUSE_S = 4, 0.5
FETCHED = ("jpeg", "mjpeg", "picture")

Told = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Album:
    """What was seen. `picture` is the newest keyframe, `jpeg` within it the file to keep of it.

    `sharp_milli`: the median over all keyframes; None where they show nothing.
    """

    codec: str
    fps_milli: int | None
    gop_ms: int | None
    picture: Picture
    developed: Developed
    sharp_milli: int | None
    shots: tuple[Shot, ...]

    @property
    def size(self) -> tuple[int, int]:
        return self.developed.width, self.developed.height


class EveryFrame(AvStream):
    """A stream of which every frame is decoded, and `wanted` ones are given."""

    wanted = True

    def _decode(self, packet: Any) -> Picture | None:
        try:
            frames = self._decoder.decode(packet)
        except av.FFmpegError:
            return None
        if not self.wanted or not frames or frames[-1].is_corrupt:
            return None
        return np.asarray(frames[-1].to_ndarray(format="bgr24"), np.uint8)


def take_album(source: str, seconds: int, told: Told = lambda _share: None) -> Album:
    """Watches for so long; `told` hears the share that is done. Errors: NotOpened."""
    opened = _opened(source)
    taking = Taking(opened)
    until_s: float | None = None
    try:
        give_up_s = time.monotonic() + seconds + LATE_S
        for arrived in opened.arrivals():
            now_s = time.monotonic()
            until_s = until_s or now_s + seconds
            taking.take(arrived, round(1_000 * now_s))
            told(min(1.0, max(0.0, 1 - (until_s - now_s) / seconds)))
            if now_s >= min(until_s, give_up_s):
                break
    finally:
        opened.close()
    return taking.album()


def _opened(source: str) -> Source:
    """A stream joined between two keyframes may not open at once. A wrong login is tried once."""
    opening = EveryFrame if kind_of(source) in (RTSP, FILE) else open_source
    for _ in range(TRIES - 1):
        try:
            return opening(source)
        except NotOpened as refused:
            if refused.state not in (BROKEN, SILENT):
                raise
        time.sleep(PAUSE_S)
    return opening(source)


class Taking:
    """An album while it fills."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._rates = Rates()
        self._packets = 0
        self._times: list[int] = []
        self._shots: list[Shot] = []
        self._sharp: list[int] = []
        self._newest: tuple[Picture, Developed] | None = None

    def take(self, arrived: Arrived, now_ms: int) -> None:
        """One packet: after the first keyframe each is decoded, few are kept."""
        if not arrived.is_key and not self._packets:
            return
        at_ms = now_ms if arrived.stream_ms is None else arrived.stream_ms
        self._packets += 1
        self._times.append(at_ms)
        self._rates.take(now_ms, arrived.stream_ms, is_key=arrived.is_key)
        due = not self._shots or at_ms - self._shots[-1].at_ms >= SHOT_EVERY_MS
        wanted = arrived.is_key or (due and len(self._shots) < MAX_SHOTS)
        if isinstance(self._source, EveryFrame):
            self._source.wanted = wanted
        elif not wanted:
            return
        picture = arrived.decode()
        if picture is not None:
            self._keep(picture, arrived, at_ms, due=due)

    def album(self) -> Album:
        """Errors: NotOpened, when not one keyframe came."""
        if self._newest is None:
            raise NotOpened(UNDECODABLE if self._packets else SILENT)
        return Album(
            self._source.codec[:8],
            self._fps_milli(),
            self._rates.gop_ms if self._source.codec not in FETCHED else None,
            *self._newest,
            median_low(self._sharp) if self._sharp else None,
            tuple(self._shots),
        )

    def _keep(self, picture: Picture, arrived: Arrived, at_ms: int, *, due: bool) -> None:
        if due and len(self._shots) < MAX_SHOTS:
            self._shots.append(shot_of(picture, at_ms))
        if not arrived.is_key or not (due or self._newest is None):
            return
        developed = develop(picture, arrived.payload, None)
        if developed is None:
            return
        self._newest = picture, developed
        sharp = sharp_milli(developed.grey)
        if sharp is not None:
            self._sharp.append(sharp)

    def _fps_milli(self) -> int | None:
        """By the stream's own time, or by ours where it has none."""
        span_ms = self._times[-1] - self._times[0]
        return round(1_000_000 * (len(self._times) - 1) / span_ms) if span_ms > 0 else None
