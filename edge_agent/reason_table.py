"""Why a camera gives nothing: one table from what the probes found to one reason. Pure.

The first row that fits decides. Ping is never proof of life of the camera's service, only of its
power; "not known" (None) proves nothing either way.
"""

from collections.abc import Callable
from typing import NamedTuple

from drivers.cameras.sources import (
    NOT_FOUND,
    OPENING,
    PLAYING,
    SILENT,
    UNAUTHORISED,
    UNDECODABLE,
)
from drivers.network.reach import Door
from edge_agent.reasons import Reason


class Probes(NamedTuple):
    """What is known of one camera. None: not asked, not known, or the answer is still out.

    `late`: our own look was late. `plays`: packets arrive. `stream`: how its reader found it, a
    word of sources.py. `ping`, `door`: its address and its port. `service`: why it would not play
    (a word of sources.py), "" where nothing speaks against it. `others`: whether other cameras of
    the site are reached; `gateway`: whether it answers. `link`: our own network card's. `mains`:
    the site's.
    """

    late: bool = False
    plays: bool = False
    stream: str = ""
    ping: bool | None = None
    door: Door | None = None
    service: str | None = None
    others: bool | None = None
    gateway: bool | None = None
    link: bool | None = None
    mains: bool | None = None


SPEAKS = ("", UNAUTHORISED, NOT_FOUND)
AT_IT = (PLAYING, OPENING, SILENT)  # its reader has, or had, a stream and gets nothing out of it


def is_gone(probes: Probes) -> bool:
    """Nobody answers at its address. A ping that cannot be asked does not count."""
    return probes.door is Door.SILENT and probes.ping is not True


def _has_switch(probes: Probes) -> bool | None:
    """Whether what lies between us works: other cameras tell it best, else the gateway."""
    return probes.gateway if probes.others is None else probes.others


def _speaks(probes: Probes) -> bool:
    return probes.door is Door.OPEN and probes.service in SPEAKS


class Row(NamedTuple):
    reason: Reason
    fits: Callable[[Probes], bool]


ROWS: tuple[Row, ...] = (
    Row(Reason.OWN_PC, lambda p: p.late),
    Row(Reason.PICTURE, lambda p: p.plays),
    Row(Reason.OWN_LINK, lambda p: p.link is False),
    Row(Reason.MAINS, lambda p: is_gone(p) and p.mains is False),
    Row(Reason.POWER_OR_CABLE, lambda p: is_gone(p) and _has_switch(p) is True),
    Row(Reason.NETWORK, lambda p: is_gone(p) and _has_switch(p) is False),
    Row(Reason.UNREACHABLE, is_gone),
    Row(Reason.SERVICE_DOWN, lambda p: p.door is Door.REFUSED),
    Row(Reason.PASSWORD, lambda p: p.stream == UNAUTHORISED or p.service == UNAUTHORISED),
    Row(Reason.PATH, lambda p: p.stream == NOT_FOUND or p.service == NOT_FOUND),
    Row(Reason.CODEC, lambda p: p.stream == UNDECODABLE),
    Row(Reason.HUNG, lambda p: p.door is Door.SILENT),
    Row(Reason.HUNG, lambda p: p.door is Door.OPEN and p.service not in (None, *SPEAKS)),
    Row(Reason.ENCODER, lambda p: _speaks(p) and p.stream in AT_IT),
)


def reason_of(probes: Probes) -> Reason:
    """One reason, always."""
    return next((row.reason for row in ROWS if row.fits(probes)), Reason.UNKNOWN)
