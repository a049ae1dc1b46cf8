"""The slip printer's thread: what it prints, and that nothing waits for it."""

import queue
import threading
import time
from collections.abc import Iterator

import pytest

from drivers.port_lost import PortLost
from drivers.printers.simulator import PrinterSimulator
from drivers.serial_port import Port, PortSettings
from edge_agent.events import DeviceBack, DeviceLost, Event
from edge_agent.printer_config import PrinterConfig
from edge_agent.slip_printer import MAX_WAITING, SlipPrinter
from tests.drivers.waiting import until

LINES, CODE = ("磅单 1",), "WS1:CODE"


class Desk:
    """A printer thread and its simulated printer."""

    def __init__(self, **config: object) -> None:
        self.printer = PrinterSimulator()
        self.posted: queue.Queue[Event] = queue.Queue()
        settings = PrinterConfig(port=self.printer.url, **config)  # type: ignore[arg-type]
        self.thread = SlipPrinter(settings, self._post)
        self.stop = threading.Event()
        self._runs = threading.Thread(target=self.thread.run, args=(self.stop,), daemon=True)
        self._runs.start()

    def _post(self, event: Event) -> bool:
        self.posted.put(event)
        return True

    def end(self) -> None:
        self.stop.set()
        self._runs.join(5)
        self.printer.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.end()


def test_a_slip_is_printed_once(desk: Desk) -> None:
    desk.thread.give(LINES, CODE)
    assert desk.printer.wait(1)
    assert desk.printer.slips[0].codes == [CODE]
    assert desk.posted.empty()


def test_paper_that_ends_is_told_once_and_the_slip_comes_with_the_new_roll(desk: Desk) -> None:
    desk.printer.paper(there=False)
    desk.thread.give(LINES, CODE)
    lost = desk.posted.get(timeout=5)
    assert isinstance(lost, DeviceLost)
    assert (lost.device, lost.detail) == ("printer", "P_NO_PAPER")
    desk.printer.paper(there=True)
    assert desk.printer.wait(1)
    assert isinstance(desk.posted.get(timeout=5), DeviceBack)
    assert desk.posted.empty()


def test_every_slip_has_as_many_copies_as_the_site_wants() -> None:
    desk = Desk(copies=2)
    desk.thread.give(LINES, CODE)
    assert desk.printer.wait(2)
    desk.end()


def test_giving_never_waits_for_a_printer_that_is_gone() -> None:
    absent = SlipPrinter(PrinterConfig(port="/dev/usb/lp9"), lambda _event: True)
    began = time.monotonic()
    for _ in range(3 * MAX_WAITING):
        absent.give(LINES, CODE)
    assert time.monotonic() - began < 1.0


def test_what_may_have_been_printed_is_not_sent_again() -> None:
    """A line that breaks in the middle of a slip: half of it may be on the paper."""
    lines: list[bytes] = []

    class Breaks:
        def read(self) -> bytes:
            return b"\x12"

        def write(self, data: bytes) -> None:
            lines.append(data)
            if len(data) > 10:
                raise PortLost("P_VANISHED", "gone")

        def discard(self) -> None: ...
        def close(self) -> None: ...

    def opens(_settings: PortSettings) -> Port:
        return Breaks()

    posted: queue.Queue[Event] = queue.Queue()

    def post(event: Event) -> bool:
        posted.put(event)
        return True

    thread = SlipPrinter(PrinterConfig(port="x"), post, opens)
    stop = threading.Event()
    runs = threading.Thread(target=thread.run, args=(stop,), daemon=True)
    runs.start()
    thread.give(LINES, CODE)
    assert isinstance(posted.get(timeout=5), DeviceLost)
    thread.give(("two",), CODE)
    until(lambda: sum(len(data) > 10 for data in lines) == 2)
    stop.set()
    runs.join(5)
    assert [data for data in lines if len(data) > 10][1].count(b"two") == 1
