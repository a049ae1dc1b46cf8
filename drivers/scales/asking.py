"""Polls for indicators in command mode: only the protocol's own question ever leaves this place.

The agent reads; it never zeroes, tares, clears or resets. A port is handed to a reader as an
`Asker`, which has no way to send anything but `ask(address)` of its protocol, and refuses even that
if it looks like a command that writes.
"""

import time
from dataclasses import dataclass, field

from drivers.scales.protocol import ScaleProtocol
from drivers.serial_port import Port

POLL_MS = 200


class WouldWrite(Exception):
    """A poll that its own protocol lists among the commands that change something."""


def question(protocol: ScaleProtocol, address: int) -> bytes | None:
    """The bytes to send for one reading; None: the indicator talks by itself.

    Errors: WouldWrite.
    """
    if protocol.ask is None:
        return None
    asked = protocol.ask(address)
    if protocol.writes is not None and protocol.writes.search(asked):
        raise WouldWrite(f"{protocol.name}: {asked.hex()}")
    return asked


@dataclass
class Asker:
    """Asks over a port, once in `POLL_MS`; does nothing where nothing is to be asked."""

    port: Port
    question: bytes | None
    _due_ms: int = field(default=0, init=False)

    def ask(self) -> None:
        """Sends the poll as soon as it is due. Errors: PortLost."""
        if self.question is None:
            return
        time.sleep(max(0, self._due_ms - _now_ms()) / 1_000)
        self._due_ms = _now_ms() + POLL_MS
        self.port.write(self.question)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
