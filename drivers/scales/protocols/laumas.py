"""Laumas W-light, TLU and WL60.

    display   & N nnnnnn L gggggg \\ ck CR         10 a second; n net, g gross
    asked     $ aa t ck CR  →  & aa wwwwww t \\ ck CR      t gross, n net; error: && aa ? \\ ck CR

ck: XOR of the characters between `&` (or `$`) and `\\`, two hexadecimal characters. No point unless
configured, no stable flag, no unit. Below -99999 minus and top digit alternate. What equals its
gross carries no tare. Only t is sent. 9600 8N1 usual. Integrity: checksum. Source: W-light manual
p. 31, TLU p. 26. Confidence: one source each.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol, xor_of
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

DISPLAY = re.compile(rb"&N([0-9.-]{6,7})L([0-9.-]{6,7})\\([0-9A-Fa-f]{2})\r")
ANSWER = re.compile(rb"&([0-9]{2})([0-9.-]{6,7})([tn])\\([0-9A-Fa-f]{2})\r")
REFUSED = re.compile(rb"&&[0-9]{2}\?\\[0-9A-Fa-f]{2}\r")
NUMBER = re.compile(rb"(-?)([0-9]+\.?[0-9]*)")


def decode_display(frame: bytes) -> Reading:
    """One frame of the display stream."""
    match = DISPLAY.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    if match[3].upper() != checked(frame):
        return Reject("checksum", frame)
    return _weight(match[1], match[1] != match[2], frame)


def decode_answer(frame: bytes) -> Reading:
    """One answer."""
    if REFUSED.fullmatch(frame):
        return Status("refused", frame)
    match = ANSWER.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    if match[4].upper() != checked(frame):
        return Reject("checksum", frame)
    return _weight(match[2], match[3] == b"n", frame)


def _weight(value: bytes, net: bool, frame: bytes) -> Reading:  # noqa: FBT001 - one caller each
    number = NUMBER.fullmatch(value)
    if number is None:
        return Status("overload" if b"-" in value else "blank", frame)
    return Weight(pointed(number[2], minus=number[1] == b"-"), None, None, net, frame)


def checked(frame: bytes) -> bytes:
    """The check characters of a whole frame."""
    return b"%02X" % xor_of(frame[1 : frame.index(b"\\")])


def ask(address: int) -> bytes:
    """Asks for the gross weight."""
    content = b"%02dt" % address
    return b"$%s%02X\r" % (content, xor_of(content))


def encode_display(said: Said) -> bytes:
    """The frame of the display stream; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    gross_kg = said.kg + (said.tare_kg or 1) if said.net else said.kg
    content = b"N%06dL%06d" % (said.kg, gross_kg)
    return b"&%s\\%02X\r" % (content, xor_of(content))


def encode_answer(said: Said) -> bytes:
    """The answer to t; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    content = b"%02d%06d%s" % (said.address, said.kg, b"n" if said.net else b"t")
    return b"&%s\\%02X\r" % (content, xor_of(content))


PROTOCOLS = (
    ScaleProtocol(
        name="laumas-display",
        title=("Laumas 显示流", "Laumas display stream"),
        line=Line(),
        integrity="checksum",
        frame=re.compile(rb"&N[^&\r\n]{12,18}\r"),
        decode=decode_display,
        encode=encode_display,
    ),
    ScaleProtocol(
        name="laumas-asked",
        title=("Laumas 应答", "Laumas, asked"),
        line=Line(),
        integrity="checksum",
        frame=re.compile(rb"&{1,2}[0-9]{2}[^&\r\n]{4,14}\r"),
        decode=decode_answer,
        encode=encode_answer,
        ask=ask,
        addresses=range(1, 100),
        writes=re.compile(rb"^\$[0-9]{2}[^tn]"),
    ),
)
