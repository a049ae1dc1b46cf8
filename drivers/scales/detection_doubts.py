"""What bytes alone cannot settle about a line, and what its silence may mean. Pure.

A doubt names the protocols between which it stands; nearly always a known load ends it.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.detection import Candidate, Heard
from drivers.scales.framer import feed
from drivers.scales.parity import strip_parity

REVERSED, FORWARD = "yaohua-d2new-reversed", "yaohua-eq-forward"
PLAIN, MULTIPLIED = "toledo-continuous", "toledo-continuous-multiplied"
LEAST_CHANGES = 10
LEANS = 3
QUIET_MS = 1_500
LEAST_BURSTS = 2
SCOREBOARD_BAUD = 600
SCOREBOARD_GROUP = 3
TEXT_MILLI = 500


class Doubt(NamedTuple):
    """`between`: protocols that all fit; `leaning`: the likelier, where there is one."""

    code: str
    between: tuple[str, ...] = ()
    leaning: str | None = None


def find_doubts(best: tuple[Candidate, ...], heard: Heard) -> tuple[Doubt, ...]:
    """All doubts about the best candidates."""
    return tuple(doubt for ask in ASKED for doubt in ask(best, heard))


def direction(best: tuple[Candidate, ...], heard: Heard) -> Iterator[Doubt]:
    """`=` frames read both ways; a minus at one end settles it, changing digits only lean."""
    names = names_of(best)
    if not names & {REVERSED, FORWARD}:
        return
    frames = _frames(best, heard)
    if any(frame[-1:] == b"-" for frame in frames) or any(frame[1:2] == b"-" for frame in frames):
        return
    fit = names & {REVERSED, FORWARD}
    leaning = _lower_end(frames) or (min(fit) if len(fit) == 1 else None)
    yield Doubt("DIRECTION", (REVERSED, FORWARD), leaning)


def tenfold(best: tuple[Candidate, ...], heard: Heard) -> Iterator[Doubt]:
    """Toledo decimal codes 0 and 1: are the fixed zeros among the digits?"""
    if not {PLAIN, MULTIPLIED} & names_of(best):
        return
    if any(frame[1] & 7 < 2 for frame in _frames(best, heard) if len(frame) > 1):
        yield Doubt("TENFOLD", (PLAIN, MULTIPLIED))


def several(best: tuple[Candidate, ...], heard: Heard) -> Iterator[Doubt]:
    """Several protocols explain the same bytes."""
    del heard
    names = tuple(candidate.protocol for candidate in best)
    explained = {REVERSED, FORWARD}, {PLAIN, MULTIPLIED}
    if len(names) > 1 and not any(set(names) <= pair for pair in explained):
        yield Doubt("ALIKE", names)


def only_now_and_then(best: tuple[Candidate, ...], heard: Heard) -> Iterator[Doubt]:
    """Frames in bursts with silence between: it talks only when stable, or another program asks."""
    del best
    times = [at_ms for at_ms, _ in heard.arrivals]
    gaps = [after - before for before, after in pairwise(times)]
    if sum(gap >= QUIET_MS for gap in gaps) >= LEAST_BURSTS - 1 and times:
        yield Doubt("STABLE_ONLY")


ASKED: tuple[Callable[[tuple[Candidate, ...], Heard], Iterator[Doubt]], ...] = (
    direction,
    tenfold,
    several,
    only_now_and_then,
)


def names_of(candidates: tuple[Candidate, ...]) -> set[str]:
    """All names under which they are known."""
    return {name for one in candidates for name in (one.protocol, *one.same)}


def why_nothing(heard: tuple[Heard, ...]) -> str:
    """The code of a line on which no protocol was found.

    SILENT no byte at any speed (dead line, or command mode); SCOREBOARD; UNKNOWN bytes that nobody
    here reads; FEW too few bytes to say anything.
    """
    if not any(one.data for one in heard):
        return "SILENT"
    if any(_is_scoreboard(one) for one in heard):
        return "SCOREBOARD"
    if sum(len(one.data) for one in heard) < 12 * len(heard):
        return "FEW"
    return "UNKNOWN"


def _is_scoreboard(heard: Heard) -> bool:
    """600 baud, groups of three bytes, hardly any text."""
    data = heard.data
    if heard.baud != SCOREBOARD_BAUD or len(data) < 4 * SCOREBOARD_GROUP:
        return False
    text = sum(0x20 <= byte < 0x7F for byte in data)
    return text * 1000 < len(data) * TEXT_MILLI or _repeats(data, SCOREBOARD_GROUP)


def _repeats(data: bytes, period: int) -> bool:
    same = sum(a == b for a, b in zip(data, data[period:], strict=False))
    return same * 1000 >= 900 * (len(data) - period) and len(set(data)) > 1


def _frames(best: tuple[Candidate, ...], heard: Heard) -> list[bytes]:
    first = best[0]
    readings = feed(PROTOCOLS[first.protocol], b"", strip_parity(heard.data, first.parity)).readings
    return [reading.raw for reading in readings]


def _lower_end(frames: list[bytes]) -> str | None:
    """Digits at the low end change most while the load moves; None if they do not say."""
    bodies = [frame[1:] for frame in frames]
    if len({len(body) for body in bodies}) != 1:
        return None
    changes = [0] * len(bodies[0])
    for before, after in pairwise(bodies):
        for place, (a, b) in enumerate(zip(before, after, strict=True)):
            changes[place] += a != b
    half = len(changes) // 2
    left, right = sum(changes[:half]), sum(changes[half:])
    if left + right < LEAST_CHANGES:
        return None
    if left >= LEANS * max(1, right):
        return REVERSED
    return FORWARD if right >= LEANS * max(1, left) else None
