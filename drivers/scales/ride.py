"""A vehicle's way over the deck as physics: axle by axle, with bounce, braking, engine and wind.

Pure but for the random source it is given. Loads are kilograms on a grid of `DT_S`; what an
indicator makes of them is `indicator.py`. Nothing here knows who cheats.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

DT_S = 0.02
PATCH_M = 0.25  # a tyre's footprint: how far a wheel rolls while it crosses the edge
START_M = 1.0  # before the edge
GRAVITY = 9.81
BOUNCE_S = 3.0  # how long a shock is followed
ROUGHNESS = 0.003  # of deck, tyres and drive train, per metre a second
BODY_SHARE = 0.12  # height of the centre of gravity over the wheelbase, about

Loads = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Vehicle:
    """`axles_kg` from the front, `places_m` behind the first. `shock`: bounce per axle load."""

    axles_kg: tuple[float, ...]
    places_m: tuple[float, ...]
    bounce_hz: float = 2.2
    damping: float = 0.2
    shock: float = 0.04

    @property
    def kg(self) -> float:
        return sum(self.axles_kg)

    @property
    def length_m(self) -> float:
        return self.places_m[-1]


@dataclass(frozen=True)
class Leg:
    """One piece of driving: from when, how far (minus: backwards), how fast, how gently."""

    at_s: float
    metres: float
    m_per_s: float
    speeds_up: float = 0.6
    brakes: float = 0.8

    @property
    def seconds(self) -> float:
        """How long it takes; on a short way full speed is never reached."""
        top = self._top()
        ramps = top / self.speeds_up + top / self.brakes
        slow_m = top * ramps / 2
        return ramps + max(0.0, abs(self.metres) - slow_m) / top

    @property
    def ends_s(self) -> float:
        return self.at_s + self.seconds

    def speed(self, at_s: Loads) -> Loads:
        """The speed at each time, signed."""
        since, left = at_s - self.at_s, self.ends_s - at_s
        rising, falling = since * self.speeds_up, left * self.brakes
        speed: Loads = np.minimum(self._top(), np.minimum(rising, falling))
        return np.maximum(0.0, speed) * (1.0 if self.metres > 0 else -1.0)

    def _top(self) -> float:
        by_way = np.sqrt(2 * abs(self.metres) / (1 / self.speeds_up + 1 / self.brakes))
        return float(min(self.m_per_s, by_way))


def times(until_s: float) -> Loads:
    """The grid of times, in seconds."""
    return np.arange(round(until_s / DT_S), dtype=np.float64) * DT_S


def drive(
    vehicle: Vehicle, legs: tuple[Leg, ...], deck_m: float, at_s: Loads, rng: np.random.Generator
) -> Loads:
    """What the vehicle puts on the deck at each time. It starts `START_M` before the edge."""
    speed: Loads = np.zeros_like(at_s)
    for leg in legs:
        speed += _with_foot(leg, at_s, rng)
    way = np.cumsum(speed) * DT_S - START_M
    on_deck = np.zeros((len(vehicle.axles_kg), len(at_s)))
    for row, (kg, place) in enumerate(zip(vehicle.axles_kg, vehicle.places_m, strict=True)):
        on_deck[row] = kg * (_over(way - place) - _over(way - place - deck_m))
    load = on_deck.sum(axis=0)
    shown: Loads = np.maximum(0.0, load + _sway(vehicle, on_deck, speed, rng))
    return shown


def _with_foot(leg: Leg, at_s: Loads, rng: np.random.Generator) -> Loads:
    """No foot is steady: the speed wavers, the way stays what it is."""
    plain = leg.speed(at_s)
    knots = np.arange(0.0, at_s[-1] + 2.0, 0.8)
    wavering = 1 + 0.12 * np.interp(at_s, knots, rng.standard_normal(len(knots)))
    wavered: Loads = plain * np.maximum(0.4, wavering)
    total = abs(float(wavered.sum()))
    if total:
        wavered *= abs(float(plain.sum())) / total
    return wavered


def _over(metres: Loads) -> Loads:
    share: Loads = np.clip(metres / PATCH_M + 0.5, 0.0, 1.0)
    return share


def _sway(vehicle: Vehicle, on_deck: Loads, speed: Loads, rng: np.random.Generator) -> Loads:
    """Bounce from every edge, every braking and the deck's roughness; weight shifted by braking."""
    load = on_deck.sum(axis=0)
    pull = np.gradient(speed, DT_S)
    pull = np.convolve(pull, np.full(15, 1 / 15), "same")
    share = load / vehicle.kg
    order = np.linspace(1.0, -1.0, len(vehicle.axles_kg))
    lean = order @ on_deck / vehicle.kg  # front axles on the deck: positive
    shifted = -pull / GRAVITY * BODY_SHARE * vehicle.kg * lean
    shocks = vehicle.shock * np.abs(np.diff(load, prepend=load[0])) * rng.uniform(0.5, 1.5)
    jerks = 0.5 * load * np.diff(pull, prepend=pull[0]) / GRAVITY
    rough = ROUGHNESS * load * np.abs(speed) * rng.standard_normal(len(load))
    taps = np.arange(0.0, BOUNCE_S, DT_S)
    turn = 2 * np.pi * vehicle.bounce_hz
    answer = np.exp(-vehicle.damping * turn * taps) * np.sin(turn * taps)
    bounce = np.convolve(shocks + jerks + rough, answer)[: len(load)]
    return np.where(share > 0, shifted + bounce, 0.0)


def shake(at_s: Loads, strength_kg: float, rng: np.random.Generator) -> Loads:
    """What an idling engine does to a filtered weight: small, quick, never regular."""
    return strength_kg * rng.standard_normal(len(at_s))


def blow(at_s: Loads, strength_kg: float, rng: np.random.Generator) -> Loads:
    """Wind: gusts of some seconds."""
    knots = np.arange(0.0, at_s[-1] + 4.0, 1.5)
    return strength_kg * np.interp(at_s, knots, rng.standard_normal(len(knots)))


def stand(at_s: Loads, kg: float, from_s: float, to_s: float) -> Loads:
    """A person on the deck: steps on with a little too much, walks, steps off."""
    since, left = at_s - from_s, to_s - at_s
    on = np.clip(np.minimum(since, left) / 0.35, 0.0, 1.0)
    steps = 0.15 * np.sin(2 * np.pi * 1.8 * since) * np.exp(-np.maximum(0.0, since) / 1.2)
    return kg * on * (1 + steps)
