"""Number plates as people and cards write them, brought to one form."""

import re
import unicodedata
from typing import NamedTuple

MAX_CARD_BYTES = 64
PLATE = re.compile(r"[0-9A-Z\u4e00-\u9fff]{4,12}")
SEPARATORS = str.maketrans("", "", " ·.-\u3000")
MAX_AXLES = 12


class Vehicle(NamedTuple):
    plate: str
    axles: int | None


def read_plate(text: str) -> str | None:
    """The plate without spaces and dots, in capitals; None if it cannot be one."""
    plate = unicodedata.normalize("NFKC", text).translate(SEPARATORS).strip().upper()
    return plate if PLATE.fullmatch(plate) else None


def read_card(raw: bytes) -> Vehicle | None:
    """A vehicle card, `VP1:<plate>[:axles]`; None if it is not one."""
    if len(raw) > MAX_CARD_BYTES:
        return None
    try:
        prefix, plate_text, *rest = raw.decode("utf-8").strip().split(":")
    except ValueError:
        return None
    plate = read_plate(plate_text)
    if prefix != "VP1" or plate is None or len(rest) > 1:
        return None
    if not rest:
        return Vehicle(plate, None)
    axles = int(rest[0]) if re.fullmatch(r"[0-9]{1,2}", rest[0]) else 0
    return Vehicle(plate, axles) if 2 <= axles <= MAX_AXLES else None
