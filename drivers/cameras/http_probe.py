"""Asks a camera over HTTP whether it answers at all, without logging in and without its pictures.

One GET that is given up with the status line, so that a stream is hardly begun. A login that is
asked for is an answer; whether ours is right, the reader of the pictures knows.
"""

import re
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from drivers.cameras.sources import BROKEN, NOT_FOUND, REFUSED, SILENT

PORTS = {"http": 80, "https": 443}
PIECE_BYTES, MAX_LINE_BYTES = 512, 1_024
STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
GONE = frozenset({404, 410})


class Place(NamedTuple):
    """Where to ask, and for what."""

    host: str
    port: int
    path: str
    is_secure: bool


def read_place(url: str) -> Place | None:
    """None when no host or port can be read from it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme.lower())
    except ValueError:
        return None
    if not host or port is None:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, port, path, parts.scheme.lower() == "https")


def probe(url: str, limit_s: float) -> str | None:
    """Why it would not answer, in a word of sources.py; None: it answers."""
    place, until_s = read_place(url), time.monotonic() + limit_s
    if place is None:
        return NOT_FOUND
    try:
        with socket.create_connection((place.host, place.port), limit_s) as line:
            return _ask(line, place, until_s)
    except ssl.SSLCertVerificationError:
        return None  # somebody is there, and speaks
    except TimeoutError:
        return SILENT
    except ConnectionRefusedError:
        return REFUSED
    except (OSError, UnicodeError):
        return SILENT if time.monotonic() >= until_s else BROKEN


def _ask(line: socket.socket, place: Place, until_s: float) -> str | None:
    line.settimeout(_left_s(until_s))
    if place.is_secure:
        line = ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
    host = f"[{place.host}]" if ":" in place.host else place.host
    asked = f"GET {place.path} HTTP/1.1\r\nHost: {host}:{place.port}\r\nConnection: close\r\n\r\n"
    line.sendall(asked.encode("utf-8"))
    data = b""
    while b"\r\n" not in data and len(data) < MAX_LINE_BYTES:
        line.settimeout(_left_s(until_s))
        piece = line.recv(PIECE_BYTES)
        if not piece:
            return BROKEN
        data += piece
    status = STATUS.match(data)
    if status is None:
        return BROKEN
    return NOT_FOUND if int(status[1]) in GONE else None


def _left_s(until_s: float) -> float:
    left_s = until_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
