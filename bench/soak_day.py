"""What the hours before a camera are like: light, weather and trucks, thrown by dice from a seed.

Pure: the same seed gives the same day. Nothing in it is a fault; a camera in order has to be
trusted all through it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np

from bench.soak_footage import HEIGHT, WIDTH
from drivers.cameras.judging.facts import Picture

HOUR_MS, MINUTE_MS, SECOND_MS = 3_600_000, 60_000, 1_000
DAWN_HOUR, DUSK_HOUR = 6, 19
TRUCKS_AN_HOUR = 6
STANDS_MS, PASSES_MS = (40_000, 110_000), (2_000, 10_000)
ROLLING_MS = 4_000  # in view before it weighs, and after
DAY_LEVELS, NIGHT_LEVELS = 0.9, 1.6  # of noise, at 480 pixels

Dice = np.random.Generator
Lens = Callable[[Any], Any]


class Phase(NamedTuple):
    """Some minutes of one kind of weather; `strength` from 0 to 1."""

    kind: str
    from_ms: int
    to_ms: int
    strength: float


class Truck(NamedTuple):
    """On the deck from `from_ms` to `to_ms`; `share` of the width is hidden from `left` on."""

    from_ms: int
    to_ms: int
    share: float
    left: float


@dataclass(frozen=True)
class Moment:
    """How things stand at one keyframe."""

    at_ms: int
    hour: int
    infrared: bool
    gain: float
    phases: tuple[Phase, ...]
    truck: Truck | None
    swing_ms: int | None

    @property
    def loaded(self) -> bool:
        return self.truck is not None and self.truck.from_ms <= self.at_ms < self.truck.to_ms

    @property
    def others_dim(self) -> bool:
        """Fog and dust lie before every camera of a site."""
        return any(phase.kind in ("fog", "dust") for phase in self.phases)

    def shown(self, scene: Picture, dice: Dice, lens: Lens | None = None) -> Picture:
        """The scene as the camera gives it now; `lens`: what is done to it."""
        picture: Any = scene if self.truck is None else _with_truck(scene, self.truck, self.at_ms)
        picture = _infrared(picture) if self.infrared else picture
        picture = cv2.convertScaleAbs(picture, alpha=self.gain)
        for phase in self.phases:
            picture = WEATHER[phase.kind](picture, phase.strength, dice)
        picture = picture if lens is None else lens(picture)
        noise = NIGHT_LEVELS if self.infrared else DAY_LEVELS
        return _coded(_noisy(picture, noise, dice), self._quality())

    def _quality(self) -> int:
        return 45 if any(phase.kind == "thrift" for phase in self.phases) else 88


class Day:
    """Every moment from midnight of the first day on."""

    def __init__(self, seed: int, *, is_road: bool = False) -> None:
        self._seed = seed
        self._is_road = is_road
        self._phase = float(np.random.default_rng(seed).uniform(0, 2 * math.pi))

    def moment(self, at_ms: int) -> Moment:
        hours = at_ms / HOUR_MS
        number, of_day = int(hours), hours % 24
        infrared = not DAWN_HOUR <= of_day < DUSK_HOUR
        known = [self._hour(one) for one in (number - 1, number) if one >= 0]
        phases = tuple(p for ps, _ in known for p in ps if p.from_ms <= at_ms < p.to_ms)
        trucks = [truck for _, those in known for truck in those]
        near = [t for t in trucks if t.from_ms - ROLLING_MS <= at_ms < t.to_ms + ROLLING_MS]
        swings = [ms for truck in trucks for ms in truck[:2] if ms <= at_ms]
        return Moment(
            at_ms,
            number % 24,
            infrared,
            self._gain(hours, infrared=infrared),
            tuple(p for p in phases if infrared or p.kind != "lights"),
            near[0] if near else None,
            max(swings) if swings else None,
        )

    def _gain(self, hours: float, *, infrared: bool) -> float:
        """Sun, clouds, and dusk until the lamps go on."""
        clouds = 0.10 * math.sin(hours * 2.1 + self._phase) + 0.05 * math.sin(hours * 37)
        if infrared:
            return 0.95 + clouds / 3
        to_dark = min(hours % 24 - DAWN_HOUR, DUSK_HOUR - hours % 24)
        return (1 + clouds) * (0.4 + 0.6 * min(1.0, to_dark / 0.75))

    def _hour(self, number: int) -> tuple[tuple[Phase, ...], tuple[Truck, ...]]:
        return _thrown(self._seed, number, self._is_road)


@cache
def _thrown(
    seed: int,
    number: int,
    is_road: bool,  # noqa: FBT001 # plain data
) -> tuple[tuple[Phase, ...], tuple[Truck, ...]]:
    """One hour's weather and trucks: on a deck they stand, on a road they pass."""
    dice = np.random.default_rng((seed, number))
    begin = number * HOUR_MS
    phases = []
    for kind in dice.choice(list(WEATHER), 2, replace=False):
        start = begin + int(dice.integers(0, 50 * MINUTE_MS))
        end = start + int(dice.integers(3 * MINUTE_MS, 20 * MINUTE_MS))
        phases.append(Phase(str(kind), start, end, float(dice.uniform(0.2, 1))))
    trucks = []
    for turn in range(TRUCKS_AN_HOUR):
        start = begin + turn * 10 * MINUTE_MS + int(dice.integers(MINUTE_MS, 6 * MINUTE_MS))
        stands = int(dice.integers(*(PASSES_MS if is_road else STANDS_MS)))
        share, left = float(dice.uniform(0.3, 0.75)), float(dice.uniform(0, 0.25))
        trucks.append(Truck(start, start + stands, share, left))
    return tuple(phases), tuple(trucks)


def _bounded(picture: Any) -> Picture:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _with_truck(scene: Picture, truck: Truck, at_ms: int) -> Picture:
    """Rolling in from the left, standing, rolling out to the right."""
    come = min(0.0, (at_ms - truck.from_ms) / ROLLING_MS) + max(
        0.0, (at_ms - truck.to_ms) / ROLLING_MS
    )
    left = int(WIDTH * (truck.left + come))
    right, top = left + int(WIDTH * truck.share), int(HEIGHT * 0.12)
    picture = scene.copy()
    cv2.rectangle(picture, (left, top), (right, HEIGHT), 130, -1)
    for x in range(left, right, 40):
        cv2.line(picture, (x, top), (x, HEIGHT), 95, 3)
    for x in (left + 40, (left + right) // 2, right - 40):
        cv2.circle(picture, (x, HEIGHT - 25), 24, 25, -1)
    return picture


@cache
def _lamp() -> Any:
    lamp = cv2.getGaussianKernel(HEIGHT, HEIGHT / 2) @ cv2.getGaussianKernel(WIDTH, WIDTH / 2).T
    return (0.85 * lamp / lamp.max()).astype(np.float32)


def _infrared(picture: Picture) -> Picture:
    return _bounded(picture * _lamp() + 8)


@cache
def _grain() -> Any:
    return np.random.default_rng(3).normal(0, 1, 3 * WIDTH * HEIGHT).astype(np.float32)


def _noisy(picture: Any, levels: float, dice: Dice) -> Picture:
    """Another stretch of the same long grain each time."""
    start = int(dice.integers(0, 2 * WIDTH * HEIGHT))
    noise = _grain()[start : start + WIDTH * HEIGHT].reshape(HEIGHT, WIDTH)
    return np.asarray(cv2.add(picture, levels * noise, dtype=cv2.CV_8U), np.uint8)


def _coded(picture: Picture, quality: int) -> Picture:
    """Compressed anew and decoded, as any camera's picture is."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _fog(picture: Any, strength: float, _dice: Dice) -> Any:
    share = 0.75 * strength
    return cv2.convertScaleAbs(picture, alpha=1 - share, beta=share * 200)


def _dust(picture: Any, strength: float, dice: Dice) -> Any:
    """It blows: thick now, thin a moment later."""
    share = 0.8 * strength * float(dice.uniform(0.5, 1))
    return cv2.convertScaleAbs(picture, alpha=1 - share, beta=share * 160)


def _rain(picture: Any, strength: float, dice: Dice) -> Any:
    wet = picture.copy()
    for x, y in dice.integers(0, (WIDTH, HEIGHT), (int(300 * strength), 2)).tolist():
        cv2.line(wet, (x, y), (x + 2, y + 12), 200, 1)
    return cv2.addWeighted(wet, 0.5, picture, 0.5, 0)


def _snow(picture: Any, strength: float, dice: Dice) -> Any:
    white = picture.copy()
    for x, y in dice.integers(0, (WIDTH, HEIGHT), (int(350 * strength), 2)).tolist():
        cv2.circle(white, (x, y), 1, 235, -1)
    return white


def _gusts(picture: Any, strength: float, dice: Dice) -> Any:
    """Two pixels this way or that at most, smeared."""
    dx, dy = (2 * strength * dice.uniform(-1, 1, 2)).tolist()
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    moved = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return cv2.blur(moved, (3, 1))


def _lights(picture: Any, strength: float, dice: Dice) -> Any:
    """Headlights into the lens now and then; the camera closes its iris."""
    if dice.random() > 0.5:
        return picture
    glare = np.zeros((HEIGHT, WIDTH), np.float32)
    at = int(dice.integers(0, WIDTH)), int(dice.integers(HEIGHT // 3, HEIGHT))
    cv2.circle(glare, at, 40, 230 * strength, -1)
    return cv2.add(0.8 * picture, cv2.GaussianBlur(glare, (0, 0), 25), dtype=cv2.CV_8U)


def _thrift(picture: Any, _strength: float, _dice: Dice) -> Any:
    """The encoder saves bits: `Moment.shown` compresses harder."""
    return picture


WEATHER: dict[str, Callable[[Any, float, Dice], Any]] = {
    "fog": _fog,
    "dust": _dust,
    "rain": _rain,
    "snow": _snow,
    "gusts": _gusts,
    "lights": _lights,
    "thrift": _thrift,
}
