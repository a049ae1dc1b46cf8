"""SMA level 1 (Cardinal, Fairbanks, Minebea PR52xx and PR5410, Flintec, BTEK), 20 bytes.

    LF  s  r  n  m  f  weight(10)  unit(3)  CR

s: Z centre of zero, O over, U under, E zero error, T tare error, e not displayed (Cardinal). r:
range. n: G gross, N net, T tare, small letters in high resolution. m: M motion. Dashes: not stable
in time. LF ? CR: command unknown; LF ! CR: line error. Only W is sent; Z zeroes, T and M tare, C
clears. 9600 8N1. Integrity: layout. Source: PR5220 manual p. 130, Cardinal 225 p. 117 and 122.
Confidence: several sources agree.
"""

import re
from dataclasses import replace

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, TARE, Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(
    rb"\n([ ZOUETe])([0-9 ])([GNTgnt])([ M])(.)([ 0-9.-]{10})([A-Za-z ]{3})\r", re.DOTALL
)
NUMBER = re.compile(rb" *(-?)([0-9]+\.?[0-9]*)")
STATUSES = {
    b"O": "overload",
    b"U": "underload",
    b"E": "zero_error",
    b"T": "tare_error",
    b"e": "not_displayed",
}
ANSWERS = {b"\n?\r": "unknown_command", b"\n!\r": "line_error"}
NET = {b"G": False, b"N": True, b"T": None}


def decode(frame: bytes) -> Reading:
    """One answer."""
    if frame in ANSWERS:
        return Status(ANSWERS[frame], frame)
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    status, _, mode, motion, _, value, unit_field = match.groups()
    if status in STATUSES:
        return Status(STATUSES[status], frame)
    number, unit = NUMBER.fullmatch(value), unit_field.decode().strip()
    if number is None:
        return Status("blank" if not value.strip() else "not_stable", frame)
    if unit not in GRAMS:
        return Status("unit", frame)
    text, register = pointed(number[2], minus=number[1] == b"-"), TARE if mode in b"Tt" else None
    return Weight(text, unit, motion == b" ", NET[mode.upper()], frame, register)


def encode(said: Said) -> bytes:
    """The answer to W for that weight."""
    status = b"O" if said.overload else b"U" if said.underload else b" "
    mode, motion = b"N" if said.net else b"G", b" " if said.stable else b"M"
    return b"\n%s1%s%s %10dkg \r" % (status, mode, motion, said.kg)


ASKED = ScaleProtocol(
    name="sma",
    title=("SMA 应答", "SMA, asked"),
    line=Line(),
    integrity="layout",
    frame=re.compile(rb"\n(?:[^\n\r]{18}|[?!])\r"),
    decode=decode,
    encode=encode,
    ask=lambda _address: b"\nW\r",
    writes=re.compile(rb"[ZTMCztmc]"),
)

PROTOCOLS = (
    ASKED,
    replace(
        ASKED,
        name="sma-talking",
        title=("SMA 连续", "SMA, talking by itself"),
        ask=None,
        writes=None,
    ),
)
