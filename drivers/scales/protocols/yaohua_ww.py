"""Yaohua A27(E), A12+: `ww` text form; P5=2 always, P5=3 only when stable, P5=4 on command.

    ww000.000kg     wn-0000.1kg     wn 0002.02kg CR LF     wt000.000lb

ww gross, wn net, wt tare (a stored figure, no load). Sign, blank or digit, then the number, then kg
or lb; CR LF follows on some. No stable flag; with P5=3 the line is silent while the load moves.
Commands: R reads, T tares and Z zeroes; only R is ever sent.
8N1, 9600 usual. Integrity: layout. Source: an A12 driver, captures with parser tests, A27 manual
text. Confidence: several sources agree.
"""

import re
from dataclasses import replace

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import TARE, Reading, Reject, Weight, pointed

LAYOUT = re.compile(rb"w([wnt])([ +-]?)([0-9]+\.?[0-9]*)(kg|lb)")
NUMBER_CHARACTERS = range(6, 9)
NET = {b"w": False, b"n": True, b"t": None}


def decode(frame: bytes) -> Reading:
    """One value."""
    match = LAYOUT.fullmatch(frame)
    if match is None or len(match[2] + match[3]) not in NUMBER_CHARACTERS:
        return Reject("layout", frame)
    text = pointed(match[3], minus=match[2] == b"-")
    register = TARE if match[1] == b"t" else None
    return Weight(text, match[4].decode(), None, NET[match[1]], frame, register)


def encode(said: Said) -> bytes:
    """The value an indicator sends; nothing out of range, for nothing is known."""
    if said.overload or said.underload:
        return b""
    return b"w%s%07dkg\r\n" % (b"n" if said.net else b"w", said.kg)


TALKING = ScaleProtocol(
    name="yaohua-ww",
    title=("耀华 A27/A12+ ww 格式", "Yaohua A27/A12+, ww form"),
    line=Line(),
    integrity="layout",
    frame=re.compile(rb"w[wnt][^w\r\n]{5,12}?(?:kg|lb)"),
    decode=decode,
    encode=encode,
)

PROTOCOLS = (
    TALKING,
    replace(
        TALKING,
        name="yaohua-ww-cmd",
        title=("耀华 A27 指令方式 P5=4", "Yaohua A27 command mode, P5=4"),
        ask=lambda _address: b"R",
        writes=re.compile(rb"[TZ]"),
    ),
)
