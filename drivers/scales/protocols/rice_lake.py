"""Rice Lake, Consolidated Controls, Condec, Cardinal "IQ355", Transcell.

    stream    STX  pol  w w w w w w w  unit  mode  status  CR [LF]
    RS-485    STX  addr  value  blank  unit  [blank mode]  CR LF ETX CR

pol: blank, - , ^ over, ] under. unit: L lb, K kg, T t, G g, O oz. mode: G gross, N net, T tare.
status: blank good, I invalid, M motion, O out of range, Z centre of zero. The weight is blanked out
of range. 880 and 920i can be told any format: where columns differ, this is not it. 9600 8N1 usual,
IQ 700 7O1. Integrity: layout. Source: Cardinal 225 manual p. 127, 880 manual p. 99, a field reader.
Confidence: several sources agree on the stream, one on the RS-485 answer.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, TARE, Reading, Reject, Status, Weight, pointed

STREAM = re.compile(rb"\x02([ \-^\]])([ 0-9.-]{7})([LKTGO])([GNT])([ IMOZ])\r")
NUMBER = re.compile(rb" *(-?) *([0-9]+\.?[0-9]*) *")
BUS = re.compile(rb"\x02[!-~] *(-?) *([0-9]+\.?[0-9]*) ([A-Za-z]{1,2})(?: ([GN]))? *\r\n\x03\r")
UNITS = {b"L": "lb", b"K": "kg", b"T": "t", b"G": "g"}
NET = {b"G": False, b"N": True, b"T": None}
LIMITS = {b"^": "overload", b"]": "underload"}
STATUSES = {b"I": "invalid", b"O": "out_of_range"}


def decode(frame: bytes) -> Reading:
    """One frame of the stream."""
    match = STREAM.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    polarity, value, unit, mode, status = match.groups()
    reason = LIMITS.get(polarity) or STATUSES.get(status)
    number = NUMBER.fullmatch(value)
    if reason is None and number is None:
        reason = "blank" if not value.strip(b" -") else "layout"
    if reason is not None or number is None:
        return Status(reason or "blank", frame)
    if unit not in UNITS:
        return Status("unit", frame)
    text = pointed(number[2], minus=b"-" in (polarity, number[1]))
    register = TARE if mode == b"T" else None
    return Weight(text, UNITS[unit], status != b"M", NET[mode], frame, register)


def decode_bus(frame: bytes) -> Reading:
    """One answer on RS-485."""
    match = BUS.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    unit = match[3].decode().lower()
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(match[2], minus=match[1] == b"-")
    return Weight(text, unit, None, match[4] == b"N", frame)


def encode(said: Said) -> bytes:
    """The frame of the stream for that weight."""
    mode, status = b"N" if said.net else b"G", b" " if said.stable else b"M"
    if said.overload or said.underload:
        return b"\x02%s       K%sO\r\n" % (b"^" if said.overload else b"]", mode)
    return b"\x02%s%7dK%s%s\r\n" % (b"-" if said.kg < 0 else b" ", abs(said.kg), mode, status)


def encode_bus(said: Said) -> bytes:
    """The answer on RS-485; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    mode = b" N" if said.net else b""
    return b"\x02%c %7d kg%s\r\n\x03\r" % (64 + said.address, said.kg, mode)


PROTOCOLS = (
    ScaleProtocol(
        name="rice-lake-condec",
        title=("Rice Lake / Condec 连续", "Rice Lake, Condec, IQ355"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\x02[^\x02\x03\r\n]{11}\r"),
        decode=decode,
        encode=encode,
        aliases=("condec", "cardinal-iq355", "transcell"),
    ),
    ScaleProtocol(
        name="rice-lake-rs485",
        title=("Rice Lake RS-485 应答", "Rice Lake RS-485 answers"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\x02[^\x02\x03\r\n]{6,20}\r\n\x03\r"),
        decode=decode_bus,
        encode=encode_bus,
    ),
)
