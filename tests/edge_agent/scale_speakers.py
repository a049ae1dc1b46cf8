"""Whoever is at the other end of an indicator's line: says frames, hears what is sent, goes."""

import fcntl
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.pseudo_terminal import PseudoTerminal
from drivers.scales.catalogue import PROTOCOLS
from drivers.scales.simulator import ScaleSimulator
from tests.drivers.waiting import until

PAUSE_S = 0.02
FILLER = b"\0"  # a byte that belongs to no frame
LOOKS = 5  # what has just been sent may not have reached the other end yet
LOOK_S = 0.004


def _waiting(terminal: PseudoTerminal) -> int:
    """How many bytes nobody has taken off the line."""
    count: bytes = fcntl.ioctl(terminal._slave, termios.FIONREAD, struct.pack("i", 0))
    return int(struct.unpack("i", count)[0])


def _wait_until_read(terminal: PseudoTerminal, ended: threading.Event) -> None:
    looks = 0
    while looks < LOOKS and not ended.wait(LOOK_S):
        looks = 0 if _waiting(terminal) else looks + 1


@contextmanager
def indicator(link: Path, protocol: str) -> Iterator[ScaleSimulator]:
    """A simulated indicator at work."""
    simulator = ScaleSimulator(PROTOCOLS[protocol], link)
    try:
        yield simulator
    finally:
        simulator.stop()


@contextmanager
def says(link: Path, *frames: bytes) -> Iterator[None]:
    """Says them one by one as they are read, once somebody listens; then the adapter is pulled."""
    terminal, ended = PseudoTerminal(link), threading.Event()
    terminal.send(FILLER)
    until(lambda: _waiting(terminal))  # and it goes when the port is opened

    def speak() -> None:
        for frame in (b"", *frames):
            terminal.send(frame)
            _wait_until_read(terminal, ended)
        terminal.close()

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def hears(link: Path) -> Iterator[bytearray]:
    """Says nothing and notes all that is sent."""
    terminal, ended, heard = PseudoTerminal(link), threading.Event(), bytearray()

    def listen() -> None:
        while not ended.is_set():
            heard.extend(terminal.receive(PAUSE_S))

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield heard
    finally:
        ended.set()
        thread.join()
        terminal.close()
