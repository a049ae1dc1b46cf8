"""HTTP with one limit of time and one of size for an exchange, whatever the other side does.

httpx limits each wait by itself, so that a device which sends a byte a second is never too late.
Here every wait gets what is left until the deadline. Nothing is unpacked. Only a name server may
take longer.
"""

import time
from collections.abc import Iterable, Iterator
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from drivers.onvif.facts import OVERSIZED, UNREADABLE, OnvifFailed


class Deadline:
    """`start` before each exchange."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._until_s = 0.0

    def start(self) -> None:
        self._until_s = time.monotonic() + self._limit_s

    def left_s(self) -> float:
        """Errors: httpcore.ReadTimeout once there is nothing left."""
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("the whole exchange took too long")
        return left_s


# These three are the places httpx and httpcore have for another way to wait.
class BoundedTransport(httpx.BaseTransport):
    """Gives httpx its answers. A connection for each: small devices close those that are kept."""

    def __init__(self, limit_s: float, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.deadline = Deadline(limit_s)
        self._pool = httpcore.ConnectionPool(
            max_connections=1, max_keepalive_connections=0, network_backend=_Backend(self.deadline)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.read(),
        )
        answer = self._pool.handle_request(asked)
        stream = _Stream(answer.stream, self._max_bytes)  # type: ignore[arg-type]  # a synchronous pool's
        if any(name.lower() == b"content-encoding" for name, _ in answer.headers):
            stream.close()
            raise OnvifFailed(UNREADABLE, "a packed answer nobody asked for")
        return httpx.Response(answer.status, headers=answer.headers, stream=stream)

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, pieces: Iterable[bytes], max_bytes: int) -> None:
        self._pieces = pieces
        self._left = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise OnvifFailed(OVERSIZED, "the answer does not end")
            yield piece

    def close(self) -> None:
        if hasattr(self._pieces, "close"):
            self._pieces.close()


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        left_s = self._deadline.left_s()
        made = super().connect_tcp(host, port, left_s, local_address, socket_options)
        return _TimedStream(made, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, self._deadline.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, self._deadline.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        safe = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left_s())
        return _TimedStream(safe, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
