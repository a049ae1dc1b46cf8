"""Base45 (RFC 9285): bytes as the 45 characters a QR code packs best. Strict in both directions."""

from weighbook.refusals import refuse

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one."""
    out = []
    for at in range(0, len(data) - 1, 2):
        high, rest = divmod(data[at] * 256 + data[at + 1], 45 * 45)
        middle, low = divmod(rest, 45)
        out.append(ALPHABET[low] + ALPHABET[middle] + ALPHABET[high])
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        out.append(ALPHABET[low] + ALPHABET[high])
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
