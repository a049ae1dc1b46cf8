"""Deterministic CBOR (RFC 8949, section 4.2.1), strictly: one value has exactly one encoding here.

Maps have integer or text keys in the order of their encoded bytes; no floats, no tags, no
indefinite lengths, NFC text, nothing after the value. The fast path decodes and encodes again; only
when that disagrees does the slow scan walk the bytes to name the defect. Only Refusals are raised.
"""

import re
from itertools import pairwise
from typing import Any
from unicodedata import is_normalized

import cbor2

from weighbook.phrase import Refusal
from weighbook.refusals import refuse

MAX_DEPTH = 16
MAX_INT = (1 << 64) - 1
MIN_INT = -(1 << 64)

# Its extensions (dates, patterns, fractions …) let cbor2 raise nearly anything on hostile bytes.
CODEC_TROUBLE = (
    cbor2.CBORError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RuntimeError,
    MemoryError,
    EOFError,
    re.error,
)


def encode(value: Any) -> bytes:
    """The one encoding of ints, bytes, text, bools, None, sequences and maps. Errors: Refusal."""
    if _is_plain(value, 0):
        return cbor2.dumps(value)  # in order as it stands: most of what we write is
    return cbor2.dumps(_in_order(value, 0))


def decode(data: bytes, *, max_bytes: int) -> Any:
    """The value of `data`. Errors: Refusal, with one code per defect."""
    if len(data) > max_bytes:
        raise refuse("E_OVERSIZE", f"{len(data)} > {max_bytes}")
    try:
        value = cbor2.loads(data)
        # Encoding in the order found proves all but the order and the types, which _is_plain
        # looks at; it costs half of what sorting again would.
        if cbor2.dumps(value) == data and _is_plain(value, 0):
            return value
    except CODEC_TROUBLE:
        pass  # the scan says which defect it was
    end = _scan(data, 0, 0)
    if end != len(data):
        raise refuse("E_TRAILING", f"{len(data) - end} B")
    raise refuse("E_CBOR")


def item_end(data: bytes, at: int) -> int:
    """Where the deterministic item at `at` ends. Errors: Refusal with the item's first defect."""
    return _scan(data, at, 0)


def _is_plain(value: Any, depth: int) -> bool:
    """Allowed types only, keys in order, text in NFC. The second encoding has settled the rest."""
    kind = type(value)
    if kind is dict:
        if not _keys_rise(value):
            return False
        items = value.values()
    elif kind is list:
        items = value
    else:
        return _is_plain_leaf(value)
    if depth >= MAX_DEPTH:
        return False
    for item in items:
        kind = type(item)
        if kind is int:
            if not MIN_INT <= item <= MAX_INT:
                return False
        elif kind is str:
            if not (item.isascii() or is_normalized("NFC", item)):
                return False
        elif kind is not bytes and not _is_plain(item, depth + 1):
            return False
    return True


def _is_plain_leaf(value: Any) -> bool:
    kind = type(value)
    if kind is int:
        # A greater one came as a tagged big number.
        return bool(MIN_INT <= value <= MAX_INT)
    if kind is str:
        return is_normalized("NFC", value)
    return kind is bytes or kind is bool or value is None


def _keys_rise(value: dict[Any, Any]) -> bool:
    last = -1
    for key in value:
        if type(key) is not int or not last < key <= MAX_INT:
            break
        last = key
    else:
        return True
    if not all(type(key) in (int, str) and _is_plain_leaf(key) for key in value):
        return False
    places = [_place(key) for key in value]
    return all(left < right for left, right in pairwise(places))


def _place(key: int | str) -> tuple[int, int, bytes]:
    """Sorts keys as the bytes of their encodings sort."""
    if isinstance(key, str):
        text = key.encode()
        return 3, len(text), text
    return (0, key, b"") if key >= 0 else (1, -1 - key, b"")


def _in_order(value: Any, depth: int) -> Any:
    if isinstance(value, dict | list | tuple) and depth >= MAX_DEPTH:
        raise refuse("E_CBOR", "depth")
    if isinstance(value, dict):
        if not all(type(key) in (int, str) for key in value):
            raise refuse("E_KEY_TYPE")
        keys = sorted(value, key=_place)
        return {_leaf_in_order(key): _in_order(value[key], depth + 1) for key in keys}
    if isinstance(value, list | tuple):
        return [_in_order(item, depth + 1) for item in value]
    return _leaf_in_order(value)


def _leaf_in_order(value: Any) -> Any:
    if isinstance(value, float):
        raise refuse("E_FLOAT")
    if isinstance(value, str):
        if not is_normalized("NFC", value):
            raise refuse("E_NOT_NFC")
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if not MIN_INT <= value <= MAX_INT:
            raise refuse("E_TAG", "int")
        return int(value)
    if value is None or isinstance(value, bool | bytes):
        return value
    raise refuse("E_CBOR", type(value).__name__)


def _scan(data: bytes, at: int, depth: int) -> int:
    """Walks one item and gives where it ends; raises the refusal that names the first defect."""
    if depth > MAX_DEPTH:
        raise refuse("E_CBOR", "depth")
    major, argument, at = _head(data, at)
    if major in (2, 3):
        return _scan_string(data, at, argument, text=major == 3)
    if major == 4:
        for _ in range(argument):
            at = _scan(data, at, depth + 1)
    elif major == 5:
        at = _scan_map(data, at, argument, depth)
    elif major == 6:
        raise refuse("E_TAG", str(argument))
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """(major type, argument, where the content begins)."""
    if at >= len(data):
        raise refuse("E_CBOR", "end")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        return 7, _simple(info), at + 1
    if info < 24:
        return major, info, at + 1
    if info == 31 and major in (2, 3, 4, 5):
        raise refuse("E_INDEFINITE")
    if info > 27:
        raise refuse("E_CBOR", "reserved")
    size = 1 << (info - 24)
    end = at + 1 + size
    if end > len(data):
        raise refuse("E_CBOR", "end")
    argument = int.from_bytes(data[at + 1 : end], "big")
    if argument < {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[size]:
        raise refuse("E_NOT_SHORTEST", str(argument))
    return major, argument, end


def _simple(info: int) -> int:
    if info in (25, 26, 27):
        raise refuse("E_FLOAT")
    if info not in (20, 21, 22):
        raise refuse("E_CBOR", f"simple {info}")
    return info


def _scan_string(data: bytes, at: int, length: int, *, text: bool) -> int:
    end = at + length
    if end > len(data):
        raise refuse("E_CBOR", "end")
    if text:
        try:
            said = data[at:end].decode("utf-8")
        except UnicodeDecodeError:
            raise refuse("E_CBOR", "utf-8") from None
        if not is_normalized("NFC", said):
            raise refuse("E_NOT_NFC")
    return end


def _scan_map(data: bytes, at: int, pairs: int, depth: int) -> int:
    seen: set[bytes] = set()
    last = b""
    disorder: Refusal | None = None
    for _ in range(pairs):
        begin = at
        at = _scan(data, at, depth + 1)
        key = data[begin:at]
        if key[0] >> 5 not in (0, 1, 3):
            raise refuse("E_KEY_TYPE")
        if key in seen:
            raise refuse("E_DUPLICATE_KEY")
        if key < last:
            disorder = refuse("E_KEY_ORDER")
        seen.add(key)
        last = key
        at = _scan(data, at, depth + 1)
    if disorder is not None:
        raise disorder
    return at
