"""A simulated upsd with one UPS behind it: real TCP, with the faults real ones have.

    python -m drivers.power.nut_simulator [--port N] [--ups NAME]

Control lines: mains off | mains on | charge PERCENT | low | stale | no-data | deny | well | garbage
| hang | cut | quit. `well` is a UPS that is heard again; it leaves mains and charge as they are.
"""

import argparse
import json
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

HOST = "127.0.0.1"
JOIN_S = 2.0
MAX_ASKED_BYTES = 512
LOW_PERCENT = 20
STALE, NO_DATA, DENY, GARBAGE, HANG = "stale", "no-data", "deny", "garbage", "hang"
TROUBLES = (STALE, NO_DATA, DENY, GARBAGE, HANG)


class NutSimulator:
    """One server. Its methods are what may happen to a UPS and its cable; any thread may call."""

    def __init__(self, ups: str = "ups", port: int = 0) -> None:
        self.asked = 0
        self._ups = ups
        self._is_online, self._charge, self._trouble = True, 100, ""
        self._lines: set[socket.socket] = set()
        self._busy = threading.Lock()
        self._listener = socket.create_server((HOST, port))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, name="upsd", daemon=True)
        self._thread.start()

    def mains(self, *, on: bool) -> None:
        self._is_online = on

    def charge(self, percent: int) -> None:
        """Its battery; below twenty per cent it calls itself low."""
        self._charge = percent

    def trouble(self, kind: str) -> None:
        """From now on it answers with one of TROUBLES."""
        self._trouble = kind

    def well(self) -> None:
        self._trouble = ""

    def cut(self) -> None:
        """Every open line breaks; a new one is welcome."""
        with self._busy:
            lines = list(self._lines)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._thread.join(JOIN_S)

    @property
    def status(self) -> str:
        words = ["OL" if self._is_online else "OB"]
        words += ["LB"] if self._charge < LOW_PERCENT else []
        words += ["CHRG"] if self._is_online and self._charge < 100 else []
        return " ".join(words)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with self._busy:
                    self._lines.add(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        kept = b""
        with line, suppress(OSError):
            while len(kept) < MAX_ASKED_BYTES and (piece := line.recv(MAX_ASKED_BYTES)):
                *asked, kept = (kept + piece).split(b"\n")
                for words in asked:
                    line.sendall(self._answer(words.decode("ascii", "replace").split()))
        with self._busy:
            self._lines.discard(line)

    def _answer(self, words: list[str]) -> bytes:
        self.asked += 1
        if self._trouble == HANG:
            return b""
        if self._trouble == GARBAGE:
            return b"\x00\xff" * 8 + b"\n"
        return (self._said(words) + "\n").encode("utf-8")

    def _said(self, words: list[str]) -> str:
        if words[:1] == ["VER"]:
            return "Network UPS Tools upsd simulated"
        if words[:2] not in (["GET", "VAR"], ["LIST", "VAR"]) or len(words) < 3:
            return "ERR UNKNOWN-COMMAND"
        if words[2] != self._ups:
            return "ERR UNKNOWN-UPS"
        refused = {STALE: "ERR DATA-STALE", DENY: "ERR ACCESS-DENIED"}.get(self._trouble)
        if refused is not None:
            return refused
        if words[0] == "LIST":
            return "\n".join(self._listed())
        value = self._variables().get(words[3]) if len(words) == 4 else None
        return "ERR VAR-NOT-SUPPORTED" if value is None else self._variable(words[3], value)

    def _listed(self) -> list[str]:
        lines = [self._variable(name, value) for name, value in self._variables().items()]
        return [f"BEGIN LIST VAR {self._ups}", *lines, f"END LIST VAR {self._ups}"]

    def _variables(self) -> dict[str, str]:
        plain = {"device.model": 'Simulated "1000" \\ 1 kVA'}
        if self._trouble == NO_DATA:
            return plain
        return plain | {"battery.charge": str(self._charge), "ups.status": self.status}

    def _variable(self, name: str, value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'VAR {self._ups} {name} "{escaped}"'


def obey(simulator: NutSimulator, line: str) -> bool:
    """Carries out one control line; False: it is not one."""
    word, _, rest = line.strip().partition(" ")
    plain: dict[str, Callable[[], None]] = {
        "well": simulator.well,
        "cut": simulator.cut,
        "low": lambda: simulator.charge(LOW_PERCENT // 2),
    }
    if word in TROUBLES:
        simulator.trouble(word)
    elif word in plain:
        plain[word]()
    elif word == "mains" and rest in ("on", "off"):
        simulator.mains(on=rest == "on")
    elif word == "charge" and rest.isdigit() and int(rest) <= 100:
        simulator.charge(int(rest))
    else:
        return False
    return True


def main() -> int:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ups", default="ups")
    given = parser.parse_args()
    simulator = NutSimulator(given.ups, given.port)
    sys.stdout.write(json.dumps({"port": simulator.port, "ups": given.ups}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        if not obey(simulator, line):
            sys.stderr.write(f"? {line}")
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
