"""A simulated relay board with a barrier behind it, and lamps if wanted, on a pseudo-terminal.

python -m drivers.barriers.simulator --link barrier.tty [--lamp CHANNEL]… [--log FILE]
Each switch is one JSON line: {"at_ms", "channel", "barrier": "open" | "closed"}, or
{"at_ms", "channel", "lamp": "lit" | "dark"}.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from drivers.barriers.relay_board import HEADER
from drivers.pseudo_terminal import PseudoTerminal

ORDER_BYTES = 4
LISTEN_S = 0.2
JOIN_S = 2
MAX_KEPT_BYTES = 64

Lamps = Mapping[int, Callable[[bool], object]]


def parse_orders(data: bytes) -> tuple[bytes, list[tuple[int, bool]]]:
    """(what is left over, [(channel, energised)]); noise between orders is skipped."""
    orders: list[tuple[int, bool]] = []
    at = 0
    while len(data) - at >= ORDER_BYTES:
        header, channel, state, check = data[at : at + ORDER_BYTES]
        if header == HEADER and state in (0, 1) and check == (header + channel + state) & 0xFF:
            orders.append((channel, bool(state)))
            at += ORDER_BYTES
        else:
            at += 1
    return data[at:][-MAX_KEPT_BYTES:], orders


class BarrierSimulator:
    """Listens in a thread of its own until stopped; `told` hears of every switch.

    `lamps`: by channel, whom to tell that a lamp is lit or dark; all other relays move the barrier.
    """

    def __init__(
        self,
        link: Path,
        told: Callable[[str], None] = lambda _: None,
        lamps: Lamps | None = None,
    ) -> None:
        self.opened = 0
        self._told = told
        self._lamps = dict(lamps or {})
        self._terminal = PseudoTerminal(link)
        self._moved = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="barrier-simulator", daemon=True)
        self._thread.start()

    def wait_opened(self, count: int, limit_s: float) -> bool:
        """Whether it has opened `count` times in all, waiting for it."""
        with self._moved:
            return self._moved.wait_for(lambda: self.opened >= count, limit_s)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(JOIN_S)
        self._terminal.close()

    def _run(self) -> None:
        kept = b""
        while not self._ended.is_set():
            kept, orders = parse_orders(kept + self._terminal.receive(LISTEN_S))
            for channel, energised in orders:
                self._switch(channel, energised=energised)

    def _switch(self, channel: int, *, energised: bool) -> None:
        lamp = self._lamps.get(channel)
        what, state = "barrier", "open" if energised else "closed"
        if lamp is not None:
            what, state = "lamp", "lit" if energised else "dark"
        at_ms = time.time_ns() // 1_000_000
        self._told(json.dumps({"at_ms": at_ms, "channel": channel, what: state}))
        if lamp is not None:
            lamp(energised)
            return
        with self._moved:
            self.opened += energised
            self._moved.notify_all()


def main() -> int:
    """Moves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--lamp", type=int, action="append", default=[])
    parser.add_argument("--log", type=Path)
    given = parser.parse_args()

    def tell(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if given.log is not None:
            with given.log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    lamps = dict.fromkeys(given.lamp, bool)
    simulator = BarrierSimulator(given.link, tell, lamps)
    for line in sys.stdin:
        if line.strip() == "quit":
            break
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
