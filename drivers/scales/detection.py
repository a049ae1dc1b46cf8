"""Which protocol a line speaks, from bytes only listened to. Pure; nothing is ever sent.

Every protocol of the catalogue is tried on what was heard, as it is and, where the bytes look like
it, as 7-bit characters with their parity. A candidate must explain most of several seconds by good
frames; the best are named, all of them where the bytes cannot tell them apart. Those that read the
very same weights and flags are one candidate under several names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.framer import BETWEEN_FRAMES, feed
from drivers.scales.parity import DAMAGED, TABLES
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight

LEAST_FRAMES = 3
SURE_FRAMES = {"checksum": 5, "parity": 10, "layout": 10, "none": 20}
LEAST_EXPLAINED_MILLI = 600
SURE_EXPLAINED_MILLI = 950
ALIKE_MILLI = 50  # candidates that explain so nearly as much as the best are its equals
MAX_REJECTS_MILLI = 200
PARITY_MILLI = 980
MOST_KG = 200_000
TRUST_MILLI = {"checksum": 1000, "parity": 950, "layout": 950, "none": 800}


Meaning = tuple[tuple[str, str | None, bool | None, bool | None, bytes], ...]


class Heard(NamedTuple):
    """What came at one speed, 8N1. `arrivals`: (ms since listening began, bytes that came)."""

    baud: int
    data: bytes
    arrivals: tuple[tuple[int, int], ...]
    listened_ms: int


class Candidate(NamedTuple):
    """A protocol that fits. `parity`: E or O if 7-bit characters came through 8 bits, else None.

    `explained_milli`: share of the bytes that its good frames hold; `score_milli` adds how well the
    frames are protected and how many there were. `same`: names under which all reads alike.
    """

    protocol: str
    baud: int
    parity: str | None
    frames: int
    rejects: int
    explained_milli: int
    score_milli: int
    same: tuple[str, ...] = ()


def seen_parity(data: bytes) -> str | None:
    """E or O if the bytes are 7-bit characters with a parity bit; None if they are not."""
    if not data or max(data) < 0x80:
        return None
    for parity, table in TABLES.items():
        if data.translate(table).count(DAMAGED) * 1000 <= len(data) * (1000 - PARITY_MILLI):
            return parity
    return None


def find_candidates(heard: Heard) -> tuple[Candidate, ...]:
    """All that fit what was heard at one speed, the best first."""
    found: dict[Meaning, Candidate] = {}
    for variant in _variants(seen_parity(heard.data)):
        meaning, candidate = _try(variant, heard)
        if candidate is None:
            continue
        known = found.get(meaning)
        if known is None:
            found[meaning] = candidate
        elif candidate.protocol not in (known.protocol, *known.same):
            found[meaning] = known._replace(same=(*known.same, candidate.protocol))
    return tuple(sorted(found.values(), key=lambda one: (-one.score_milli, one.protocol)))


def best_of(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best, and those which the bytes cannot tell from it."""
    ranked = sorted(candidates, key=lambda one: (-one.score_milli, one.protocol))
    return tuple(one for one in ranked if one.score_milli + ALIKE_MILLI >= ranked[0].score_milli)


def is_sure(candidate: Candidate) -> bool:
    """Enough good frames and hardly a byte unexplained."""
    needed = SURE_FRAMES[PROTOCOLS[candidate.protocol].integrity]
    return candidate.frames >= needed and candidate.explained_milli >= SURE_EXPLAINED_MILLI


def _variants(parity: str | None) -> Iterator[ScaleProtocol]:
    """All ways to read; those that talk by themselves first, for nobody here has asked."""
    for protocol in sorted(PROTOCOLS.values(), key=lambda one: one.ask is not None):
        if parity is not None and protocol.seen_parity is None:
            yield replace(protocol, seen_parity=parity)
        if protocol.seen_parity in (None, parity):
            yield protocol


def _try(protocol: ScaleProtocol, heard: Heard) -> tuple[Meaning, Candidate | None]:
    fed = feed(protocol, b"", heard.data)
    good = [reading for reading in fed.readings if not isinstance(reading, Reject)]
    weights = [reading for reading in good if isinstance(reading, Weight)]
    rejects = len(fed.readings) - len(good)
    meaning = tuple((w.text, w.unit, w.stable, w.net, w.raw) for w in weights)
    if not _is_possible(protocol, good, weights, rejects):
        return meaning, None
    total = len(heard.data.translate(None, BETWEEN_FRAMES))
    inside = sum(len(reading.raw.translate(None, BETWEEN_FRAMES)) for reading in good)
    open_end = len(fed.kept.translate(None, BETWEEN_FRAMES))
    explained = min(1000, 1000 * inside // max(1, total - open_end))
    if explained < LEAST_EXPLAINED_MILLI:
        return meaning, None
    needed = SURE_FRAMES[protocol.integrity]
    score = explained * TRUST_MILLI[protocol.integrity] * min(needed, len(good)) // needed // 1000
    place = (protocol.name, heard.baud, protocol.seen_parity)
    return meaning, Candidate(*place, len(good), rejects, explained, score)


def _is_possible(
    protocol: ScaleProtocol, good: Sequence[Reading], weights: list[Weight], rejects: int
) -> bool:
    return (
        len(good) >= LEAST_FRAMES
        and bool(weights)
        and rejects * 1000 <= len(good) * MAX_REJECTS_MILLI
        and all(_is_plausible(weight) for weight in weights)
        and (protocol.integrity != "none" or len({len(one.raw) for one in weights}) == 1)
    )


def _is_plausible(weight: Weight) -> bool:
    return abs(Fraction(weight.text)) <= MOST_KG
