"""Real peers for ports: a TCP server, and a serial server that speaks RFC 2217."""

import re
import select
import socket
import threading

import serial
from serial.rfc2217 import PortManager

LIMIT_S = 5.0
SET_CONTROL = re.compile(rb"\xff\xfa\x2c\x05(.)\xff\xf0", re.DOTALL)
CONTROLS = {8: "DTR on", 9: "DTR off", 11: "RTS on", 12: "RTS off"}


class TcpServer:
    """Listens on a port of this machine; the test takes each connection itself."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(LIMIT_S)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"socket://127.0.0.1:{self.port}"

    def accept(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(LIMIT_S)
        return connection

    def close(self) -> None:
        self._listener.close()


class Rfc2217Server:
    """One looped-back serial port behind pyserial's own RFC 2217 server side."""

    def __init__(self) -> None:
        self._listener = TcpServer()
        self.url = f"rfc2217://127.0.0.1:{self._listener.port}"
        self.line = serial.serial_for_url("loop://", timeout=0)
        self.received = b""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def controls_before(self, data: bytes) -> list[str]:
        """The modem lines' commands in order of arrival, up to that data."""
        before = self.received[: self.received.index(data)]
        codes = [match[1][0] for match in SET_CONTROL.finditer(before)]
        return [CONTROLS[code] for code in codes if code in CONTROLS]

    def close(self) -> None:
        """Pulls the server's plug."""
        self._stop.set()
        self._thread.join(LIMIT_S)
        self._listener.close()

    def _serve(self) -> None:
        with self._listener.accept() as connection:
            lock = threading.Lock()

            class Out:
                def write(self, data: bytes) -> None:
                    with lock:
                        connection.sendall(data)

            manager = PortManager(self.line, Out())  # type: ignore[arg-type]  # any line, any writer
            while not self._stop.is_set():
                if select.select([connection], [], [], 0.01)[0]:
                    data = connection.recv(1024)
                    if not data:
                        return
                    self.received += data
                    self.line.write(b"".join(manager.filter(data)))
                if waiting := self.line.read(self.line.in_waiting):
                    Out().write(b"".join(manager.escape(waiting)))
