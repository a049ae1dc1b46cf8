"""The `ST,GS` family (A&D style): Jinzhong XK3102, Optima, Excell, CAS, T-Scale and many more.

    ST,GS,+ 000080kg CR LF        spacing differs by maker; these were seen:
    ST,NT,+  1.234kg   ST,GS,+0123456   ST,GS    59.6kg   ST,GS-     2.5kg

1st field: ST stable, US moving, OL out of range. 2nd: GS gross, NT net, TR tare (never a load).
Sign may stand alone, be glued to the second field, or be missing for plus. Unit may be missing.
OL with `-` is below range. A dash, blank or letter in the digits is no weight.
8N1, 9600 usual. Integrity: layout only. Source: Excell H3 manual p. 67, AD2017D manual p. 50, field
captures. Confidence: several sources agree.
"""

import re

from drivers.scales.protocol import Line, Said, ScaleProtocol
from drivers.scales.reading import Reading, Reject, Status, Weight, plain

LAYOUT = re.compile(
    rb"(ST|US|OL|UL),(GS|NT|TR),? *([+-]?) *([0-9]{1,9}(?:\.[0-9]{1,6})?|[ \-]*) *(kg|g|t|lb)?\r?\n"
)
START = rb"(?:ST|US|OL|UL),(?:GS|NT|TR)"


def decode(frame: bytes) -> Reading:
    """One line."""
    match = LAYOUT.fullmatch(frame)
    if match is None:
        return Reject("layout", frame)
    state, mode, sign, number, unit = match.groups()
    minus = sign == b"-"
    if state in (b"OL", b"UL"):
        return Status("underload" if minus or state == b"UL" else "overload", frame)
    if mode == b"TR":
        return Status("tare", frame)
    if not number.strip(b" -"):
        return Status("blank", frame)
    whole, _, part = number.decode().partition(".")
    text = plain(whole + part, len(part), minus=minus)
    return Weight(text, unit.decode() if unit else None, state == b"ST", mode == b"NT", frame)


def encode(said: Said) -> bytes:
    """The line an indicator sends for that weight."""
    mode = b"NT" if said.net else b"GS"
    sign = b"-" if said.kg < 0 else b"+"
    if said.overload or said.underload:
        return b"OL,%s,%s" % (mode, b"-" if said.underload else b"+") + b" " * 12 + b"\r\n"
    return b"%s,%s,%s%07dkg\r\n" % (b"ST" if said.stable else b"US", mode, sign, abs(said.kg))


PROTOCOLS = (
    ScaleProtocol(
        name="st-gs",
        title=("ST,GS 系列", "ST,GS family"),
        line=Line(),
        integrity="layout",
        frame=re.compile(START + rb"(?:(?!" + START + rb")[^\r\n]){1,40}\r?\n"),
        decode=decode,
        encode=encode,
    ),
)
