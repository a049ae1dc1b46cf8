"""Whether a host answers a ping, within a limit. An answer alone is no proof of a working camera.

The socket that needs no privilege first, then a raw one; where this user may open neither (or the
name is not known), it is not known, which is not "no".
"""

import os
import socket
import time
from typing import Any, NamedTuple

from drivers.network.echo import IPV4, IPV6, Kind, is_answer, question

TOKEN_BYTES = 16
MAX_ANSWER_BYTES = 2_048


class _Way(NamedTuple):
    protocol: int
    kind: Kind


WAYS = {
    socket.AF_INET: _Way(socket.IPPROTO_ICMP, IPV4),
    socket.AF_INET6: _Way(socket.IPPROTO_ICMPV6, IPV6),
}


def ping(host: str, limit_s: float) -> bool | None:
    """None: it cannot be asked from here."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError):
        return None
    way = WAYS.get(family)
    line = None if way is None else _opened(family, way)
    if way is None or line is None:
        return None
    with line:
        return _asked(line, way.kind, place, time.monotonic() + limit_s)


def _opened(family: int, way: _Way) -> socket.socket | None:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(family, kind, way.protocol)
        except OSError:
            continue
    return None


def _asked(line: socket.socket, kind: Kind, place: tuple[Any, ...], until_s: float) -> bool | None:
    token, raw = os.urandom(TOKEN_BYTES), line.type == socket.SOCK_RAW
    try:
        line.settimeout(0)
        line.sendto(question(kind, int.from_bytes(token[:2], "big"), token), place)
        while (left_s := until_s - time.monotonic()) > 0:
            line.settimeout(left_s)
            if is_answer(line.recv(MAX_ANSWER_BYTES), kind, token, raw=raw):
                return True
    except PermissionError:
        return None  # our own packet filter keeps it back
    except OSError:
        return False  # no route, nobody answers for that address, or the time is over
    return False
