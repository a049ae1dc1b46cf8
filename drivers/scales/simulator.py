"""A simulated indicator on a pseudo-terminal: real bytes, at a real indicator's pace.

python -m drivers.scales.simulator --protocol yaohua-tf0 --link scale.tty

An indicator in command mode answers its own question and notes in `changed` what would have changed
it. control lines: truck KG | leave | weight KG | silent | speak | quit
"""

import argparse
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scales.asking import question
from drivers.scales.catalogue import PROTOCOLS, find
from drivers.scales.protocol import Said, ScaleProtocol
from drivers.scales.truck import Move, is_moving, weight_at

DIVISION_KG = 20
MAX_KG = 120_000
JOIN_S = 2
MAX_ASKED_BYTES = 256
ANSWER_S = 0.05


class ScaleSimulator:
    """An indicator with a deck; runs in a thread of its own until stopped."""

    def __init__(self, protocol: ScaleProtocol, link: Path, division_kg: int = DIVISION_KG) -> None:
        self.changed: list[bytes] = []
        self._protocol = protocol
        self._question = question(protocol, Said(0).address)
        self._division_kg = division_kg
        self._terminal = PseudoTerminal(link)
        self._move: Move | None = None
        self._fixed_kg: int | None = None
        self._recorded: deque[int] = deque()
        self._speaks = True
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scale-simulator", daemon=True)
        self._thread.start()

    def truck(self, kg: int) -> None:
        """A truck of that weight drives on."""
        self._fixed_kg = None
        self._move = Move(kg, _now_ms())

    def leave(self) -> None:
        """The truck drives off."""
        move = self._move
        if move is not None:
            self._move = Move(move.kg, move.began_ms, move.ramp_ms, _now_ms())

    def weight(self, kg: int) -> None:
        """The display shows exactly that, without any truck moving."""
        self._fixed_kg = kg

    def recorded(self, kgs: Sequence[int]) -> None:
        """The next frames show these, one each; the last one stays. As from a recording."""
        self._fixed_kg = kgs[-1]
        self._recorded = deque(kgs)

    def silent(self) -> None:
        """The cable is out."""
        self._speaks = False

    def speak(self) -> None:
        """The cable is in again."""
        self._speaks = True

    def stop(self) -> None:
        """Ends the simulator."""
        self._ended.set()
        self._thread.join(JOIN_S)
        self._terminal.close()

    def _run(self) -> None:
        if self._question is None:
            self._talk()
        else:
            self._answer(self._question)

    def _answer(self, question: bytes) -> None:
        asked = b""
        while not self._ended.is_set():
            asked = (asked + self._terminal.receive(ANSWER_S))[-MAX_ASKED_BYTES:]
            if self._protocol.writes is not None:
                self.changed += self._protocol.writes.findall(asked)
            if question in asked and self._speaks:
                self._terminal.send(self._protocol.encode(self._said(_now_ms())))
            if question in asked:
                asked = b""

    def _talk(self) -> None:
        pause_s = 1 / self._protocol.frames_per_s
        due = time.monotonic()
        while not self._ended.is_set():
            if self._speaks:
                self._terminal.send(self._protocol.encode(self._said(_now_ms())))
            due += pause_s
            self._ended.wait(max(0.0, due - time.monotonic()))

    def _said(self, now_ms: int) -> Said:
        if self._recorded:
            return Said(self._recorded.popleft())
        if self._fixed_kg is not None:
            return Said(self._fixed_kg)
        kg = weight_at(self._move, now_ms, self._division_kg)
        return Said(kg, stable=not is_moving(self._move, now_ms), overload=kg > MAX_KG)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def obey(simulator: ScaleSimulator, line: str) -> bool:
    """Carries out one control line; False ends the simulator."""
    word, _, rest = line.strip().partition(" ")
    if word == "quit":
        return False
    if word in ("truck", "weight") and rest.strip().lstrip("-").isdigit():
        (simulator.truck if word == "truck" else simulator.weight)(int(rest))
    elif word in ("leave", "silent", "speak"):
        {"leave": simulator.leave, "silent": simulator.silent, "speak": simulator.speak}[word]()
    else:
        sys.stdout.write(f"? {line.strip()}\n")
        return True
    sys.stdout.write(f"{line.strip()}\n")
    sys.stdout.flush()
    return True


def main() -> int:
    """Speaks until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", default="yaohua-tf0", choices=sorted(PROTOCOLS))
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--division-kg", type=int, default=DIVISION_KG)
    given = parser.parse_args()
    protocol = find(given.protocol)
    assert protocol is not None
    simulator = ScaleSimulator(protocol, given.link, given.division_kg)
    for line in sys.stdin:
        if not obey(simulator, line):
            break
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
