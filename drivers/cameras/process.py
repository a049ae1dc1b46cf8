"""The process that reads one camera: a decoder may hang or crash here, and nobody else notices.

    python -m drivers.cameras.process SLOT < WORDS

What to read and how to judge it is the first line of standard input (`judged.Task`): an address may
hold a password, and any user may read another's command line. Every further line is a
`judged.Word`: what is around the camera now, or a film to write. It ends when its parent does.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

import cv2
import msgspec

from drivers.cameras.developing import Box
from drivers.cameras.eye import Eye, eye_of
from drivers.cameras.judged import Task, Word
from drivers.cameras.reader import Reader, now_ms
from drivers.cameras.slot import NONE, Seen, Slot
from drivers.cameras.sources import UNAUTHORISED

REOPEN_S = (1, 2, 5, 10, 30)
LOGIN_PAUSE_S = 60  # cameras lock an account that fails too often
BEAT_S = 1.0
PR_SET_PDEATHSIG = 1
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MAPPED_FROM_BYTES, SPARE_BYTES = 1 << 20, 2 << 20


def main() -> int:
    """Reads for ever, opening the source again with a bounded pause."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slot", type=Path)
    given = parser.parse_args()
    follow_parent()
    spare_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    task = msgspec.json.decode(sys.stdin.readline(), type=Task)
    eye = eye_of(task)
    reader = Reader(Slot.open(given.slot), box_of(task), eye)
    threading.Thread(target=listen, args=(reader, eye), daemon=True).start()
    rest(reader, left_s(reader.seen, now_ms()))
    failures = 0
    while True:
        before = reader.seen.packets
        state = reader.watch(task.source)
        failures = 0 if reader.seen.packets > before else failures + 1
        reader.beat(state)
        rest(reader, pause_s(state, failures))


def pause_s(state: str, failures: int) -> float:
    """How long to wait before the source is opened again."""
    if state == UNAUTHORISED:
        return LOGIN_PAUSE_S
    return REOPEN_S[max(0, min(failures, len(REOPEN_S)) - 1)]


def left_s(seen: Seen, at_ms: int) -> float:
    """What is left of a pause that a process before this one owed to a wrong password."""
    if seen.state != UNAUTHORISED or seen.beat_ms == NONE:
        return 0.0
    return max(0.0, min(LOGIN_PAUSE_S, LOGIN_PAUSE_S - (at_ms - seen.state_ms) / 1000))


def rest(reader: Reader, seconds: float) -> None:
    """Waits, and stays alive meanwhile."""
    until_s = time.monotonic() + seconds
    while (left := until_s - time.monotonic()) > 0:
        time.sleep(min(left, BEAT_S))
        reader.beat()


def box_of(task: Task) -> Box | None:
    """The clock in the picture: where it was commissioned, else where the configuration says."""
    fixed = None if task.calibration is None else task.calibration.box
    return fixed or (Box.read(task.clock_box) if task.clock_box else None)


def listen(reader: Reader, eye: Eye) -> None:
    """Takes every word of the parent. A film that cannot be written is not there."""
    for line in sys.stdin:
        with contextlib.suppress(OSError, ValueError):
            word = msgspec.json.decode(line, type=Word)
            if word.around is not None:
                eye.hear(word.around)
            if word.film is not None:
                reader.keep_film(Path(word.film))


def follow_parent() -> None:
    """Ends this process when the one that started it ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(0)


def spare_memory() -> None:
    """Gives a picture's memory back at once: kept, it leaves holes between packets of 30 s."""
    library = ctypes.CDLL(None)
    library.mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES)
    library.mallopt(M_TRIM_THRESHOLD, SPARE_BYTES)


if __name__ == "__main__":
    sys.exit(main())
