"""What an indicator said once: a weight, a status without a weight, or bytes we refuse.

"No data" has no weight at all: a `Status` or a `Reject` can never be taken for a zero.
"""

from dataclasses import dataclass
from fractions import Fraction

GRAMS = {
    "kg": Fraction(1000),
    "t": Fraction(1_000_000),
    "g": Fraction(1),
    "lb": Fraction("453.59237"),
}
TARE = "tare"


@dataclass(frozen=True)
class Weight:
    """A weight as the indicator gave it: decimal text in its own unit, minus included.

    What the protocol does not say (unit, stable, net) is None, never a guess. `register` is TARE
    where the figure is a stored tare: no load.
    """

    text: str
    unit: str | None
    stable: bool | None
    net: bool | None
    raw: bytes
    register: str | None = None


@dataclass(frozen=True)
class Status:
    """The indicator says why there is no weight: `overload`, `underload`, `motion`, `error` …"""

    reason: str
    raw: bytes
    stable: bool | None = None
    net: bool | None = None


@dataclass(frozen=True)
class Reject:
    """A frame that is not believed: `checksum`, `layout` …"""

    reason: str
    raw: bytes


Reading = Weight | Status | Reject


def to_kg(weight: Weight, default_unit: str = "kg") -> int | None:
    """Whole kilograms, exactly; None where the indicator's figure is no whole number of them."""
    kilograms = Fraction(weight.text) * GRAMS[weight.unit or default_unit] / 1000
    return int(kilograms) if kilograms.denominator == 1 else None


def plain(digits: str, decimals: int, *, minus: bool) -> str:
    """Decimal text from bare digits: no leading zeros, no negative zero."""
    digits = digits.rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    text = (whole.lstrip("0") or "0") + (f".{part}" if part else "")
    return f"-{text}" if minus and set(text) - set("0.") else text


def pointed(number: bytes, *, minus: bool = False) -> str:
    """Decimal text from digits with at most one point in them, as in `0012.50` or `.5`."""
    whole, _, part = number.decode("ascii").partition(".")
    return plain(whole + part, len(part), minus=minus)
