"""Honest traffic over one weighbridge: who comes, how he drives, what shakes and blows meanwhile.

Seeded: the same seed gives the same trucks. A `Course` is one stay before the indicator has seen
it; `cheats.py` changes a course or what is shown of it, and knows nothing of how it came about.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from drivers.scales.indicator import Indicator
from drivers.scales.ride import DT_S, START_M, Leg, Loads, Vehicle, blow, drive, shake, stand, times

LEAD_S, TAIL_S = 4.0, 8.0  # empty deck before and after, so that both zeros can be read
CLEAR_M = 2.0  # how far a vehicle drives on beyond the deck's end
FLEET = 60

# Places of the axles behind the first (m), and their shares loaded and empty.
LAYOUTS: dict[int, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    2: ((0, 4.2), (0.36, 0.64), (0.48, 0.52)),
    3: ((0, 3.8, 5.15), (0.24, 0.38, 0.38), (0.38, 0.31, 0.31)),
    4: ((0, 1.9, 5.5, 6.85), (0.2, 0.2, 0.3, 0.3), (0.28, 0.28, 0.22, 0.22)),
    5: ((0, 3.4, 8.7, 10.0, 11.3), (0.15, 0.22, 0.21, 0.21, 0.21), (0.33, 0.25, 0.14, 0.14, 0.14)),
    6: (
        (0, 3.3, 4.65, 9.9, 11.2, 12.5),
        (0.13, 0.17, 0.17, 0.18, 0.18, 0.17),
        (0.3, 0.18, 0.18, 0.12, 0.11, 0.11),
    ),
}
LOADED_KG = {2: (14e3, 18e3), 3: (22e3, 27e3), 4: (28e3, 36e3), 5: (36e3, 43e3), 6: (42e3, 49e3)}
EMPTY_KG = {2: (5.5e3, 7.5e3), 3: (9e3, 12e3), 4: (12e3, 15e3), 5: (13e3, 15.5e3), 6: (14e3, 18e3)}
AXLES, AXLE_SHARE = (2, 3, 4, 5, 6), (0.1, 0.15, 0.2, 0.1, 0.45)


@dataclass(frozen=True)
class Place:
    """A weighbridge: its deck, its indicator, and the winds there (in divisions)."""

    indicator: Indicator = field(default_factory=Indicator)
    deck_m: float = 18.0
    wind: float = 0.3


class Regular(NamedTuple):
    """A truck that comes again and again, with the habits of its driver."""

    axles: int
    empty_kg: float
    frame: Vehicle
    m_per_s: float
    brakes: float
    engine: float  # shaking on the display, in divisions; 0.04: he switches it off
    on_card: bool  # whether a vehicle card tells the axles


class Course(NamedTuple):
    """One stay. `load`: kg per `DT_S`; still between `still_s` and `go_s`. `axles` on the card."""

    load: Loads
    vehicle: Vehicle
    axles: int | None
    on_s: float
    still_s: float
    go_s: float
    off_s: float
    place: Place

    @property
    def at_s(self) -> Loads:
        return times(len(self.load) * DT_S)


class Way(NamedTuple):
    """The legs of a drive, and when it stands still between them."""

    legs: tuple[Leg, ...]
    still_s: float
    go_s: float
    off_s: float


class Traffic:
    """An endless row of stays at one place."""

    def __init__(self, place: Place, rng: np.random.Generator) -> None:
        self.place = place
        self.rng = rng
        self._fleet = [new_regular(rng) for _ in range(FLEET)]

    def regular(self) -> Regular:
        return self._fleet[int(self.rng.integers(FLEET))]

    def truck(self) -> Course:
        """A truck of the fleet, empty or loaded, with everything that honest drivers do."""
        known = self.regular()
        return self.course(known, self.way(known, self.habit()))

    def habit(self) -> str:
        """How the driver does it today; a truck may also have to wait at the way out."""
        habits = ("goes", "back", "waits", "plain")
        return str(self.rng.choice(habits, p=(0.06, 0.005, 0.01, 0.925)))

    def car(self) -> Course:
        """A light car on the deck."""
        kg = self.rng.uniform(1_300, 2_600)
        car = Vehicle((kg * 0.56, kg * 0.44), (0, 2.7), 1.6, 0.3)
        driver = Regular(2, kg, car, self.rng.uniform(0.8, 3), 1.2, 0.05, on_card=False)
        return self.course(driver, self.way(driver, "plain"), loaded=False)

    def any(self) -> Course:
        return self.car() if self.rng.uniform() < 0.04 else self.truck()

    def way(self, driver: Regular, habit: str, stop_m: float | None = None) -> Way:
        """On, still, off. `stop_m`: where the first axle comes to rest."""
        rng, deck_m, long_m = self.rng, self.place.deck_m, driver.frame.length_m
        room_m = deck_m - long_m
        at_m = long_m + rng.uniform(0.15, 0.85) * room_m if stop_m is None else stop_m
        speed = driver.m_per_s * rng.uniform(0.75, 1.3)
        ways = {
            "goes": (at_m * rng.uniform(0.15, 0.9),),
            "back": (at_m + min(1.5, deck_m - at_m - 0.3),),
        }.get(habit, ())
        legs: list[Leg] = []
        begun_s, place_m = LEAD_S, -START_M
        for target_m in (*ways, at_m):
            leg = Leg(begun_s, target_m - place_m, speed, rng.uniform(0.4, 0.9), driver.brakes)
            legs.append(leg)
            begun_s, place_m = leg.ends_s + rng.uniform(0.5, 2.2), target_m
        still_s = legs[-1].ends_s
        go_s = still_s + rng.uniform(7, 24)
        out_m = deck_m - at_m + long_m + CLEAR_M
        begun_s = go_s
        if habit == "waits":
            half_m = deck_m - at_m + rng.uniform(0.2, 0.9) * long_m
            legs.append(Leg(go_s, half_m, speed))
            begun_s, out_m = legs[-1].ends_s + rng.uniform(5, 60), out_m - half_m
        away = Leg(begun_s, out_m, speed * rng.uniform(0.8, 1.6), rng.uniform(0.3, 0.9), 0.9)
        return Way((*legs, away), still_s, go_s, away.ends_s)

    def course(self, driver: Regular, way: Way, *, loaded: bool | None = None) -> Course:
        """The stay of one vehicle on that way."""
        rng, place = self.rng, self.place
        full = rng.uniform() < 0.5 if loaded is None else loaded
        vehicle = laden(driver, rng) if full else fuelled(driver, rng)
        at_s = times(way.off_s + TAIL_S)
        load = drive(vehicle, way.legs, place.deck_m, at_s, rng)
        load += self._people(at_s, way)
        axles = driver.axles if driver.on_card else None
        plain = Course(load, vehicle, axles, LEAD_S, way.still_s, way.go_s, way.off_s, place)
        return self.disturbed(plain, driver.engine)

    def disturbed(self, course: Course, engine: float) -> Course:
        """With engine, wind, the converter's noise, and what mud the truck left or took away."""
        rng, at_s = self.rng, course.at_s
        indicator = self.place.indicator
        division = indicator.division_kg
        white = np.sqrt(max(1.0, indicator.filter_s / DT_S))  # the filter takes that much away
        there = np.clip((at_s - course.on_s) / 2, 0, 1) * np.clip((course.off_s - at_s) / 2, 0, 1)
        calm = shake(at_s, 0.06 * division * white, rng)
        engine_kg = shake(at_s, engine * division * white, rng) * there
        wind_kg = blow(at_s, self.place.wind * division * rng.uniform() ** 2, rng) * there
        mud = rng.uniform(-0.2, 0.2) + (rng.uniform(0, 2) if rng.uniform() < 0.02 else 0.0)
        left_kg = mud * division * (at_s > (course.on_s + course.off_s) / 2)
        zero_kg = rng.uniform(-0.3, 0.3) * division
        load = course.load + calm + engine_kg + wind_kg + left_kg + zero_kg
        return course._replace(load=load)

    def _people(self, at_s: Loads, way: Way) -> Loads:
        """The driver gets off and on again, or somebody walks over the deck."""
        rng, load = self.rng, np.zeros_like(at_s)
        pause_s = way.go_s - way.still_s
        if pause_s > 8 and rng.uniform() < 0.15:
            out_s = way.still_s + rng.uniform(2, pause_s / 2)
            load -= stand(at_s, rng.uniform(60, 110), out_s, way.go_s - rng.uniform(1.5, 3))
        if rng.uniform() < 0.04:
            from_s = way.still_s + rng.uniform(-3, pause_s)
            load += stand(at_s, rng.uniform(60, 110), from_s, from_s + rng.uniform(2, 15))
        return load


def new_regular(rng: np.random.Generator) -> Regular:
    axles = int(rng.choice(AXLES, p=AXLE_SHARE))
    places, _, shares = LAYOUTS[axles]
    stretched = tuple(place * rng.uniform(0.97, 1.03) for place in places)
    empty_kg = rng.uniform(*EMPTY_KG[axles])
    frame = Vehicle(
        tuple(empty_kg * share for share in shares),
        stretched,
        rng.uniform(1.6, 3.0),
        rng.uniform(0.12, 0.3),
        rng.uniform(0.02, 0.06),
    )
    fast = rng.uniform() < 0.15
    m_per_s = rng.uniform(2.4, 4.0) if fast else rng.uniform(0.5, 2.2)
    engine = 0.04 if rng.uniform() < 0.35 else rng.uniform(0.1, 0.5)
    return Regular(
        axles, empty_kg, frame, m_per_s, 1.6 if fast else 0.8, engine, rng.uniform() < 0.8
    )


def fuelled(driver: Regular, rng: np.random.Generator) -> Vehicle:
    """Empty but for fuel, mud and a passenger: never quite the tare of the last time."""
    extra = np.abs(rng.normal(0.0, 0.006, driver.axles)) * driver.empty_kg
    kg = np.array(driver.frame.axles_kg) + extra
    return replace(driver.frame, axles_kg=tuple(kg.tolist()))


def laden(driver: Regular, rng: np.random.Generator) -> Vehicle:
    """The same truck with a load, never lying quite the same."""
    _, shares, _ = LAYOUTS[driver.axles]
    kg = rng.uniform(*LOADED_KG[driver.axles])
    uneven = np.array(shares) * rng.uniform(0.94, 1.06, len(shares))
    return replace(driver.frame, axles_kg=tuple(float(kg * s) for s in uneven / uneven.sum()))
