"""Prints slips: a thread of its own, which no sale ever waits for.

A printer that is off or out of paper is told as a lost device, once, and asked again; a slip that
could not be printed for ten minutes is left to be reprinted, since its truck has gone. What was
sent once is not sent again: two slips of one sale would be worse than none.
"""

import queue
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from drivers.backoff import next_delay_ms
from drivers.port_lost import PortLost
from drivers.printers.escpos_slip import ASK_PAPER, has_paper, slip_bytes
from drivers.printers.printer_port import open_printer
from drivers.serial_port import Port, PortSettings
from edge_agent.clockwork import mono_ms, now
from edge_agent.events import DeviceBack, DeviceLost, Event
from edge_agent.printer_config import PrinterConfig
from edge_agent.slip_desk import keep_it
from edge_agent.workers import Body, Stop

DEVICE, NO_PAPER = "printer", "P_NO_PAPER"
MAX_WAITING = 64
MOST_PAUSE_MS = 10_000
WORTH_MS = 600_000
LOOK_S = 0.5

log = structlog.get_logger(__name__)

Opener = Callable[[PortSettings], Port]


class Printed(NamedTuple):
    """A slip to be printed: its lines, its code, and since when it waits."""

    lines: tuple[str, ...]
    code: str
    since_ms: int


class SlipPrinter:
    """`give` from any thread; `run` is the thread that prints."""

    def __init__(
        self, config: PrinterConfig, post: Callable[[Event], bool], opener: Opener = open_printer
    ) -> None:
        self._config = config
        self._settings = PortSettings(config.port, config.baud)
        self._post = post
        self._opener = opener
        self._waiting: queue.Queue[Printed] = queue.Queue(MAX_WAITING)
        self._failures = 0

    def give(self, lines: Sequence[str], code: str) -> None:
        """Print it when the printer can."""
        try:
            for _ in range(self._config.copies):
                self._waiting.put_nowait(Printed(tuple(lines), code, mono_ms()))
        except queue.Full:
            log.warning("a slip is not printed: too many wait", lines=lines[:1])

    def run(self, stop: Stop) -> None:
        """Print what is given until `stop`."""
        while not stop.is_set():
            try:
                slip = self._waiting.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            self._attend(slip, stop)

    def _attend(self, slip: Printed, stop: Stop) -> None:
        while not stop.is_set() and mono_ms() - slip.since_ms < WORTH_MS:
            try:
                port = self._ready()
            except PortLost as lost:
                self._lose(lost.code)
                stop.wait(next_delay_ms(self._failures - 1, MOST_PAUSE_MS) / 1_000)
                continue
            self._print(port, slip)
            return
        log.warning("a slip was not printed", lines=slip.lines[:1])

    def _ready(self) -> Port:
        """A printer that answers, or does not say that it has no paper. Errors: PortLost."""
        port = self._opener(self._settings)
        try:
            _ask_for_paper(port)
        except PortLost:
            port.close()
            raise
        if self._failures:
            self._failures = 0
            self._post(DeviceBack(now(), DEVICE))
        return port

    def _print(self, port: Port, slip: Printed) -> None:
        try:
            port.write(slip_bytes(slip.lines, slip.code, self._config.form))
        except PortLost as lost:
            self._lose(lost.code)
            log.warning("a slip may not be printed", lines=slip.lines[:1])
        finally:
            port.close()

    def _lose(self, code: str) -> None:
        self._failures += 1
        if self._failures == 1:
            self._post(DeviceLost(now(), DEVICE, code))


def printing(
    config: PrinterConfig, post: Callable[[Event], bool]
) -> tuple[Callable[[Sequence[str], str], None], tuple[tuple[str, Body], ...]]:
    """How slips are handed over, and the threads that print; without a port nothing is printed."""
    if not config.port:
        return keep_it, ()
    printer = SlipPrinter(config, post)
    return printer.give, (("printer", printer.run),)


def _ask_for_paper(port: Port) -> None:
    """Errors: PortLost, also where the printer says that its paper has ended."""
    port.write(ASK_PAPER)
    if has_paper(port.read()) is False:
        raise PortLost(NO_PAPER, "the paper has ended")
