"""Base45 (RFC 9285): bytes as the 45 characters a QR code packs best. Strict in both directions."""

import struct

from weighbook.refusals import refuse

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SQUARE = len(ALPHABET) ** 2
_PAIRS = tuple(low + middle for middle in ALPHABET for low in ALPHABET)


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one."""
    numbers = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    out = [_PAIRS[number % _SQUARE] + ALPHABET[number // _SQUARE] for number in numbers]
    if len(data) % 2:
        out.append(_PAIRS[data[-1]])
    return "".join(out)


def decode(text: str) -> bytes:
    """The bytes of a text. Errors: Refusal E_ENVELOPE."""
    try:
        values = [_VALUES[character] for character in text]
    except KeyError:
        raise refuse("E_ENVELOPE", "base45") from None
    out = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        if len(group) == 1:
            raise refuse("E_ENVELOPE", "base45")
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if number >= 256**size:
            raise refuse("E_ENVELOPE", "base45")
        out += number.to_bytes(size, "big")
    return bytes(out)
