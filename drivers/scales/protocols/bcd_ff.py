"""BCD form of HT9800 and others: five bytes.

    FFh  status  b1  b2  b3        six digits, low byte first

status bits 0-2: decimals + 1; 3-4 mode (meaning differs); 5 negative; 6 stable; 7 over range. No
check and no closing mark but the next FFh: a frame counts only between two of them. No unit.
9600 8N1 usual. Integrity: none. Source: HT9800 manual text, a published note. Confidence: several
sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, plain

MAX_DECIMALS = 5
NEGATIVE, STABLE, OVER = 0x20, 0x40, 0x80


def decode(frame: bytes) -> Reading:
    """One frame."""
    status, digits = frame[1], frame[4:1:-1].hex()
    decimals = (status & 7) - 1
    if len(frame) != 5 or not digits.isdigit() or not 0 <= decimals <= MAX_DECIMALS:
        return Reject("layout", frame)
    if status & OVER:
        return Status("overload", frame)
    text = plain(digits, decimals, minus=bool(status & NEGATIVE))
    return Weight(text, None, bool(status & STABLE), None, frame)


def encode(said: Said) -> bytes:
    """The frame for that weight; nothing below range, for nothing is known."""
    if said.underload:
        return b""
    status = 1 | (NEGATIVE if said.kg < 0 else 0) | (STABLE if said.stable else 0)
    status |= OVER if said.overload else 0
    return b"\xff" + bytes((status,)) + bytes.fromhex(f"{abs(said.kg):06d}")[::-1]


PROTOCOLS = (
    ScaleProtocol(
        name="bcd-ff",
        title=("BCD 五字节（FF 开头）", "BCD, five bytes from FFh"),
        line=Line(),
        integrity="none",
        frame=re.compile(rb"\xff[^\xff]{4}(?=\xff)"),
        lone=re.compile(rb"\xff[^\xff]{4}\Z"),
        decode=decode,
        encode=encode,
    ),
)
