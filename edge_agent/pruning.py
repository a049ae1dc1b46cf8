"""Which evidence may go from this disk: what the collector holds, the oldest first. Pure.

A file that a record names may go when a receipt covers that record and the collector says that it
has the file; it does go when it is older than agreed, or while all of it is more than agreed. A
file that no record names may go by its age alone: nobody will ever ask for it.
"""

from collections.abc import Iterable
from typing import NamedTuple

DAY_MS = 86_400_000
MAX_FILES = 500  # at once: each is one question to the collector


class Held(NamedTuple):
    """A file here. `seq`: the newest record that names it, None: none; `at_ms`: of that record.

    `is_receipted`: a receipt covers it. `is_confirmed`: the collector has the file itself.
    """

    digest: bytes
    size_bytes: int
    seq: int | None
    at_ms: int
    is_receipted: bool = False
    is_confirmed: bool = False

    @property
    def may_go(self) -> bool:
        return self.seq is None or (self.is_receipted and self.is_confirmed)


class Bounds(NamedTuple):
    """How long evidence is kept here, and how much of it: the age, or the bytes, end it."""

    keep_ms: int
    largest_bytes: int


def choose(files: Iterable[Held], now_ms: int, bounds: Bounds) -> tuple[Held, ...]:
    """What goes now, the oldest first."""
    ordered = sorted(files, key=lambda one: (one.at_ms, one.seq or 0, one.digest))
    too_much = sum(one.size_bytes for one in ordered) - bounds.largest_bytes
    chosen: list[Held] = []
    for one in ordered:
        is_old = now_ms - one.at_ms > bounds.keep_ms
        is_too_much = too_much > 0 and one.seq is not None
        if not one.may_go or not (is_old or is_too_much):
            continue
        chosen.append(one)
        too_much -= one.size_bytes
        if len(chosen) == MAX_FILES:
            break
    return tuple(chosen)


def supposed(files: Iterable[Held]) -> list[Held]:
    """As if the collector had all of them: what is worth a question."""
    return [one._replace(is_confirmed=one.is_receipted) for one in files]


class Range(NamedTuple):
    """The records whose evidence is gone in part: none is left below `first`, some up to `last`."""

    first: int
    last: int


def range_of(files: Iterable[Held], chosen: Iterable[Held], before: Range) -> Range:
    """As it stands when the chosen ones are gone."""
    going = {one.digest for one in chosen}
    named = [one for one in files if one.seq is not None]
    last = max((one.seq or 0 for one in named if one.digest in going), default=0)
    last = max(last, before.last)
    left = [one.seq or 0 for one in named if one.digest not in going]
    return Range(max(before.first, min([*left, last + 1])), last)
