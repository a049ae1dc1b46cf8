"""A barrier on a one-wire serial relay board (LCUS type): `A0 channel state sum`, no answer.

Energised means open. The resting state is closed: a pulse has a bound, and ends in the closing
order even if the wait is cut short. Source: the board's data sheet, four bytes, sum modulo 256.
"""

import threading

from drivers.serial_port import Port

HEADER = 0xA0
MAX_CHANNEL = 16


def order_bytes(channel: int, *, energised: bool) -> bytes:
    """The four bytes that switch one relay; `channel` 1..16."""
    if not 1 <= channel <= MAX_CHANNEL:
        raise ValueError(f"channel {channel}")
    state = int(energised)
    return bytes((HEADER, channel, state, (HEADER + channel + state) & 0xFF))


class Barrier:
    """One relay of an open port; `cut` ends a pulse early. Every call may raise PortLost."""

    def __init__(self, port: Port, channel: int, max_pulse_ms: int, cut: threading.Event) -> None:
        self._port = port
        self._channel = channel
        self._max_pulse_ms = max_pulse_ms
        self._cut = cut

    def open_pulse(self, pulse_ms: int) -> None:
        """Energise for `pulse_ms`, at most the bound, and rest again."""
        self._port.write(order_bytes(self._channel, energised=True))
        try:
            self._cut.wait(min(pulse_ms, self._max_pulse_ms) / 1_000)
        finally:
            self.close()

    def close(self) -> None:
        """To rest: closed."""
        self._port.write(order_bytes(self._channel, energised=False))
