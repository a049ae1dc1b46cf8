"""Who is there: a probe to everybody on every local network, or to one address (WS-Discovery).

UDP, a fixed time, a bounded number of answers. An interface that cannot be used is passed over; an
answer may come from anybody and is only a hint where to ask.
"""

import selectors
import socket
import struct
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import NamedTuple

from drivers.onvif.facts import Found
from drivers.onvif.probe_words import TYPES, probe, read_matches

GROUP, PORT = "239.255.255.250", 3702
HOPS = 1
MAX_FOUND = 128
MAX_DATAGRAM = 65_536
MAX_DATAGRAMS = 1_000
REPEAT_S = 0.5  # a probe may be lost: it is sent three times
REPEATS = 3


class Search(NamedTuple):
    """Where to: `host` None is everybody. `tick` hears, twice a second, the seconds left.

    It is over sooner once there are `enough`.
    """

    seconds: float
    host: str | None = None
    port: int = PORT
    tick: Callable[[float, int], None] = lambda _left_s, _found: None
    enough: int = MAX_FOUND


def search(asked: Search) -> list[Found]:
    """All devices that answer in time, in the order they did; each once."""
    found: dict[tuple[str, ...], Found] = {}
    with ExitStack() as opened:
        sockets = [opened.enter_context(one) for one in _sockets(asked.host)]
        eyes = opened.enter_context(selectors.DefaultSelector())
        for one in sockets:
            eyes.register(one, selectors.EVENT_READ)
        for match in _answers(asked, sockets, eyes, found):
            found.setdefault(match.addresses, match)
            if len(found) >= asked.enough:
                break
    return list(found.values())


def _answers(
    asked: Search,
    sockets: list[socket.socket],
    eyes: selectors.BaseSelector,
    found: dict[tuple[str, ...], Found],
) -> Iterator[Found]:
    began_s, sent, datagrams = time.monotonic(), 0, 0
    while (passed_s := time.monotonic() - began_s) < asked.seconds:
        if sent < REPEATS and passed_s >= sent * REPEAT_S:
            _send(asked, sockets)
            sent += 1
        asked.tick(asked.seconds - passed_s, len(found))
        for key, _ in eyes.select(min(REPEAT_S, asked.seconds - passed_s)):
            datagrams += 1
            if datagrams > MAX_DATAGRAMS:
                return
            yield from _received(key.fileobj)  # type: ignore[arg-type]  # sockets are registered


def _received(one: socket.socket) -> tuple[Found, ...]:
    try:
        data, sender = one.recvfrom(MAX_DATAGRAM)
    except OSError:  # what an unreachable address sends back
        return ()
    return read_matches(data, sender[0])


def _send(asked: Search, sockets: list[socket.socket]) -> None:
    for one in sockets:
        for kind in TYPES:
            with suppress(OSError):
                one.sendto(probe(kind, uuid.uuid4()), (asked.host or GROUP, asked.port))


def _sockets(host: str | None) -> Iterator[socket.socket]:
    """One for each interface, or one for a single address."""
    if host is not None:
        yield _socket()
        return
    for index, _name in socket.if_nameindex():
        one = _socket()
        try:
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _interface(index))
        except OSError:
            one.close()
            continue
        yield one


def _socket() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)  # noqa: FBT003 # the library's way
    return one


def _interface(index: int) -> bytes:
    """An `ip_mreqn`: the interface by its number alone, whatever addresses it has."""
    return struct.pack("4s4si", b"\0" * 4, b"\0" * 4, index)
