"""Mettler-Toledo extended continuous, 24 bytes and a check.

    SOH  addr  S1 S2 S3 S4  w w w w w w w w w  t t t t t t t t  CR  [check]
    01h  1 byte             sign, digits, point     tare

S1 bits 0-3 unit: 1 lb, 2 kg, 3 g, 4 t, 5 ton; bit 4 centre of zero; bit 6 motion. S2 bit 0 net,
1-2 source of the tare. S3 bit 0 data not good, 1 under zero, 2 over capacity, 3 zero not captured.
Bit 5 of each is set. check: two's complement of the 7-bit sum of all before it.
Often 7E1. Integrity: layout, and the check where sent. Source: two readers of the form.
Confidence: one source for the bits.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.protocols.toledo_continuous import negated_7_bit
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

BODY = rb"\x01[ -~]{22}\r"
BODY_BYTES = 24
NUMBER = re.compile(rb" *([+-]?) *([0-9]+\.?[0-9]*) *")
UNITS = {1: "lb", 2: "kg", 3: "g", 4: "t"}
CONSTANT, MOTION, NET = 0x20, 0x40, 1
BAD, UNDER, OVER = 1, 2, 4


def decode(frame: bytes) -> Reading:
    """One frame."""
    if len(frame) > BODY_BYTES and frame[-1] != negated_7_bit(frame[:-1]):
        return Reject("checksum", frame)
    s1, s2, s3 = frame[2], frame[3], frame[4]
    for bit, reason in ((OVER, "overload"), (UNDER, "underload"), (BAD, "error")):
        if s3 & bit:
            return Status(reason, frame)
    match, unit = NUMBER.fullmatch(frame[6:15]), UNITS.get(s1 & 0x0F)
    if match is None:
        return Status("blank" if not frame[6:15].strip() else "error_text", frame)
    if unit is None:
        return Status("unit", frame)
    text = pointed(match[2], minus=match[1] == b"-")
    return Weight(text, unit, not s1 & MOTION, bool(s2 & NET), frame)


def encode(said: Said) -> bytes:
    """The frame for that weight, check byte included."""
    s1 = CONSTANT | 2 | (0 if said.stable else MOTION)
    s3 = CONSTANT | (OVER if said.overload else 0) | (UNDER if said.underload else 0)
    flags = bytes((s1, CONSTANT | said.net, s3, CONSTANT))
    body = b"\x01%c%s%9d%8d\r" % (48 + said.address % 10, flags, said.kg, said.tare_kg)
    return body + bytes((negated_7_bit(body),))


PROTOCOLS = (
    ScaleProtocol(
        name="toledo-extended",
        title=("托利多扩展连续方式", "Toledo extended continuous"),
        line=Line(),
        integrity="layout",
        frame=re.compile(BODY + rb"(?:\x01(?=\x01)|[^\x01]|(?=\x01[^\x01]))"),
        lone=re.compile(BODY + rb"[\s\S]?\Z"),
        decode=decode,
        encode=encode,
        frames_per_s=8,
    ),
)
