"""Yaohua XK3190 continuous, tF=0 (A9, A6, D9, DS1, DS3, A23p, A26; also Keli D2008, HT9800 tF3).

    byte  1    2      3..8       9     10 11    12
         STX  sign  6 digits  decimals  check  ETX
         02h  + -   0-9       0-4      XOR      03h

check: XOR of bytes 2..9, high then low nibble. Nibbles 10..15 are `A`..`F`; the A22 manual sends
them as `:`..`?` instead. Both are read. The XOR cannot see swapped digits. No stable, net or unit
flag; what it does on overload is documented nowhere.
8N1, 600 to 9600 baud. Integrity: checksum. Source: XK3190-DS3 manual p. 8-9, A9+ manual p. 10-11,
and captures from the field. Confidence: several sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol, xor_of
from drivers.scales.reading import Reading, Reject, Weight, plain

LAYOUT = re.compile(rb"\x02([+-])([0-9]{6})([0-4])([0-9A-F:-?]{2})\x03")
COLON_TO_LETTER = bytes.maketrans(b":;<=>?", b"ABCDEF")


def decode(frame: bytes) -> Reading:
    """One 12-byte frame."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    sign, digits, decimals, check = match.groups()
    if check.translate(COLON_TO_LETTER) != checked(frame[1:9]):
        return Reject("checksum", frame)
    text = plain(digits.decode(), int(decimals), minus=sign == b"-")
    return Weight(text, None, None, None, frame)


def checked(content: bytes) -> bytes:
    """The two check characters of bytes 2..9."""
    return b"%02X" % xor_of(content)


def encode(said: Said) -> bytes:
    """The frame an indicator sends for that weight; nothing on overload, for nothing is known."""
    if said.overload or said.underload:
        return b""
    content = b"%c%06d0" % (b"-" if said.kg < 0 else b"+", abs(said.kg))
    return b"\x02" + content + checked(content) + b"\x03"


PROTOCOLS = (
    ScaleProtocol(
        name="yaohua-tf0",
        title=("耀华 XK3190 连续方式 tF=0", "Yaohua XK3190 continuous, tF=0"),
        line=Line(),
        integrity="checksum",
        frame=re.compile(rb"\x02[^\x02\x03]{10}\x03"),
        decode=decode,
        encode=encode,
        aliases=("xk3190", "keli-d2008-tf0"),
    ),
)
