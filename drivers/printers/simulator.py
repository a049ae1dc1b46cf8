"""A simulated ESC/POS printer on a TCP port: it keeps what would stand on the paper.

python -m drivers.printers.simulator --port 9100
control lines: paper out | paper in | off | on | quit
"""

import argparse
import contextlib
import json
import socket
import sys
import threading
from dataclasses import dataclass, field

CUT, QR, ASK = b"\x1dV", b"\x1d(k", b"\x10\x04\x04"
FEEDING = (b"A", b"B")  # these cuts say how far to feed before
ACCEPT_S = 0.2
LARGEST_BYTES = 1 << 20


@dataclass
class Paper:
    """One slip as far as the cut: its words, and what its codes hold."""

    words: str = ""
    codes: list[str] = field(default_factory=list)


class PrinterSimulator:
    """A printer in the weigh-room. Any thread may call its methods."""

    def __init__(self, port: int = 0) -> None:
        self.slips: list[Paper] = []
        self._changed = threading.Condition()
        self._paper, self._powered = True, True
        self._ended = threading.Event()
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(ACCEPT_S)
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"socket://127.0.0.1:{self.port}"

    def paper(self, *, there: bool) -> None:
        self._paper = there

    def power(self, *, on: bool) -> None:
        """Off: no connection is answered."""
        self._powered = on

    def wait(self, count: int, limit_s: float = 10.0) -> bool:
        """Until so many slips were cut."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.slips) >= count, limit_s)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(3)
        self._server.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                line, _ = self._server.accept()
                with line:
                    line.settimeout(ACCEPT_S)
                    if self._powered:
                        self._take(line)

    def _take(self, line: socket.socket) -> None:
        data = b""
        while not self._ended.is_set() and self._powered and len(data) < LARGEST_BYTES:
            try:
                piece = line.recv(4096)
            except TimeoutError:
                continue
            if not piece:
                return
            if ASK in piece:
                line.sendall(b"\x12" if self._paper else b"\x72")
                piece = piece.replace(ASK, b"")
            data += piece
            while self._paper and (cut := data.find(CUT)) >= 0:
                self._print(data[:cut])
                data = data[cut + (4 if data[cut + 2 : cut + 3] in FEEDING else 3) :]

    def _print(self, data: bytes) -> None:
        with self._changed:
            self.slips.append(read_paper(data))
            self._changed.notify_all()


def read_paper(data: bytes) -> Paper:
    """What the bytes put onto the paper; commands this printer does not know are passed over."""
    paper, words, at = Paper(), bytearray(), 0
    while at < len(data):
        if data.startswith(QR, at):
            length = int.from_bytes(data[at + 3 : at + 5], "little")
            content = data[at + 5 : at + 5 + length]
            if content[:3] == b"1P0":
                paper.codes.append(content[3:].decode("ascii", "replace"))
            at += 5 + length
        elif data[at] in (0x1B, 0x1C, 0x1D):
            at += COMMANDS.get(data[at : at + 2], 3)
        else:
            words.append(data[at])
            at += 1
    paper.words = bytes(words).decode("gb18030", "replace")
    return paper


COMMANDS = {b"\x1b@": 2, b"\x1c&": 2, b"\x1c.": 2, b"\x1b2": 2, b"\x1dB": 3, b"\x1d!": 3}


def obey(printer: PrinterSimulator, line: str) -> bool:
    """Carries out one control line; False ends the simulator."""
    word = line.strip()
    if word == "quit":
        return False
    if word in ("paper out", "paper in"):
        printer.paper(there=word == "paper in")
    elif word in ("off", "on"):
        printer.power(on=word == "on")
    else:
        word = "?"
    sys.stdout.write(json.dumps({"event": word}) + "\n")
    sys.stdout.flush()
    return True


def main() -> int:
    """Prints until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    printer = PrinterSimulator(parser.parse_args().port)
    sys.stdout.write(json.dumps({"event": "listening", "url": printer.url}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if not obey(printer, line):
            break
    printer.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
