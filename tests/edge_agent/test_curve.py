"""The curve of a passage: bounded, the same bytes for the same passage, and readable by anyone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.curve import (
    MAX_BROKEN,
    MAX_FRAME_BYTES,
    MAX_FRAMES,
    MAX_SAMPLES,
    Curve,
    add_break,
    add_sample,
    decode_curve,
    decode_frames,
    encode_curve,
    encode_frames,
)
from weighbook import cbor

Reading = tuple[int, int | None, bool | None]

readings = st.lists(
    st.tuples(
        st.integers(0, 2**40),
        st.none() | st.integers(-1_000, 100_000),
        st.sampled_from([None, True, False]),
    ),
    max_size=60,
).map(lambda drawn: sorted(drawn, key=lambda reading: reading[0]))


def curve_of(drawn: list[Reading]) -> Curve:
    curve = Curve()
    for mono_ms, weight_kg, stable in drawn:
        if weight_kg is None:
            curve = add_break(curve, mono_ms)
        else:
            curve = add_sample(curve, mono_ms, weight_kg, stable)
    return curve


@settings(max_examples=60)
@given(readings, st.sampled_from([10, 20, 50]), st.none() | st.integers(-200, 200))
def test_a_curve_comes_back_as_it_was(
    drawn: list[Reading], division_kg: int, zero_kg: int | None
) -> None:
    curve = curve_of(drawn)
    stored = decode_curve(encode_curve(curve, division_kg, zero_kg))
    begin_ms = curve.samples[0][0] if curve.samples else 0
    assert stored.curve.samples == tuple((ms - begin_ms, kg) for ms, kg in curve.samples)
    assert stored.curve.marks == curve.marks
    if curve.samples:
        assert stored.curve.broken == tuple(ms - begin_ms for ms in curve.broken)
    assert (stored.division_kg, stored.zero_kg) == (division_kg, zero_kg)


def test_the_same_stay_at_another_time_has_the_same_bytes() -> None:
    early = curve_of([(0, 20, True), (125, 48_000, False)])
    late = curve_of([(9_000, 20, True), (9_125, 48_000, False)])
    assert encode_curve(early, 20, 0) == encode_curve(late, 20, 0)


def test_no_zero_known_is_not_a_zero_of_nought() -> None:
    assert encode_curve(Curve(), 20, None) != encode_curve(Curve(), 20, 0)


@settings(max_examples=5, deadline=None)
@given(st.integers(MAX_SAMPLES, 6 * MAX_SAMPLES))
def test_however_long_a_truck_stands_its_curve_is_bounded(count: int) -> None:
    curve = curve_of([(125 * n, n, True) for n in range(count)])
    assert MAX_SAMPLES // 2 <= len(curve.samples) <= MAX_SAMPLES
    assert len(curve.marks) == len(curve.samples)
    assert curve.samples[0] == (0, 0)
    assert {b[0] - a[0] for a, b in pairwise(curve.samples)} == {125 * curve.stride}
    stored = decode_curve(encode_curve(curve, 20, 0)).curve
    assert (stored.samples, stored.stride) == (curve.samples, curve.stride)


def test_only_so_many_broken_frames_are_counted() -> None:
    curve = curve_of([(n, None, None) for n in range(2 * MAX_BROKEN)])
    assert len(curve.broken) == MAX_BROKEN


def test_a_full_curve_fits_into_a_few_kilobytes() -> None:
    curve = curve_of([(125 * n, 20 * (n % 7), True) for n in range(MAX_SAMPLES)])
    assert len(encode_curve(curve, 20, 0)) < 5 * MAX_SAMPLES


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2**40), st.binary(max_size=200)), max_size=40).map(sorted))
def test_frames_come_back_byte_for_byte(frames: list[tuple[int, bytes]]) -> None:
    begin_ms = frames[0][0] if frames else 0
    stored = decode_frames(encode_frames(frames))
    assert stored == tuple((ms - begin_ms, raw[:MAX_FRAME_BYTES]) for ms, raw in frames)


def test_only_the_newest_frames_are_kept() -> None:
    stored = decode_frames(encode_frames((n, b"%d" % n) for n in range(MAX_FRAMES + 5)))
    assert len(stored) == MAX_FRAMES
    assert stored[-1][1] == b"%d" % (MAX_FRAMES + 4)


GOOD = {1: 1, 2: 20, 4: [0, 125], 5: [20, 0]}


@pytest.mark.parametrize(
    "wrong",
    [
        {1: 2},
        {2: 0},
        {2: "20"},
        {3: "0"},
        {4: [0]},
        {4: 7},
        {5: [20, "0"]},
        {5: [20, 2**60]},
        {6: [1]},
        {6: [1, 7]},
        {7: "x"},
        {8: 0},
        {4: [0] * (MAX_SAMPLES + 1), 5: [0] * (MAX_SAMPLES + 1)},
    ],
)
def test_what_is_no_curve_is_refused(wrong: dict[int, object]) -> None:
    assert decode_curve(cbor.encode(GOOD)).curve.samples == ((0, 20), (125, 20))
    with pytest.raises(ValueError):  # noqa: PT011 # that it is this and nothing worse is the point
        decode_curve(cbor.encode(GOOD | wrong))


@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for read in (decode_curve, decode_frames):
        try:
            read(data)
        except ValueError:
            continue
