"""Flintec fast form, and the FT111D line. FT-11 and FT-111 also speak `toledo-continuous-flintec`.

    fast     STX  S|D  sign  value  CR LF            S stable, D moving
    FT111D   i  h h  blank  weight(5)  tare(6)  CR LF      i80 moving, i00 stable

Flag bits of FT111D other than 80h are not documented; a single i00 inside a movement was seen, so
one frame proves nothing. Text in the value is a fault. No unit. 9600 8N1 usual. Integrity: layout.
Source: FT-11 manual, lines from the field. Confidence: one source each.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

FAST = re.compile(rb"\x02([SD])([+-])([ 0-9.A-Z-]{1,10})\r\n")
FAST_NUMBER = re.compile(rb" *([0-9]+\.?[0-9]*)")
FT111D = re.compile(rb"i([0-9A-F]{2})([ 0-9.-]{6})([ 0-9.-]{6})\r\n")
FT111D_NUMBER = re.compile(rb" *(-?)([0-9]+\.?[0-9]*)")
FAULTS = {b"OVER": "overload", b"UNDER": "underload"}
MOVING = 0x80


def decode_fast(frame: bytes) -> Reading:
    """One line of the fast form."""
    match = FAST.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    number = FAST_NUMBER.fullmatch(match[3])
    if number is None:
        return Status(FAULTS.get(match[3].strip(), "error_text"), frame)
    text = pointed(number[1], minus=match[2] == b"-")
    return Weight(text, None, match[1] == b"S", None, frame)


def decode_ft111d(frame: bytes) -> Reading:
    """One FT111D line."""
    match = FT111D.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    number = FT111D_NUMBER.fullmatch(match[2])
    if number is None:
        return Status("blank", frame)
    text = pointed(number[2], minus=number[1] == b"-")
    return Weight(text, None, not int(match[1], 16) & MOVING, None, frame)


def encode_fast(said: Said) -> bytes:
    """The line of the fast form for that weight."""
    state, sign = b"S" if said.stable else b"D", b"-" if said.kg < 0 else b"+"
    if said.overload or said.underload:
        return b"\x02D+%8s\r\n" % (b"OVER" if said.overload else b"UNDER")
    return b"\x02%s%s%08d\r\n" % (state, sign, abs(said.kg))


def encode_ft111d(said: Said) -> bytes:
    """The FT111D line for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"i%s%6d%6d\r\n" % (b"00" if said.stable else b"80", said.kg, said.tare_kg)


PROTOCOLS = (
    ScaleProtocol(
        name="flintec-fast",
        title=("Flintec 快速", "Flintec fast"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\x02[SD][+-][^\x02\r\n]{1,10}\r\n"),
        decode=decode_fast,
        encode=encode_fast,
    ),
    ScaleProtocol(
        name="flintec-ft111d-i",
        title=("Flintec FT111D", "Flintec FT111D line"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"i[^i\r\n]{14}\r\n"),
        decode=decode_ft111d,
        encode=encode_ft111d,
    ),
)
