"""The weight curve of a passage: every sample while there is room, every second one beyond.

Bounded: `MAX_SAMPLES` however long a truck stands. The stored form is deterministic CBOR of
differences, so that the same passage has the same hash wherever it is encoded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from weighbook import cbor

MAX_SAMPLES = 2_048
MAX_FRAMES = 256
MAX_FRAME_BYTES = 64
FORMAT = 1


@dataclass(frozen=True)
class Curve:
    """`samples`: (milliseconds of the monotonic clock, kg); one of `stride` readings is kept."""

    samples: tuple[tuple[int, int], ...] = ()
    stride: int = 1
    skipped: int = 0


def add_sample(curve: Curve, mono_ms: int, weight_kg: int) -> Curve:
    if curve.skipped + 1 < curve.stride:
        return replace(curve, skipped=curve.skipped + 1)
    samples = (*curve.samples, (mono_ms, weight_kg))
    if len(samples) <= MAX_SAMPLES:
        return replace(curve, samples=samples, skipped=0)
    return Curve(samples[::2], curve.stride * 2)


def encode_curve(curve: Curve, division_kg: int, zero_kg: int | None) -> bytes:
    """{1 format, 2 division, 3 zero before, 4 steps in ms, 5 steps in kg from zero}."""
    times = [time for time, _ in curve.samples]
    weights = [weight for _, weight in curve.samples]
    fields: dict[int, object] = {
        1: FORMAT,
        2: division_kg,
        4: _steps([times[0], *times] if times else []),
        5: _steps([0, *weights]),
    }
    if zero_kg is not None:
        fields[3] = zero_kg
    return cbor.encode(fields)


def encode_frames(frames: Iterable[tuple[int, bytes]]) -> bytes:
    """{1 format, 2 time steps ms, 3 raw frames}: the window of which the capture was taken."""
    kept = list(frames)[-MAX_FRAMES:]
    times = [time for time, _ in kept]
    return cbor.encode(
        {
            1: FORMAT,
            2: _steps([times[0], *times] if times else []),
            3: [raw[:MAX_FRAME_BYTES] for _, raw in kept],
        }
    )


def _steps(values: list[int]) -> list[int]:
    return [after - before for before, after in pairwise(values)]
