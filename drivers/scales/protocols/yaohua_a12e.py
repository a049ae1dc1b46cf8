"""Yaohua XK3190-A12(E) text frame, 15 bytes.

    W  G|N  c c c c c c c  k g  XH XL  CR LF      G gross, N net
    9 blanks  OL|LO  2 3  CR LF                   above Max + 9 e | below -20 d

c: `-` first if negative, the point in place, a blank in the last place if there is none. check: XOR
of bytes 1..11, two hexadecimal characters. No stable flag.
8N1, 9600 usual. Integrity: checksum. Source: XK3190-A12E manual p. 13. Confidence: one source.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol, xor_of
from drivers.scales.reading import Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(rb"W([GN])(-?)([0-9]+\.?[0-9]*) ?(kg|lb)")
NUMBER = slice(2, 9)
RANGE = {b"OL": "overload", b"LO": "underload"}


def decode(frame: bytes) -> Reading:
    """One line."""
    content, check = frame[:11], frame[11:13]
    if check.upper() != b"%02X" % xor_of(content):
        return Reject("checksum", frame)
    if content[:9] == b" " * 9:
        reason = RANGE.get(content[9:])
        return Reject("layout", frame) if reason is None else Status(reason, frame)
    match = LAYOUT.fullmatch(content)
    if match is None:
        return Reject("layout", frame)
    text = pointed(match[3], minus=match[2] == b"-")
    return Weight(text, match[4].decode(), None, match[1] == b"N", frame)


def encode(said: Said) -> bytes:
    """The line for that weight."""
    if said.overload or said.underload:
        content = b" " * 9 + (b"OL" if said.overload else b"LO")
    else:
        content = b"W%s%06d kg" % (b"N" if said.net else b"G", said.kg)
    return content + b"%02X\r\n" % xor_of(content)


PROTOCOLS = (
    ScaleProtocol(
        name="yaohua-a12e",
        title=("耀华 XK3190-A12(E)", "Yaohua XK3190-A12(E)"),
        line=Line(),
        integrity="checksum",
        frame=re.compile(rb"(?:W[^W\r\n]{12}| {9}[^ \r\n]{4})\r\n"),
        decode=decode,
        encode=encode,
    ),
)
