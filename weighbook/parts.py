"""A text too long for one QR code, shown as several in turn: `WP1:` NAME.PLACE.COUNT.PIECE.

The name is the beginning of the text's SHA-256, so parts of two texts never mix. Gathering takes
any order, and each part as often as it is seen; nothing here says who signed.
"""

import hashlib
import re
from typing import NamedTuple

from weighbook.refusals import refuse

PART = "WP1:"
PIECE_CHARACTERS = 600  # a code of this many is read from a phone's screen at arm's length
MAX_PARTS = 64
NAME_CHARACTERS = 16
FORM = re.compile(
    r"WP1:(?P<name>[0-9A-F]{16})\.(?P<place>[1-9]\d?)\.(?P<count>[1-9]\d?)\.(?P<piece>.+)",
    re.ASCII | re.DOTALL,
)


class Gathered(NamedTuple):
    """The parts of one text so far, by place from 1."""

    name: str = ""
    total: int = 0
    pieces: tuple[tuple[int, str], ...] = ()

    @property
    def missing(self) -> int:
        return self.total - len(self.pieces)


def split_text(text: str) -> tuple[str, ...]:
    """The texts of the codes. Errors: Refusal E_OVERSIZE."""
    pieces = [text[at : at + PIECE_CHARACTERS] for at in range(0, len(text), PIECE_CHARACTERS)]
    if len(pieces) > MAX_PARTS:
        raise refuse("E_OVERSIZE", f"{len(pieces)} > {MAX_PARTS}")
    name = name_of(text)
    return tuple(f"{PART}{name}.{n}.{len(pieces)}.{piece}" for n, piece in enumerate(pieces, 1))


def gather(before: Gathered, text: str) -> Gathered:
    """With one part more; a part of another text begins anew. Errors: Refusal E_ENVELOPE."""
    match = FORM.fullmatch(text)
    if match is None or len(match["piece"]) > PIECE_CHARACTERS:
        raise refuse("E_ENVELOPE", "part")
    name, place, count = match["name"], int(match["place"]), int(match["count"])
    if not place <= count <= MAX_PARTS:
        raise refuse("E_ENVELOPE", f"part {place} of {count}")
    known = before if (before.name, before.total) == (name, count) else Gathered(name, count)
    if place in dict(known.pieces):
        return known
    return known._replace(pieces=tuple(sorted((*known.pieces, (place, match["piece"])))))


def whole_text(gathered: Gathered) -> str:
    """The text, once nothing is missing. Errors: Refusal E_ENVELOPE if it is not what was named."""
    assert gathered.missing == 0
    text = "".join(piece for _, piece in gathered.pieces)
    if name_of(text) != gathered.name:
        raise refuse("E_ENVELOPE", "parts")
    return text


def name_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:NAME_CHARACTERS].upper()
