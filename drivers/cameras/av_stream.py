"""RTSP streams and video files: every packet is demuxed, keyframes alone are decoded.

`rtsp://` and `rtspt://` go over TCP, `rtspu://` over UDP. Before a camera is opened it is asked by
a probe of our own, which tells a wrong password, a wrong path, a closed port and silence apart and
spends one wrong login only. The library's time-outs are a backstop: it may take twice as long.
"""

import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np

from drivers.cameras.rtsp_probe import probe
from drivers.cameras.sources import (
    BROKEN,
    NOT_FOUND,
    RTSP,
    SILENT,
    UNAUTHORISED,
    UNDECODABLE,
    Arrived,
    NotOpened,
    Picture,
    kind_of,
)

OPEN_S, READ_S = 4.0, 3.0
PROBE_S = 2.0
# After a time-out the library hands out what its parser still held, as if it had come just now.
LEFT_OVER_S = READ_S - 0.2
ANALYSE_US = "700000"  # how much of the stream may be looked at before it plays
MAX_PACE_S = 2.0
WORST_FPS_MILLI, BEST_FPS_MILLI = 100, 240_000

av.logging.set_level(av.logging.PANIC)


class AvStream:
    """One open stream or file."""

    def __init__(self, source: str) -> None:
        self._is_file = kind_of(source) != RTSP
        address = source if self._is_file else _plain(source)
        if not self._is_file and (refused := probe(address, PROBE_S)) is not None:
            raise NotOpened(refused)
        self._container = _open(address, _options(source))
        video = self._container.streams.video
        if not video or video[0].codec_context is None:
            self._container.close()
            raise NotOpened(UNDECODABLE)
        self._video = video[0]
        self._decoder = self._video.codec_context
        self._decoder.thread_count = 1
        self.codec = self._decoder.name
        self.nominal_fps_milli = _fps_milli(self._video.average_rate or self._video.guessed_rate)

    @property
    def template(self) -> Any:
        """The stream's parameters, for whoever writes its packets into a file."""
        return self._video

    def arrivals(self) -> Iterator[Arrived]:
        """Packets as they come; a file's at their own pace. Errors: NotOpened."""
        began_s = asked_s = time.monotonic()
        try:
            for packet in self._container.demux(self._video):
                if packet.size == 0:
                    continue  # the end of a file says so with an empty packet
                if time.monotonic() - asked_s > LEFT_OVER_S and not self._is_file:
                    raise NotOpened(SILENT)
                stream_ms = _ms(packet.pts if packet.pts is not None else packet.dts, self._video)
                if self._is_file:
                    began_s = _pace(began_s, stream_ms)
                yield self._arrived(packet, stream_ms)
                asked_s = time.monotonic()
        except av.FFmpegError as error:
            raise NotOpened(_state_of(error)) from None

    def close(self) -> None:
        self._container.close()

    def _arrived(self, packet: Any, stream_ms: int | None) -> Arrived:
        def decode() -> Picture | None:
            return self._decode(packet)

        return Arrived(bytes(packet), bool(packet.is_keyframe), stream_ms, decode)

    def _decode(self, packet: Any) -> Picture | None:
        """A keyframe alone, at once: the decoder is drained, and ready for the next."""
        try:
            frames = [*self._decoder.decode(packet), *self._decoder.decode(None)]
        except av.FFmpegError:
            frames = []
        self._decoder.flush_buffers()
        if not frames or frames[-1].is_corrupt:
            return None
        return np.asarray(frames[-1].to_ndarray(format="bgr24"), np.uint8)


def _open(address: str, options: dict[str, str]) -> Any:
    try:
        return av.open(address, options=options, timeout=(OPEN_S, READ_S))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise NotOpened(_state_of(error)) from None


def _plain(source: str) -> str:
    return "rtsp://" + source.partition("://")[2]


def _options(source: str) -> dict[str, str]:
    scheme = source.partition("://")[0].lower()
    if kind_of(source) != RTSP:
        return {}
    transport = "udp" if scheme == "rtspu" else "tcp"
    return {
        "rtsp_transport": transport,
        "allowed_media_types": "video",
        "analyzeduration": ANALYSE_US,
        "fflags": "nobuffer",
    }


def _state_of(error: Exception) -> str:
    if isinstance(error, av.HTTPUnauthorizedError | av.HTTPForbiddenError):
        return UNAUTHORISED
    if isinstance(error, av.HTTPNotFoundError | FileNotFoundError):
        return NOT_FOUND
    if isinstance(error, av.ExitError | TimeoutError):
        return SILENT
    return UNDECODABLE if isinstance(error, av.InvalidDataError) else BROKEN


def _fps_milli(rate: Fraction | None) -> int | None:
    milli = round(1000 * rate) if rate else 0
    return milli if WORST_FPS_MILLI <= milli <= BEST_FPS_MILLI else None


def _ms(ticks: int | None, video: Any) -> int | None:
    """In whole numbers: every packet asks, and fractions are slow."""
    if ticks is None:
        return None
    base: Fraction = video.time_base
    return (1000 * ticks * base.numerator + base.denominator // 2) // base.denominator


def _pace(began_s: float, stream_ms: int | None) -> float:
    """Waits until it is the packet's turn. A leap in the file's own time is not waited for."""
    if stream_ms is None:
        return began_s
    wait_s = began_s + stream_ms / 1000 - time.monotonic()
    if not -MAX_PACE_S < wait_s < MAX_PACE_S:
        return began_s - wait_s
    time.sleep(max(0.0, wait_s))
    return began_s
