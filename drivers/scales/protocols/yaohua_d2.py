"""Yaohua D2+ stream, low digit first: tF=2 "old D2+", tF=3 "new D2+" (A9, DS3; A26 and A23p too).

    old   =  c7 c6 c5 c4 c3 c2 c1        c: digits, one of them may be the point
    new   =  c7 c6 c5 c4 c3 c2 c1 sign   sign 0 plus, - minus, on A22 1 minus

`=00.1000-` is -1.00: read from the right. Old frames of six characters were seen; how they show a
minus could not be read in any manual: a `-` in the top place is taken for one. No check and no
closing mark but the next `=`: a lost byte shifts digits, so a frame counts only between two `=`,
and a reader wants two of one length. The same bytes the other way round are `yaohua-eq-forward`:
settle the direction with a known load.
8N1, 600 to 9600 baud. Integrity: none. Source: XK3190-DS3 manual p. 9, A26 p. 13, A23p p. 23.
Confidence: several sources agree on the order, one on lengths.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight, pointed

OLD = re.compile(rb"=([0-9]*\.?[0-9]*)(-?)")
NEW = re.compile(rb"=([0-9]*\.?[0-9]*)([01-])")
OLD_CHARACTERS = range(6, 8)
NEW_CHARACTERS = 8


def decode_old(frame: bytes) -> Reading:
    """`=` and seven characters, low digit first."""
    match = OLD.fullmatch(frame)
    if match is None or len(frame) - 1 not in OLD_CHARACTERS or not match[1].strip(b"."):
        return Reject("layout", frame)
    return _weight(match[1], match[2] == b"-", frame)


def decode_new(frame: bytes) -> Reading:
    """`=`, seven characters, low digit first, and the sign."""
    if len(frame) - 1 != NEW_CHARACTERS:
        return Reject("layout", frame)
    # The sign is the last character whatever it is; the digits before it are greedy.
    match = NEW.fullmatch(frame[:-1] + frame[-1:])
    if match is None or len(match[1]) != NEW_CHARACTERS - 1:
        return Reject("layout", frame)
    return _weight(match[1], match[2] != b"0", frame)


def _weight(reversed_number: bytes, minus: bool, frame: bytes) -> Reading:  # noqa: FBT001 - one caller each
    return Weight(pointed(reversed_number[::-1], minus=minus), None, None, None, frame)


def encode_old(said: Said) -> bytes:
    """The frame for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    digits = b"%07d" % abs(said.kg)
    return b"=" + (digits[:0:-1] + b"-" if said.kg < 0 else digits[::-1])


def encode_new(said: Said) -> bytes:
    """The frame for that weight; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"=" + (b"%07d" % abs(said.kg))[::-1] + (b"-" if said.kg < 0 else b"0")


PROTOCOLS = (
    ScaleProtocol(
        name="yaohua-d2old-reversed",
        title=("耀华旧 D2+ 反序 tF=2", "Yaohua old D2+, reversed, tF=2"),
        line=Line(),
        integrity="none",
        frame=re.compile(rb"=[^=\r\n]{5,10}(?==)"),
        lone=re.compile(rb"=[0-9.]{6}[0-9.-]\Z"),
        decode=decode_old,
        encode=encode_old,
    ),
    ScaleProtocol(
        name="yaohua-d2new-reversed",
        title=("耀华新 D2+ 反序 tF=3", "Yaohua new D2+, reversed, tF=3"),
        line=Line(),
        integrity="none",
        frame=re.compile(rb"=[^=\r\n]{5,10}(?==)"),
        lone=re.compile(rb"=[0-9.]{7}[01-]\Z"),
        decode=decode_new,
        encode=encode_new,
    ),
)
