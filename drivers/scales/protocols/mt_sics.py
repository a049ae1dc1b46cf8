"""Mettler-Toledo MT-SICS: text answers to S, SI, SIR.

    S S      15620 kg CR LF     stable          S +  overload       S I  not possible now
    S D      15620 kg CR LF     moving          S -  underload      ES, ET, EL  faults

Value in ten places, then a blank and the unit. `S` waits until stable and is silent so long, SI
answers at once, SIR goes on by itself. Only SI is sent; Z, T, TA, TAC and @ write or reset.
9600 8N1 or 7E1. Integrity: layout. Source: GA42 manual p. 31, ITT-BA-e-0720 p. 48. Confidence:
several sources agree on the grammar, recalled for the width.
"""

import re
from dataclasses import replace

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import GRAMS, Reading, Reject, Status, Weight, pointed

LAYOUT = re.compile(rb"S ([SD]) +(-?)([0-9]+\.?[0-9]*) +([A-Za-z]{1,3}) *\r\n")
VALUE_CHARACTERS = 18
STATUSES = {
    b"S +\r\n": "overload",
    b"S -\r\n": "underload",
    b"S I\r\n": "not_possible",
    b"ES\r\n": "unknown_command",
    b"ET\r\n": "error",
    b"EL\r\n": "error",
}


def decode(frame: bytes) -> Reading:
    """One line."""
    if frame in STATUSES:
        return Status(STATUSES[frame], frame)
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    unit = match[4].decode()
    if unit not in GRAMS:
        return Status("unit", frame)
    text = pointed(match[3], minus=match[2] == b"-")
    return Weight(text, unit, match[1] == b"S", None, frame)


def encode(said: Said) -> bytes:
    """The answer for that weight."""
    if said.overload or said.underload:
        return b"S +\r\n" if said.overload else b"S -\r\n"
    return b"S %s %10d kg\r\n" % (b"S" if said.stable else b"D", said.kg)


ASKED = ScaleProtocol(
    name="mt-sics",
    title=("梅特勒 MT-SICS 应答", "MT-SICS, asked"),
    line=Line(),
    integrity="layout",
    frame=re.compile(rb"(?:S [SDI+-][^\r\n]{0,20}|E[STL])\r\n"),
    decode=decode,
    encode=encode,
    ask=lambda _address: b"SI\r\n",
    writes=re.compile(rb"[ZT@]"),
)

PROTOCOLS = (
    ASKED,
    replace(
        ASKED,
        name="mt-sics-talking",
        title=("梅特勒 MT-SICS 连续", "MT-SICS, talking by itself"),
        ask=None,
        writes=None,
    ),
)
