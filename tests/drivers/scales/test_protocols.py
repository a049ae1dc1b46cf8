"""Every protocol of the catalogue, held to the same promises by the same tests."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scales.asking import question
from drivers.scales.catalogue import ALIASES, MODULES, PROTOCOLS, find
from drivers.scales.framer import decode_all, feed
from drivers.scales.parity import add_parity
from drivers.scales.protocol import INTEGRITIES, Said, ScaleProtocol
from drivers.scales.reader import Proof
from drivers.scales.reading import Reading, Reject, Status, Weight, to_kg
from tests.drivers.scales.vectors import Vector, row_of, vectors

VECTORS = list(vectors())
EVERY = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda p: p.name)
KG = st.integers(0, 4_900).map(lambda tens: tens * 20)
MAX_KG = 98_000


def said_kg(reading: Reading) -> int | None:
    return to_kg(reading) if isinstance(reading, Weight) else None


def tells_net(protocol: ScaleProtocol) -> bool:
    return protocol.encode(Said(20, net=True)) != protocol.encode(Said(20))


def weights(readings: list[Reading]) -> set[str]:
    return {reading.text for reading in readings if isinstance(reading, Weight)}


def chunks(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return (data[start:end] for start, end in pairwise(places))


def read_in_pieces(protocol: ScaleProtocol, pieces: Iterator[bytes]) -> list[Reading]:
    kept, readings = b"", list[Reading]()
    for piece in pieces:
        fed = feed(protocol, kept, piece)
        kept = fed.kept
        readings += fed.readings
    return readings


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v.protocol}-{v.data.hex()[:24]}")
def test_a_vector_decodes_as_written(vector: Vector) -> None:
    protocol = find(vector.protocol)
    assert protocol is not None
    assert [row_of(reading) for reading in decode_all(protocol, vector.data)] == vector.expected


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v.protocol}-{v.data.hex()[:24]}")
def test_a_torn_vector_gives_its_own_weight_or_none(vector: Vector) -> None:
    protocol = PROTOCOLS[vector.protocol]
    good = {row["weight"] for row in vector.expected}
    for cut in range(len(vector.data)):
        assert weights(decode_all(protocol, vector.data[:cut])) <= good
        assert weights(decode_all(protocol, vector.data[cut:])) <= good


def test_every_module_has_vectors_and_every_protocol_is_among_them() -> None:
    assert {vector.module for vector in VECTORS} == set(MODULES)
    assert {vector.protocol for vector in VECTORS} == set(PROTOCOLS)


def test_names_and_aliases_are_unlike() -> None:
    assert not set(ALIASES) & set(PROTOCOLS)
    assert all(find(alias) is PROTOCOLS[name] for alias, name in ALIASES.items())
    assert find("no-such-protocol") is None


@EVERY
def test_a_protocol_declares_itself_completely(protocol: ScaleProtocol) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", protocol.name)
    assert all(protocol.title)
    assert protocol.title[0] != protocol.title[1]
    assert protocol.integrity in INTEGRITIES
    assert protocol.line.bauds
    assert (protocol.ask is None) or (protocol.writes is not None)


@EVERY
@given(
    kg=st.integers(-2, 4_900).map(lambda tens: tens * 20), stable=st.booleans(), net=st.booleans()
)
def test_what_is_encoded_is_decoded(
    protocol: ScaleProtocol, kg: int, *, stable: bool, net: bool
) -> None:
    frame = protocol.encode(Said(kg, stable=stable, net=net))
    if not frame:
        return
    readings = decode_all(protocol, frame)
    assert len(readings) == 1
    reading = readings[0]
    if isinstance(reading, Weight):
        assert Fraction(reading.text) == kg
        assert reading.stable in (stable, None)
        assert reading.net in (net, None) or not tells_net(protocol)
        assert reading.raw in frame
    else:
        assert isinstance(reading, Status)
        assert not stable or kg < 0 or net


@EVERY
def test_a_stable_gross_weight_can_be_said(protocol: ScaleProtocol) -> None:
    assert [said_kg(r) for r in decode_all(protocol, protocol.encode(Said(48_620)))] == [48_620]


@EVERY
@pytest.mark.parametrize("said", [Said(98_000, overload=True), Said(-500, underload=True)])
def test_out_of_range_is_never_a_weight(protocol: ScaleProtocol, said: Said) -> None:
    assert not weights(decode_all(protocol, protocol.encode(said)))


@EVERY
@given(kgs=st.lists(KG, min_size=3, max_size=6), cuts=st.lists(st.integers(0, 400), max_size=8))
def test_a_stream_reads_the_same_however_it_is_split(
    protocol: ScaleProtocol, kgs: list[int], cuts: list[int]
) -> None:
    stream = b"".join(protocol.encode(Said(kg)) for kg in kgs)
    whole = feed(protocol, b"", stream).readings
    assert read_in_pieces(protocol, chunks(stream, cuts)) == whole
    # Where only the next frame ends one, the last is still open.
    assert [said_kg(reading) for reading in whole] in (kgs, kgs[:-1])


@EVERY
@given(kg=KG, other=KG, cut=st.integers(1, 60))
def test_a_frame_cut_in_the_middle_of_a_stream_gives_no_third_weight(
    protocol: ScaleProtocol, kg: int, other: int, cut: int
) -> None:
    torn = protocol.encode(Said(kg))
    stream = torn[: cut % len(torn)] + protocol.encode(Said(other)) * 4
    proof = Proof(protocol)
    said = [said_kg(proof.weigh(reading)) for reading in feed(protocol, b"", stream).readings]
    assert {kg for kg in said if kg is not None} <= {kg, other}
    assert other in said


@EVERY
@given(noise=st.binary(max_size=200))
def test_noise_ends_in_few_kept_bytes_and_no_crash(protocol: ScaleProtocol, noise: bytes) -> None:
    fed = feed(protocol, b"", noise)
    assert len(fed.kept) <= 128
    assert all(isinstance(r, Weight | Status | Reject) for r in fed.readings)
    assert len(decode_all(protocol, noise)) <= len(noise)


@EVERY
def test_the_question_of_a_protocol_changes_nothing(protocol: ScaleProtocol) -> None:
    for address in range(1, 27):
        asked = question(protocol, address)
        assert (asked is None) == (protocol.ask is None)
        assert asked is None or protocol.writes is None or not protocol.writes.search(asked)


@EVERY
def test_who_talks_by_itself_says_a_frame_in_time_at_its_fastest_line(
    protocol: ScaleProtocol,
) -> None:
    bits = len(protocol.encode(Said(48_620))) * 11
    assert protocol.ask is not None or bits * protocol.frames_per_s <= max(protocol.line.bauds)


def test_a_seven_bit_line_reads_the_same_through_its_parity() -> None:
    protocol = PROTOCOLS["yaohua-tf0"]
    seen = replace(protocol, seen_parity="E")
    frame = protocol.encode(Said(15_620))
    damaged = add_parity(frame, "E").replace(b"\xb1", b"\x31")
    assert weights(decode_all(seen, add_parity(frame, "E"))) == {"15620"}
    assert not weights(decode_all(seen, damaged))
