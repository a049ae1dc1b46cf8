"""A line to a server that breaks after so many bytes from the sender, again and again."""

import socket
import threading
from contextlib import suppress

PIECE_BYTES = 65_536


class CuttingLine:
    """A forwarder; `cuts`: how often it broke; `carried`: bytes of requests that got through."""

    def __init__(self, port: int, cut_after: int) -> None:
        self._port = port
        self._cut_after = cut_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.cuts = 0
        self.carried = 0

    def __enter__(self) -> "CuttingLine":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._port))
        threading.Thread(target=copy, args=(far, near), daemon=True).start()
        passed = 0
        with near, far, suppress(OSError):
            while data := near.recv(PIECE_BYTES):
                far.sendall(data)
                passed += len(data)
                self.carried += len(data)
                if passed >= self._cut_after:
                    self.cuts += 1
                    break
            shut(far)
            shut(near)


def copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(PIECE_BYTES):
            sink.sendall(data)
    shut(sink)


def shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
