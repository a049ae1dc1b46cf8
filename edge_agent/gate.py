"""The barrier as the lane sees it: ask, and go on. A thread of its own moves the relay.

The port is opened for each pulse and closed after it, so that a board that was replugged is found
again. A barrier that cannot be moved is a lost device in the record's eyes, never a failed sale.
"""

import queue
import threading
from collections.abc import Callable

import structlog

from drivers.barriers.relay_board import Barrier
from drivers.serial_port import PortLost, PortSettings, open_port
from edge_agent.clockwork import now
from edge_agent.config import BarrierConfig
from edge_agent.events import DeviceLost, Event
from edge_agent.workers import Stop

MAX_ASKED = 8
DEVICE = "barrier"

log = structlog.get_logger(__name__)


class NoGate:
    """A site without a driven barrier."""

    def open(self) -> None:
        log.info("no barrier is driven here")

    def close(self) -> None:
        """Nothing to close."""


class RelayGate:
    """A relay board on a serial port."""

    def __init__(self, config: BarrierConfig, post: Callable[[Event], bool]) -> None:
        self._config = config
        self._post = post
        self._asked: queue.Queue[str] = queue.Queue(MAX_ASKED)
        self._shut = threading.Event()  # closed is what was asked for last

    def open(self) -> None:
        self._shut.clear()
        self._ask("open")

    def close(self) -> None:
        self._shut.set()
        self._ask("close")

    def run(self, stop: Stop) -> None:
        """Move the barrier as asked, until `stop`; the body of a thread."""
        while not stop.is_set():
            try:
                wanted = self._asked.get(timeout=0.5)
            except queue.Empty:
                continue
            self._move(wanted)

    def _move(self, wanted: str) -> None:
        if wanted == "open" and self._shut.is_set():
            return
        config = self._config
        try:
            port = open_port(PortSettings(config.port, config.baud))
        except PortLost as lost:
            self._post(DeviceLost(now(), DEVICE, lost.code))
            return
        try:
            barrier = Barrier(port, config.channel, config.pulse_ms, self._shut)
            if wanted == "open":
                barrier.open_pulse(config.pulse_ms)
            else:
                barrier.close()
        except PortLost as lost:
            self._post(DeviceLost(now(), DEVICE, lost.code))
        finally:
            port.close()

    def _ask(self, wanted: str) -> None:
        try:
            self._asked.put_nowait(wanted)
        except queue.Full:
            log.warning("the barrier does not keep up")
