"""`judging`: which step and which measure of a keyframe costs what, beside decoding that keyframe.

Processor time of one thread. The keyframes are 1080p, coded by the simulator, decoded alone as in
service, and judged with a clock, two references and an empty deck.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av
import cv2
import numpy as np

from bench.progress import Progress
from bench.result import Aim, Result
from bench.timing import median, time_turns
from drivers.cameras.developing import JPEG_QUALITY, Box, Developed, develop, to_grey
from drivers.cameras.film import Film, Form, Look, Unit
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Keyframe, Picture, Surroundings
from drivers.cameras.judging.judge import see
from drivers.cameras.judging.measures.change import change_of, clock_micro
from drivers.cameras.judging.measures.geometry import points_of, shift_of
from drivers.cameras.judging.measures.scene import field_of, scene_milli
from drivers.cameras.judging.measures.sharpness import sharp_milli
from drivers.cameras.judging.memory import Setting, begin
from drivers.cameras.judging.references import reference_of
from weighbook.phrase import Phrase

BARE = Phrase("解码该关键帧", "decoding the keyframe")
CODING = Phrase("编码测试片", "coding the clip")
MEASURING = Phrase("测量，步骤", "measuring, steps")
BOX = Box(0, 0, 960, 90)
EMPTY = Surroundings(hour=10, deck_empty=True)
KEYFRAME_MS, MAX_MS = 2_000, 40.0  # at one in two seconds: 2 % of a core
STEPS = {
    "grey": Phrase("缩为 480 像素灰度", "480 pixels wide, grey"),
    "jpeg": Phrase("编码 JPEG", "coding the JPEG"),
    "develop": Phrase("留存一幅画面（含以上两项）", "developing it (both of these and more)"),
    "hash": Phrase("数据包哈希", "the packet's hash"),
    "clock": Phrase("画面时钟变化", "change of the clock"),
    "change": Phrase("画面变化", "change of the picture"),
    "field": Phrase("场景方向场", "the scene's field"),
    "score": Phrase("与一幅参考比对场景", "its score against one reference"),
    "sharp": Phrase("清晰度", "sharpness"),
    "points": Phrase("特征点（每五帧一次）", "points (each fifth keyframe)"),
    "shift": Phrase("与一幅参考比对位移（每五帧一次）", "their shift (each fifth keyframe)"),
    "judge": Phrase("整个判定，平均", "the whole judge, on average"),
}


@dataclass(frozen=True)
class Sizes:
    keyframes: int = 30
    rounds: int = 9
    size: tuple[int, int] = (1920, 1080)


FULL = Sizes()


class Kept(NamedTuple):
    """One keyframe as it came, decoded and developed."""

    unit: Unit
    picture: Picture
    developed: Developed


def run(_folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Each step in turns with the decoding."""
    cv2.setNumThreads(1)
    kept = _kept(sizes, progress)
    decoder = _decoder()
    results = []
    for number, (name, step) in enumerate(_steps(kept).items()):
        progress(MEASURING, number, len(STEPS))
        times = time_turns(
            sizes.rounds, len(kept), step, lambda _: [_decoded(decoder, one.unit) for one in kept]
        ).cpu
        aim = Aim("measured", most=MAX_MS) if name == "judge" else None
        ours, bare = (1000 * median(side) for side in (times.ours, times.bare))
        results.append(Result(f"judging.{name}", STEPS[name], "ms", ours, BARE, bare, aim))
    return tuple(results)


def _kept(sizes: Sizes, progress: Progress) -> tuple[Kept, ...]:
    film, decoder = Film("deck", Form(size=sizes.size, fps=25, gop=1)), _decoder()
    found = []
    for number in range(sizes.keyframes):
        progress(CODING, number, sizes.keyframes)
        unit = film.unit(number, f"{number:08}", Look())
        picture = _decoded(decoder, unit)
        developed = develop(picture, unit.payload, BOX)
        assert developed is not None
        found.append(Kept(unit, picture, developed))
    return tuple(found)


def _steps(kept: tuple[Kept, ...]) -> dict[str, Callable[[int], object]]:
    greys = [one.developed.grey for one in kept]
    clocks = [one.developed.clock for one in kept if one.developed.clock is not None]
    field, points = field_of(greys[0]), points_of(greys[0])
    fields, all_points = [field_of(grey) for grey in greys], [points_of(grey) for grey in greys]
    size = greys[0].shape[1], greys[0].shape[0]
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    return {
        "grey": lambda _: [to_grey(one.picture) for one in kept],
        "jpeg": lambda _: [cv2.imencode(".jpg", one.picture, quality) for one in kept],
        "develop": lambda _: [develop(one.picture, one.unit.payload, BOX) for one in kept],
        "hash": lambda _: [hashlib.sha256(one.unit.payload).digest() for one in kept],
        "clock": lambda _: [clock_micro(one, clocks[0]) for one in clocks],
        "change": lambda _: [change_of(grey, greys[0]) for grey in greys],
        "field": lambda _: [field_of(grey) for grey in greys],
        "score": lambda _: [scene_milli(one, field) for one in fields],
        "sharp": lambda _: [sharp_milli(grey) for grey in greys],
        "points": lambda _: [points_of(grey) for grey in greys],
        "shift": lambda _: [shift_of(one, points, size) for one in all_points],
        "judge": _judge(kept),
    }


def _judge(kept: tuple[Kept, ...]) -> Callable[[int], object]:
    """On and on: every round continues the memory of the last."""
    grey = kept[0].developed.grey
    references = (reference_of(grey, 0, (), colour=True, commissioned=True),) * 2
    setting = Setting(Calibration(references=references))
    memory, at_ms = begin(setting), 0

    def judge(_round: int) -> None:
        nonlocal memory, at_ms
        for one in kept:
            at_ms += KEYFRAME_MS
            memory, _ = see(memory, _keyframe(one, at_ms), EMPTY, setting)

    return judge


def _keyframe(one: Kept, at_ms: int) -> Keyframe:
    width, height = one.developed.width, one.developed.height
    digest = hashlib.sha256(b"%d" % at_ms).digest()
    return Keyframe(at_ms, width, height, one.developed.is_colour_milli, one.developed.grey,
                    one.developed.clock, digest, len(one.unit.payload))  # fmt: skip


def _decoder() -> Any:
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    return decoder


def _decoded(decoder: Any, unit: Unit) -> Picture:
    """As the reader decodes one alone."""
    frames = [*decoder.decode(av.Packet(unit.payload)), *decoder.decode(None)]
    decoder.flush_buffers()
    return np.asarray(frames[-1].to_ndarray(format="bgr24"), np.uint8)
