"""Finding the cameras of a network and asking each what it is: WS-Discovery, then ONVIF.

Every device has a bounded time; one that answers nothing, or wants another login, is told as such.
An answer to the search is believed only as far as the host that sent it.
"""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from drivers.onvif.addresses import SERVICE_PATH, service_address, stream_reached
from drivers.onvif.device import OnvifDevice
from drivers.onvif.discovery import PORT, Search, search
from drivers.onvif.facts import Found, Information, Login, OnvifFailed, Profile

AT_ONCE = 8
SURVEY_S = 20.0  # for one device; a question takes at most two
NOTHING_SAID = Information(None, None, None, None)

Tick = Callable[[float, int], None]


@dataclass(frozen=True)
class Surveyed:
    """One device. `failure`: why nothing more is known; `off_ms` None: it did not tell its time."""

    address: str
    name: str | None = None
    hardware: str | None = None
    said: Information = NOTHING_SAID
    off_ms: int | None = None
    profiles: tuple[Profile, ...] = ()
    failure: OnvifFailed | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def main(self) -> Profile | None:
        """The one with most pixels."""
        return max(self.profiles, key=lambda one: one.pixels, default=None)


def look_around(seconds: float, tick: Tick) -> list[Found]:
    """Everybody who answers on any local network."""
    return sorted(search(Search(seconds, tick=tick)), key=lambda one: socket.inet_aton(one.host))


def look_at(place: str, seconds: float, tick: Tick) -> list[Found]:
    """The one at `place`; where it answers no probe, or a port is named, its usual address.

    Errors: OnvifFailed if it is no place.
    """
    address = service_address(place)
    found: list[Found] = []
    if "://" not in place and urlsplit(address).port is None:
        found = search(Search(seconds, urlsplit(address).hostname, PORT, tick, enough=1))
    return found or [Found(urlsplit(address).hostname or "", (address,), None, None, None)]


def survey_all(found: list[Found], login: Login | None) -> Iterator[Surveyed]:
    """In the order they were found."""
    with ThreadPoolExecutor(AT_ONCE) as askers:
        yield from askers.map(lambda one: survey(one, login), found)


def survey(found: Found, login: Login | None) -> Surveyed:
    """All that one device tells, as far as it goes."""
    address = _address(found)
    begun = Surveyed(address, found.name, found.hardware)
    device = None
    try:
        device = OnvifDevice(address, login)
        return _asked(device, begun)
    except OnvifFailed as failed:
        return replace(begun, failure=failed)
    finally:
        if device is not None:
            device.close()


def _asked(device: OnvifDevice, begun: Surveyed) -> Surveyed:
    began_s = time.monotonic()
    known = replace(begun, off_ms=device.off_ms())
    profiles: list[Profile] = []
    try:
        known = replace(known, said=device.information())
        for profile in device.profiles():
            in_time = time.monotonic() - began_s < SURVEY_S
            profiles.append(device.with_addresses(profile) if in_time else profile)
    except OnvifFailed as failed:
        return replace(known, profiles=tuple(profiles), failure=failed)
    return replace(known, profiles=tuple(profiles))


def _address(found: Found) -> str:
    """Where it says it is, but at the host that answered."""
    base = f"http://{found.host}" if ":" not in found.host else f"http://[{found.host}]"
    for named in found.addresses:
        ours = stream_reached(named, base)
        if ours is not None:
            return ours
    return f"{base}{SERVICE_PATH}"
