"""Watches one camera from outside: asks its slot, and never waits for anything.

The reading process may hang, crash, be stopped or starve: its lease only grows old, and a lease too
old is a lost camera. `tend` starts it again, with a growing pause.
"""

import contextlib
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from drivers.cameras.slot import NONE, Seen, Slot

RESPAWN_S = (1, 2, 5, 10, 30)
HUNG_MS = 10_000
FRESH_MS = 2_500


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
        if seen.picture_ms == NONE or now_ms - seen.picture_ms > FRESH_MS:
            return None
        return self._slot.jpeg()

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

    def _tend(self, now_ms: int) -> None:
        if self._process is not None and self._process.poll() is None:
            beat_ms = max(self._slot.read().beat_ms, self._started_ms)
            if now_ms - beat_ms < HUNG_MS:
                self._failures = 0 if now_ms - self._started_ms > 2 * HUNG_MS else self._failures
                return
            self._process.kill()
        if self._process is not None:
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
            pass_fds=(self._slot.descriptor,),
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError), process.stdin as line:
            line.write(f"{self._settings.source}\n".encode())
        self._process, self._started_ms = process, now_ms


def _now_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
