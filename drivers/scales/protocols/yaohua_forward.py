"""Yaohua `=` stream, high digit first: A26 format 2, A23p tF=3.

    =  sign c1 c2 c3 c4 c5 c6 c7     sign 0 or blank plus, - minus; one c may be the point

`=-0001.00` is -1.00. The opposite direction of the same mark is `yaohua-d2new-reversed`, and both
often read as weights: settle it with a known load. No check and no closing mark but the next `=`.
8N1, 600 to 9600 baud. Integrity: none. Source: A26 manual p. 13, A23p manual p. 23.
Confidence: several sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight, pointed

LAYOUT = re.compile(rb"=([ +0-9-])([0-9]*\.?[0-9]*)")
CHARACTERS = 8


def decode(frame: bytes) -> Reading:
    """`=`, a sign or digit, and seven characters."""
    match = LAYOUT.fullmatch(frame)
    if match is None or len(frame) - 1 != CHARACTERS:
        return Reject("layout", frame)
    top = match[1] if match[1].isdigit() else b""
    return Weight(pointed(top + match[2], minus=match[1] == b"-"), None, None, None, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"=%s%07d" % (b"-" if said.kg < 0 else b"0", abs(said.kg))


PROTOCOLS = (
    ScaleProtocol(
        name="yaohua-eq-forward",
        title=("耀华等号正序", "Yaohua `=`, forward"),
        line=Line(),
        integrity="none",
        frame=re.compile(rb"=[^=\r\n]{5,10}(?==)"),
        lone=re.compile(rb"=[ +0-9-][0-9.]{7}\Z"),
        decode=decode,
        encode=encode,
    ),
)
