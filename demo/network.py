"""The line between the mine and the bureau, as a TCP forwarder that can be cut and mended."""

import contextlib
import socket
import threading

CHUNK_BYTES = 65536
ACCEPT_S = 0.5


class Line:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`target` while it is whole."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(ACCEPT_S)
        self.port: int = self._listener.getsockname()[1]
        self._whole = threading.Event()
        self._whole.set()
        self._ended = threading.Event()
        self._open: list[socket.socket] = []
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="line", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """The network is gone: every connection breaks, and new ones are dropped at once."""
        self._whole.clear()
        self._drop()

    def mend(self) -> None:
        """The network is back."""
        self._whole.set()

    def stop(self) -> None:
        """Ends the forwarder."""
        self._ended.set()
        self._drop()
        self._thread.join(2 * ACCEPT_S)
        self._listener.close()

    def _drop(self) -> None:
        with self._guard:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            if not self._whole.is_set():
                near.close()
                continue
            self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            near.close()
            return
        near.settimeout(None)
        far.settimeout(None)
        with self._guard:
            self._open += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            sink.sendall(chunk)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
