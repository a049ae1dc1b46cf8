"""A one-way serial relay board (LCUS type): `A0 channel state sum`, no answer; what hangs on it.

A barrier: energised means open. The resting state is closed: a pulse has a bound, can be cut short,
and ends in the closing order whatever happened to the opening one. A lamp: energised means lit.
Source: the board's data sheet, four bytes, sum modulo 256.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from drivers.serial_port import Port

HEADER = 0xA0
MAX_CHANNEL = 16
MAX_PULSE_MS = 10_000


def order_bytes(channel: int, *, energised: bool) -> bytes:
    """The four bytes that switch one relay; `channel` 1..16."""
    if not 1 <= channel <= MAX_CHANNEL:
        raise ValueError(f"channel {channel}")
    state = int(energised)
    return bytes((HEADER, channel, state, (HEADER + channel + state) & 0xFF))


class Writes(Protocol):
    """An open port, or a board that opens it. May raise PortLost."""

    def write(self, data: bytes) -> None: ...


class RelayBoard:
    """One board for all who switch a relay of it, each from a thread of its own.

    Its port is opened for every order and closed behind it, so that a board that was replugged is
    found again; nobody holds it while his relay is energised, and two orders never meet.
    """

    def __init__(self, opener: Callable[[], Port]) -> None:
        self._opener = opener
        self._busy = threading.Lock()

    def write(self, data: bytes) -> None:
        with self._busy:
            port = self._opener()
            try:
                port.write(data)
            finally:
                port.close()


class Barrier:
    """One relay of a board. Every call may raise PortLost."""

    def __init__(self, board: Writes, channel: int) -> None:
        self._board = board
        self._channel = channel

    def open_pulse(self, pulse_ms: int, wait: Callable[[int], object]) -> None:
        """Energise, `wait` for the pulse's milliseconds or less, and rest again."""
        try:
            self._board.write(order_bytes(self._channel, energised=True))
            wait(min(pulse_ms, MAX_PULSE_MS))
        finally:
            self.close()

    def close(self) -> None:
        """To rest: closed."""
        self._board.write(order_bytes(self._channel, energised=False))


class RelayLamp:
    """A lamp on one relay of a board. Every call may raise PortLost."""

    def __init__(self, board: Writes, channel: int) -> None:
        self._board = board
        self._channel = channel

    def show(self, *, lit: bool) -> None:
        self._board.write(order_bytes(self._channel, energised=lit))
