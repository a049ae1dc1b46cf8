"""A payload of the records topic: whatever its bytes are, out come records or codes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.batches import (
    Arrived,
    Refused,
    Sender,
    fits,
    read_batch,
    skip_bytes,
    split_messages,
)
from edge_agent.outbox import MAX_BYTES, MAX_RECORDS, fill_batch
from tests.collector.sites import weighing
from tests.weighbook.keys import AGENT, BRIDGE, COLLECTOR, OTHER_AGENT, RING, STRANGER
from tests.weighbook.sample import SampleBook, resigned, sample_book
from weighbook.envelope import MAX_MESSAGE_BYTES, Typ, digest, payload_of, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.records import Dark, Kind, Record, Totals, parse_record

HERE = Sender(BRIDGE, 1)
MESSAGES = sample_book().messages
SALE = next(m for m in MESSAGES if parse_record(payload_of(m)).kind is Kind.SALE)


def codes(payload: bytes, sender: Sender = HERE, ring: KeyRing = RING) -> list[str]:
    """The codes of what is refused; nothing of the payload may be taken."""
    arrived, refused = read_batch(payload, sender, ring)
    assert arrived == []
    return [item.code for item in refused]


def changed(**changes: object) -> bytes:
    return resigned(SALE, AGENT, **changes)


def test_an_honest_batch_comes_out_whole_and_in_order() -> None:
    arrived, refused = read_batch(b"".join(MESSAGES), HERE, RING)
    assert refused == []
    assert [item.message for item in arrived] == MESSAGES
    assert [item.digest for item in arrived] == [digest(message) for message in MESSAGES]


def test_each_refused_message_leaves_its_neighbours_alone() -> None:
    stranger = resigned(MESSAGES[1], STRANGER)
    arrived, refused = read_batch(MESSAGES[0] + stranger + MESSAGES[2], HERE, RING)
    assert [item.message for item in arrived] == [MESSAGES[0], MESSAGES[2]]
    assert [(item.code, item.message) for item in refused] == [("E_KID", stranger)]


REFUSALS: dict[str, tuple[bytes, Sender]] = {
    "E_KID": (resigned(SALE, STRANGER), HERE),
    "E_ROLE": (resigned(SALE, COLLECTOR), HERE),
    "E_SUBJECT": (resigned(SALE, OTHER_AGENT), HERE),
    "E_TOPIC": (SALE, Sender("WB-08", 1)),
    "E_EPOCH": (SALE, Sender(BRIDGE, 0)),
    "E_SEQ": (changed(seq=2**53 + 1), HERE),
    "E_TYP": (sign(payload_of(SALE), Typ.CHECKPOINT, AGENT), HERE),
    "E_SCHEMA": (sign({**payload_of(SALE), 2: 99}, Typ.RECORD, AGENT), HERE),
    "E_OVERSIZE": (
        sign({**payload_of(SALE), 99: bytes(MAX_MESSAGE_BYTES)}, Typ.RECORD, AGENT),
        HERE,
    ),
    "E_KEY_TIME": (changed(at_ms=0), HERE),
    "E_SEQUENCE": (b"hello", HERE),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_kind_of_wrong_message_has_its_code(code: str) -> None:
    payload, sender = REFUSALS[code]
    entries = tuple(replace(entry, from_s=1) for entry in RING.keyset.entries)
    assert codes(payload, sender, KeyRing(replace(RING.keyset, entries=entries))) == [code]


def test_an_empty_payload_is_refused() -> None:
    assert codes(b"") == ["E_SEQUENCE"]


def test_bytes_after_the_last_message_are_refused_and_the_messages_kept() -> None:
    arrived, refused = read_batch(SALE + b"\x00", HERE, RING)
    assert len(arrived) == 1
    assert [(item.code, item.message) for item in refused] == [("E_SEQUENCE", b"\x00")]


def test_a_refusal_of_a_signed_record_names_the_place_it_claims() -> None:
    record = parse_record(payload_of(SALE))
    _, (refused,) = read_batch(SALE, Sender("WB-08", 1), RING)
    assert (refused.epoch, refused.seq) == (record.epoch, record.seq)


def test_the_records_time_decides_about_the_key_not_the_time_of_arrival() -> None:
    at_s = parse_record(payload_of(SALE)).at_ms // 1000
    for revoked_s, expected in ((at_s + 1, 1), (at_s, 0)):
        entries = tuple(replace(e, revoked_at_s=revoked_s) for e in RING.keyset.entries)
        arrived, _ = read_batch(SALE, HERE, KeyRing(replace(RING.keyset, entries=entries)))
        assert len(arrived) == expected


@pytest.mark.parametrize(
    "body",
    [
        weighing(net_kg=1_000_001),
        weighing(weight_kg=-(2**62)),
        weighing(began_ms=2**60),
        Dark(-1, 0, clean=False),
        Dark(0, 2**47 + 1, clean=False),
    ],
)
def test_what_no_month_could_be_reckoned_with_is_refused(body: object) -> None:
    kind = Kind.DARK if isinstance(body, Dark) else Kind.SALE
    assert codes(changed(kind=kind, body=body)) == ["E_RANGE"]


@pytest.mark.parametrize("at_ms", [-1, 2**47 + 1, 2**63 - 1])
def test_a_time_that_names_no_day_is_refused(at_ms: int) -> None:
    entries = tuple(replace(entry, from_s=-(2**60)) for entry in RING.keyset.entries)
    ring = KeyRing(replace(RING.keyset, entries=entries))
    assert codes(changed(at_ms=at_ms), ring=ring) == ["E_RANGE"]


@pytest.mark.parametrize("totals", [Totals(2**53 + 1), Totals(net_kg=-(2**62)), Totals(0, 2**60)])
def test_totals_beyond_all_measure_are_refused(totals: Totals) -> None:
    assert codes(changed(totals=totals)) == ["E_RANGE"]


def test_every_field_with_a_unit_has_its_limits() -> None:
    assert fits(weighing())
    assert not fits(weighing(peak_kg=2_000_000))
    assert fits(weighing(net_kg=None))


# Every byte of a message, flipped.


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_no_flipped_byte_of_a_message_is_ever_taken_for_a_record(mask: int) -> None:
    for at in range(len(SALE)):
        spoilt = bytearray(SALE)
        spoilt[at] ^= mask
        assert codes(bytes(spoilt)), at


@pytest.mark.parametrize("at", [0, 1, 40, 100])
def test_a_flipped_byte_does_not_spoil_what_came_before_it(at: int) -> None:
    spoilt = bytearray(MESSAGES[1])
    spoilt[at] ^= 0x10
    arrived, refused = read_batch(MESSAGES[0] + bytes(spoilt), HERE, RING)
    assert [item.message for item in arrived] == [MESSAGES[0]]
    assert refused


def test_a_message_cut_short_is_never_a_record() -> None:
    for length in range(len(SALE)):
        assert codes(SALE[:length]) == ["E_SEQUENCE"]


# Garbage.


@given(st.binary(max_size=2_000))
def test_garbage_gives_codes_and_never_a_record(payload: bytes) -> None:
    arrived, refused = read_batch(payload, HERE, RING)
    assert arrived == []
    assert all(item.code.startswith("E_") for item in refused)
    assert refused


@settings(max_examples=200)
@given(st.data())
def test_a_cut_and_patched_batch_gives_only_what_was_signed(data: st.DataObject) -> None:
    whole = b"".join(MESSAGES[:6])
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 400)))
    payload = whole[:at] + data.draw(st.binary(max_size=60)) + whole[to:]
    arrived, _ = read_batch(payload, HERE, RING)
    assert {item.message for item in arrived} <= set(MESSAGES)


@given(st.binary(max_size=300), st.lists(st.sampled_from(MESSAGES[:8]), max_size=5))
def test_splitting_loses_no_byte(tail: bytes, messages: list[bytes]) -> None:
    found, rest = split_messages(b"".join(messages) + tail)
    assert b"".join(found) + rest == b"".join(messages) + tail
    assert found[: len(messages)] == messages


@given(st.binary(max_size=80), st.integers(-2, 90))
def test_skipping_a_byte_string_stays_inside(data: bytes, at: int) -> None:
    assert -1 <= skip_bytes(data, at) <= len(data)


@given(st.integers(0, 70_000))
def test_a_byte_string_of_any_length_is_skipped_exactly(length: int) -> None:
    import cbor2

    encoded = cbor2.dumps(bytes(length))
    assert skip_bytes(b"\x00" + encoded + b"\x00", 1) == 1 + len(encoded)


# What an agent sends fits.


def book(count: int, key: SigningKey = AGENT, **facts: object) -> list[bytes]:
    written = SampleBook(key=key)
    written.begin()
    for _ in range(count):
        written.write(Kind.PASSAGE, weighing(**facts))
    return written.messages


def test_an_agents_largest_batches_are_taken_whole() -> None:
    small = book(MAX_RECORDS - 1, curve=None, frames=None, pictures=())
    broad = book(40, pictures=tuple((f"camera-{n}", bytes(32)) for n in range(40)))
    for messages in (small, broad):
        last, payload = fill_batch(list(enumerate(messages[:MAX_RECORDS], 1)))
        arrived, refused = read_batch(payload, HERE, RING)
        assert (len(arrived), refused) == (last, [])
        assert len(payload) <= MAX_BYTES


def record_of(item: Arrived | Refused) -> Record:
    return parse_record(payload_of(item.message))


def test_a_record_of_another_weighbridge_in_the_batch_is_not_taken() -> None:
    foreign = resigned(SALE, OTHER_AGENT, weighbridge="WB-08")
    arrived, refused = read_batch(foreign + SALE, HERE, RING)
    assert [record_of(item).weighbridge for item in arrived] == [BRIDGE]
    assert [item.code for item in refused] == ["E_TOPIC"]
