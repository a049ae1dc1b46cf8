"""A simulated Modbus board with inputs, on a pseudo-terminal.

    python -m drivers.power.contact_simulator --link contact.tty [--address N]

Control lines: close N | open N | mute | refuse | noise | echo | speak | quit. `speak`: it answers
as it should again.
"""

import argparse
import sys
import threading
from pathlib import Path

from drivers.power.contact import READ_INPUTS, RTU, answer, question
from drivers.pseudo_terminal import PseudoTerminal

INPUTS = 8
LISTEN_S = 0.1
JOIN_S = 2.0
MAX_HEARD_BYTES = 64
ILLEGAL_ADDRESS = 2
MUTE, REFUSE, NOISE, ECHO, SPEAK = "mute", "refuse", "noise", "echo", "speak"
WAYS = (MUTE, REFUSE, NOISE, ECHO, SPEAK)


class ContactSimulator:
    """One board; listens in a thread of its own until stopped."""

    def __init__(self, link: Path, address: int = 1) -> None:
        self._address = address
        self._closed = dict.fromkeys(range(1, INPUTS + 1), True)
        self._way = SPEAK
        self._terminal = PseudoTerminal(link)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="contact", daemon=True)
        self._thread.start()

    def set(self, number: int, *, closed: bool) -> None:
        """A contact moves."""
        self._closed[number] = closed

    def behave(self, way: str) -> None:
        """How it answers, one of WAYS; with an echo, it hears itself, as on some adapters."""
        self._way = way

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(JOIN_S)
        self._terminal.close()

    def _run(self) -> None:
        heard = b""
        while not self._ended.is_set():
            heard = (heard + self._terminal.receive(LISTEN_S))[-MAX_HEARD_BYTES:]
            for number, closed in self._closed.items():
                asked = question(self._address, number)
                if asked in heard:
                    heard = b""
                    self._terminal.send(self._said(asked, closed=closed))

    def _said(self, asked: bytes, *, closed: bool) -> bytes:
        if self._way == MUTE:
            return b""
        if self._way == NOISE:
            return bytes(reversed(asked))
        if self._way == REFUSE:
            pdu = bytes((READ_INPUTS | 0x80, ILLEGAL_ADDRESS))
            return bytes(RTU.encode(pdu, self._address, 0))
        said = answer(self._address, closed=closed)
        return asked + said if self._way == ECHO else said


def obey(simulator: ContactSimulator, line: str) -> bool:
    """Carries out one control line; False: it is not one."""
    word, _, rest = line.strip().partition(" ")
    if word in WAYS:
        simulator.behave(word)
    elif word in ("close", "open") and rest.isdigit() and 1 <= int(rest) <= INPUTS:
        simulator.set(int(rest), closed=word == "close")
    else:
        return False
    return True


def main() -> int:
    """Answers until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--address", type=int, default=1)
    given = parser.parse_args()
    simulator = ContactSimulator(given.link, given.address)
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        if not obey(simulator, line):
            sys.stderr.write(f"? {line}")
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
