"""What an indicator makes of the load on a deck: filtered, rounded, sent at its own pace.

Pure. `Display` is what it shows, frame by frame; `encode` turns it into a protocol's bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from drivers.scales.protocol import Said, ScaleProtocol
from drivers.scales.ride import DT_S, Loads

MOTION_S = 0.5  # within this time a change of more than one division is motion

Kilograms = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Indicator:
    """`filter_s`: the average it shows. `jitter_ms`: how unpunctually its frames arrive."""

    division_kg: int = 20
    frames_per_s: float = 10.0
    filter_s: float = 0.4
    jitter_ms: float = 4.0


class Display(NamedTuple):
    """One entry per frame: when it arrives, what it shows, and its own motion flag."""

    at_ms: Kilograms
    kg: Kilograms
    stable: Flags


class Frame(NamedTuple):
    at_ms: int
    raw: bytes


def show(indicator: Indicator, load: Loads, rng: np.random.Generator) -> Display:
    """The load (one value per `DT_S`) as the indicator shows it."""
    frames = int(len(load) * DT_S * indicator.frames_per_s) - 1
    sampled_s = (np.arange(frames) + rng.uniform()) / indicator.frames_per_s
    filtered = _average(load, max(1, round(indicator.filter_s / DT_S)))
    kg = np.interp(sampled_s, np.arange(len(load)) * DT_S, filtered)
    division = indicator.division_kg
    shown = (np.floor(kg / division + 0.5) * division).astype(np.int64)
    late_ms = np.abs(rng.normal(0.0, indicator.jitter_ms, frames))
    at_ms = np.maximum.accumulate((sampled_s * 1_000 + late_ms).astype(np.int64))
    return Display(at_ms, shown, steadiness(shown, indicator))


def steadiness(kg: Kilograms, indicator: Indicator) -> Flags:
    """The motion flag as indicators make it: within one division for half a second."""
    back = max(1, round(MOTION_S * indicator.frames_per_s))
    padded = np.concatenate((np.full(back, kg[0]), kg))
    windows = np.lib.stride_tricks.sliding_window_view(padded, back + 1)
    spread: Kilograms = windows.max(axis=1) - windows.min(axis=1)
    return spread <= indicator.division_kg


def encode(protocol: ScaleProtocol, display: Display) -> Iterator[Frame]:
    """The frames as bytes on the line."""
    rows = zip(display.at_ms.tolist(), display.kg.tolist(), display.stable.tolist(), strict=True)
    for at_ms, kg, stable in rows:
        yield Frame(at_ms, _bytes_of(protocol, kg, stable=stable))


@lru_cache(maxsize=65_536)
def _bytes_of(protocol: ScaleProtocol, kg: int, *, stable: bool) -> bytes:
    return protocol.encode(Said(kg, stable=stable))


def _average(load: Loads, width: int) -> Loads:
    padded = np.concatenate((np.full(width, load[0]), load))
    sums: Loads = np.cumsum(padded)
    return (sums[width:] - sums[:-width]) / width
