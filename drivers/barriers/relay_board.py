"""A barrier on a one-wire serial relay board (LCUS type): `A0 channel state sum`, no answer.

Energised means open. The resting state is closed: a pulse has a bound, can be cut short, and ends
in the closing order whatever happened to the opening one. Source: the board's data sheet, four
bytes, sum modulo 256.
"""

from collections.abc import Callable

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


class Barrier:
    """One relay of an open port. Every call may raise PortLost."""

    def __init__(self, port: Port, channel: int) -> None:
        self._port = port
        self._channel = channel

    def open_pulse(self, pulse_ms: int, wait: Callable[[int], object]) -> None:
        """Energise, `wait` for the pulse's milliseconds or less, and rest again."""
        try:
            self._port.write(order_bytes(self._channel, energised=True))
            wait(min(pulse_ms, MAX_PULSE_MS))
        finally:
            self.close()

    def close(self) -> None:
        """To rest: closed."""
        self._port.write(order_bytes(self._channel, energised=False))
