"""Goods and what they were made of: which products follow which, and how loads share their sources.

Pure. A ticket of goods names the tickets of the coal it was made from (上游票), and each of those
is drawn upon for no more than it weighed. Yields are bands of the bureau's, by the day they begin;
where there is none, nothing is judged.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from weighbook.phrase import Phrase, Refusal

YIELDS_FILE = Path(__file__).parent.parent / "config" / "yields.toml"
MOST_PARENTS = 4  # more would not fit a code that can be printed
MADE_FROM: Mapping[str, tuple[str, ...]] = {
    "WASHED": ("RAW",),
    "MIDDLINGS": ("RAW",),
    "SLIME": ("RAW",),
    "GANGUE": ("RAW",),
    "STONE_DUST": ("LIMESTONE",),
}
Permille = Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class Source(NamedTuple):
    """A parent ticket and what is left of its load."""

    ticket_no: str
    left_kg: int


class Draw(NamedTuple):
    """So much of one load is in the goods of another ticket."""

    parent: str
    kg: int


class Child(NamedTuple):
    """One draw upon a parent: `before_kg` its ticket draws on earlier ones, `net_kg` if weighed."""

    kg: int
    before_kg: int
    net_kg: int | None
    is_live: bool


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What share of its input a washery may sell as one product, from a day on; "*": any."""

    enterprise: str
    product: str
    since: date
    source: str
    least_permille: Permille = 0
    most_permille: Permille = 1_000


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    band: tuple[Band, ...] = ()


@cache
def load_bands(path: Path = YIELDS_FILE) -> tuple[Band, ...]:
    """Errors: OSError, msgspec.ValidationError with the place."""
    return msgspec.toml.decode(path.read_bytes(), type=Bands).band


def band_of(bands: Sequence[Band], enterprise: str, product: str, day: date) -> Band | None:
    """The band in force; a washery's own before the one for any. None: nothing is judged."""
    for name in (enterprise, "*"):
        begun = [
            one
            for one in bands
            if (one.enterprise, one.product) == (name, product) and one.since <= day
        ]
        if begun:
            return max(begun, key=lambda one: one.since)
    return None


def share(sources: Sequence[Source], kg: int, loads: int) -> tuple[tuple[Draw, ...], ...]:
    """What each of `loads` loads of `kg` draws on, the sources used up in their order.

    Refusal E_PARENT_SPENT if they are not enough, E_PARENTS if a load would name too many.
    """
    left = deque(source for source in sources if source.left_kg > 0)
    left_kg = sum(source.left_kg for source in left)
    if left_kg < kg * loads:
        raise spent_refused(left_kg, kg * loads)
    shared: list[tuple[Draw, ...]] = []
    for _ in range(loads):
        wanted, draws = kg, list[Draw]()
        while wanted:
            source = left.popleft()
            taken = min(wanted, source.left_kg)
            draws.append(Draw(source.ticket_no, taken))
            wanted -= taken
            if taken < source.left_kg:
                left.appendleft(Source(source.ticket_no, source.left_kg - taken))
        if len(draws) > MOST_PARENTS:
            raise many_refused(len(draws))
        shared.append(tuple(draws))
    return tuple(shared)


def drawn_kg(children: Sequence[Child]) -> int:
    """What is drawn of a load: an unused ticket's share, what a used one weighed, no closed one."""
    total = 0
    for child in children:
        if not child.is_live:
            continue
        if child.net_kg is None:
            total += child.kg
        else:
            total += max(0, min(child.kg, child.net_kg - child.before_kg))
    return total


def spent_refused(left_kg: int, asked_kg: int) -> Refusal:
    return Refusal(
        "E_PARENT_SPENT",
        Phrase(
            f"上游票余 {left_kg} 公斤，此次需 {asked_kg} 公斤。",
            f"{left_kg} kg are left of the parent tickets; this takes {asked_kg} kg.",
        ),
        Phrase("请用 --parent 增写上游票。", "Name more tickets with --parent."),
    )


def many_refused(count: int) -> Refusal:
    return Refusal(
        "E_PARENTS",
        Phrase(
            f"一张票须写 {count} 张上游票，最多 {MOST_PARENTS} 张。",
            f"One ticket would name {count} parents; at most {MOST_PARENTS} fit.",
        ),
        Phrase("请先用余量多的上游票。", "Name those first of which more is left."),
    )
