"""`cameras`: what reading a 1080p25 camera takes, beside OpenCV decoding every frame of it.

One RTSP camera (H.264, 4 Mbit/s, a keyframe every two seconds) is read by eight reading processes
as in service and by one plain OpenCV reader, all at once.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.process_table import children_of, cpu_s, memory_mib, own_memory_mib
from bench.progress import Progress
from bench.result import Aim, Growth, NotMeasured, Result
from demo.processes import Program, module
from drivers.cameras.film import Film, Form, Look, Unit
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from weighbook.phrase import Phrase

READER = Phrase("每路读取进程", "a reader")
BARE = Phrase("OpenCV 全部解码", "OpenCV decoding every frame")
CPU = Phrase("处理器占用，每路", "share of a core, each camera")
OWN = Phrase("内存（分摊共享页），每路", "memory with its part of what is shared, each camera")
RESIDENT = Phrase("常驻内存，每路", "resident memory, each camera")
SECONDS = Phrase("测量秒数", "seconds of measuring")
CODING = Phrase("编码测试片", "coding the clip")
OPENING = Phrase("打开视频流", "opening the streams")
SAMPLING = Phrase("测量，秒", "measuring, seconds")
FORM = Form("h264", (1920, 1080), 25, 50, 4_000_000)
OPEN_LIMIT_S = 40.0
POLL_S = 0.1
GROWTH_POINTS = 6
MAX_CPU_PERCENT, MAX_MIB = 4.0, 80.0


@dataclass(frozen=True)
class Sizes:
    """`frames` of the clip, played in turns; `settle_s`: until the kept seconds are full."""

    cameras: int = 8
    frames: int = 200
    settle_s: int = 35
    seconds: int = 60


FULL = Sizes()


class Clip:
    """A film coded once, so that the camera costs next to nothing while it plays."""

    def __init__(self, frames: int, form: Form, progress: Progress) -> None:
        film = Film("deck", form)
        self._units: list[Unit] = []
        for number in range(frames):
            progress(CODING, number, frames)
            self._units.append(film.unit(number, f"{number:08}", Look()))

    def unit(self, number: int, _clock: str, _look: Look) -> Unit:
        return self._units[number % len(self._units)]


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """All readers at once, and the baseline beside them."""
    with reading(folder, progress, sizes) as (readers, bare):
        sit(sizes.settle_s, progress, lambda: None)
        before = {one: cpu_s(one) for one in (*readers, bare)}
        memory: list[float] = []
        began = time.monotonic()
        sit(sizes.seconds, progress, lambda: memory.append(mean(own_memory_mib, readers)))
        spent_s = time.monotonic() - began
        cpu = {one: 100 * (cpu_s(one) - before[one]) / spent_s for one in before}
        resident = mean(memory_mib, readers)
        bare_own, bare_resident = own_memory_mib(bare), memory_mib(bare)
    points = tuple(enumerate(memory))[:: max(1, len(memory) // GROWTH_POINTS)]
    return (
        Result("cameras.cpu", CPU, "%", mean(cpu.__getitem__, readers), BARE, cpu[bare],
               Aim("measured", most=MAX_CPU_PERCENT)),
        Result("cameras.memory", OWN, "MiB", memory[-1], BARE, bare_own,
               Aim("measured", most=MAX_MIB),
               growth=(Growth(OWN, "MiB", SECONDS, points),)),
        Result("cameras.resident", RESIDENT, "MiB", resident, BARE, bare_resident),
    )  # fmt: skip


def mean(of: Callable[[int], float], ids: tuple[int, ...]) -> float:
    return sum(map(of, ids)) / len(ids)


def sit(seconds: int, progress: Progress, look: Callable[[], None]) -> None:
    """Lets time pass, and looks every second."""
    began = time.monotonic()
    for second in range(1, seconds + 1):
        time.sleep(max(0.0, began + second - time.monotonic()))
        progress(SAMPLING, second, seconds)
        look()


@contextmanager
def reading(
    folder: Path, progress: Progress, sizes: Sizes
) -> Iterator[tuple[tuple[int, ...], int]]:
    """(our readers, the bare one), all playing; everything ends with the block."""
    with ExitStack() as stack:
        try:
            camera = RtspCamera(form=FORM, film=Clip(sizes.frames, FORM, progress))
        except (OSError, RuntimeError) as error:
            raise NotMeasured(str(error)) from None
        stack.callback(camera.stop)
        watchers = [CameraWatcher(CameraSettings("deck", camera.url)) for _ in range(sizes.cameras)]
        for watcher in watchers:
            stack.callback(watcher.stop)
            watcher.start()
        bare = Program(module("bench.bare_reader", "film", camera.url), folder / "bare.log")
        stack.callback(bare.stop)
        _wait(lambda: all(w.seen().pictures >= 2 for w in watchers), progress)
        ids = tuple(w.process_id for w in watchers if w.process_id is not None)
        (plain,) = children_of(os.getpid(), "bench.bare_reader", "film")
        yield ids, plain


def _wait(come: Callable[[], bool], progress: Progress) -> None:
    began = time.monotonic()
    while not come():
        waited_s = time.monotonic() - began
        if waited_s > OPEN_LIMIT_S:
            raise NotMeasured(f"the streams did not open within {OPEN_LIMIT_S:.0f} s")
        progress(OPENING, int(waited_s), int(OPEN_LIMIT_S))
        time.sleep(POLL_S)
