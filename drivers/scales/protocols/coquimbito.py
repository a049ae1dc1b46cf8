"""The "Coquimbito" form.

    @  D  F  d d d d d d  CR

What D and F say is not known, so other letters there are refused. How a minus or a fault looks is
not known either. No unit. 9600 8N1 usual. Integrity: layout. Source: one capture. Confidence: one
source.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight, plain

LAYOUT = re.compile(rb"@DF([0-9]{6})\r")


def decode(frame: bytes) -> Reading:
    """One frame."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    return Weight(plain(match[1].decode(), 0, minus=False), None, None, None, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight; nothing for what no one has seen it say."""
    if said.overload or said.underload or said.kg < 0:
        return b""
    return b"@DF%06d\r" % said.kg


PROTOCOLS = (
    ScaleProtocol(
        name="at-df-coquimbito",
        title=("@DF 格式（Coquimbito）", "@DF form (Coquimbito)"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"@[^@\r\n]{8}\r"),
        decode=decode,
        encode=encode,
    ),
)
