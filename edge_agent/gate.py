"""The barrier as the lane sees it: ask, and go on. A thread of its own moves the relay.

The board may have other relays, that others switch. A barrier that cannot be moved is a lost device
in the record's eyes, never a failed sale.
Closed is its rest: a pulse ends early at a stop or a closing, a closing that did not reach the
board is tried until it does, and an opening that had to wait is left out: its truck has gone.
"""

import queue
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import structlog

from drivers.backoff import next_delay_ms
from drivers.barriers.relay_board import Barrier, Writes
from drivers.serial_port import PortLost
from edge_agent.clockwork import mono_ms, now
from edge_agent.config import BarrierConfig
from edge_agent.events import DeviceBack, DeviceLost, Event
from edge_agent.workers import Stop

MAX_ASKED = 8
MAX_WAITED_MS = 3_000
MOST_PAUSE_MS = 10_000
LOOK_S = 0.1
DEVICE = "barrier"

log = structlog.get_logger(__name__)


class NoGate:
    """A site without a driven barrier."""

    def open(self) -> None:
        log.info("no barrier is driven here")

    def close(self) -> None:
        """Nothing to close."""


class Asked(NamedTuple):
    """An opening. `number` counts openings and closings: a later closing voids it."""

    number: int
    at_ms: int


class RelayGate:
    """A relay board on a serial port."""

    def __init__(
        self,
        board: Writes,
        config: BarrierConfig,
        post: Callable[[Event], bool],
        most_pause_ms: int = MOST_PAUSE_MS,
    ) -> None:
        self._barrier = Barrier(board, config.channel)
        self._pulse_ms = config.pulse_ms
        self._most_pause_ms = most_pause_ms
        self._post = post
        self._numbers = count(1)
        self._openings: queue.Queue[Asked] = queue.Queue(MAX_ASKED)
        self._closing = 0  # the newest closing asked for, and the newest tried
        self._closed = 0
        self._rests = False  # the newest order that reached the board closed it
        self._failures = 0
        self._retry_ms = 0

    def open(self) -> None:
        try:
            self._openings.put_nowait(Asked(next(self._numbers), mono_ms()))
        except queue.Full:
            log.warning("the barrier does not keep up")

    def close(self) -> None:
        self._closing = next(self._numbers)

    def run(self, stop: Stop) -> None:
        """Move the barrier as asked, until `stop`, and leave it closed; the body of a thread."""
        while not stop.is_set():
            self._close_if_owed()
            try:
                asked = self._openings.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            self._pulse(asked, stop)
        if not self._rests or self._closed < self._closing:
            self._reach(lambda barrier: barrier.close(), tell=self._failures == 0)

    def _close_if_owed(self) -> None:
        """A closing that was asked for; or one that failed, or may have, some time ago."""
        if self._closed < self._closing:
            self._closed = self._closing
            self._reach(lambda barrier: barrier.close(), tell=self._failures == 0)
        elif self._failures and mono_ms() >= self._retry_ms:
            self._reach(lambda barrier: barrier.close(), tell=False)

    def _pulse(self, asked: Asked, stop: Stop) -> None:
        if self._is_void(asked) or mono_ms() - asked.at_ms > MAX_WAITED_MS:
            log.warning("an opening that came too late is left out")
            return
        self._rests = False
        pulse_ms, wait = self._pulse_ms, self._waits(asked, stop)
        self._reach(lambda barrier: barrier.open_pulse(pulse_ms, wait), tell=True)

    def _is_void(self, asked: Asked) -> bool:
        return asked.number < self._closing

    def _reach(self, order: Callable[[Barrier], None], *, tell: bool) -> None:
        """One order, which ends with the barrier at rest."""
        try:
            order(self._barrier)
        except PortLost as lost:
            self._retry_ms = mono_ms() + next_delay_ms(self._failures, self._most_pause_ms)
            self._failures += 1
            if tell:
                self._post(DeviceLost(now(), DEVICE, lost.code))
            return
        self._rests = True
        if self._failures:
            self._failures = 0
            self._post(DeviceBack(now(), DEVICE))

    def _waits(self, asked: Asked, stop: Stop) -> Callable[[int], None]:
        """Waits that long, unless a closing is asked for or the agent stops."""

        def wait(pulse_ms: int) -> None:
            until_ms = mono_ms() + pulse_ms
            while not self._is_void(asked) and (left_ms := until_ms - mono_ms()) > 0:
                if stop.wait(min(LOOK_S, left_ms / 1_000)):
                    return

        return wait
