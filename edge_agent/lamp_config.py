"""The `[[lamp]]` parts of the configuration: lamps on relays, and the cameras that see them.

A board may be shared by lamps and the barrier, then under one address; every relay has one use.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

import msgspec

from drivers.cameras.judging.measures.scene import Area
from drivers.port_address import address_fault

Channel = Annotated[int, msgspec.Meta(ge=1, le=16)]


class Line(NamedTuple):
    """What hangs on a relay, and how its board is spoken to."""

    device: str
    baud: int


class LampConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lamp. `every_s`: from one round's beginning to the next, at most.

    `settle_ms`: from the relay's switching until every camera's pictures show it.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    port: str
    cameras: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=16)]
    channel: Channel = 2
    baud: Annotated[int, msgspec.Meta(ge=300, le=115_200)] = 9600
    every_s: Annotated[int, msgspec.Meta(ge=30, le=3_600)] = 45
    settle_ms: Annotated[int, msgspec.Meta(ge=200, le=5_000)] = 1_500


def lamp_area(box: str) -> Area | None:
    """The area of a camera's `lamp_box`: x,y,width,height in 1/1000 of the picture.

    Errors: ValueError, not within the picture.
    """
    if not box:
        return None
    left, top, width, height = (int(part) for part in box.split(","))
    area = Area(left, top, left + width, top + height)
    if not (width and height and area.right <= 1000 and area.bottom <= 1000):
        raise ValueError(f"lamp_box {box}: not within 1000,1000")
    return area


def lamp_fault(
    lamps: tuple[LampConfig, ...], cameras: Iterable[str], taken: Mapping[tuple[str, int], Line]
) -> str | None:
    """What no single field can tell. `taken`: by port and channel, what hangs there already."""
    known, seen, lines = set(cameras), set[str](), dict(taken)
    bauds = {port: line.baud for (port, _), line in taken.items()}
    for lamp in lamps:
        if (fault := address_fault(lamp.port)) is not None:
            return f"lamp {lamp.name}: port: {fault}"
        if missing := [name for name in lamp.cameras if name not in known]:
            return f"lamp {lamp.name}: no camera {missing[0]}"
        if twice := seen.intersection(lamp.cameras):
            return f"lamp {lamp.name}: camera {min(twice)} sees another lamp"
        relay = (lamp.port, lamp.channel)
        if relay in lines:
            return f"lamp {lamp.name}: channel {lamp.channel} is that of {lines[relay].device}"
        if bauds.setdefault(lamp.port, lamp.baud) != lamp.baud:
            return f"lamp {lamp.name}: one port, two values of baud"
        seen.update(lamp.cameras)
        lines[relay] = Line(f"lamp {lamp.name}", lamp.baud)
    return None
