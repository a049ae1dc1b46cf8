"""Which device an address means now. Pure: the list of present adapters is given.

usb:VID:PID          the one adapter of that make           usb:1A86:7523
usb:VID:PID:SERIAL   the one with that serial number        usb:0403:6001:A50285BI
usb:@PLACE           whatever is plugged in at that place   usb:@1-1.4  (also behind VID:PID)
anything else        a path, /dev/serial/by-id/… among them, or socket:// and rfc2217://HOST:PORT

A replugged adapter may come back under another name, so this is asked at every opening. Of two
adapters that both fit none is taken: the wrong one would be another instrument.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from drivers.port_lost import PortLost

USB = re.compile(
    r"usb:(?:(?P<vid>[0-9a-f]{4}):(?P<pid>[0-9a-f]{4})(?::(?P<serial>[^:@]+))?)?"
    r"(?:@(?P<place>\d+-\d+(?:\.\d+)*(?::\d+\.\d+)?))?",
    re.IGNORECASE,
)
SERVERS = ("socket", "rfc2217")


class Adapter(Protocol):
    """One present port, as pyserial's `list_ports` tells it; the numbers only if it is on USB."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None


class Usb(NamedTuple):
    """What an adapter must be; None where the address does not say."""

    vid: int | None
    pid: int | None
    serial: str | None
    place: str | None


class Server(NamedTuple):
    """A serial server in the network: `scheme` is one of SERVERS."""

    scheme: str
    host: str
    port: int


def read_address(url: str) -> Usb | Server | str:
    """What the address says; a string is a path. Errors: PortLost P_URL."""
    if url.lower().startswith("usb:"):
        return _usb(url)
    if "://" in url:
        return _server(url)
    if not url.strip() or "\0" in url:
        raise PortLost("P_URL", f"no path: {url!r}")
    return url


def address_fault(url: str) -> str | None:
    """What is wrong with an address; None if it can be one."""
    try:
        read_address(url)
    except PortLost as fault:
        return fault.detail
    return None


def device_of(wanted: Usb, present: Iterable[Adapter]) -> str:
    """The path of the one adapter that fits. Errors: PortLost P_ABSENT, P_AMBIGUOUS."""
    found = sorted({adapter.device for adapter in present if _fits(adapter, wanted)})
    if not found:
        raise PortLost("P_ABSENT", "no such adapter is plugged in")
    if len(found) > 1:
        raise PortLost("P_AMBIGUOUS", ", ".join(found))
    return found[0]


def _usb(url: str) -> Usb:
    match = USB.fullmatch(url)
    if match is None or not (match["vid"] or match["place"]):
        raise PortLost("P_URL", f"{url!r}: usb:VID:PID[:SERIAL][@PLACE] or usb:@PLACE")
    vid, pid = (None if match[name] is None else int(match[name], 16) for name in ("vid", "pid"))
    return Usb(vid, pid, match["serial"], match["place"])


def _server(url: str) -> Server:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise PortLost("P_URL", f"{url!r}: {error}") from None
    if parts.scheme not in SERVERS or not host or not port:
        raise PortLost("P_URL", f"{url!r}: socket://HOST:PORT or rfc2217://HOST:PORT")
    return Server(parts.scheme, host, port)


def _fits(adapter: Adapter, wanted: Usb) -> bool:
    if wanted.vid is not None and (adapter.vid, adapter.pid) != (wanted.vid, wanted.pid):
        return False
    serial = adapter.serial_number or ""
    if wanted.serial is not None and serial.casefold() != wanted.serial.casefold():
        return False
    # An adapter with several ports adds the port's own number: 1-1.4:1.0.
    place = adapter.location or ""
    return wanted.place is None or place == wanted.place or place.startswith(f"{wanted.place}:")
