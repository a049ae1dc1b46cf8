"""Sartorius and Minebea SBI, 16 and 22 characters.

    [header(6)]  sign  blank  value(8)  blank  unit(3)  CR LF

unit blank: not stable. Header (22): G gross, N net, T tare first, or `Stat`. In the value: H or HH
over, L or LL under range, Err and a number. Only ESC P is sent. 1200 to 9600 baud, 7O1 on older
units. Integrity: layout, by columns. Source: a manual's unit table (FB p. 66), captures.
Confidence: several sources agree, one for the blank unit.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, TARE, Reading, Reject, Status, Weight, pointed

SHORT = re.compile(rb"([ +-]) ([ 0-9.]{8}) ([A-Za-z ]{3})\r\n")
TEXT = re.compile(rb"([ A-Za-z0-9]{14})\r\n")
NUMBER = re.compile(rb" *([0-9]+\.?[0-9]*)")
FAULTS = {b"H": "overload", b"HH": "overload", b"L": "underload", b"LL": "underload"}
NET = {b"G": False, b"N": True}
HEADER = 6
SHORT_BYTES = 16


def decode_short(frame: bytes) -> Reading:
    """One line of 16 characters."""
    match = SHORT.fullmatch(frame)
    if match is None:
        text = TEXT.fullmatch(frame)
        if text is None:
            return Reject("layout", frame)
        said = text[1].strip()
        return Status(FAULTS.get(said, "error" if said[:3] == b"Err" else "error_text"), frame)
    number, unit = NUMBER.fullmatch(match[2]), match[3].decode().strip()
    if number is None:
        return Status("blank", frame)
    if unit and unit not in GRAMS:
        return Status("unit", frame)
    text_of = pointed(number[1], minus=match[1] == b"-")
    return Weight(text_of, unit or None, bool(unit), None, frame)


def decode_long(frame: bytes) -> Reading:
    """One line of 22 characters."""
    header, rest = frame[:-SHORT_BYTES], frame[-SHORT_BYTES:]
    reading = decode_short(rest)
    if not isinstance(reading, Weight):
        return type(reading)(reading.reason, frame)
    register = TARE if header[:1] == b"T" else None
    net = NET.get(header[:1])
    return Weight(reading.text, reading.unit, reading.stable, net, frame, register)


def encode_short(said: Said) -> bytes:
    """The line of 16 characters for that weight."""
    if said.overload or said.underload:
        return b"      %s       \r\n" % (b"H" if said.overload else b"L")
    sign, unit = b"-" if said.kg < 0 else b"+", b"kg " if said.stable else b"   "
    return b"%s %8d %s\r\n" % (sign, abs(said.kg), unit)


def encode_long(said: Said) -> bytes:
    """The line of 22 characters for that weight."""
    return b"%s #   %s" % (b"N" if said.net else b"G", encode_short(said))


PROTOCOLS = (
    ScaleProtocol(
        name="sartorius-sbi16",
        title=("赛多利斯 SBI 16 字符", "Sartorius SBI, 16 characters"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"[ +-][ A-Za-z0-9.]{13}\r\n"),
        decode=decode_short,
        encode=encode_short,
        ask=lambda _address: b"\x1bP\r\n",
        writes=re.compile(rb"\x1b[^P]"),
    ),
    ScaleProtocol(
        name="sartorius-sbi22",
        title=("赛多利斯 SBI 22 字符", "Sartorius SBI, 22 characters"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"[A-Z][ A-Za-z0-9#]{5,6}[ +-][ A-Za-z0-9.]{13}\r\n"),
        decode=decode_long,
        encode=encode_long,
        ask=lambda _address: b"\x1bP\r\n",
        writes=re.compile(rb"\x1b[^P]"),
    ),
)
