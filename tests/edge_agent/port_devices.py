"""What tests of device threads share: an ear for events, openings to wait for, a thread at work."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue

from serial.tools.list_ports_common import ListPortInfo

from drivers.serial_port import Port, PortSettings, open_port
from edge_agent.events import Event

LIMIT_S = 10.0
CH340 = (0x1A86, 0x7523)

Body = Callable[[threading.Event], None]


class Ear:
    """What a thread has posted, in order."""

    def __init__(self) -> None:
        self._events: Queue[Event] = Queue()

    def post(self, event: Event) -> bool:
        self._events.put(event)
        return True

    def next(self) -> Event:
        return self._events.get(timeout=LIMIT_S)

    def rest(self) -> list[Event]:
        found = []
        while True:
            try:
                found.append(self._events.get_nowait())
            except Empty:
                return found


class Openings:
    """Opens ports by a table of present adapters, and lets a test wait for the next opening."""

    def __init__(self) -> None:
        self.present: list[ListPortInfo] = []
        self._opened: Queue[str] = Queue()

    def __call__(self, settings: PortSettings) -> Port:
        port = open_port(settings, lambda: self.present)
        self._opened.put(settings.url)
        return port

    def plug(self, device: str) -> None:
        """From now on, that is the one adapter there is."""
        adapter = ListPortInfo(device)
        adapter.vid, adapter.pid = CH340
        self.present = [adapter]

    def wait(self) -> None:
        self._opened.get(timeout=LIMIT_S)


@contextmanager
def running(body: Body) -> Iterator[Callable[[], float]]:
    """The thread at work; what is given stops it and says how many seconds that took."""
    stop = threading.Event()
    thread = threading.Thread(target=body, args=(stop,), daemon=True)
    thread.start()

    def end() -> float:
        began = time.monotonic()
        stop.set()
        thread.join(LIMIT_S)
        assert not thread.is_alive()
        return time.monotonic() - began

    try:
        yield end
    finally:
        end()
