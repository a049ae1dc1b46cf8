"""What the outages of a county have in common: many at once, or one alone at night. Pure.

A line or a grid that fails takes many sites with it; that excuses each of them, and one message
says it. A site that goes dark alone, at night, again and again, is a pattern (domain: H9, F-H05;
its cameras, F-H03). Nothing is concluded here: a person reads both lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from collector.period import ZONE

CAMERA = "CAMERA_"
POWERLESS = ("silent", "POWER", "LEASE")


class Limits(NamedTuple):
    """`together_ms`: outages that begin this close belong together; `fewest`, `share_percent`: how

    many sites, and what share of the county, make a common cause. A night is `night_from` to
    `night_to`, local hours; `nights` of `within_days` make a pattern.
    """

    together_ms: int = 10 * 60_000
    fewest: int = 3
    share_percent: int = 20
    night_from: int = 22
    night_to: int = 6
    nights: int = 3
    within_days: int = 14


class Outage(NamedTuple):
    """One stretch in which a weighbridge was halted or silent; `to_ms` None while it lasts."""

    weighbridge: str
    state: str
    codes: str
    from_ms: int
    to_ms: int | None


class Common(NamedTuple):
    """Outages of many sites that began together."""

    from_ms: int
    outages: tuple[Outage, ...]


class Pattern(NamedTuple):
    """A site dark alone, at night, on so many nights. `code`: F-H03 for cameras, else F-H05."""

    code: str
    weighbridge: str
    nights: tuple[str, ...]


def is_technical(outage: Outage) -> bool:
    """What a failing grid or line can cause; a signed suspension is no outage."""
    if outage.state == "silent":
        return True
    codes = outage.codes.split(",")
    return any(code in POWERLESS or code.startswith(CAMERA) for code in codes)


def common_outages(outages: Iterable[Outage], sites: int, limits: Limits) -> list[Common]:
    """Groups of enough different sites, each beginning within the time of the one before."""
    ordered = sorted(filter(is_technical, outages), key=lambda one: one.from_ms)
    return [
        Common(group[0].from_ms, tuple(group))
        for group in _together(ordered, limits.together_ms)
        if is_many(len({one.weighbridge for one in group}), sites, limits)
    ]


def is_many(found: int, sites: int, limits: Limits) -> bool:
    return found >= limits.fewest and found * 100 >= sites * limits.share_percent


def patterns(
    outages: Sequence[Outage], sites: int, until_ms: int, limits: Limits
) -> Iterator[Pattern]:
    """Sites whose outages, alone and at night, fill enough of the last nights."""
    shared = {one for group in common_outages(outages, sites, limits) for one in group.outages}
    first = _local(until_ms).date() - timedelta(days=limits.within_days)
    nights: dict[tuple[str, str], set[str]] = {}
    for one in outages:
        night = night_of(one, limits)
        if one in shared or night is None or not is_technical(one) or night < first.isoformat():
            continue
        nights.setdefault((code_of(one), one.weighbridge), set()).add(night)
    for (code, weighbridge), found in sorted(nights.items()):
        if len(found) >= limits.nights:
            yield Pattern(code, weighbridge, tuple(sorted(found)))


def code_of(outage: Outage) -> str:
    codes = outage.codes.split(",")
    only_cameras = outage.state != "silent" and all(one.startswith(CAMERA) for one in codes)
    return "F-H03" if only_cameras else "F-H05"


def night_of(outage: Outage, limits: Limits) -> str | None:
    """The day on whose evening the night began in which it began; None by day."""
    at = _local(outage.from_ms)
    if at.hour >= limits.night_from:
        return at.date().isoformat()
    if at.hour < limits.night_to:
        return (at.date() - timedelta(days=1)).isoformat()
    return None


def _together(ordered: Sequence[Outage], within_ms: int) -> Iterator[list[Outage]]:
    group: list[Outage] = []
    for one in ordered:
        if group and one.from_ms - group[-1].from_ms > within_ms:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, ZONE)
