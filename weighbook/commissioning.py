"""Which calibration of a device is in force, as its records and the bureau's approvals tell it.

One definition for the weighbridge, which judges by it, and the bureau, which looks at what awaits
its approval. In force at once: a camera's first, and the night picture that completes it. The rest
awaits an order that approves the site, signed after the record was written. Pure.
"""

from typing import NamedTuple

from weighbook.bodies import Calibration

COLOUR, INFRARED = "colour", "infrared"  # by what light a reference picture was taken


class Calibrated(NamedTuple):
    """One calibration by its digest; `day` of all that is not about the night."""

    digest: bytes
    day: bytes | None
    has_night: bool


class Commissioned(NamedTuple):
    """A device's calibration in force, and one that has awaited approval since then."""

    in_force: Calibrated
    awaits: Calibrated | None = None
    since_ms: int = 0


def calibrated_by(body: Calibration) -> Calibrated:
    """What a record says of it."""
    has_night = any(light == INFRARED for light, _ in body.pictures or ())
    return Calibrated(body.evidence, body.day, has_night)


def after_record(known: Commissioned | None, new: Calibrated, at_ms: int) -> Commissioned:
    """After a record of `at_ms`; the newest of several is what awaits."""
    if known is None:
        return Commissioned(new)
    if is_its_first_night(known.in_force, new):
        return known._replace(in_force=new)
    return known._replace(awaits=new, since_ms=at_ms)


def after_approval(known: Commissioned, at_ms: int) -> Commissioned:
    """The site was approved as it was at `at_ms`: not what was calibrated since."""
    if known.awaits is None or known.since_ms > at_ms:
        return known
    return Commissioned(known.awaits)


def is_its_first_night(before: Calibrated, new: Calibrated) -> bool:
    """Whether it only completes what was commissioned by day."""
    completes = new.has_night and not before.has_night
    return completes and new.day is not None and new.day == before.day
