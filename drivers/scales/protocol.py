"""What a scale protocol declares about itself; one object of this kind is one protocol.

Adding a protocol is one new file with such an object at its bottom, one line in `catalogue.py`, and
one vector file. Nothing is subclassed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from drivers.scales.reading import Reading

MAX_FRAME_BYTES = 64


@dataclass(frozen=True)
class Said:
    """What a simulated indicator is to say: displayed weight in kilograms and its flags."""

    kg: int
    stable: bool = True
    net: bool = False
    tare_kg: int = 0
    overload: bool = False


@dataclass(frozen=True)
class Line:
    """Serial settings usual for the protocol; `bauds` in the order worth trying."""

    bauds: tuple[int, ...] = (9600, 4800, 2400, 1200, 600)
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1


@dataclass(frozen=True)
class ScaleProtocol:
    """One protocol.

    `frame` finds whole frames in a stream, damaged ones among them: `decode` tells. `integrity`:
    what protects a frame, "checksum" or "layout"; without a checksum a reader demands frames of
    one length.
    """

    name: str
    title: tuple[str, str]
    line: Line
    integrity: str
    frame: re.Pattern[bytes]
    decode: Callable[[bytes], Reading]
    encode: Callable[[Said], bytes]
    frames_per_s: int = 10
