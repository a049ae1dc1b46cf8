"""The process that reads one camera: OpenCV may hang or crash here, and nobody else notices.

    python -m drivers.cameras.process SLOT [--clock-box X,Y,W,H] < SOURCE

The source is one line of standard input: an address may hold a password, and any user may read
another's command line. Every packet is counted when it arrives; twice a second one picture is
looked at and kept. It ends when its parent does.
"""

import argparse
import ctypes
import hashlib
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.cameras.slot import MAX_JPEG_BYTES, NONE, Seen, Slot

TIMEOUT_MS = 3000
SAMPLE_MS = 500
GREY_WIDTH = 480
JPEG_QUALITY = 85
REOPEN_S = (0.5, 1.0, 2.0, 5.0)
PR_SET_PDEATHSIG = 1

Picture = np.ndarray[Any, np.dtype[np.uint8]]


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


def now_ms() -> int:
    """The clock that only runs forward, suspended time counted, the same in every process."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Reader:
    """Reads one source into one slot until it fails."""

    def __init__(self, slot: Slot, box: Box | None) -> None:
        self._slot = slot
        self._box = box
        self._seen = Seen()
        self._grey: Picture | None = None
        self._clock: Picture | None = None

    def beat(self) -> None:
        """Alive, whatever the camera does."""
        self._seen = replace(self._seen, beat_ms=now_ms())
        self._slot.write(self._seen, None)

    def watch(self, source: str) -> bool:
        """Reads until the stream ends; whether anything came."""
        self.beat()
        capture = open_capture(source)
        self.beat()
        pace_s = _pace_s(source, capture)
        came = False
        due_ms = 0
        while capture.isOpened() and capture.grab():
            came = True
            at_ms = now_ms()
            self._seen = replace(
                self._seen, beat_ms=at_ms, packet_ms=at_ms, packets=self._seen.packets + 1
            )
            jpeg = None
            if at_ms >= due_ms:
                due_ms = max(due_ms, at_ms - SAMPLE_MS) + SAMPLE_MS
                jpeg = self._sample(capture, at_ms)
            self._slot.write(self._seen, jpeg)
            if pace_s:
                time.sleep(pace_s)
        capture.release()
        return came

    def _sample(self, capture: Any, at_ms: int) -> bytes | None:
        good, picture = capture.retrieve()
        if not good or picture is None or picture.size == 0:
            return None
        encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if not encoded or len(data) > MAX_JPEG_BYTES:
            return None  # and no new time either: a time always belongs to the picture kept
        grey = to_grey(picture)
        clock = _crop(picture, self._box)
        height, width = picture.shape[:2]
        self._seen = replace(
            self._seen,
            picture_ms=at_ms,
            pictures=self._seen.pictures + 1,
            width=int(width),
            height=int(height),
            difference_milli=difference_milli(self._grey, grey),
            clock_difference_milli=self._ticked(clock),
            digest=hashlib.sha256(grey.tobytes()).digest()[:16],
        )
        self._grey, self._clock = grey, clock
        return bytes(data)

    def _ticked(self, clock: Picture | None) -> int:
        """A box beside the picture shows a clock that stands, not a camera without one."""
        if self._box is None:
            return NONE
        return 0 if clock is None else difference_milli(self._clock, clock)


def open_capture(source: str) -> Any:
    """OpenCV's capture with its time-outs as a backstop; the packet's age is the detector."""
    return cv2.VideoCapture(
        source,
        cv2.CAP_FFMPEG,
        [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            TIMEOUT_MS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            TIMEOUT_MS,
            cv2.CAP_PROP_N_THREADS,
            1,
        ],
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


def _crop(picture: Picture, box: Box | None) -> Picture | None:
    if box is None:
        return None
    part = picture[box.y : box.y + box.height, box.x : box.x + box.width]
    if part.size == 0:
        return None
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _pace_s(source: str, capture: Any) -> float:
    """A file would be read at once; it is played at its own pace."""
    if "://" in source:
        return 0.0
    fps = float(capture.get(cv2.CAP_PROP_FPS))
    return 1 / fps if 0 < fps < 1000 else 0.1


def follow_parent() -> None:
    """Ends this process when the one that started it ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(0)


def main() -> int:
    """Reads for ever, opening the source again with a bounded pause."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slot", type=Path)
    parser.add_argument("--clock-box", type=Box.read)
    given = parser.parse_args()
    follow_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    source = sys.stdin.readline().strip()
    reader = Reader(Slot.open(given.slot), given.clock_box)
    failures = 0
    while True:
        failures = 0 if reader.watch(source) else failures + 1
        reader.beat()
        time.sleep(REOPEN_S[min(failures, len(REOPEN_S) - 1)])


if __name__ == "__main__":
    sys.exit(main())
