"""Every cheat a weighbridge line is known for, done to honest traffic; `CHEATS` lists them.

A cheat acts where its device would: on the load (in the cells' cable, before the indicator), on
what is displayed (between indicator and computer), or on the bytes. Sources: the reports behind the
trust model's cases C16 to C21.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from drivers.scales.indicator import Display, Frame, show, steadiness
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Weight
from drivers.scales.ride import DT_S, Leg, drive
from drivers.scales.traffic import LEAD_S, TAIL_S, Course, Traffic, Way, laden

TRUCK_KG = 5_000  # nobody replays a car
LINGERS_S = 35.0  # how long nobody comes after a truck whose weight stays on the display

Rng = np.random.Generator


class Shown(NamedTuple):
    """A stay as the line tells it. `kg`: what the truck weighs; None, there is no truck.

    `respelt_ms`: from then on in another grammar.
    """

    display: Display
    axles: int | None
    kg: float | None = None
    respelt_ms: int | None = None


class Cheat(NamedTuple):
    """`case` of the trust model; `play` takes traffic and what was seen earlier on the line."""

    title: tuple[str, str]
    case: str
    play: Callable[[Traffic, list[Shown]], Shown]


def as_shown(traffic: Traffic, course: Course) -> Shown:
    display = show(course.place.indicator, course.load, traffic.rng)
    return Shown(display, course.axles, course.vehicle.kg)


def step_by_remote(traffic: Traffic, _: list[Shown]) -> Shown:
    """Pressed once the truck stands; released while it leaves, or once it has left."""
    course, rng = traffic.truck(), traffic.rng
    on_s = course.still_s + rng.uniform(0.5, 3.0)
    off_s = rng.uniform(course.go_s, course.off_s + 1)
    return as_shown(traffic, _offset(course, _size(rng, 500, 4_000), on_s, off_s))


def scaled_before(traffic: Traffic, _: list[Shown]) -> Shown:
    """On before the truck comes, off after it has gone."""
    course = traffic.truck()
    return as_shown(traffic, course._replace(load=course.load * _factor(traffic.rng)))


def scaled_midway(traffic: Traffic, _: list[Shown]) -> Shown:
    """Switched on while the truck rolls on; stays on until it has left."""
    course, rng = traffic.truck(), traffic.rng
    rolling_s = course.still_s - course.on_s
    from_s = course.on_s + rng.uniform(0.3, 0.95) * rolling_s
    load = np.where(course.at_s < from_s, course.load, course.load * _factor(rng))
    return as_shown(traffic, course._replace(load=load))


def zero_left_offset(traffic: Traffic, _: list[Shown]) -> Shown:
    """An offset that comes while the truck rolls on, and stays behind on the empty deck."""
    course, rng = traffic.truck(), traffic.rng
    empty = course.load[-1:].repeat(round(LINGERS_S / DT_S))
    course = course._replace(load=np.concatenate((course.load, empty)))
    from_s = rng.uniform(course.on_s, course.still_s)
    return as_shown(traffic, _offset(course, rng.uniform(250, 3_000), from_s, np.inf))


def replayed(traffic: Traffic, heard: list[Shown]) -> Shown:
    """The frames of an earlier truck, one by one."""
    return _replay(traffic, heard, 0.0, 1.0)


def replayed_shifted(traffic: Traffic, heard: list[Shown]) -> Shown:
    """The curve of an earlier truck, read between its frames."""
    return _replay(traffic, heard, traffic.rng.uniform(0.1, 0.9), 1.0)


def replayed_scaled(traffic: Traffic, heard: list[Shown]) -> Shown:
    """The frames of an earlier truck, times a factor."""
    return _replay(traffic, heard, 0.0, _factor(traffic.rng))


def replayed_noisy(traffic: Traffic, heard: list[Shown]) -> Shown:
    """An earlier truck's frames with noise: a division while it stands, more while it rolls."""
    shown, rng = _replay(traffic, heard, 0.0, 1.0), traffic.rng
    division, kg = traffic.place.indicator.division_kg, shown.display.kg
    rolls = np.abs(np.gradient(kg.astype(np.float64))) > division
    noise = np.where(rolls, rng.integers(-4, 5, len(kg)), rng.integers(0, 2, len(kg)))
    noisy = np.where(kg > division * 50, kg + noise * division, kg)
    return shown._replace(display=_display(traffic, shown.display.at_ms, noisy))


def simulated(traffic: Traffic, _: list[Shown]) -> Shown:
    """A box that counts up to a figure, holds it and counts down again."""
    course, indicator = traffic.truck(), traffic.place.indicator
    honest = show(indicator, course.load, traffic.rng)
    rise_s = traffic.rng.uniform(0.5, 4)
    at_s = honest.at_ms / 1_000
    share = np.clip(np.minimum(at_s - course.on_s, course.off_s - at_s) / rise_s, 0, 1)
    kg = np.floor(share * course.vehicle.kg / indicator.division_kg) * indicator.division_kg
    return Shown(_display(traffic, honest.at_ms, kg), course.axles)


def axle_off(traffic: Traffic, _: list[Shown]) -> Shown:
    """It stops with its last axle (or the last two) still on the road."""
    driver, rng = traffic.regular(), traffic.rng
    places = driver.frame.places_m
    outside = min(len(places) - 1, int(rng.integers(1, 3)))
    stop_m = (places[-outside] + places[-outside - 1]) / 2
    way = traffic.way(driver, "plain", stop_m)
    course = traffic.course(driver, way)
    return as_shown(traffic, course._replace(axles=driver.axles))


def two_trucks(traffic: Traffic, _: list[Shown]) -> Shown:
    """The next truck puts its first axle on the deck while this one is weighed, then follows."""
    first, rng, place = traffic.truck(), traffic.rng, traffic.place
    driver = traffic.regular()
    frame = laden(driver, rng) if rng.uniform() < 0.5 else driver.frame
    up = Leg(max(LEAD_S, first.still_s - rng.uniform(2, 4)), 2.0 + rng.uniform(0, 0.6), 1.0)
    on = Leg(first.off_s + rng.uniform(0, 2), frame.length_m + 1, 1.2)
    way = Way((up, on), on.ends_s, on.ends_s + rng.uniform(6, 12), 0.0)
    away = Leg(way.go_s, place.deck_m + 4, 1.5)
    total = first.load[-1:].repeat(round((away.ends_s + TAIL_S - len(first.load) * DT_S) / DT_S))
    load = np.concatenate((first.load, total))
    at_s = first._replace(load=load).at_s
    load = load + drive(frame, (up, on, away), place.deck_m, at_s, rng)
    return as_shown(traffic, first._replace(load=load, axles=len(first.vehicle.axles_kg)))


def cable_swapped(traffic: Traffic, _: list[Shown]) -> Shown:
    """The plug is out for a moment while the truck stands; then another box speaks."""
    course, rng = traffic.truck(), traffic.rng
    shown = as_shown(traffic, course)
    at_ms, kg, _flags = shown.display
    from_ms = 1_000 * (course.still_s + rng.uniform(0.8, 3))
    to_ms = from_ms + rng.uniform(1_100, 4_500)
    division = traffic.place.indicator.division_kg
    change = int(_size(rng, 500, 5_000)) // division * division
    there = (at_ms >= to_ms) & (at_ms < course.go_s * 1_000) & (kg > 0)
    kept = (at_ms < from_ms) | (at_ms >= to_ms)
    return Shown(_display(traffic, at_ms[kept], (kg + change * there)[kept]), course.axles)


def grammar_changed(traffic: Traffic, _: list[Shown]) -> Shown:
    """From the middle of the stay a box speaks that spells its frames a little differently."""
    course = traffic.truck()
    changed_ms = int(1_000 * traffic.rng.uniform(course.on_s, course.go_s))
    return as_shown(traffic, course)._replace(respelt_ms=changed_ms)


def division_changed(traffic: Traffic, _: list[Shown]) -> Shown:
    """Somebody has set another division: a finer or a coarser one."""
    indicator, rng = traffic.place.indicator, traffic.rng
    other = indicator.division_kg * 5 if rng.uniform() < 0.5 else indicator.division_kg // 2
    course = traffic.truck()
    display = show(replace(indicator, division_kg=other), course.load, rng)
    return Shown(display, course.axles)


CHEATS: dict[str, Cheat] = {
    "step-by-remote": Cheat(("停稳后遥控跳变", "step by remote"), "C18", step_by_remote),
    "scaled-before": Cheat(("上磅前已缩放", "scaled from before arrival"), "C18", scaled_before),
    "scaled-midway": Cheat(("上磅途中开始缩放", "scaled from mid-way on"), "C18", scaled_midway),
    "zero-offset": Cheat(("下磅后残留", "offset left on the zero"), "C18", zero_left_offset),
    "replay": Cheat(("重放旧曲线", "replayed curve"), "C20", replayed),
    "replay-shifted": Cheat(("错开重放", "replayed, shifted"), "C20", replayed_shifted),
    "replay-scaled": Cheat(("缩放重放", "replayed, scaled"), "C20", replayed_scaled),
    "replay-noisy": Cheat(("加噪重放", "replayed with noise added"), "C20", replayed_noisy),
    "simulator": Cheat(("模拟器平台", "simulator plateau"), "C20", simulated),
    "axle-off": Cheat(("有轴未上磅", "an axle off the deck"), "C16", axle_off),
    "two-trucks": Cheat(("两车同磅", "two trucks on the deck"), "C16", two_trucks),
    "cable-swap": Cheat(("中途换线", "cable swapped"), "C20", cable_swapped),
    "grammar": Cheat(("报文写法改变", "frame grammar changed"), "C20", grammar_changed),
    "division": Cheat(("分度值改变", "division changed"), "C19", division_changed),
}


def respell(protocol: ScaleProtocol, frame: Frame) -> Frame:
    """The same weight in another spelling the protocol's own reader still takes, if there is one.

    Hexadecimal check characters above 9 as colons, blanks for leading zeros, no plus, no check.
    """
    raw, known = frame.raw, protocol.decode(frame.raw)
    digits = known.text.encode() if isinstance(known, Weight) else b""
    colons = bytes.maketrans(b"ABCDEF", b":;<=>?")
    spelt = (
        raw[:-3] + raw[-3:].translate(colons),
        raw.replace(b"+", b" ", 1),
        raw.replace(b" " + digits, b"0" + digits, 1),
        raw.replace(b"0" + digits, b" " + digits, 1),
        raw[:-1],
    )
    for other in spelt:
        read = protocol.decode(other) if other != raw else None
        if isinstance(read, Weight) and isinstance(known, Weight) and read.text == known.text:
            return frame._replace(raw=other)
    return frame


def _replay(traffic: Traffic, heard: list[Shown], phase: float, factor: float) -> Shown:
    if not heard:
        return as_shown(traffic, traffic.truck())
    trucks = [shown for shown in heard if shown.display.kg.max() >= TRUCK_KG]
    old = trucks[int(traffic.rng.integers(len(trucks)))]
    division, frames = traffic.place.indicator.division_kg, np.arange(len(old.display.kg) - 1)
    between = np.interp(frames + phase, np.arange(len(old.display.kg)), old.display.kg)
    kg = np.floor(between * factor / division + 0.5) * division
    pace_ms = 1_000 / traffic.place.indicator.frames_per_s
    late_ms = np.abs(traffic.rng.normal(0, traffic.place.indicator.jitter_ms, len(frames)))
    at_ms = np.maximum.accumulate(frames * pace_ms + late_ms)
    return Shown(_display(traffic, at_ms, kg), old.axles)


def _display(traffic: Traffic, at_ms: object, kg: object) -> Display:
    times, weights = np.asarray(at_ms).astype(np.int64), np.asarray(kg).astype(np.int64)
    return Display(times, weights, steadiness(weights, traffic.place.indicator))


def _offset(course: Course, kg: float, from_s: float, to_s: float) -> Course:
    there = (course.at_s >= from_s) & (course.at_s < to_s)
    return course._replace(load=np.maximum(0.0, course.load + kg * there))


def _size(rng: Rng, least: float, most: float) -> float:
    return float(rng.uniform(least, most) * (1 if rng.uniform() < 0.4 else -1))


def _factor(rng: Rng) -> float:
    """Far enough from 1 to be worth the trouble."""
    return float(rng.uniform(0.7, 0.92) if rng.uniform() < 0.6 else rng.uniform(1.08, 1.3))
