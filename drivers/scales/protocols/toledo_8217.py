"""Toledo 8217 (retail, also some small platforms): asked with W.

    STX  n n n n n [.n]  [N]  CR      weight at rest, N net
    STX  ?  status  CR                no weight now

status bits: 0 motion, 1 over capacity, 2 under zero, 3 outside zero capture, 4 centre of zero,
5 net, 6 always set. The frame of a weight says nothing of unit or stability. Z zeroes, T tares, C
clears: never sent.
7E1, 9600. Integrity: parity. Source: readers of retail systems. Confidence: one source for bits 0
to 2, recalled for the rest.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

WEIGHT = re.compile(rb"\x02([0-9]+\.?[0-9]*)(N?)\r")
DIGITS = range(5, 8)
MOTION, OVER, UNDER, NET, ALWAYS = 1, 2, 4, 0x20, 0x40


def decode(frame: bytes) -> Reading:
    """One answer."""
    if frame[1:2] == b"?" and len(frame) == 4:
        flags = frame[2]
        return Status(_reason(flags), frame, not flags & MOTION, bool(flags & NET))
    match = WEIGHT.fullmatch(frame)
    if match is None or len(match[1]) not in DIGITS:
        return Reject("layout", frame)
    return Weight(pointed(match[1]), None, None, match[2] == b"N", frame)


def _reason(flags: int) -> str:
    if flags & OVER:
        return "overload"
    if flags & UNDER:
        return "underload"
    return "motion" if flags & MOTION else "no_weight"


def encode(said: Said) -> bytes:
    """The answer to W for that weight."""
    flags = ALWAYS | (NET if said.net else 0) | (0 if said.stable else MOTION)
    flags |= (OVER if said.overload else 0) | (UNDER if said.underload or said.kg < 0 else 0)
    if flags & (OVER | UNDER | MOTION):
        return b"\x02?%c\r" % flags
    return b"\x02%05d%s\r" % (said.kg, b"N" if said.net else b"")


PROTOCOLS = (
    ScaleProtocol(
        name="toledo-8217-status",
        title=("托利多 8217 应答", "Toledo 8217, asked"),
        line=Line(bytesize=7, parity="E"),
        integrity="parity",
        frame=re.compile(rb"\x02[^\x02\r]{2,9}\r"),
        decode=decode,
        encode=encode,
        aliases=("toledo-8217",),
        ask=lambda _address: b"W",
        writes=re.compile(rb"[ZTC]"),
    ),
)
