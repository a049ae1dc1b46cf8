"""Cardinal's own form (SB-400 continuous, SB-200, or asked with ENQ).

    sign  n n n n n n n  unit(2)  [ ]  mode  [ ]  status(2)  [ ]  CR | ETX

n: six digits and the point, or a blank in its place. Models 185 and 225 put the blanks in. mode: G
gross, N net. status: OC over capacity, CZ centre of zero, MO motion, EE error, BZ below zero,
blank. The sign stands far from the digits. SB-200 begins with CR and ends in ETX. 9600 8N1 usual.
Integrity: layout, by columns. Source: Cardinal 190 manual p. 43 and 65, 185 p. 25, 225 p. 121,
lines from the field. Confidence: several sources agree.
"""

import re
from dataclasses import replace

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

FRAME = re.compile(rb"([ +-])([ 0-9.]{7})([A-Za-z]{2})( ?)([GN])\4(OC|CZ|MO|EE|BZ|  )\4[\r\x03]")
NUMBER = re.compile(rb" *([0-9]+\.?[0-9]*) *")
STATUSES = {b"OC": "overload", b"EE": "error"}


def decode(frame: bytes) -> Reading:
    """One line."""
    match = FRAME.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    sign, value, unit_field, _, mode, status = match.groups()
    if status in STATUSES:
        return Status(STATUSES[status], frame)
    number, unit = NUMBER.fullmatch(value), unit_field.decode().lower()
    if number is None:
        return Status("blank", frame)
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(number[1], minus=sign == b"-")
    return Weight(text, unit, status != b"MO", mode == b"N", frame)


def encode(said: Said) -> bytes:
    """The line for that weight, with blanks; nothing below range, for nothing is known."""
    if said.underload:
        return b""
    status = b"OC" if said.overload else b"  " if said.stable else b"MO"
    sign, mode = b"-" if said.kg < 0 else b" ", b"N" if said.net else b"G"
    return b"%s%6d KG %s %s \r" % (sign, abs(said.kg), mode, status)


TALKING = ScaleProtocol(
    name="cardinal-token",
    title=("Cardinal 连续 SB-400", "Cardinal, SB-400"),
    line=Line(),
    integrity="layout",
    frame=FRAME,
    decode=decode,
    encode=encode,
    aliases=("cardinal-sb400",),
)

PROTOCOLS = (
    TALKING,
    replace(
        TALKING,
        name="cardinal-enq",
        title=("Cardinal 应答 ENQ", "Cardinal, asked with ENQ"),
        aliases=(),
        ask=lambda _address: b"\x05",
        writes=re.compile(rb"[^\x05]"),
    ),
)
