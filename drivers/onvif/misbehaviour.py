"""What a broken or hostile device may answer with, byte by byte; for the simulator."""

import gzip
import threading
from collections.abc import Callable, Iterator

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><a>&a9;</a>"
).encode()
OUTSIDE = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]><a>&f;</a>'
DRIP_S = 0.05
SOAP = "Content-Type: application/soap+xml"

Pieces = Callable[[threading.Event], Iterator[bytes]]


def _whole(status: str, head: str, body: bytes) -> Pieces:
    lines = f"HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda _ended: iter([lines.encode() + body])


def _endless(ended: threading.Event) -> Iterator[bytes]:
    yield f"HTTP/1.1 200 OK\r\n{SOAP}\r\n\r\n<a>".encode()
    while not ended.is_set():
        yield b"<b/>" * 16_384


def _drip(first: str, piece: bytes) -> Pieces:
    def drops(ended: threading.Event) -> Iterator[bytes]:
        yield first.encode()
        while not ended.wait(DRIP_S):
            yield piece

    return drops


def _hang(ended: threading.Event) -> Iterator[bytes]:
    ended.wait()
    yield from ()


MISBEHAVIOURS: dict[str, Pieces] = {
    "garbage": _whole("200 OK", SOAP, bytes(range(256)) * 8),
    "web page": _whole("200 OK", "Content-Type: text/html", b"<html><body>Login</body></html>"),
    "bomb": _whole("200 OK", SOAP, BOMB),
    "outside": _whole("200 OK", SOAP, OUTSIDE),
    "deep": _whole("200 OK", SOAP, b"<a>" * 50_000 + b"</a>" * 50_000),
    "wide": _whole("200 OK", SOAP, b"<a>" + b"<b/>" * 200_000 + b"</a>"),
    "packed": _whole("200 OK", f"{SOAP}\r\nContent-Encoding: gzip", gzip.compress(bytes(1 << 26))),
    "redirect": _whole("302 Found", "Location: http://127.0.0.1:9/elsewhere", b""),
    "not there": _whole("404 Not Found", "Content-Type: text/html", b"<html/>"),
    "overloaded": _whole("503 Service Unavailable", "Content-Type: text/plain", b"busy"),
    "odd digest": _whole("401 Unauthorized", "WWW-Authenticate: Digest nonsense", b""),
    "odd algorithm": _whole(
        "401 Unauthorized", 'WWW-Authenticate: Digest realm="a", nonce="b", algorithm=XYZ', b""
    ),
    "asks basic": _whole("401 Unauthorized", 'WWW-Authenticate: Basic realm="a"', b""),
    "no http": lambda _ended: iter([b"\x00\x01\x02 nothing\r\n\r\n"]),
    "cut": lambda _ended: iter(
        [f"HTTP/1.1 200 OK\r\n{SOAP}\r\nContent-Length: 999\r\n\r\n<a".encode()]
    ),
    "endless": _endless,
    "slow body": _drip(f"HTTP/1.1 200 OK\r\n{SOAP}\r\n\r\n", b" "),
    "slow head": _drip("HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "hang": _hang,
}
