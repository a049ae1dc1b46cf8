"""Clones of the Toledo continuous form: Fairbanks FB2550, Flintec FT-11/FT-111, 8142 as 7E1.

The frame is that of `toledo_continuous`; what differs is its end.

    Fairbanks      ... CR check         check: last 8 bits of the plain sum
    Flintec        ... CR LF check      check: 8-bit two's complement, CR LF included
    8142 and its   ... CR [check]       7E1 through an 8-bit port: each character's parity is its
    look-alikes                         eighth bit (82h for STX, A0h for blank, 8Dh for CR)

Flintec does not document its unit bit: its unit stays unknown. It writes text into the digits on
faults (UNDER, OVER, A.OUT, L-VOLT, TILT).
Integrity: checksum for Flintec; layout, and the check where sent, for the others. Source: Fairbanks
FB2550 p. 177, Flintec FT-111 p. 86, captures of 7E1 lines. Confidence: several sources agree.
"""

import re
from dataclasses import replace
from functools import partial

from drivers.scales.parity import add_parity
from drivers.scales.protocol import Said
from drivers.scales.protocols.toledo_continuous import BODY, CONTINUOUS, decode, encode
from drivers.scales.reading import Reading, Weight

FLINTEC_FRAME = re.compile(BODY + rb"\n[\s\S]")


def plain_sum(content: bytes) -> int:
    return sum(content) & 0xFF


def negated_8_bit(content: bytes) -> int:
    return -sum(content) & 0xFF


def decode_flintec(frame: bytes) -> Reading:
    """One frame, which says nothing of its unit."""
    reading = decode(frame, negated_8_bit)
    return replace(reading, unit=None) if isinstance(reading, Weight) else reading


def encode_8142(said: Said) -> bytes:
    """The frame as an 8-bit port sees it."""
    return add_parity(encode(said), "E")


PROTOCOLS = (
    replace(
        CONTINUOUS,
        name="toledo-continuous-fairbanks",
        title=("托利多连续方式（Fairbanks 校验）", "Toledo continuous, Fairbanks check"),
        aliases=(),
        decode=partial(decode, check=plain_sum),
        encode=partial(encode, check=plain_sum),
    ),
    replace(
        CONTINUOUS,
        name="toledo-continuous-flintec",
        title=("托利多连续方式（Flintec）", "Toledo continuous, Flintec"),
        aliases=(),
        integrity="checksum",
        frame=FLINTEC_FRAME,
        lone=None,
        decode=decode_flintec,
        encode=partial(encode, check=negated_8_bit, end=b"\r\n"),
    ),
    replace(
        CONTINUOUS,
        name="toledo-8142-zero-padded",
        title=("托利多 8142（7E1 经 8 位口）", "Toledo 8142, 7E1 through an 8-bit port"),
        aliases=("xk8142-07",),
        encode=encode_8142,
        seen_parity="E",
    ),
)
