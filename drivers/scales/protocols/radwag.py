"""Radwag's look-alike of SICS, in columns.

    byte  1-3      4       5      6     7-15    16     17-19  CR LF
          command  flag    blank  sign  number  blank  unit
          SUI      ?              -     58.237         kg

command S, SI, SU or SUI; flag: blank stable, ? moving, ^ over, v under. Only SI is sent; Z, T, UT
write. Integrity: layout, by columns. 9600 8N1 usual. Source: AS R2+ manual p. 87. Confidence:
several sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(rb"(?:S  |SI |SU |SUI)([ ?^v]) ([ +-])([ 0-9.]{9}) ([A-Za-z ]{3})\r\n")
NUMBER = re.compile(rb" *([0-9]+\.?[0-9]*)")
LIMITS = {b"^": "overload", b"v": "underload"}


def decode(frame: bytes) -> Reading:
    """One line."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    if match[1] in LIMITS:
        return Status(LIMITS[match[1]], frame)
    number, unit = NUMBER.fullmatch(match[3]), match[4].decode().strip()
    if number is None:
        return Status("blank", frame)
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(number[1], minus=match[2] == b"-")
    return Weight(text, unit, match[1] == b" ", None, frame)


def encode(said: Said) -> bytes:
    """The answer to SI for that weight."""
    flag = b" " if said.stable else b"?"
    flag = b"^" if said.overload else b"v" if said.underload else flag
    return b"SI %s %s%9d kg \r\n" % (flag, b"-" if said.kg < 0 else b" ", abs(said.kg))


PROTOCOLS = (
    ScaleProtocol(
        name="radwag-frame",
        title=("Radwag 应答", "Radwag, asked"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"S[ IU][ I][^\r\n]{16}\r\n"),
        decode=decode,
        encode=encode,
        aliases=("radwag",),
        ask=lambda _address: b"SI\r\n",
        writes=re.compile(rb"[ZT]"),
    ),
)
