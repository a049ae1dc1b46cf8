"""Mettler-Toledo continuous (IND245, IND560, Jaguar, T800); its clones are in `toledo_clones`.

    STX SWA SWB SWC  d d d d d d  t t t t t t  CR  [check]
    02h              displayed    tare         0Dh

SWA bits 0-2: decimal code, 0 X00, 1 X0, 2 X, 3 .X, 4 .XX, 5 .XXX, 6 .XXXX, 7 .XXXXX; bits 3-4
increment. SWB bit 0 net, 1 minus, 2 out of range, 3 motion, 4 kg (else lb), 6 zero not captured
since power-up. SWC bits 0-2: another unit, 1 g, 2 t; others are none we weigh in.
check: two's complement of the 7-bit sum of all before it. It may itself be 02h or 0Dh, so a frame
goes by its length. Clones flip the constant bits: they are not looked at. Text in the digits is a
fault. Often 7E1, 1200 to 9600 baud.
Codes 0 and 1: whether the fixed zeros are in the six digits is disputed and a tenfold error:
by default they are; `-multiplied` is a site's setting after a known load.
Integrity: layout, and the check where sent. Source: ICS425 manual p. 50, Jaguar stream of
ScaleResource p. 119. Confidence: several sources agree; derived for codes 0 and 1.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, plain

BODY = rb"\x02[ -~]{15}\r"
# What follows CR is the check, or the next frame's STX where none is sent.
FRAME = re.compile(BODY + rb"(?:\x02(?=\x02)|[^\x02]|(?=\x02[^\x02]))")
LONE = re.compile(BODY + rb"[\s\S]?\Z")
BODY_BYTES = 17
UNITS = {1: "g", 2: "t"}
NET, MINUS, OUT, MOTION, KG = 1, 2, 4, 8, 16
CONSTANT = 0x20

Check = Callable[[bytes], int]


def negated_7_bit(content: bytes) -> int:
    return -sum(content) & 0x7F


def decode(frame: bytes, check: Check = negated_7_bit, *, multiplied: bool = False) -> Reading:
    """One frame. `multiplied`: at this site codes 0 and 1 leave out the fixed zeros."""
    if len(frame) > BODY_BYTES and frame[-1] not in (check(frame[:-1]), check(frame[:-1]) & 0x7F):
        return Reject("checksum", frame)
    swa, swb, swc = frame[1], frame[2], frame[3]
    if swb & OUT:
        return Status("out_of_range", frame)
    digits = frame[4:10].strip(b" ")
    if not digits.isdigit():
        return Status("error_text" if digits else "blank", frame)
    code = swa & 7
    if multiplied and code < 2:
        digits += b"0" * (2 - code)
    other = swc & 7
    if other and other not in UNITS:
        return Status("unit", frame)
    text = plain(digits.decode(), max(0, code - 2), minus=bool(swb & MINUS))
    unit = UNITS[other] if other else ("kg" if swb & KG else "lb")
    return Weight(text, unit, not swb & MOTION, bool(swb & NET), frame)


def encode(said: Said, check: Check = negated_7_bit, end: bytes = b"\r") -> bytes:
    """The frame an indicator sends for that weight: code X, kg, check byte included."""
    swb = CONSTANT | KG | (NET if said.net else 0) | (0 if said.stable else MOTION)
    swb |= (MINUS if said.kg < 0 else 0) | (OUT if said.overload or said.underload else 0)
    body = b"\x02" + bytes((0x32, swb, 0x20)) + b"%6d%6d" % (abs(said.kg), said.tare_kg) + end
    return body + bytes((check(body),))


def encode_multiplied(said: Said) -> bytes:
    """The same with code X0, the fixed zero left out."""
    body = bytearray(encode(Said(said.kg // 10, said.stable, said.net, said.tare_kg // 10)))
    body[1] = 0x31
    body[2] |= OUT if said.overload or said.underload else 0
    return bytes(body[:-1]) + bytes((negated_7_bit(bytes(body[:-1])),))


CONTINUOUS = ScaleProtocol(
    name="toledo-continuous",
    title=("托利多连续方式", "Toledo continuous"),
    line=Line(),
    integrity="layout",
    frame=FRAME,
    lone=LONE,
    decode=decode,
    encode=encode,
    aliases=("toledo",),
    frames_per_s=8,
)

PROTOCOLS = (
    CONTINUOUS,
    replace(
        CONTINUOUS,
        name="toledo-continuous-multiplied",
        title=("托利多连续方式（码 0/1 乘）", "Toledo continuous, codes 0/1 multiplied"),
        aliases=(),
        decode=partial(decode, multiplied=True),
        encode=encode_multiplied,
    ),
)
