"""A serial server in the network, raw TCP: `socket://HOST:PORT`. Its line settings are its own.

Every wait is bounded. A peer that closes is lost at once; one that is gone without a word (power,
cable) is found by keepalive probes or by bytes it never acknowledges.
"""

import contextlib
import socket
import time

from drivers.port_address import Server
from drivers.port_lost import PortLost

CONNECT_S = 2.0
READ_TIMEOUT_S = 0.5
READ_BYTES = 256
SETTLE_S = 0.1  # what comes this early was queued by the server before we came
MAX_DISCARDED_BYTES = 1 << 20

# Probes after 10 s without a byte, every 5 s; the third one unanswered ends it.
KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000),
)


def connect(server: Server, limit_s: float = CONNECT_S) -> "NetworkPort":
    """Errors: PortLost P_UNREACHABLE."""
    try:
        line = socket.create_connection((server.host, server.port), limit_s)
    except (OSError, UnicodeError) as error:
        # UnicodeError: a host name that no name server could ever be asked for.
        raise PortLost("P_UNREACHABLE", f"{server.host}:{server.port}: {error}") from None
    return NetworkPort(line)


def keep_alive(line: socket.socket) -> None:
    """Lets the system find out that the peer is gone, within half a minute."""
    for level, option, value in KEEPALIVE:
        line.setsockopt(level, option, value)


class NetworkPort:
    """A connected socket as a port."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        keep_alive(line)
        time.sleep(SETTLE_S)
        self.discard()

    def read(self) -> bytes:
        try:
            data = self._line.recv(READ_BYTES)
        except TimeoutError as error:
            if error.errno is not None:  # the system's own: keepalive gave the peer up
                raise PortLost("P_VANISHED", str(error)) from None
            return b""
        except OSError as error:
            raise PortLost("P_VANISHED", str(error)) from None
        if not data:
            raise PortLost("P_VANISHED", "the serial server closed the connection")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._line.sendall(data)
        except TimeoutError as error:
            raise PortLost("P_STUCK", str(error)) from None
        except OSError as error:
            raise PortLost("P_VANISHED", str(error)) from None

    def discard(self) -> None:
        left = MAX_DISCARDED_BYTES
        self._line.settimeout(0)
        with contextlib.suppress(OSError):  # a peer that closed is for the next read to find
            while left > 0 and (data := self._line.recv(READ_BYTES)):
                left -= len(data)
        self._line.settimeout(READ_TIMEOUT_S)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
