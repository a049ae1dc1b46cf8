"""Bilanciai D70, DD700: Cb and extended strings.

    Cb         $ s n n n n n CR                 s: 0 stable, 1 moving, 3 no valid weight
    extended   $ net(9) blank tare(9) blank unit(2) blank h1 h2 h3 h4 CR LF

Cb gives the net weight only, five places: the lowest are dropped when it is longer, so it is fit up
to 99999. Extended status characters are hexadecimal: h1 bit 3 centre of zero, h2 bit 1 stable, bit
2 overload, h3 bit 2 invalid. 4800 7E2. Integrity: parity. Source: D70 manual p. 63-64, DD700 p. 7.
Confidence: several sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

CB = re.compile(rb"\$([013])([0-9.]{5})\r")
EXTENDED = re.compile(rb"\$([ 0-9.-]{9}) ([ 0-9.-]{9}) ([A-Za-z ]{2}) ([0-9A-Fa-f]{4})\r\n")
NUMBER = re.compile(rb" *(-?) *([0-9]+\.?[0-9]*)")
STABLE, OVER, INVALID = 2, 4, 4
LINE = Line(bauds=(4800, 9600, 2400), bytesize=7, parity="E", stopbits=2)


def decode_cb(frame: bytes) -> Reading:
    """One Cb string."""
    match = CB.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    if match[1] == b"3":
        return Status("invalid", frame)
    return Weight(pointed(match[2]), None, match[1] == b"0", net=True, raw=frame)


def decode_extended(frame: bytes) -> Reading:
    """One extended string."""
    match = EXTENDED.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    flags = [int(bytes((character,)), 16) for character in match[4]]
    if flags[1] & OVER or flags[2] & INVALID:
        return Status("overload" if flags[1] & OVER else "invalid", frame)
    net, tare, unit = NUMBER.fullmatch(match[1]), NUMBER.fullmatch(match[2]), match[3].decode()
    if net is None or tare is None:
        return Status("blank", frame)
    if unit.strip() not in GRAMS:
        return Status("unit", frame)
    text, has_tare = pointed(net[2], minus=net[1] == b"-"), bool(set(tare[2]) - set(b"0."))
    return Weight(text, unit.strip(), bool(flags[1] & STABLE), has_tare, frame)


def encode_cb(said: Said) -> bytes:
    """The Cb string for that weight; a negative one is invalid there."""
    if said.overload or said.underload or said.kg < 0:
        return b"$300000\r"
    return b"$%d%05d\r" % (not said.stable, said.kg)


def encode_extended(said: Said) -> bytes:
    """The extended string for that weight."""
    second = (STABLE if said.stable else 0) | (OVER if said.overload else 0)
    third = INVALID if said.underload else 0
    tare_kg = (said.tare_kg or 1) if said.net else 0
    return b"$%9d %9d kg 0%X%X0\r\n" % (said.kg, tare_kg, second, third)


PROTOCOLS = (
    ScaleProtocol(
        name="bilanciai-cb",
        title=("Bilanciai Cb", "Bilanciai Cb string"),
        line=LINE,
        integrity="parity",
        frame=re.compile(rb"\$[^$\r\n]{6}\r"),
        decode=decode_cb,
        encode=encode_cb,
        frames_per_s=3,
    ),
    ScaleProtocol(
        name="bilanciai-extended",
        title=("Bilanciai 扩展", "Bilanciai extended string"),
        line=LINE,
        integrity="parity",
        frame=re.compile(rb"\$[^$\r\n]{27}\r\n"),
        decode=decode_extended,
        encode=encode_extended,
        frames_per_s=3,
    ),
)
