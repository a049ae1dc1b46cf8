"""Where a Modbus transmitter keeps its weight: a map of registers, and what their words mean. Pure.

Maps never agree between makers, so a site may write its own; the known ones are in
`transmitters.py`. A word is 16 bits; bits of a status word count from 0, lowest first.
"""

import math
import struct
from dataclasses import dataclass
from typing import NamedTuple

from drivers.scales.protocol import Said
from drivers.scales.reading import Reading, Reject, Status, Weight, plain

WORDS = {"int16": 1, "int32": 2, "float32": 2, "ascii": 4}
FORMATS = {"int16": ">h", "int32": ">i", "float32": ">f"}
# A status bit may say these; the first three are flags of a weight, the others forbid one.
FLAGS = ("stable", "moving", "net")
FAULTS = ("overload", "underload", "error", "not_ready")


class Bit(NamedTuple):
    """Bit `number` of word `word` says `meaning` when it has the value `when`."""

    meaning: str
    word: int
    number: int
    when: int = 1


@dataclass(frozen=True)
class RegisterMap:
    """One block of registers, read at once.

    `first`: its address as it goes over the line (base 0). `at`: the word in the block where the
    value begins. `kind` "ascii": eight characters, sign or digit, six digits, decimals last.
    """

    first: int
    count: int
    kind: str
    function: int = 3
    at: int = 0
    low_word_first: bool = False
    decimals: int = 0
    unit: str | None = None
    bits: tuple[Bit, ...] = ()


def read_words(registers: RegisterMap, words: list[int], raw: bytes) -> Reading:
    """What the words of the block say; `raw` is the frame they came in."""
    said = {bit.meaning: _is_set(words, bit) for bit in registers.bits}
    for fault in FAULTS:
        if said.get(fault):
            return Status(fault, raw)
    text = _text(registers, words)
    if text is None:
        return Reject("number", raw)
    moving = said.get("moving")
    stable = said.get("stable", None if moving is None else not moving)
    return Weight(text, registers.unit, stable, said.get("net"), raw)


def write_words(registers: RegisterMap, said: Said) -> list[int]:
    """The words a transmitter holds when it is to say that; for simulators."""
    words = [0] * registers.count
    size = WORDS[registers.kind]
    data = _data(registers, said.kg)
    value = list(struct.unpack(f">{size}H", data))
    if registers.low_word_first:
        value.reverse()
    words[registers.at : registers.at + size] = value
    facts = {"stable": said.stable, "moving": not said.stable, "net": said.net}
    facts |= {"overload": said.overload, "underload": said.underload}
    for bit in registers.bits:
        if facts.get(bit.meaning, False) == bool(bit.when):
            words[bit.word] |= 1 << bit.number
    return words


def _is_set(words: list[int], bit: Bit) -> bool:
    return words[bit.word] >> bit.number & 1 == bit.when


def _text(registers: RegisterMap, words: list[int]) -> str | None:
    value = words[registers.at : registers.at + WORDS[registers.kind]]
    if registers.low_word_first:
        value.reverse()
    data = struct.pack(f">{len(value)}H", *value)
    if registers.kind == "ascii":
        return _ascii_text(data)
    number = struct.unpack(FORMATS[registers.kind], data)[0]
    if registers.kind == "float32":
        if not math.isfinite(number):
            return None
        number = round(number * 10**registers.decimals)
    return plain(str(abs(number)), registers.decimals, minus=number < 0)


def _ascii_text(data: bytes) -> str | None:
    sign, digits, decimals = data[:1], data[1:7], data[7:]
    if not digits.isdigit() or not decimals.isdigit() or sign not in b"+-0123456789 ":
        return None
    top = sign if sign.isdigit() else b""
    return plain((top + digits).decode(), int(decimals), minus=sign == b"-")


def _data(registers: RegisterMap, kg: int) -> bytes:
    if registers.kind == "ascii":
        return b"%s%06d0" % (b"-" if kg < 0 else b"0", abs(kg))
    number = kg if registers.kind == "float32" else kg * 10**registers.decimals
    return struct.pack(FORMATS[registers.kind], number)
