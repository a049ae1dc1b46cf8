"""What a check finds (a sample), and what is said about it (a verdict).

Measured values and limits are integers under names that end in their unit, so that they can be
recorded and drawn as they are; `in_words` is for people.
"""

from enum import StrEnum
from typing import NamedTuple

LOST, SLOW, FROZEN = "CAMERA_LOST", "CAMERA_SLOW", "CAMERA_FROZEN"
BLIND, MOVED, NOT_HD, CLOCK = "CAMERA_BLIND", "CAMERA_MOVED", "CAMERA_NOT_HD", "CAMERA_CLOCK"

Values = dict[str, int]


class Grade(StrEnum):
    """One sample: FAIR is neither bad nor good enough to come back; IDLE has nothing to go by."""

    GOOD = "good"
    FAIR = "fair"
    SUSPECT = "suspect"
    BAD = "bad"
    IDLE = "idle"


class State(StrEnum):
    """UNPROVEN: nothing has disproved the fault since the start."""

    OK = "ok"
    SUSPECT = "suspect"
    FAULT = "fault"
    UNPROVEN = "unproven"


class Sample(NamedTuple):
    """What one check found now.

    `patient`: something harmless may explain it, wait longer. `fresh`: begins a new run of bad
    samples, it does not continue the last. `holds`: good, but not enough to come back on.
    """

    grade: Grade
    measured: Values
    limit: Values
    patient: bool = False
    fresh: bool = False
    holds: bool = False


class Verdict(NamedTuple):
    """One check's word: `code` is the cause to raise while `state` is FAULT or UNPROVEN."""

    check: str
    code: str
    state: State
    measured: Values
    limit: Values
    stops: bool

    @property
    def ok(self) -> bool:
        return self.state in (State.OK, State.SUSPECT)


def worst(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """One verdict per code: the worst, the first in running order among equals."""
    rank = {State.OK: 0, State.SUSPECT: 1, State.UNPROVEN: 2, State.FAULT: 3}
    found: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = found.get(verdict.code)
        if known is None or rank[verdict.state] > rank[known.state]:
            found[verdict.code] = verdict
    return tuple(found.values())


def in_words(values: Values) -> str:
    """`age 2.600 s, scene 0.412`: the unit at a name's end decides how a number is written."""
    return ", ".join(_one(name, value) for name, value in values.items())


def _one(name: str, value: int) -> str:
    for ending, digits, unit in (("_ms", 3, " s"), ("_milli", 3, ""), ("_micro", 6, "")):
        if name.endswith(ending):
            sign, size = "-" if value < 0 else "", abs(value)
            whole, rest = divmod(size, 10**digits)
            return f"{_spaced(name, ending)} {sign}{whole}.{rest:0{digits}}{unit}"
    return f"{_spaced(name, '')} {value}"


def _spaced(name: str, ending: str) -> str:
    return name.removesuffix(ending).replace("_", " ")
