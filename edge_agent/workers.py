"""The agent's threads: started together, seen to be alive, ended together within one limit.

A worker shows that it lives by asking, again and again, whether it shall stop: every question
stamps its beat, also while it waits to try a lost device again. A worker that hangs, or has died,
asks no more, and its beat grows old; what follows from that is the watchdog's affair.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

SLICE_S = 1.0  # a worker that waits longer wakes up this often to beat


class Stop(Protocol):
    """What a worker needs of the event that ends it; `threading.Event` is one."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...


Body = Callable[[Stop], None]


class BeatingStop:
    """One worker's stop: the common one, with a beat at every question."""

    def __init__(self, stop: threading.Event, mono_ms: Callable[[], int]) -> None:
        self._stop = stop
        self._mono_ms = mono_ms
        self.beat_ms = mono_ms()

    def is_set(self) -> bool:
        self.beat_ms = self._mono_ms()
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """As an event's, in slices."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = SLICE_S if end is None else end - time.monotonic()
            if left <= 0:
                return False
            self._stop.wait(min(SLICE_S, left))
        return True


class Workers:
    """Threads by name. `mono_ms`: the clock of their beats."""

    def __init__(self, bodies: tuple[tuple[str, Body], ...], mono_ms: Callable[[], int]) -> None:
        self._bodies = bodies
        self._mono_ms = mono_ms
        self._stop = threading.Event()
        self._stops: dict[str, BeatingStop] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for name, body in self._bodies:
            stop = self._stops[name] = BeatingStop(self._stop, self._mono_ms)
            thread = threading.Thread(target=body, args=(stop,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def ages_ms(self) -> dict[str, int]:
        """How long ago each worker beat."""
        now_ms = self._mono_ms()
        return {name: now_ms - stop.beat_ms for name, stop in self._stops.items()}

    def end(self, limit_s: float) -> None:
        """Ask all to stop; one that hangs is left behind at the limit and ends with the process."""
        self._stop.set()
        end = time.monotonic() + limit_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
