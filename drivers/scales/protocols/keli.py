"""Keli's own text frames: XK3118T1 and KL3101. D2008 tF0 is `yaohua-tf0`, K9-R asks `yaohua-cmd`.

    XK3118T1   =00004.8(kg) CR LF      seven characters, one may be the point, - in front
    KL3101     =+015620                sign and six digits, closed by the next `=`

No flags. Integrity: layout for XK3118T1, none for KL3101. 8N1, 9600 usual. Source: XK3118T1
capture, a driver of KL3101. Confidence: one source each.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight, plain, pointed

T1 = re.compile(rb"=(-?)([0-9]+\.?[0-9]*)\((kg|lb|t|g)\)\r\n")
T1_CHARACTERS = 7
KL3101 = re.compile(rb"=([+-])([0-9]{6})")


def decode_t1(frame: bytes) -> Reading:
    """One XK3118T1 line."""
    match = T1.fullmatch(frame)
    if match is None or len(match[1] + match[2]) != T1_CHARACTERS:
        return Reject("layout", frame)
    text = pointed(match[2], minus=match[1] == b"-")
    return Weight(text, match[3].decode(), None, None, frame)


def decode_kl3101(frame: bytes) -> Reading:
    """One KL3101 frame."""
    match = KL3101.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    return Weight(plain(match[2].decode(), 0, minus=match[1] == b"-"), None, None, None, frame)


def encode_t1(said: Said) -> bytes:
    """The line for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"=%07d(kg)\r\n" % said.kg


def encode_kl3101(said: Said) -> bytes:
    """The frame for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"=%s%06d" % (b"-" if said.kg < 0 else b"+", abs(said.kg))


PROTOCOLS = (
    ScaleProtocol(
        name="keli-xk3118t1",
        title=("柯力 XK3118T1", "Keli XK3118T1"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"=[^=\r\n]{3,16}\r\n"),
        decode=decode_t1,
        encode=encode_t1,
    ),
    ScaleProtocol(
        name="keli-kl3101",
        title=("柯力 KL3101", "Keli KL3101"),
        line=Line(),
        integrity="none",
        frame=re.compile(rb"=[^=\r\n]{3,10}(?==)"),
        lone=re.compile(rb"=[+-][0-9]{6}\Z"),
        decode=decode_kl3101,
        encode=encode_kl3101,
    ),
)
