"""Watches one camera from outside: asks its slot, and never waits for anything.

The reading process may hang, crash, be stopped or starve: its lease only grows old, and a lease too
old is a lost camera. `tend` starts it again, with a growing pause.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from drivers.cameras.slot import NONE, Seen, Slot

RESPAWN_S = (1, 2, 5, 10, 30)
HUNG_MS = 10_000
FRESH_MS = 2_500
MAX_FRESH_MS = 5_000
LATE_MS = 1_000


@dataclass(frozen=True)
class CameraSettings:
    """One camera: `source` is an address or a file; `clock_box` is `x,y,width,height` or None."""

    name: str
    source: str
    clock_box: str | None = None


class CameraWatcher:
    """One camera's reading process and its slot."""

    def __init__(self, settings: CameraSettings) -> None:
        self.name = settings.name
        self._settings = settings
        self._slot = Slot.create()
        self._busy = threading.Lock()  # held for a fork at most: stop and tend may meet
        self._process: subprocess.Popen[bytes] | None = None
        self._started_ms = 0
        self._due_ms = 0
        self._failures = 0
        self._stopped = False

    def start(self) -> None:
        """Starts the reading process, which ends with the calling thread."""
        self.tend(_now_ms())

    def tend(self, now_ms: int) -> None:
        """Starts the process again where it has died or hangs. Call it a few times a second."""
        with self._busy:
            if not self._stopped:
                self._tend(now_ms)

    def seen(self) -> Seen:
        """What the camera last gave, with its times."""
        return self._slot.read()

    def picture(self, now_ms: int) -> bytes | None:
        """The newest picture as JPEG; None when it is not fresh."""
        seen = self._slot.read()
        if seen.picture_ms == NONE or now_ms - seen.picture_ms > fresh_ms(seen):
            return None
        return self._slot.jpeg()

    def measured(self) -> bytes:
        """What the judge in the reading process last measured; empty before it did."""
        return self._slot.measured()

    def keep_film(self, path: Path) -> bool:
        """Asks for the last seconds as a file; it appears when whole, within a second or never.

        False when the process cannot be asked.
        """
        with self._busy:
            process = self._process
            if process is None or process.stdin is None or "\n" in str(path):
                return False
            try:
                return os.write(process.stdin.fileno(), f"{path}\n".encode()) > 0
            except OSError:
                return False

    @property
    def process_id(self) -> int | None:
        """The reading process, for those who want to stop or kill it."""
        return None if self._process is None else self._process.pid

    def stop(self, limit_s: float = 2.0) -> None:
        """Ends the process within the limit. What was seen can still be read."""
        with self._busy:
            self._stopped = True
            process, self._process = self._process, None
            self._slot.close()
        if process is not None:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(limit_s)
            _close(process)

    def _tend(self, now_ms: int) -> None:
        if self._process is not None and self._process.poll() is None:
            beat_ms = max(self._slot.read().beat_ms, self._started_ms)
            if now_ms - beat_ms < HUNG_MS:
                self._failures = 0 if now_ms - self._started_ms > 2 * HUNG_MS else self._failures
                return
            self._process.kill()
        if self._process is not None:
            _close(self._process)
            self._process = None
            self._due_ms = now_ms + 1000 * RESPAWN_S[min(self._failures, len(RESPAWN_S) - 1)]
            self._failures += 1
        if now_ms >= self._due_ms:
            self._spawn(now_ms)

    def _spawn(self, now_ms: int) -> None:
        words = [sys.executable, "-m", "drivers.cameras.process", str(self._slot.path)]
        if self._settings.clock_box:
            words += ["--clock-box", self._settings.clock_box]
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=(self._slot.descriptor,),
        )
        assert process.stdin is not None
        # Never wait for a process that does not read.
        os.set_blocking(process.stdin.fileno(), False)  # the library's way
        with contextlib.suppress(OSError):
            os.write(process.stdin.fileno(), f"{self._settings.source}\n".encode())
        self._process, self._started_ms = process, now_ms


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def fresh_ms(seen: Seen) -> int:
    """How old a picture may be: pictures come once a group where only keyframes are decoded."""
    return min(MAX_FRESH_MS, max(FRESH_MS, seen.gop_ms + LATE_MS))


def _now_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
