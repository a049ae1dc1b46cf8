"""A video file read as fast as it goes: when each packet was due, and a picture twice a second.

Times are the file's own, from its first packet. Every frame is decoded, since a file need not hold
keyframes where a judge wants pictures (one at the beginning is common), and a still is told best
between two frames of one group. Only in long recordings of a camera's short groups are keyframes
decoded alone, as the agent does. What a file does not say (no times, times that leap) is filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median_low
from typing import Any, NamedTuple

import av
import numpy as np

from drivers.cameras.sources import BROKEN, NOT_FOUND, UNDECODABLE, NotOpened, Picture
from drivers.cameras.stream_time import StreamTime

SAMPLE_MS = 500
LONG_MS = 900_000
SHORT_GROUP_MS = 2_200
SURVEY_PACKETS, SURVEY_MS = 3_000, 60_000
MAX_WAITING = 512
USUAL_STEP_MS = 40
WORST_FPS_MILLI, BEST_FPS_MILLI = 100, 240_000

av.logging.set_level(av.logging.PANIC)


class Came(NamedTuple):
    """One packet and when it was due."""

    at_ms: int
    is_key: bool


class Pictured(NamedTuple):
    """One decoded frame, BGR, when it was to be shown.

    `payload` is the packet of the newest keyframe since the picture before; None: there was none.
    """

    at_ms: int
    picture: Picture
    payload: bytes | None


@dataclass(frozen=True)
class Survey:
    """What the beginning of a file tells: its usual step, its longest group; None: unknown."""

    step_ms: int | None
    gop_ms: int | None


class Recording:
    """One open file. Errors: NotOpened, when there is no video in it."""

    def __init__(self, path: Path) -> None:
        survey = _surveyed(path)
        self._container, self._video = _opened(path)
        self._decoder = self._video.codec_context
        # More threads decode faster, but one that logs while its decoder is closed waits for ever.
        self._decoder.thread_count = 1
        self.codec: str = self._decoder.name
        self.gop_ms = survey.gop_ms
        self.nominal_fps_milli = _nominal(survey, self._video)
        self.packets = 0
        self.damaged = 0  # packets and frames that could not be used
        self.promised_ms = _promised_ms(self._container)
        self._step_ms = survey.step_ms or USUAL_STEP_MS
        self._began = False
        is_long = self.promised_ms is None or self.promised_ms > LONG_MS
        self._keys_only = is_long and (survey.gop_ms or LONG_MS) <= SHORT_GROUP_MS
        if self._keys_only:
            self._decoder.skip_frame = "NONKEY"

    def items(self) -> Iterator[Came | Pictured]:
        """Packets in the order they came, and the pictures among them, a little later."""
        time = StreamTime(self._step_ms)
        waiting: dict[int | None, tuple[int, bytes | None]] = {}
        due_ms, key = 0, None
        for packet in self._packets():
            if packet is not None:
                at_ms, shown_ms = time.took(*_times(packet, self._video))
                yield Came(at_ms, bool(packet.is_keyframe))
                payload = bytes(packet) if packet.is_keyframe else None
                waiting[packet.pts] = shown_ms, payload
                while len(waiting) > MAX_WAITING:
                    waiting.pop(next(iter(waiting)))
            for frame in self._decoded(packet):
                shown_ms, payload = waiting.pop(frame.pts, (time.newest_ms, None))
                key = payload or key
                if shown_ms < due_ms:
                    continue
                picture = self._picture(frame)
                if picture is not None:
                    due_ms = max(due_ms, shown_ms - SAMPLE_MS) + SAMPLE_MS
                    yield Pictured(shown_ms, picture, key)
                    key = None

    def close(self) -> None:
        self._container.close()

    def _packets(self) -> Iterator[Any]:
        """Every packet that holds something, then None: the end, or where the file breaks off."""
        try:
            for packet in self._container.demux(self._video):
                if packet.size:
                    self.packets += 1
                    yield packet
        except av.FFmpegError:
            self.damaged += 1
        yield None

    def _decoded(self, packet: Any) -> list[Any]:
        if packet is not None and self._keys_only and not packet.is_keyframe:
            return []
        try:
            return list(self._decoder.decode(packet))
        except av.FFmpegError:
            self.damaged += 1
            return []

    def _picture(self, frame: Any) -> Picture | None:
        if frame.is_corrupt:
            self.damaged += self._began  # what comes before a first whole picture is no damage
            return None
        try:
            picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
        except (av.FFmpegError, ValueError):
            self.damaged += 1
            return None
        self._began = True
        return picture


def _opened(path: Path) -> tuple[Any, Any]:
    """The file and its first moving picture: a song's cover is none."""
    try:
        container: Any = av.open(str(path))
    except FileNotFoundError:
        raise NotOpened(NOT_FOUND) from None
    except av.InvalidDataError:
        raise NotOpened(UNDECODABLE) from None
    except (av.FFmpegError, OSError, ValueError):
        raise NotOpened(BROKEN) from None
    for video in container.streams.video:
        if video.codec_context is not None and not _is_cover(video):
            return container, video
    container.close()
    raise NotOpened(UNDECODABLE)


def _is_cover(video: Any) -> bool:
    return "attached_pic" in str(video.disposition).lower()


def _surveyed(path: Path) -> Survey:
    """Packets of the first minute, none decoded."""
    container, video = _opened(path)
    time, keys, arrivals = StreamTime(USUAL_STEP_MS), [], []
    try:
        for packet in container.demux(video):
            if not packet.size:
                continue
            at_ms, _ = time.took(*_times(packet, video))
            arrivals.append(at_ms)
            if packet.is_keyframe:
                keys.append(at_ms)
            if len(arrivals) >= SURVEY_PACKETS or at_ms > SURVEY_MS:
                break
    except av.FFmpegError:
        pass
    finally:
        container.close()
    steps = [after - before for before, after in pairwise(arrivals)]
    groups = [after - before for before, after in pairwise(keys)]
    return Survey(median_low(steps) if steps else None, max(groups, default=None))


def _times(packet: Any, video: Any) -> tuple[int | None, int | None]:
    """When it is decoded and when it is shown, in milliseconds of the file's own time."""
    ticks = packet.dts if packet.dts is not None else packet.pts
    return _ms(ticks, video), _ms(packet.pts, video)


def _ms(ticks: int | None, video: Any) -> int | None:
    return None if ticks is None else round(1000 * ticks * video.time_base)


def _nominal(survey: Survey, video: Any) -> int | None:
    """What the beginning keeps to, or else what the file says of itself."""
    said = video.average_rate or video.guessed_rate
    milli = round(1000 * said) if said else 0
    if survey.step_ms:
        kept = 1_000_000 // survey.step_ms
        milli = milli if kept <= milli <= 2 * kept else kept
    return milli if WORST_FPS_MILLI <= milli <= BEST_FPS_MILLI else None


def _promised_ms(container: Any) -> int | None:
    """How long the file says it is."""
    duration = container.duration  # in microseconds
    return None if not duration or duration < 0 else round(duration / 1000)
