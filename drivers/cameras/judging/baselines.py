"""What is usual for this camera: medians per lighting mode, sharpness also per hour of the day.

Only a camera in order adds to them. Commissioned figures put a floor under sharpness, so that a
lens that grows dirty slowly does not become its own measure.
"""

from dataclasses import dataclass, field, replace
from statistics import median_low

RING = 64
HOUR_RING = 30
HOUR_EVERY_MS = 120_000
LEAST_HOURLY = 5

Rings = dict[tuple[str, bool, int], tuple[int, ...]]
ANY_HOUR = -1
SHARP, CONTRAST, CLOCK, DIFFERENCE, GROUP = "sharp", "contrast", "clock", "difference", "group"


@dataclass(frozen=True)
class Baselines:
    """Bounded rings of figures by kind, mode (colour or not) and hour."""

    rings: Rings = field(default_factory=dict)
    hourly_ms: int | None = None


def added(base: Baselines, kind: str, *, colour: bool, value: int) -> Baselines:
    key = (kind, colour, ANY_HOUR)
    ring = (*base.rings.get(key, ()), value)[-RING:]
    return replace(base, rings=base.rings | {key: ring})


def added_hourly(base: Baselines, hour: int, at_ms: int, figures: dict[str, int], *,
                 colour: bool) -> Baselines:  # fmt: skip
    """One figure of each kind for this hour, every two minutes at most."""
    if base.hourly_ms is not None and at_ms - base.hourly_ms < HOUR_EVERY_MS:
        return base
    rings = dict(base.rings)
    for kind, value in figures.items():
        key = (kind, colour, hour)
        rings[key] = (*rings.get(key, ()), value)[-HOUR_RING:]
    return Baselines(rings, at_ms)


def usual_now(base: Baselines, kind: str, *, colour: bool, least: int) -> int | None:
    """The median of the last minutes; None while there are too few figures."""
    ring = base.rings.get((kind, colour, ANY_HOUR), ())
    return median_low(ring) if len(ring) >= least else None


def usual_least(base: Baselines, kind: str, *, colour: bool, least: int) -> int | None:
    """What nine in ten of the last minutes' figures reach; None while there are too few."""
    ring = sorted(base.rings.get((kind, colour, ANY_HOUR), ()))
    return ring[len(ring) // 10] if len(ring) >= least else None


def usual_at(base: Baselines, kind: str, hour: int, *, colour: bool) -> int | None:
    """The median of the same hour and its neighbours, else of the whole mode."""
    near = {(hour - 1) % 24, hour, (hour + 1) % 24}
    figures = _figures(base, kind, near, colour=colour)
    if len(figures) < LEAST_HOURLY:
        figures = _figures(base, kind, set(range(24)), colour=colour)
    return median_low(figures) if len(figures) >= LEAST_HOURLY else None


def _figures(base: Baselines, kind: str, hours: set[int], *, colour: bool) -> list[int]:
    return [
        value
        for (one, mode, hour), ring in base.rings.items()
        if one == kind and mode is colour and hour in hours
        for value in ring
    ]


def share_of(value: int | None, usual: int | None) -> int | None:
    return None if value is None or not usual else min(value * 1000 // usual, 100_000)
