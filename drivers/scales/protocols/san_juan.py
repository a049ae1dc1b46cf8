"""The "San Juan" form: CR LF inside STX … ETX, which a line reader would split.

    STX  1  CR LF  blank  digits  blank  CR LF  0  ETX

No flags that are known; the figures before and behind are not understood. No unit.
9600 8N1 usual. Integrity: layout. Source: one capture. Confidence: one source.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight, pointed

LAYOUT = re.compile(rb"\x02[0-9]\r\n +(-?) *([0-9]{1,6}\.?[0-9]*) \r\n[0-9]\x03")


def decode(frame: bytes) -> Reading:
    """One frame."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    return Weight(pointed(match[2], minus=match[1] == b"-"), None, None, None, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"\x021\r\n %5d \r\n0\x03" % said.kg


PROTOCOLS = (
    ScaleProtocol(
        name="stx-crlf-sanjuan",
        title=("STX 内含换行（San Juan）", "CR LF inside STX … ETX (San Juan)"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"\x02[^\x02\x03]{8,20}\x03"),
        decode=decode,
        encode=encode,
    ),
)
