"""The weight curve of a passage: every sample while there is room, every second one beyond.

Bounded: `MAX_SAMPLES` however long a truck stands. It keeps what the indicator said of motion and
when a frame held no weight, so that the capture can be found again from it alone. The stored form
is deterministic CBOR of differences, so that the same passage has the same hash wherever it is
encoded; reading it trusts nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple, TypeGuard

from weighbook import cbor
from weighbook.phrase import Refusal

MAX_SAMPLES = 2_048
MAX_BROKEN = 256
MAX_FRAMES = 256
MAX_FRAME_BYTES = 128  # as much as a protocol may need for one
MAX_BYTES = 128 * 1024
FORMAT = 1

UNMARKED, STILL, MOVING = 0, 1, 2  # what the indicator said of motion with a sample
MARKS: dict[bool | None, bytes] = {None: b"\x00", True: b"\x01", False: b"\x02"}


@dataclass(frozen=True)
class Curve:
    """`samples`: (milliseconds of the monotonic clock, kg); one of `stride` readings is kept.

    `marks`: a byte per sample. `broken`: when frames without a usable weight came, the first ones.
    """

    samples: tuple[tuple[int, int], ...] = ()
    stride: int = 1
    skipped: int = 0
    marks: bytes = b""
    broken: tuple[int, ...] = ()


def add_sample(curve: Curve, mono_ms: int, weight_kg: int, stable: bool | None = None) -> Curve:  # noqa: FBT001 # a reading's own flag
    if curve.skipped + 1 < curve.stride:
        return replace(curve, skipped=curve.skipped + 1)
    samples = (*curve.samples, (mono_ms, weight_kg))
    marks = curve.marks + MARKS[stable]
    if len(samples) <= MAX_SAMPLES:
        return Curve(samples, curve.stride, 0, marks, curve.broken)
    return Curve(samples[::2], curve.stride * 2, 0, marks[::2], curve.broken)


def add_break(curve: Curve, mono_ms: int) -> Curve:
    """A frame came that held no usable weight."""
    if len(curve.broken) >= MAX_BROKEN:
        return curve
    return replace(curve, broken=(*curve.broken, mono_ms))


class StoredCurve(NamedTuple):
    """A curve as evidence tells it; its times begin at 0."""

    curve: Curve
    division_kg: int
    zero_kg: int | None


def encode_curve(curve: Curve, division_kg: int, zero_kg: int | None) -> bytes:
    """{1 format, 2 division, 3 zero before, 4 steps in ms, 5 steps in kg from zero, and where there
    is something to say: 6 runs of marks (mark, length …), 7 steps in ms to frames without a weight,
    8 stride}.
    """
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
    if any(curve.marks):
        fields[6] = [n for mark, run in groupby(curve.marks) for n in (mark, len(list(run)))]
    if times and curve.broken:
        fields[7] = _steps([times[0], *curve.broken])
    if curve.stride > 1:
        fields[8] = curve.stride
    return cbor.encode(fields)


def decode_curve(data: bytes) -> StoredCurve:
    """Errors: ValueError."""
    fields = _fields(data)
    times = list(accumulate(_ints(fields.get(4), MAX_SAMPLES)))
    weights = list(accumulate(_ints(fields.get(5), MAX_SAMPLES)))
    stride, zero = fields.get(8, 1), fields.get(3)
    division = fields.get(2)
    if len(times) != len(weights) or not _is_int(division) or division <= 0:
        raise ValueError("not a curve")
    if not _is_int(stride) or stride <= 0 or not (zero is None or _is_int(zero)):
        raise ValueError("not a curve")
    curve = Curve(
        samples=tuple(zip(times, weights, strict=True)),
        stride=stride,
        marks=_marks(_ints(fields.get(6, []), 2 * MAX_SAMPLES), len(times)),
        broken=tuple(accumulate(_ints(fields.get(7, []), MAX_BROKEN))),
    )
    return StoredCurve(curve, division, zero)


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


def decode_frames(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """(milliseconds from the first, raw frame) each. Errors: ValueError."""
    fields = _fields(data)
    times, raws = list(accumulate(_ints(fields.get(2), MAX_FRAMES))), fields.get(3)
    if not isinstance(raws, list) or len(raws) != len(times):
        raise ValueError("not frames")
    if not all(isinstance(raw, bytes) for raw in raws):
        raise ValueError("not frames")
    return tuple(zip(times, raws, strict=True))


def _fields(data: bytes) -> dict[object, object]:
    try:
        fields = cbor.decode(data, max_bytes=MAX_BYTES)
    except Refusal as refusal:
        raise ValueError(refusal.code) from refusal
    if not isinstance(fields, dict) or fields.get(1) != FORMAT:
        raise ValueError("not a form we know")
    return fields


def _ints(values: object, most: int) -> list[int]:
    if not isinstance(values, list) or len(values) > most:
        raise ValueError("no list of numbers")
    if not all(_is_int(value) for value in values):
        raise ValueError("no list of numbers")
    return values


def _is_int(value: object) -> TypeGuard[int]:
    return type(value) is int and abs(value) < 2**53


def _marks(runs: Sequence[int], count: int) -> bytes:
    marks = b"".join(
        bytes((mark,)) * length
        for mark, length in zip(runs[::2], runs[1::2], strict=True)
        if 0 <= mark <= MOVING and 0 < length <= MAX_SAMPLES
    )
    if marks and len(marks) != count:
        raise ValueError("marks do not fit")
    return marks or bytes(count)


def _steps(values: list[int]) -> list[int]:
    return [after - before for before, after in pairwise(values)]
