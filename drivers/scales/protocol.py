"""What a scale protocol declares about itself; one object of this kind is one protocol.

Adding a protocol is one new file that ends in `PROTOCOLS = (ScaleProtocol(...),)`, one line in
`catalogue.py`, and one vector file. Nothing is subclassed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import xor

from drivers.scales.reading import Reading

MAX_FRAME_BYTES = 128
INTEGRITIES = ("checksum", "parity", "layout", "none")


@dataclass(frozen=True)
class Said:
    """What a simulated indicator is to say: displayed weight in kilograms and its flags.

    `tare_kg`: the tare it holds, for frames that tell it. `address`: who was asked, on a bus.
    """

    kg: int
    stable: bool = True
    net: bool = False
    tare_kg: int = 0
    overload: bool = False
    underload: bool = False
    address: int = 1


@dataclass(frozen=True)
class Line:
    """Serial settings usual for the protocol; `bauds` in the order worth trying."""

    bauds: tuple[int, ...] = (9600, 4800, 2400, 1200, 600)
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1


@dataclass(frozen=True)
class ScaleProtocol:
    """One protocol. All but the first seven fields have the value of most.

    `frame` finds whole frames in a stream, damaged ones among them (`decode` tells); where only the
    start of the next frame ends one, it looks ahead for it, and `lone` says what a last frame with
    nothing behind it looks like. `integrity`: the weakest thing that protects a frame, one of
    INTEGRITIES; without a checksum a reader demands frames of one length.
    `encode` gives the bytes for a weight, none at all for what the indicator cannot say.
    `ask(address)`: the poll an indicator in command mode waits for; None, it talks by itself.
    `addresses`: those that can be asked, where it matters. `writes`: commands of the maker's manual
    that change something; never sent, whatever is asked.
    `seen_parity`: E or O where 7-bit characters come through an 8-bit port, parity and all.
    """

    name: str
    title: tuple[str, str]
    line: Line
    integrity: str
    frame: re.Pattern[bytes]
    decode: Callable[[bytes], Reading]
    encode: Callable[[Said], bytes]
    aliases: tuple[str, ...] = ()
    lone: re.Pattern[bytes] | None = None
    frames_per_s: int = 10
    ask: Callable[[int], bytes] | None = None
    addresses: range | None = None
    writes: re.Pattern[bytes] | None = None
    seen_parity: str | None = None


def xor_of(content: bytes) -> int:
    """The XOR of all bytes: the check most makers send, as two hexadecimal characters."""
    return reduce(xor, content, 0)
