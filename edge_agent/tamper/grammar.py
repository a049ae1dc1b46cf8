"""How a line speaks, apart from what it says: the grammar of one frame, as far as it shows.

A frame of six digits does not show how the indicator fills up fewer; such parts are None and agree
with everything. Two frames of one indicator never disagree in a part that both show.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from edge_agent.events import ScaleRead

LEAST_DIGITS_KG = 1_000  # a shorter figure may be found in a frame by accident
SIGN_BEFORE = 8  # a sign stands within the first bytes; later ones may be check bytes
COLON_CHECK = re.compile(rb"[:-?]")
LETTER_CHECK = re.compile(rb"[A-F]")


class Grammar(NamedTuple):
    """`padding`: what fills up the figure. `alphabet`: of hexadecimal check characters."""

    length: int | None = None
    motion_flag: bool | None = None
    plus: bool | None = None
    padding: bytes | None = None
    alphabet: str | None = None
    decimals: int | None = None
    unit: str | None = None


NO_GRAMMAR = Grammar()
UNIT_PARTS = ("decimals", "unit")


def grammar_of(event: ScaleRead, kg: int) -> Grammar:
    """Of a frame with that weight in it."""
    shown = _grammar_of(event.raw, kg)
    return shown._replace(
        motion_flag=event.stable is not None, decimals=event.decimals, unit=event.unit
    )


@lru_cache(maxsize=4_096)
def _grammar_of(raw: bytes, kg: int) -> Grammar:
    return Grammar(
        length=len(raw),
        plus=b"+" in raw[:SIGN_BEFORE] if kg > 0 else None,
        padding=_padding(raw, kg),
        alphabet=_alphabet(raw),
    )


def contradiction(one: Grammar, other: Grammar) -> str | None:
    """The first part in which both say something, and not the same; None: they agree."""
    for name, a, b in zip(Grammar._fields, one, other, strict=True):
        if a is not None and b is not None and a != b:
            return name
    return None


def merge(one: Grammar, other: Grammar) -> Grammar:
    """All that two agreeing grammars show together."""
    return Grammar._make(b if a is None else a for a, b in zip(one, other, strict=True))


def _padding(raw: bytes, kg: int) -> bytes | None:
    if kg < LEAST_DIGITS_KG:
        return None
    at = raw.find(b"%d" % kg)
    return raw[at - 1 : at] if at > 0 and raw[at - 1 : at] in (b"0", b" ") else None


def _alphabet(raw: bytes) -> str | None:
    if raw[:1] != b"\x02" or raw[-1:] != b"\x03":
        return None
    check = raw[-3:-1]
    if COLON_CHECK.search(check):
        return "colon"
    return "letter" if LETTER_CHECK.search(check) else None
