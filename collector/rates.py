"""Rates by day: rows of `config/rates.toml`, never constants. One that is not known is empty.

Taxes are worked out in fen by whole numbers, rounded half up once, at the end.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

RATES_FILE = Path(__file__).parent.parent / "config" / "rates.toml"
Permille = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`permille` of the price, or `fen_per_t`; both left out: the rate is not known.

    In force from `since` until the next row of the same kind and product. `product` "*": any.
    """

    kind: Literal["resource-tax", "vat", "soil-and-water"]
    product: str
    since: date
    source: str
    permille: Permille | None = None
    fen_per_t: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rate: tuple[Rate, ...]


@cache
def load_rates(path: Path = RATES_FILE) -> tuple[Rate, ...]:
    """Errors: OSError, msgspec.ValidationError with the place."""
    return msgspec.toml.decode(path.read_bytes(), type=Rates).rate


def rate_of(rates: tuple[Rate, ...], kind: str, product: str, day: date) -> Rate | None:
    """The row in force; a product's own before one for any. None: there is none by that day."""
    for name in (product, "*"):
        rows = [one for one in rates if (one.kind, one.product) == (kind, name)]
        begun = [one for one in rows if one.since <= day]
        if begun:
            return max(begun, key=lambda one: one.since)
    return None


def due_fen(rate: Rate | None, net_kg: int, price_fen_per_t: int | None) -> int | None:
    """What falls due on so much sold or extracted; None where rate or price is not known."""
    if rate is None:
        return None
    if rate.fen_per_t is not None:
        return _rounded(net_kg * rate.fen_per_t, 1_000)
    if rate.permille is None or price_fen_per_t is None:
        return None
    return _rounded(net_kg * price_fen_per_t * rate.permille, 1_000_000)


def _rounded(number: int, unit: int) -> int:
    return (2 * number + unit) // (2 * unit)
