"""Avery Weigh-Tronix and Brecknell: WI-110 lines, and NCI SCP-01 answers.

    WI-110    blank  mode  sign  digits  blank  unit  CR LF          mode G gross, N net, T tare
    SCP-01    LF  weight  unit  CR LF  H h1 h2 …  CR ETX             asked with W CR

h: status characters 30h..3Fh. h2 bit 0 under, bit 1 over range. Whether bit 0 of h1 means motion or
rest differs between products of one house, so stable stays unknown. Only W is sent; Z zeroes, T
tares. 9600 8N1 usual, ZM sometimes even parity. Integrity: layout. Source: RD65 manual p. 6, ZM400
service manual p. 85, DS-1000 p. 27-28. Confidence: several sources for the commands, one for each
layout.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, TARE, Reading, Reject, Status, Weight, pointed

WI110 = re.compile(rb" ([GNT])([+-])([0-9]+\.?[0-9]*) ([a-z]{1,2})\r\n")
WI110_CHARACTERS = range(5, 8)
SCP01 = re.compile(rb"\n *(-?) *([0-9]+\.?[0-9]*) *([A-Za-z]{1,2}) *\r\n[A-Z]?([0-?]{2,4})\r\x03")
NET = {b"G": False, b"N": True, b"T": None}
UNDER, OVER = 1, 2


def decode_wi110(frame: bytes) -> Reading:
    """One WI-110 line."""
    match = WI110.fullmatch(frame)
    if match is None or len(match[3]) not in WI110_CHARACTERS:
        return Reject("layout", frame)
    unit = match[4].decode()
    if unit not in GRAMS:
        return Status("unit", frame)
    text, register = pointed(match[3], minus=match[2] == b"-"), TARE if match[1] == b"T" else None
    return Weight(text, unit, None, NET[match[1]], frame, register)


def decode_scp01(frame: bytes) -> Reading:
    """One SCP-01 answer."""
    match = SCP01.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    for bit, reason in ((OVER, "overload"), (UNDER, "underload")):
        if match[4][1] & bit:
            return Status(reason, frame)
    unit = match[3].decode().lower()
    if unit not in GRAMS:
        return Status("unit", frame)
    return Weight(pointed(match[2], minus=match[1] == b"-"), unit, None, None, frame)


def encode_wi110(said: Said) -> bytes:
    """The line for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    sign, mode = b"-" if said.kg < 0 else b"+", b"N" if said.net else b"G"
    return b" %s%s%05d kg\r\n" % (mode, sign, abs(said.kg))


def encode_scp01(said: Said) -> bytes:
    """The answer to W for that weight."""
    flags = 0x30 | (OVER if said.overload else 0) | (UNDER if said.underload else 0)
    return b"\n%7dkg\r\nH0%c\r\x03" % (said.kg, flags)


PROTOCOLS = (
    ScaleProtocol(
        name="weightronix-wi110",
        title=("Weigh-Tronix WI-110 连续", "Weigh-Tronix WI-110"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb" [GNT][+-][^\r\n]{3,12}\r\n"),
        decode=decode_wi110,
        encode=encode_wi110,
    ),
    ScaleProtocol(
        name="nci-scp01",
        title=("NCI SCP-01 应答", "NCI SCP-01, asked"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\n[^\n\r\x03]{3,14}\r\n[^\n\r\x03]{2,6}\r\x03"),
        decode=decode_scp01,
        encode=encode_scp01,
        ask=lambda _address: b"W\r",
        writes=re.compile(rb"[ZT]"),
    ),
)
