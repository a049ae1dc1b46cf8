"""Deterministic CBOR (RFC 8949 §4.2.1), strictly: one value has exactly one encoding here.

Integer map keys, no floats, NFC text, nothing trailing. The fast path decodes and encodes again;
only when that disagrees does the slow scan walk the bytes to name the defect.
"""

import unicodedata
from typing import Any

import cbor2

from weighbook.refusals import refuse

MAX_DEPTH = 16
ENVELOPE_TAGS = frozenset({18, 98})


def encode(value: Any) -> bytes:
    """The one encoding of ints, bytes, text, bools, None, sequences and int-keyed maps."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes, *, max_bytes: int) -> Any:
    """The value of `data`. Errors: Refusal, with one code per defect."""
    if len(data) > max_bytes:
        raise refuse("E_OVERSIZE", f"{len(data)} > {max_bytes}")
    try:
        value = cbor2.loads(data)
        # Encoding in the order found proves all but the order, which _plain looks at; it costs half
        # of what sorting again would.
        if cbor2.dumps(value) == data and _plain(value, 0):
            return value
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        pass
    end = _scan(data, 0, 0)
    if end != len(data):
        raise refuse("E_TRAILING", f"{len(data) - end} B")
    raise refuse("E_CBOR")


def _plain(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is int or kind is bytes:
        return True
    if kind is str:
        return value.isascii() or unicodedata.is_normalized("NFC", value)
    if depth >= MAX_DEPTH:
        return False
    if kind is dict:
        return _ascending(value) and all(_plain(item, depth + 1) for item in value.values())
    if kind is list:
        return all(_plain(item, depth + 1) for item in value)
    if kind is cbor2.CBORTag:
        return depth == 0 and value.tag in ENVELOPE_TAGS and _plain(value.value, depth + 1)
    return value is None or kind is bool


def _ascending(value: dict[Any, Any]) -> bool:
    last = -1
    for key in value:
        if type(key) is not int:
            return False
        # Bytewise order puts the negative integers after all others, -1 first.
        place = key if key >= 0 else (1 << 64) - key
        if place <= last:
            return False
        last = place
    return True


def _scan(data: bytes, at: int, depth: int) -> int:
    """Walks one item and gives where it ends; raises the refusal that names the first defect."""
    if depth > MAX_DEPTH:
        raise refuse("E_CBOR", "depth")
    if at >= len(data):
        raise refuse("E_CBOR", "end")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        return _scan_simple(info, at)
    argument, at = _argument(data, at, info)
    if major in (2, 3):
        return _scan_string(data, at, argument, text=major == 3)
    if major == 4:
        for _ in range(argument):
            at = _scan(data, at, depth + 1)
    elif major == 5:
        at = _scan_map(data, at, argument, depth)
    elif major == 6:
        if argument not in ENVELOPE_TAGS or depth:
            raise refuse("E_TAG", str(argument))
        at = _scan(data, at, depth + 1)
    return at


def _argument(data: bytes, at: int, info: int) -> tuple[int, int]:
    if info < 24:
        return info, at + 1
    if info == 31:
        raise refuse("E_INDEFINITE")
    if info > 27:
        raise refuse("E_CBOR", "reserved")
    size = 1 << (info - 24)
    end = at + 1 + size
    if end > len(data):
        raise refuse("E_CBOR", "end")
    argument = int.from_bytes(data[at + 1 : end], "big")
    least = {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[size]
    if argument < least:
        raise refuse("E_NOT_SHORTEST", str(argument))
    return argument, end


def _scan_simple(info: int, at: int) -> int:
    if info in (20, 21, 22):
        return at + 1
    if info in (25, 26, 27):
        raise refuse("E_FLOAT")
    if info == 31:
        raise refuse("E_INDEFINITE")
    raise refuse("E_TAG", f"simple {info}")


def _scan_string(data: bytes, at: int, length: int, *, text: bool) -> int:
    end = at + length
    if end > len(data):
        raise refuse("E_CBOR", "end")
    if text:
        try:
            said = data[at:end].decode("utf-8")
        except UnicodeDecodeError:
            raise refuse("E_CBOR", "utf-8") from None
        if not unicodedata.is_normalized("NFC", said):
            raise refuse("E_NOT_NFC")
    return end


def _scan_map(data: bytes, at: int, pairs: int, depth: int) -> int:
    last = b""
    for _ in range(pairs):
        begin = at
        at = _scan(data, at, depth + 1)
        key = data[begin:at]
        if key[0] >> 5 not in (0, 1):
            raise refuse("E_KEY_TYPE")
        if key == last:
            raise refuse("E_DUPLICATE_KEY")
        if key < last:
            raise refuse("E_KEY_ORDER")
        last = key
        at = _scan(data, at, depth + 1)
    return at
