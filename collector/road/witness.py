"""Scans from the road as witnesses: what they say against a book, and against each other. Pure.

A slip names record, head and totals of its weighbridge; one that does not agree with what the
bureau holds shows a second book or an older copy of it put back, however long the deck stays
offline. One slip at two places says more than its load can travel.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

FORK, TWO_PLACES, LATE = "F-X03", "F-T03", "F-T08"
EARTH_KM = 6_371
MAX_KMH = 120
HOUR_MS = 3_600_000


class Scan(NamedTuple):
    """One slip as somebody met it; a place only where the phone knew it (1/1000000 degree)."""

    at_ms: int
    weighbridge: str
    epoch: int
    seq: int
    head: bytes
    sold_ms: int
    ticket_no: str
    plate: str
    lat_micro: int | None = None
    lon_micro: int | None = None


class Held(NamedTuple):
    """What the bureau holds at that place of the book."""

    digest: bytes
    ticket_no: str | None
    plate: str | None


class Exposed(NamedTuple):
    code: str
    weighbridge: str
    detail: str


def against_book(scan: Scan, held: Held | None) -> Iterator[Exposed]:
    """A record that is not there yet is owed, no contradiction."""
    if held is None:
        return
    place = f"{scan.epoch}/{scan.seq}"
    if not held.digest.startswith(scan.head):
        said = f"slip on the road names another head: {place} {scan.head.hex()}"
        yield Exposed(FORK, scan.weighbridge, said)
    elif (held.ticket_no, held.plate) != (scan.ticket_no, scan.plate):
        yield Exposed(FORK, scan.weighbridge, f"slip and record differ: {place}")


def against_each_other(scans: Iterable[Scan], travel_hours: int) -> Iterator[Exposed]:
    """The scans of one ticket: two books, impossible ways, and trips after its time."""
    ordered = sorted(scans, key=lambda scan: scan.at_ms)
    for one, other in pairwise(ordered):
        told = f"ticket {one.ticket_no}"
        same = (one.weighbridge, one.epoch, one.seq, one.head)
        if same != (other.weighbridge, other.epoch, other.seq, other.head):
            yield Exposed(TWO_PLACES, other.weighbridge, f"{told} on two slips")
        elif speed_kmh(one, other) > MAX_KMH:
            yield Exposed(TWO_PLACES, other.weighbridge, f"{told} at two places at once")
    for scan in ordered:
        if scan.at_ms - scan.sold_ms > travel_hours * HOUR_MS:
            yield Exposed(LATE, scan.weighbridge, f"ticket {scan.ticket_no} seen after its time")


def speed_kmh(one: Scan, other: Scan) -> int:
    """How fast it went from one to the other; 0 where a place is not known, or hardly differs."""
    if None in (one.lat_micro, one.lon_micro, other.lat_micro, other.lon_micro):
        return 0
    km = distance_km(one, other)
    if km < 1:
        return 0
    hours = max(abs(other.at_ms - one.at_ms), 1) / HOUR_MS
    return min(round(km / hours), 1_000_000)


def distance_km(one: Scan, other: Scan) -> float:
    """Along the earth (haversine)."""
    lat1, lon1, lat2, lon2 = (
        radians((micro or 0) / 1e6)
        for micro in (one.lat_micro, one.lon_micro, other.lat_micro, other.lon_micro)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
