"""Records: what is encoded is parsed back, for every kind; anything else is E_SCHEMA."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.weighbook.bodies import records
from tests.weighbook.refusing import refused
from tests.weighbook.sample import sample_book
from weighbook import cbor
from weighbook.envelope import payload_of
from weighbook.records import BODIES, Kind, encode_record, parse_record

SALE = next(record for record in sample_book().records if record.kind is Kind.SALE)


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
@settings(max_examples=25)
def test_a_record_comes_back_as_it_was(kind: Kind, data: st.DataObject) -> None:
    record = data.draw(records(kind))
    encoded = cbor.encode(encode_record(record))
    assert parse_record(cbor.decode(encoded, max_bytes=1 << 16)) == record


def test_every_kind_has_a_body_and_none_is_given_twice() -> None:
    assert set(BODIES) == set(Kind)
    assert sorted(Kind) == list(range(1, 20))


def test_the_sample_has_all_kinds_but_the_change_of_key() -> None:
    assert {record.kind for record in sample_book().records} == set(Kind) - {Kind.KEY}


@pytest.mark.parametrize("key", encode_record(SALE))
@pytest.mark.parametrize("value", [None, [], {}, "x", b"x", -1, True, 2**63], ids=repr)
def test_an_ill_typed_head_is_refused(key: int, value: Any) -> None:
    payload = encode_record(SALE) | {key: value}
    if refused(lambda: parse_record(payload)) is None:
        # What is accepted must be said again just so: nothing was bent into shape.
        assert encode_record(parse_record(payload)) == payload


@pytest.mark.parametrize("key", [key for key in encode_record(SALE) if key != 11])
def test_a_missing_head_field_is_refused(key: int) -> None:
    payload = encode_record(SALE)
    del payload[key]
    assert refused(lambda: parse_record(payload)) == "E_SCHEMA"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, 2),
        (2, 0),
        (2, 20),
        (4, 0),
        (5, 0),
        (6, [-16, bytes(31)]),
        (6, [-44, bytes(32)]),
        (6, [-16]),
        (6, bytes(32)),
        (8, {1: bytes(16), 2: 5}),
        (9, {1: 1, 2: 1, 3: 1, 4: True}),
        (12, {}),
    ],
)
def test_a_record_that_says_something_impossible_is_refused(key: int, value: Any) -> None:
    payload = encode_record(SALE) | {key: value}
    assert refused(lambda: parse_record(payload)) == "E_SCHEMA"


@given(st.dictionaries(st.integers(1, 28), st.integers() | st.text() | st.none(), max_size=30))
def test_any_map_as_a_body_is_parsed_or_refused(body: dict[int, Any]) -> None:
    for kind in Kind:
        payload = encode_record(SALE) | {2: int(kind), 12: body}
        assert refused(lambda said=payload: parse_record(said)) in (None, "E_SCHEMA")  # type: ignore[misc]  # bound at once


def test_a_later_versions_new_field_is_ignored() -> None:
    payload = encode_record(SALE)
    newer = payload | {13: "new", 12: payload[12] | {99: "new"}}
    assert parse_record(newer) == SALE


def test_a_field_that_is_absent_is_not_written_as_null() -> None:
    for message in sample_book().messages:
        assert None not in payload_of(message)[12].values()
