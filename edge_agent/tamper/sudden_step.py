"""T_STEP (C18): a remote in the load-cell cable changes the weight in one step while nothing moves.

A wheel needs time to cross the edge of the deck, and a truck that rolls is never still before and
after. So a change of `step_kg` within `step_ms` (the indicator's own averaging time and one frame),
between two quiet stretches, is no wheel. Against the way (a fall before the capture, a rise after
it) short quiet stretches are enough; with the way a slow axle looks much the same, and they must be
long. Raises SCALE_SUSPECT. Not seen: a step hidden in the rolling itself, or less than `step_kg`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_STEP"
STANDS_KG = 3_000  # on both sides of the step: below, a car's axle looks like one


class Quiet(NamedTuple):
    """How long it must be quiet before and after, how quick the step must be."""

    before_ms: int
    after_ms: int
    within_ms: int


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    samples = trace.samples
    against = Quiet(300, 1_000, limits.step_ms)
    along = Quiet(700, 2_500, limits.step_ms * 9 // 10)
    middle_ms = None if trace.window is None else trace.window.from_ms
    for place in range(len(samples) - 1 if limits.step_kg else 0):
        at_ms, kg = samples[place]
        change = samples[place + 1][1] - kg
        if abs(change) < trace.division_kg or kg < STANDS_KG:
            continue
        is_against = middle_ms is not None and (change < 0) == (at_ms < middle_ms)
        step = _step_at(trace, place, against if is_against else along, limits)
        if step is not None:
            took_ms, size_kg = step
            return Suspicion(CODE, f"{size_kg:+d} kg / {took_ms} ms", f"{limits.step_kg} kg")
    return None


def _step_at(
    trace: Trace, place: int, quiet: Quiet, limits: TamperLimits
) -> tuple[int, int] | None:
    samples, band_kg = trace.samples, max(trace.division_kg, limits.step_quiet_kg)
    at_ms, kg = samples[place]
    if quiet.after_ms > 2_000:
        band_kg = trace.division_kg
    if at_ms - samples[_stretch(samples, place, band_kg, -1)][0] < quiet.before_ms:
        return None
    for end in range(place + 1, len(samples)):
        end_ms, end_kg = samples[end]
        if end_ms - at_ms > quiet.within_ms:
            return None
        if abs(end_kg - kg) < limits.step_kg or end_kg < STANDS_KG:
            continue
        if samples[_stretch(samples, end, band_kg, 1)][0] - end_ms >= quiet.after_ms:
            return end_ms - at_ms, end_kg - kg
    return None


def _stretch(samples: Sequence[tuple[int, int]], place: int, band_kg: int, step: int) -> int:
    """How far from `place` all weights lie within the band."""
    low = high = samples[place][1]
    while 0 <= place + step < len(samples):
        kg = samples[place + step][1]
        low, high = min(low, kg), max(high, kg)
        if high - low > band_kg:
            break
        place += step
    return place
