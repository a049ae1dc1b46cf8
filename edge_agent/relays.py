"""The relay boards of a site, and what hangs on them: a barrier, lamps.

A board that serves several of them has one port, and they take turns at it.
"""

from collections.abc import Callable
from functools import partial

from drivers.barriers.relay_board import RelayBoard
from drivers.serial_port import PortSettings, open_port
from edge_agent.config import AgentConfig
from edge_agent.events import Event
from edge_agent.gate import NoGate, RelayGate
from edge_agent.lamp import Lamp, Lamps
from edge_agent.workers import Body

Gate = NoGate | RelayGate


class Relays:
    """All that is switched at one site. `bodies`: its threads."""

    def __init__(self, config: AgentConfig, post: Callable[[Event], bool]) -> None:
        self._boards: dict[str, RelayBoard] = {}
        self.gate: Gate = NoGate()
        if config.barrier.port:
            board = self._board(config.barrier.port, config.barrier.baud)
            self.gate = RelayGate(board, config.barrier, post)
        self.lamps = Lamps(
            tuple((one, Lamp(one, self._board(one.port, one.baud), post)) for one in config.lamp)
        )

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        gate = (("gate", self.gate.run),) if isinstance(self.gate, RelayGate) else ()
        return (*gate, *self.lamps.bodies)

    def _board(self, port: str, baud: int) -> RelayBoard:
        opener = partial(open_port, PortSettings(port, baud))
        return self._boards.setdefault(port, RelayBoard(opener))
