"""One camera's hours played to the judge as fast as it judges: its stops, and faults planted.

Real footage is looped in varied order: stretches of it forwards and backwards, each keyframe
changed as the day wants and compressed anew, so that no two are alike. Whether a packet that was
never sent before is taken for a recording is therefore not tried here: only a hash could err.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from bench.soak_day import MINUTE_MS, SECOND_MS, Day, Moment
from bench.soak_footage import KEPT_MS, Footage, footage_of, grey_of
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Keyframe, Packets, Picture, Surroundings
from drivers.cameras.judging.judge import look, see
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.memory import Memory, Setting, begin
from drivers.cameras.judging.references import Reference, reference_of
from drivers.cameras.judging.verdict import Verdict
from drivers.cameras.tampering import tampered

GROUP_MS, LOOK_MS = 2_000, 500
STRETCH = (10, 60)  # keyframes of footage in one direction
PLATFORM = Area(50, 550, 950, 950)
PLANTS = ("cover", "blur", "move", "black", "freeze")
PLANT_EVERY_MS, PLANT_MS, PLANT_AT_MS = 60 * MINUTE_MS, 150 * SECOND_MS, 10 * MINUTE_MS
BACK_MS = 180 * SECOND_MS  # until a camera in order again has to be trusted again
PROVE_MS = 60 * SECOND_MS
COLOUR_MILLI, GREY_MILLI = 9_000, 300
# Fixed limits as they are commonly printed, beside which ours are told.
FIXED_DARK, FIXED_BRIGHT, FIXED_FLAT, FIXED_IN_A_ROW = 30, 220, 25, 3


class Part(NamedTuple):
    """Some hours of one camera: a drawn one by name, or a film's path."""

    camera: str
    seed: int
    from_ms: int
    length_ms: int


class Stop(NamedTuple):
    """Sales stopped without a fault: when, by which checks, in which weather."""

    camera: str
    at_ms: int
    checks: tuple[str, ...]
    weather: tuple[str, ...]


@dataclass
class Tally:
    """What came of it. `planted` and `found`: faults put in, and those of them that stopped."""

    judged_ms: int = 0
    keyframes: int = 0
    stops: list[Stop] = field(default_factory=list)
    planted: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    fixed_stops: int = 0


def soak(part: Part) -> Tally:
    """Plays the part and counts."""
    cv2.setNumThreads(1)
    return _Watch(part).tally


class _Watch:
    """The judge over one part, and the count of what it does."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._setting = Setting(_calibration(part.camera))
        self._memory: Memory = begin(self._setting)
        self._is_road = place_of(part.camera).is_road
        self._day = Day(part.seed, is_road=self._is_road)
        self._dice = np.random.default_rng(part.seed)
        self._scenes = _played(part)
        self._last: Keyframe | None = None
        self._stopped, self._proven = False, False
        self._fixed_bad = 0
        self._plant: str | None = None
        self._plant_found = False
        self.tally = Tally()
        for at_ms in range(part.from_ms, part.from_ms + part.length_ms, GROUP_MS):
            self._step(at_ms)

    def _step(self, at_ms: int) -> None:
        moment = self._day.moment(at_ms)
        plant = _planted(at_ms - self._part.from_ms)
        self._begin_or_end(plant)
        keyframe = self._keyframe(moment, plant)
        said = self._judged(keyframe, moment)
        checks = tuple(verdict.check for verdict in said if verdict.stops)
        self.tally.keyframes += 1
        self._fix(keyframe, plant)
        if plant is not None:
            self._plant_found = self._plant_found or bool(checks)
        elif not self._is_excused(at_ms, checks):
            self._count(moment, checks)
        self._stopped = bool(checks)

    def _begin_or_end(self, plant: str | None) -> None:
        if self._plant is not None and plant is None:
            self.tally.planted += 1
            self.tally.found += self._plant_found
            if not self._plant_found:
                self.tally.missed.append(self._plant)
        if self._plant is None:
            self._plant_found = False
        self._plant = plant

    def _is_excused(self, at_ms: int, checks: tuple[str, ...]) -> bool:
        """Not proven yet, or not yet back after a planted fault, within its time."""
        since_ms = at_ms - self._part.from_ms
        if not self._proven:
            self._proven = not checks
            return since_ms < PROVE_MS
        after_ms = (since_ms - PLANT_AT_MS) % PLANT_EVERY_MS
        was_planted = since_ms >= PLANT_AT_MS
        return was_planted and after_ms < PLANT_MS + BACK_MS and self._stopped

    def _count(self, moment: Moment, checks: tuple[str, ...]) -> None:
        self.tally.judged_ms += GROUP_MS
        if checks and (not self._stopped or not self._proven):
            self._proven = True
            weather = tuple(phase.kind for phase in moment.phases)
            weather += ("infrared",) * moment.infrared + ("loaded",) * moment.loaded
            self.tally.stops.append(Stop(self._part.camera, moment.at_ms, checks, weather))

    def _fix(self, keyframe: Keyframe, plant: str | None) -> None:
        mean, spread = (float(one[0][0]) for one in cv2.meanStdDev(keyframe.grey))
        bad = not FIXED_DARK <= mean <= FIXED_BRIGHT or spread < FIXED_FLAT
        self._fixed_bad = self._fixed_bad + 1 if bad and plant is None else 0
        self.tally.fixed_stops += self._fixed_bad == FIXED_IN_A_ROW

    def _judged(self, keyframe: Keyframe, moment: Moment) -> tuple[Verdict, ...]:
        around = Surroundings(moment.hour, others_dim=moment.others_dim)
        if not self._is_road:
            empty, swing_ms = not moment.loaded, moment.swing_ms
            around = replace(around, deck_empty=empty, swing_ms=swing_ms)
        self._memory, said = see(self._memory, keyframe, around, self._setting)
        for now_ms in range(moment.at_ms, moment.at_ms + GROUP_MS, LOOK_MS):
            packets = _sent(now_ms, moment.at_ms, self._dice)
            self._memory, said = look(self._memory, packets, around, self._setting)
        return said

    def _keyframe(self, moment: Moment, plant: str | None) -> Keyframe:
        scene, lens = next(self._scenes), None
        if plant == "freeze" and self._last is not None:
            digest = hashlib.sha256(b"%d" % moment.at_ms).digest()  # its encoder goes on
            self._last = replace(self._last, at_ms=moment.at_ms, payload_sha256=digest)
            return self._last
        if plant is not None and plant != "freeze":
            lens = partial(_tampered, plant)
        grey = moment.shown(scene, self._dice, lens)
        self._last = Keyframe(
            moment.at_ms, 1280, 720, GREY_MILLI if moment.infrared else COLOUR_MILLI, grey,
            _clock(moment.at_ms, self._dice), hashlib.sha256(grey.tobytes()).digest(), 90_000,
        )  # fmt: skip
        return self._last


def _planted(since_ms: int) -> str | None:
    """One fault an hour, all kinds in turn."""
    number, after_ms = divmod(since_ms - PLANT_AT_MS, PLANT_EVERY_MS)
    return PLANTS[number % len(PLANTS)] if number >= 0 and after_ms < PLANT_MS else None


def _sent(now_ms: int, keyframe_ms: int, dice: np.random.Generator) -> Packets:
    """A wired network's jitter; the stream's time wanders by what clocks do."""
    age_ms, drift_ms = int(dice.exponential(40)), int(dice.integers(-40, 41))
    came_ms, in_5s = now_ms - min(age_ms, 640), int(dice.integers(122, 127))
    return Packets(now_ms, came_ms, in_5s, 25_000, GROUP_MS, "h264", drift_ms,
                   last_judged_ms=keyframe_ms)  # fmt: skip


def _clock(at_ms: int, dice: np.random.Generator) -> Picture:
    """The burned-in clock, with the sensor's noise under it."""
    second = at_ms // SECOND_MS
    box = np.full((40, 360), 30, np.uint8)
    text = f"2026-01-05 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    cv2.putText(box, text, (6, 29), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 240, 2)
    return np.asarray(np.clip(box + dice.normal(0, 2, box.shape), 0, 255), np.uint8)


def _tampered(plant: str, picture: Picture) -> Picture:
    return grey_of(tampered(np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8), plant))


def place_of(camera: str) -> Footage:
    """Errors: ValueError, a film of no fixed camera."""
    footage = footage_of(camera)
    if footage is None:
        raise ValueError(camera)
    return footage


def _played(part: Part) -> Iterator[Picture]:
    """Stretches of the footage, here and there, this way and that, two seconds a step."""
    scenes, dice = place_of(part.camera).pictures, np.random.default_rng((part.seed, 1))
    while True:
        at, step = int(dice.integers(0, len(scenes))), int(dice.choice((-1, 1)))
        for _ in range(int(dice.integers(*STRETCH))):
            yield scenes[at]
            at = (at + step * GROUP_MS // KEPT_MS) % len(scenes)


def _calibration(camera: str) -> Calibration:
    """As commissioned: a picture by day and one by night, at no special moment."""
    scene, dice = place_of(camera).pictures[0], np.random.default_rng(0)
    return Calibration(
        platform=PLATFORM,
        references=tuple(_reference(scene, colour, dice) for colour in (True, False)),
    )


def _reference(scene: Picture, colour: bool, dice: np.random.Generator) -> Reference:  # noqa: FBT001 # plain data
    quiet = Moment(0, 12, not colour, 1.0, (), None, None)
    return reference_of(quiet.shown(scene, dice), 0, (), colour=colour, commissioned=True)
