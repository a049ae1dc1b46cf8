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
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.judged import MAX_WORD_BYTES, Around, Judged, Task, Word, read_judged
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.verdict import State
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
    limits: Limits = field(default_factory=Limits)
    calibration: CalibrationForm | None = None
    lamp: Area | None = None


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
        self._around: Around | None = None
        self._told: Around | None = None  # what this very process has heard of it

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

    def judged(self) -> Judged | None:
        """What the reading process says of the newest keyframe; None before it saw one."""
        return read_judged(self._slot.measured())

    def tell(self, around: Around) -> None:
        """What is around the camera from now on. One that cannot hear now is told by `tend`."""
        self._around = around
        with self._busy:
            self._retell()

    def keep_film(self, path: Path) -> bool:
        """Asks for the last seconds as a file; it appears when whole, within a second or never.

        False when the process cannot be asked.
        """
        with self._busy:
            return self._say(Word(film=str(path)))

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

    def _retell(self) -> None:
        if self._around is not None and self._around != self._told:
            self._told = self._around if self._say(Word(around=self._around)) else None

    def _say(self, word: Word) -> bool:
        process, line = self._process, word.line()
        if process is None or process.stdin is None or len(line) > MAX_WORD_BYTES:
            return False
        try:
            return os.write(process.stdin.fileno(), line) == len(line)
        except OSError:
            return False

    def _tend(self, now_ms: int) -> None:
        self._retell()
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
            os.write(process.stdin.fileno(), msgspec.json.encode(self._task()) + b"\n")
        self._process, self._started_ms, self._told = process, now_ms, None
        self._retell()

    def _task(self) -> Task:
        """A fault that stood when the process before ended is not forgotten with it."""
        settings, last = self._settings, self.judged()
        known = () if last is None else last.verdicts
        faults = tuple(one.check for one in known if one.state is State.FAULT)
        return Task(
            settings.source,
            settings.clock_box,
            settings.lamp,
            settings.limits,
            settings.calibration,
            faults,
        )


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def fresh_ms(seen: Seen) -> int:
    """How old a picture may be: pictures come once a group where only keyframes are decoded."""
    return min(MAX_FRESH_MS, max(FRESH_MS, seen.gop_ms + LATE_MS))


def _now_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
