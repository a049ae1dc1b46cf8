"""Dini Argeo standard string (DGT4X, 3590 and others).

    [addr] ST|US|OL|UL , NT|GS , weight(8) , unit CR LF        01ST,GS,     0.0,kg

ST stable, US moving, OL over, UL under range; NT net, GS gross. The two address digits on RS-485
are no weight. It talks by itself, or is asked with READ CR LF, on RS-485 with the address in front.
9600 8N1 usual. Integrity: layout. Source: DGT4X manual p. 52, 3590 p. 65 and 81. Confidence:
several sources agree.
"""

import re
from dataclasses import replace

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(rb"(?:[0-9]{2})?(ST|US|OL|UL),(GS|NT),([ 0-9.-]{8}),([A-Za-z ]{1,3})\r\n")
NUMBER = re.compile(rb" *(-?)([0-9]+\.?[0-9]*)")
STATUSES = {b"OL": "overload", b"UL": "underload"}


def decode(frame: bytes) -> Reading:
    """One line."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    state, mode, value, unit_field = match.groups()
    if state in STATUSES:
        return Status(STATUSES[state], frame)
    number, unit = NUMBER.fullmatch(value), unit_field.decode().strip()
    if number is None:
        return Status("blank", frame)
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(number[2], minus=number[1] == b"-")
    return Weight(text, unit, state == b"ST", mode == b"NT", frame)


def encode(said: Said) -> bytes:
    """The line for that weight."""
    state = b"ST" if said.stable else b"US"
    state = b"OL" if said.overload else b"UL" if said.underload else state
    return b"%s,%s,%8d,kg\r\n" % (state, b"NT" if said.net else b"GS", said.kg)


def encode_bus(said: Said) -> bytes:
    """The same with the address in front."""
    return b"%02d%s" % (said.address, encode(said))


TALKING = ScaleProtocol(
    name="dini-standard",
    title=("Dini Argeo 标准", "Dini Argeo standard"),
    line=Line(),
    integrity="layout",
    frame=re.compile(rb"(?:[0-9]{2})?(?:ST|US|OL|UL),(?:GS|NT),[^,\r\n]{1,12},[^,\r\n]{1,3}\r\n"),
    decode=decode,
    encode=encode,
    aliases=("dini-argeo",),
)
WRITES = re.compile(rb"ZERO|TARE|CLEAR|TMAN|^[0-9]*[ZTC]\r")

PROTOCOLS = (
    TALKING,
    replace(
        TALKING,
        name="dini-asked",
        title=("Dini Argeo 应答 READ", "Dini Argeo, asked with READ"),
        aliases=(),
        ask=lambda _address: b"READ\r\n",
        writes=WRITES,
    ),
    replace(
        TALKING,
        name="dini-rs485",
        title=("Dini Argeo RS-485 应答", "Dini Argeo RS-485, asked"),
        aliases=(),
        encode=encode_bus,
        ask=lambda address: b"%02dREAD\r\n" % address,
        addresses=range(1, 100),
        writes=WRITES,
    ),
)
