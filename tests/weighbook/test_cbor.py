"""Deterministic CBOR: what is written comes back, and nothing else is read."""

from typing import Any
from unicodedata import normalize

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.refusing import refused
from weighbook import cbor

MAX_BYTES = 4096
TEXTS = st.text(max_size=12).map(lambda text: normalize("NFC", text))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(cbor.MIN_INT, cbor.MAX_INT)
    | st.binary(max_size=40)
    | TEXTS
)
KEYS = st.integers(-(2**33), 2**33) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)

MALFORMED = {
    "nothing at all": ("", "E_CBOR"),
    "something after the value": ("0000", "E_TRAILING"),
    "an item cut short": ("8201", "E_CBOR"),
    "a length beyond the end": ("5affffffff00", "E_CBOR"),
    "a list of nearly endless length": ("9bffffffffffffffff", "E_CBOR"),
    "the same key twice": ("a2010001 00".replace(" ", ""), "E_DUPLICATE_KEY"),
    "the same key twice with one between": ("a3010002000100", "E_DUPLICATE_KEY"),
    "keys out of order": ("a202000100", "E_KEY_ORDER"),
    "a negative key before a positive one": ("a220000100", "E_KEY_ORDER"),
    "a list as a key": ("a18000", "E_KEY_TYPE"),
    "bytes as a key": ("a1410000", "E_KEY_TYPE"),
    "a truth value as a key": ("a1f500", "E_KEY_TYPE"),
    "23 in two bytes": ("1817", "E_NOT_SHORTEST"),
    "255 in three bytes": ("1900ff", "E_NOT_SHORTEST"),
    "65535 in five bytes": ("1a0000ffff", "E_NOT_SHORTEST"),
    "a small number in nine bytes": ("1b00000000ffffffff", "E_NOT_SHORTEST"),
    "a byte string's length not shortest": ("580100", "E_NOT_SHORTEST"),
    "a map's length not shortest": ("b8010100", "E_NOT_SHORTEST"),
    "an indefinite list": ("9f00ff", "E_INDEFINITE"),
    "an indefinite map": ("bf0000ff", "E_INDEFINITE"),
    "an indefinite byte string": ("5f4100ff", "E_INDEFINITE"),
    "an indefinite text": ("7f6161ff", "E_INDEFINITE"),
    "a half float": ("f93c00", "E_FLOAT"),
    "a single float": ("fa3f800000", "E_FLOAT"),
    "a double float": ("fb3ff0000000000000", "E_FLOAT"),
    "a float that is no number": ("f97e00", "E_FLOAT"),
    "a float deep inside": ("a10181a102f93c00", "E_FLOAT"),
    "undefined": ("f7", "E_CBOR"),
    "a simple value of no meaning": ("f0", "E_CBOR"),
    "a lone break": ("ff", "E_CBOR"),
    "a reserved length": ("1c", "E_CBOR"),
    "a tag": ("c000", "E_TAG"),
    "a big number": ("c249010000000000000000", "E_TAG"),
    "a self-described value": ("d9d9f700", "E_TAG"),
    "a pattern that no engine compiles": ("d8236128", "E_TAG"),
    "a shared reference": ("d81c81d81d00", "E_TAG"),
    "a decimal fraction with a huge exponent": ("c4821b7fffffffffffffff01", "E_TAG"),
    "text that is not UTF-8": ("61ff", "E_CBOR"),
    "text with a surrogate": ("63eda080", "E_CBOR"),
    "text that is not in normal form": ("6365cc81", "E_NOT_NFC"),
    "a key that is not in normal form": ("a16365cc8100", "E_NOT_NFC"),
    "17 lists in each other": ("81" * 17 + "00", "E_CBOR"),
}


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    data = cbor.encode(value)
    assert cbor.decode(data, max_bytes=1 << 20) == value
    assert cbor.item_end(data + b"rest", 0) == len(data)


@given(VALUES)
def test_another_library_in_canonical_mode_reads_the_same(value: Any) -> None:
    assert cbor2.loads(cbor.encode(value)) == value


@given(st.dictionaries(KEYS, st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_writing_does_not_show(value: dict[Any, int], random: Any) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert cbor.encode(dict(shuffled)) == cbor.encode(value)


@pytest.mark.parametrize(("data", "code"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_input_is_refused_with_its_own_code(data: str, code: str) -> None:
    assert refused(lambda: cbor.decode(bytes.fromhex(data), max_bytes=MAX_BYTES)) == code


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_or_are_the_one_encoding_of_a_value(data: bytes) -> None:
    read: list[Any] = []
    if refused(lambda: read.append(cbor.decode(data, max_bytes=64))) is None:
        assert cbor.encode(read[0]) == data


@given(VALUES, st.data())
def test_no_other_bytes_stand_for_the_same_value(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(cbor.encode(value))
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] ^= data.draw(st.integers(1, 255))
    read: list[Any] = []
    if refused(lambda: read.append(cbor.decode(bytes(encoded), max_bytes=1 << 20))) is None:
        assert cbor.encode(read[0]) == encoded


def test_one_byte_too_many_is_refused_before_it_is_parsed() -> None:
    data = cbor.encode(bytes(61))
    assert cbor.decode(data, max_bytes=len(data)) == bytes(61)
    assert refused(lambda: cbor.decode(data, max_bytes=len(data) - 1)) == "E_OVERSIZE"


@pytest.mark.parametrize("start", ["81", "a100", "d8", "9f", "bf00", "c6"])
def test_a_depth_bomb_is_only_a_refusal(start: str) -> None:
    bomb = bytes.fromhex(start * 100_000)
    assert refused(lambda: cbor.decode(bomb, max_bytes=1 << 20)) is not None


def test_sixteen_levels_are_the_limit_in_both_directions() -> None:
    value: Any = 0
    for _ in range(cbor.MAX_DEPTH):
        value = [value]
    assert cbor.decode(cbor.encode(value), max_bytes=MAX_BYTES) == value
    assert refused(lambda: cbor.encode([value])) == "E_CBOR"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "E_FLOAT"),
        ({1: [float("nan")]}, "E_FLOAT"),
        ({b"1": 0}, "E_KEY_TYPE"),
        ({True: 0}, "E_KEY_TYPE"),
        ({(1,): 0}, "E_KEY_TYPE"),
        ("e\u0301", "E_NOT_NFC"),
        (1 << 64, "E_TAG"),
        (-(1 << 64) - 1, "E_TAG"),
        ({1, 2}, "E_CBOR"),
        (object(), "E_CBOR"),
    ],
)
def test_what_may_not_be_read_is_not_written_either(value: Any, code: str) -> None:
    assert refused(lambda: cbor.encode(value)) == code
