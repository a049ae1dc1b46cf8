"""The active challenge: a lamp in the view, switched by a relay in a pattern nobody can know.

A frozen picture, a recording and a re-encoded loop cannot show a pattern that was drawn a moment
ago, whatever clock runs over them. Patterns that a lamp at rest would answer are never drawn, so a
still fails every round; who plays an old answer passes one round in 254. Whoever watches the relay
and paints the lamp in is not found by this.
"""

from itertools import pairwise
from math import comb
from statistics import mean, median_low
from typing import NamedTuple

from drivers.cameras.judging.facts import Picture, Round
from drivers.cameras.judging.measures.scene import Area

SYMBOLS = 8
SYMBOL_MS = 7_500
SETTLE_MS = 1_500  # switching, encoding, and the way here
MAX_SYMBOL_MS = 10_000
CONTRAST_MILLI = 8_000

Seen = tuple[tuple[int, int], ...]  # keyframes: at_ms, lamp_milli


class Pattern(NamedTuple):
    """One round: which symbols are lit, from when, and how long each is held.

    What comes in the first `settle_ms` of a symbol is not looked at: it may show the one before.
    """

    symbols: tuple[bool, ...]
    from_ms: int
    symbol_ms: int = SYMBOL_MS
    settle_ms: int = SETTLE_MS

    @property
    def until_ms(self) -> int:
        return self.starts_ms(len(self.symbols))

    def starts_ms(self, place: int) -> int:
        return self.from_ms + place * self.symbol_ms


def drawn(entropy: bytes, symbols: int = SYMBOLS, wrong: int = 0) -> tuple[bool, ...]:
    """The first usable pattern in the entropy, which must be new, secret and long enough."""
    number, bits = int.from_bytes(entropy, "big"), len(entropy) * 8
    for at in range(0, bits - symbols + 1, symbols):
        pattern = tuple(bool(number >> (at + place) & 1) for place in range(symbols))
        if wrong < sum(pattern) < symbols - wrong:
            return pattern
    raise ValueError("no pattern in so little entropy")


def lit_at(pattern: Pattern, now_ms: int) -> bool:
    """What the relay is to show; dark before and after."""
    place = (now_ms - pattern.from_ms) // pattern.symbol_ms
    return 0 <= place < len(pattern.symbols) and pattern.symbols[place]


def longest_gap_ms(seen: Seen, since_ms: int) -> int | None:
    """Between two keyframes, the first of them not older; None: there are no two."""
    times = [at_ms for at_ms, _ in seen if at_ms >= since_ms]
    return max((late - early for early, late in pairwise(times)), default=None)


def held_ms(gap_ms: int, settle_ms: int = SETTLE_MS) -> int:
    """How long to hold a symbol: for two keyframes, one of them when the lamp has settled.

    Keyframes come a little early or late: half a gap is room enough.
    """
    return min(MAX_SYMBOL_MS, max(2 * gap_ms, settle_ms + gap_ms * 3 // 2))


def lamp_milli(grey: Picture, lamp: Area) -> int:
    """The lamp's box against its surroundings, in 1/1000 grey level: daylight cancels out."""
    height, width = grey.shape
    left, right = lamp.left * width // 1000, max(lamp.right * width // 1000, 1)
    top, bottom = lamp.top * height // 1000, max(lamp.bottom * height // 1000, 1)
    wide, high = right - left, bottom - top
    box = grey[top:bottom, left:right]
    around = grey[max(0, top - high) : bottom + high, max(0, left - wide) : right + wide]
    rest = around.size - box.size
    if box.size == 0 or rest <= 0:
        return 0
    inside = float(box.mean())
    outside = (float(around.sum()) - float(box.sum())) / rest
    return round(1000 * (inside - outside))


def answered(pattern: Pattern, seen: Seen, contrast_milli: int = CONTRAST_MILLI) -> Round:
    """The round as the keyframes show it."""
    levels = [_level(pattern, place, seen) for place in range(len(pattern.symbols))]
    known = [level for level in levels if level is not None]
    if len(known) < len(levels):
        return Round(pattern.until_ms, None)
    middle = max(round(mean((min(known), max(known)))), min(known) + contrast_milli // 2)
    shown = [level > middle for level in known]
    wrong = sum(one is not other for one, other in zip(shown, pattern.symbols, strict=True))
    return Round(pattern.until_ms, wrong)


def false_accept_micro(symbols: int = SYMBOLS, wrong: int = 0, rounds: int = 1) -> int:
    """How likely an answer that knows nothing passes so many rounds, in 1/1000000, rounded up."""
    near = sum(comb(symbols, place) for place in range(wrong + 1))
    usable = sum(comb(symbols, lit) for lit in range(wrong + 1, symbols - wrong))
    return int(-(-1_000_000 * near**rounds // usable**rounds)) if usable else 1_000_000


def _level(pattern: Pattern, place: int, seen: Seen) -> int | None:
    from_ms = pattern.starts_ms(place) + pattern.settle_ms
    inside = [level for at_ms, level in seen if from_ms <= at_ms < pattern.starts_ms(place + 1)]
    return median_low(inside) if inside else None
