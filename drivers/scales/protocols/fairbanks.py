"""Fairbanks FBPUTR (2800 and others; RD65 shows it with one blank more).

    STX  4  y  [ ]  w w w w w w  ETX

y: 0 gross lb, 1 net lb, 3 gross kg, 4 net kg. Dashes: over range. Under range it stops sending. No
stable flag.
9600 8N1 usual. Integrity: layout. Source: Fairbanks 2800 manual p. 66, RD65 manual. Confidence: one
source each.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(rb"\x024([0134]) ?([ 0-9.-]{6})\x03")
NUMBER = re.compile(rb" *(-?)([0-9]+\.?[0-9]*)")
MODES = {b"0": ("lb", False), b"1": ("lb", True), b"3": ("kg", False), b"4": ("kg", True)}


def decode(frame: bytes) -> Reading:
    """One frame."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    number = NUMBER.fullmatch(match[2])
    if number is None:
        return Status("overload" if b"--" in match[2] else "blank", frame)
    unit, net = MODES[match[1]]
    return Weight(pointed(number[2], minus=number[1] == b"-"), unit, None, net, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight; nothing under range, as it does."""
    if said.underload:
        return b""
    value = b"------" if said.overload else b"%6d" % said.kg
    return b"\x024%s%s\x03" % (b"4" if said.net else b"3", value)


PROTOCOLS = (
    ScaleProtocol(
        name="fairbanks-fbputr",
        title=("Fairbanks FBPUTR 连续", "Fairbanks FBPUTR"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\x024[^\x02\x03]{7,8}\x03"),
        decode=decode,
        encode=encode,
    ),
)
