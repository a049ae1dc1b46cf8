"""`cameras`: what reading and judging a 1080p25 camera takes, beside OpenCV decoding all of it.

One RTSP camera (H.264, 4 Mbit/s, a keyframe every two seconds) is read and judged by eight
processes as in service and decoded by one plain OpenCV reader, all at once; a minute long, or an
hour with `--hour`. Its keyframes repeat as pictures, not as packets, or it would be a recording.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from bench.process_table import children_of, cpu_s, memory_mib, own_memory_mib
from bench.progress import Progress
from bench.result import Aim, Growth, NotMeasured, Result
from demo.processes import Program, module
from drivers.cameras.film import Film, Form, Look, Unit
from drivers.cameras.judged import Around
from drivers.cameras.judging.verdict import State
from drivers.cameras.reader import now_ms
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from weighbook.phrase import Phrase

BARE = Phrase("OpenCV 全部解码", "OpenCV decoding every frame")
CPU = Phrase("处理器占用，每路", "share of a core, each camera")
OWN = Phrase("内存（分摊共享页），每路", "memory with its part of what is shared, each camera")
RESIDENT = Phrase("常驻内存，每路", "resident memory, each camera")
GROWN = Phrase("测量期间内存增长，每路", "memory grown meanwhile, each camera")
JUDGED = Phrase("判定的画面，每分钟每路", "pictures judged a minute, each camera")
SENT = Phrase("发出的关键帧", "keyframes sent")
LATE = Phrase("从曝光到可取用的画面", "from exposure to a picture at hand")
CAME = Phrase("到其数据包到达", "until its packet had come")
FALSE = Phrase("误判故障的路数", "cameras falsely judged at fault")
CAMERAS = Phrase("全部路数", "all cameras")
SECONDS = Phrase("测量秒数", "seconds of measuring")
NUMBER = Phrase("第几路", "camera")
CODING = Phrase("编码测试片", "coding the clip")
OPENING = Phrase("打开视频流", "opening the streams")
SAMPLING = Phrase("测量，秒", "measuring, seconds")
FORM = Form("h264", (1920, 1080), 25, 50, 4_000_000)
KEYFRAMES_A_MINUTE = 60 * FORM.fps / FORM.gop
CLOCK_BOX = "0,0,960,90"
AROUND = Around(hour=10, deck_empty=True)
OPEN_LIMIT_S = 40.0
POLL_S, PEEK_S = 0.1, 0.002
GROWTH_POINTS = 6
MAX_CPU_PERCENT, MAX_MIB, MAX_GROWN_MIB = 4.0, 76.0, 2.0  # 76 MiB: 80 MB
# A message without meaning for any decoder (H.264 annex D, user data), other for every keyframe.
MESSAGE = b"\0\0\0\1\x06\x05\x18" + b"weighhouse bench" + b"%08d\x80"


@dataclass(frozen=True)
class Sizes:
    """`frames` of the clip, played in turns; `settle_s`: until the kept seconds are full.

    `exposures`: so many pictures are waited for, to see how late they come.
    """

    cameras: int = 8
    frames: int = 200
    settle_s: int = 35
    seconds: int = 60
    exposures: int = 5


FULL = Sizes()
HOUR = Sizes(seconds=3_600)


class Clip:
    """A film coded once, so that the camera costs next to nothing while it plays."""

    def __init__(self, frames: int, form: Form, progress: Progress) -> None:
        film = Film("deck", form)
        self._units: list[Unit] = []
        self.exposed_ms = 0  # the newest keyframe
        for number in range(frames):
            progress(CODING, number, frames)
            self._units.append(film.unit(number, f"{number:08}", Look()))

    def unit(self, number: int, _clock: str, _look: Look) -> Unit:
        unit = self._units[number % len(self._units)]
        if not unit.is_key:
            return unit
        self.exposed_ms = now_ms()
        return Unit(MESSAGE % number + unit.payload, is_key=True)


class Use(NamedTuple):
    """What one process took; `memory` is its fair part, MiB, second by second."""

    cpu_percent: float
    memory: tuple[float, ...]
    resident_mib: float

    @property
    def memory_mib(self) -> float:
        """Over the last quarter: single seconds wander by the pictures just in work."""
        return median(self.memory[-self._quarter :])

    @property
    def grown_mib(self) -> float:
        return self.memory_mib - median(self.memory[: self._quarter])

    @property
    def _quarter(self) -> int:
        return max(1, len(self.memory) // 4)


class Late(NamedTuple):
    """Since a picture was exposed: until it could be asked for, and until its packet had come."""

    at_hand_ms: int
    came_ms: int


class Work(NamedTuple):
    """What one camera's judge did: pictures so far, and whether anything stands at fault."""

    pictures: int
    at_fault: bool


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """All readers at once, and the baseline beside them."""
    with reading(folder, progress, sizes) as (clip, watchers, bare):
        ids = tuple(w.process_id for w in watchers if w.process_id is not None)
        sit(sizes.settle_s, progress, lambda: None)
        late = [lateness(clip, watchers[0]) for _ in range(sizes.exposures)]
        before = [work_of(watcher) for watcher in watchers]
        *ours, plain = uses_of((*ids, bare), sizes.seconds, progress)
        after = [work_of(watcher) for watcher in watchers]
    pictures = fmean(new.pictures - old.pictures for old, new in zip(before, after, strict=True))
    return (
        *_taken(ours, plain),
        Result("cameras.late", LATE, "ms", median(one.at_hand_ms for one in late),
               CAME, median(one.came_ms for one in late)),
        Result("cameras.judged", JUDGED, "/min", 60 * pictures / sizes.seconds,
               SENT, KEYFRAMES_A_MINUTE),
        Result("cameras.faults", FALSE, "", sum(one.at_fault for one in after),
               CAMERAS, len(after), Aim("measured", most=1)),
    )  # fmt: skip


def _taken(ours: list[Use], plain: Use) -> tuple[Result, ...]:
    memory = [fmean(second) for second in zip(*(use.memory for use in ours), strict=True)]
    points = tuple(enumerate(memory, 1))[:: -(-len(memory) // GROWTH_POINTS)]
    each = tuple(enumerate(ours, 1))
    return (
        Result("cameras.cpu", CPU, "%", fmean(use.cpu_percent for use in ours),
               BARE, plain.cpu_percent, Aim("measured", most=MAX_CPU_PERCENT),
               growth=(Growth(CPU, "%", NUMBER, tuple((n, use.cpu_percent) for n, use in each)),)),
        Result("cameras.memory", OWN, "MiB", fmean(use.memory_mib for use in ours),
               BARE, plain.memory_mib,
               Aim("measured", most=MAX_MIB),
               growth=(Growth(OWN, "MiB", NUMBER, tuple((n, use.memory_mib) for n, use in each)),
                       Growth(OWN, "MiB", SECONDS, points))),
        Result("cameras.grown", GROWN, "MiB", fmean(use.grown_mib for use in ours),
               BARE, plain.grown_mib, Aim("measured", most=MAX_GROWN_MIB)),
        Result("cameras.resident", RESIDENT, "MiB", fmean(use.resident_mib for use in ours),
               BARE, plain.resident_mib,
               growth=(Growth(RESIDENT, "MiB", NUMBER,
                              tuple((n, use.resident_mib) for n, use in each)),)),
    )  # fmt: skip


def uses_of(ids: tuple[int, ...], seconds: int, progress: Progress) -> list[Use]:
    """What these processes take while the seconds pass."""
    before = [cpu_s(one) for one in ids]
    memory: list[tuple[float, ...]] = []
    began = time.monotonic()
    sit(seconds, progress, lambda: memory.append(tuple(map(own_memory_mib, ids))))
    spent_s = time.monotonic() - began
    cpu = [100 * (cpu_s(one) - then) / spent_s for one, then in zip(ids, before, strict=True)]
    return list(map(Use, cpu, zip(*memory, strict=True), map(memory_mib, ids)))


def lateness(clip: Clip, watcher: CameraWatcher) -> Late:
    """Waits for the next picture."""
    before, limit_s = watcher.seen().pictures, time.monotonic() + OPEN_LIMIT_S
    while (seen := watcher.seen()).pictures == before:
        if time.monotonic() > limit_s:
            raise NotMeasured(f"no picture within {OPEN_LIMIT_S:.0f} s")
        time.sleep(PEEK_S)
    return Late(now_ms() - clip.exposed_ms, seen.picture_ms - clip.exposed_ms)


def work_of(watcher: CameraWatcher) -> Work:
    judged = watcher.judged()
    verdicts = () if judged is None else judged.verdicts
    return Work(watcher.seen().pictures, any(one.state is State.FAULT for one in verdicts))


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
) -> Iterator[tuple[Clip, list[CameraWatcher], int]]:
    """(what is played, our readers, the bare process): all end with the block."""
    with ExitStack() as stack:
        clip = Clip(sizes.frames, FORM, progress)
        try:
            camera = RtspCamera(form=FORM, film=clip)
        except (OSError, RuntimeError) as error:
            raise NotMeasured(str(error)) from None
        stack.callback(camera.stop)
        settings = CameraSettings("deck", camera.url, CLOCK_BOX)
        watchers = [CameraWatcher(settings) for _ in range(sizes.cameras)]
        for watcher in watchers:
            stack.callback(watcher.stop)
            watcher.tell(AROUND)
            watcher.start()
        bare = Program(module("bench.bare_reader", "film", camera.url), folder / "bare.log")
        stack.callback(bare.stop)
        _wait(lambda: all(w.seen().pictures >= 2 for w in watchers), progress)
        (plain,) = children_of(os.getpid(), "bench.bare_reader", "film")
        yield clip, watchers, plain


def _wait(come: Callable[[], bool], progress: Progress) -> None:
    began = time.monotonic()
    while not come():
        waited_s = time.monotonic() - began
        if waited_s > OPEN_LIMIT_S:
            raise NotMeasured(f"the streams did not open within {OPEN_LIMIT_S:.0f} s")
        progress(OPENING, int(waited_s), int(OPEN_LIMIT_S))
        time.sleep(POLL_S)
