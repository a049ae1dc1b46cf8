"""The draw of inspectors and of the places they go to (二.一): nobody chooses, anybody can check.

A seed is made and its hash announced before the names are known; at the draw it is laid open. From
seed and names everything follows by SHA-256, so the same draw comes out on any machine. Riskier
places have more lots in the hat; no place has none. Pure.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from weighbook.phrase import Phrase, Refusal

MOST_LOTS = 10
SEED_BYTES = 32
WORD_BYTES = 8


class Place(NamedTuple):
    """A weighbridge and its lots."""

    weighbridge: str
    lots: int


class Task(NamedTuple):
    """Who goes where."""

    weighbridge: str
    inspectors: tuple[str, ...]


def commitment(seed: bytes) -> bytes:
    """What is announced beforehand."""
    return hashlib.sha256(b"weighhouse draw\n" + seed).digest()


def lots_of(alerts: int, outages: int, cases: int) -> int:
    """One for everybody, one more for each thing that stands against a place, up to ten."""
    return min(MOST_LOTS, 1 + alerts + outages + 3 * cases)


def draw(
    seed: bytes, places: Sequence[Place], inspectors: Sequence[str], tasks: int, team: int = 2
) -> tuple[Task, ...]:
    """So many places by their lots, each with a team; the order of what is given does not count.

    Refusals: E_DRAW, too few places or inspectors, or somebody named twice.
    """
    hat = sorted(place for place in places if place.lots > 0)
    staff = sorted(inspectors)
    if len(set(staff)) != len(staff) or len({one.weighbridge for one in hat}) != len(hat):
        raise draw_refused("有人或磅房重复", "somebody is named twice")
    if not 0 < tasks <= len(hat) or team < 1 or len(staff) < tasks * team:
        raise draw_refused(
            f"{len(hat)} 个磅房、{len(staff)} 人不够 {tasks} 组每组 {team} 人",
            f"{len(hat)} places and {len(staff)} people are too few for {tasks} teams of {team}",
        )
    numbers = words(seed)
    chosen = [_take_place(hat, numbers) for _ in range(tasks)]
    return tuple(
        Task(weighbridge, tuple(sorted(_take_one(staff, numbers) for _ in range(team))))
        for weighbridge in chosen
    )


def words(seed: bytes) -> Iterator[int]:
    """Numbers below 2^64: SHA-256 of seed and counter, the first eight bytes of each."""
    counter = 0
    while True:
        block = hashlib.sha256(seed + counter.to_bytes(WORD_BYTES, "big")).digest()
        yield int.from_bytes(block[:WORD_BYTES], "big")
        counter += 1


def below(limit: int, numbers: Iterator[int]) -> int:
    """An even choice: what would favour small numbers is thrown away."""
    fair = 2 ** (8 * WORD_BYTES) // limit * limit
    return next(number for number in numbers if number < fair) % limit


def _take_place(hat: list[Place], numbers: Iterator[int]) -> str:
    lot = below(sum(place.lots for place in hat), numbers)
    for at, place in enumerate(hat):
        lot -= place.lots
        if lot < 0:
            return hat.pop(at).weighbridge
    raise AssertionError(lot)


def _take_one(staff: list[str], numbers: Iterator[int]) -> str:
    return staff.pop(below(len(staff), numbers))


def draw_refused(zh: str, en: str) -> Refusal:
    return Refusal(
        "E_DRAW",
        Phrase(f"不能抽取：{zh}。", f"It cannot be drawn: {en}."),
        Phrase("请改正名单或组数。", "Correct the lists or the number of teams."),
    )
