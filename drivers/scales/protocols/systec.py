"""Systec IT terminals: the answer to <RN>, a registered stable weighing.

    <  error(2) status(2) date(8) time(5) ident(4) scale(1) gross(8) tare(8) net(8) unit(2)
       tare code(2) range(1) … crc  >  [CR LF]

error 00 is good; others: no weight. It answers only when settled and not negative, so a weight is
stable; the gross weight is taken. What the check is computed of is not documented: it is not
checked. 9600 8N1 usual, or TCP port 1234. Integrity: layout, by columns. Source: a manual's text
with its blanks lost, one sample. Confidence: one source, columns derived.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(
    rb"<([0-9]{2})([0-9]{2})([0-9.]{8})([0-9:]{5})([ 0-9]{4})([ 0-9])"
    rb"([ 0-9.-]{8})([ 0-9.-]{8})([ 0-9.-]{8})([A-Za-z ]{2})[^<>]{0,24}>"
)
ERROR = re.compile(rb"<([0-9]{2})>?.*>?", re.DOTALL)
NUMBER = re.compile(rb" *(-?)([0-9]+\.?[0-9]*)")
REASONS = {b"12": "overload", b"13": "motion", b"15": "underload"}


def decode(frame: bytes) -> Reading:
    """One answer."""
    error = ERROR.fullmatch(frame)
    if error is not None and error[1] != b"00":
        return Status(REASONS.get(error[1], "error"), frame)
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    number, unit = NUMBER.fullmatch(match[7]), match[10].decode().strip()
    if number is None:
        return Status("blank", frame)
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(number[2], minus=number[1] == b"-")
    return Weight(text, unit, stable=True, net=False, raw=frame)


def encode(said: Said) -> bytes:
    """The answer for that weight; an error when moving, negative or out of range.

    Its gross is the weight: there is no answer for a net one.
    """
    if said.overload or said.underload or said.kg < 0:
        return b"<%s>\r\n" % (b"12" if said.overload else b"15")
    if said.net:
        return b""
    if not said.stable:
        return b"<13>\r\n"
    head = b"000018.06.2612:00%4d1" % 1
    weights = b"%8d%8d%8d" % (said.kg, said.tare_kg, said.kg - said.tare_kg)
    return b"<%s%skg  1   %8d>\r\n" % (head, weights, 27387)


PROTOCOLS = (
    ScaleProtocol(
        name="systec-rn",
        title=("Systec 应答 <RN>", "Systec, asked with <RN>"),
        line=Line(),
        integrity="layout",
        frame=re.compile(rb"<[^<>]{2,90}>"),
        decode=decode,
        encode=encode,
        ask=lambda _address: b"<RN>",
        writes=re.compile(rb"<(?!RN>)"),
    ),
)
