"""By which interface a host is reached, over which gateway, and whether our own end has a link.

What Linux says of itself (/proc/net/route, /sys/class/net). IPv4; of IPv6 nothing is known here.
"""

import socket
import struct
from pathlib import Path
from typing import NamedTuple

ROUTES = Path("/proc/net/route")
INTERFACES = Path("/sys/class/net")
LOOPBACK, LOOPBACK_NETWORK = "lo", 127
COLUMNS = 8
UP, HAS_GATEWAY = 0x1, 0x2
DOWN = frozenset({"down", "lowerlayerdown", "notpresent"})


class Route(NamedTuple):
    """`gateway` 0: the network lies on the interface itself."""

    interface: str
    network: int
    gateway: int
    mask: int
    metric: int = 0


class Way(NamedTuple):
    """`gateway` None: there is none on this interface."""

    interface: str
    gateway: str | None


def read_routes(text: str) -> tuple[Route, ...]:
    """The routes that are up; a line that is none is left out."""
    found = []
    for line in text.splitlines()[1:]:
        words = line.split()
        try:
            network, gateway, mask = (_word(words[at]) for at in (1, 2, 7))
            flags, metric = int(words[3], 16), int(words[6])
        except (IndexError, ValueError, struct.error):
            continue
        if flags & UP:
            gateway = gateway if flags & HAS_GATEWAY else 0
            found.append(Route(words[0], network, gateway, mask, metric))
    return tuple(found)


def way_to(address: str, routes: tuple[Route, ...]) -> Way | None:
    """The longest match decides. A host beside us has the interface's default gateway, if any."""
    try:
        host = int.from_bytes(socket.inet_aton(address), "big")
    except OSError:
        return None
    if host >> 24 == LOOPBACK_NETWORK:
        return Way(LOOPBACK, None)
    fits = [route for route in routes if host & route.mask == route.network]
    if not fits:
        return None
    best = max(fits, key=lambda route: (route.mask, -route.metric))
    gateway = best.gateway or next(
        (r.gateway for r in routes if r.interface == best.interface and r.gateway), 0
    )
    return Way(best.interface, _dotted(gateway) if gateway else None)


def way_of(host: str, routes: Path = ROUTES) -> Way | None:
    """As `way_to`, by this machine's own table. None: not known."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
        table = routes.read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return way_to(str(found[0][4][0]), read_routes(table))


def has_link(interface: str, folder: Path = INTERFACES) -> bool | None:
    """Whether its cable is plugged in and its other end is alive; None: not known."""
    place = folder / interface
    if "/" in interface or not place.is_dir():
        return None
    try:
        state = (place / "operstate").read_text(encoding="ascii").strip()
        carrier = (place / "carrier").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return False  # Linux refuses to read the carrier of one that is switched off
    return carrier == "1" and state not in DOWN


def _word(text: str) -> int:
    """The table writes addresses as the machine has them in memory."""
    return int.from_bytes(struct.pack("=I", int(text, 16)), "big")


def _dotted(address: int) -> str:
    return socket.inet_ntoa(address.to_bytes(4, "big"))
