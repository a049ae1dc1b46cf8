"""The cameras of a site: one thread that tends their watchers, judges them and reads codes.

`photograph` is answered from the newest pictures; a camera without a fresh one is simply not in the
answer. Decoding happens in the watchers' own processes and can never hold this thread up.
"""

import queue
from collections.abc import Callable

import structlog

from drivers.cameras.health import CameraHealth, CameraLimits, step
from drivers.cameras.slot import NONE
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from drivers.scanners.camera_scanner import CameraScanner
from edge_agent.clockwork import now
from edge_agent.config import CameraConfig, ScannerConfig
from edge_agent.events import CameraSeen, CodeRead, Event, PicturesTaken, Verdict
from edge_agent.evidence import Evidence
from edge_agent.workers import Stop

LOOK_S = 0.5
MAX_ASKED = 16

log = structlog.get_logger(__name__)


class Sight:
    """All cameras of one site. `start`, then `look` and `answer` in threads, then `stop`."""

    def __init__(
        self, cameras: tuple[CameraConfig, ...], evidence: Evidence, post: Callable[[Event], bool]
    ) -> None:
        self._watchers = {
            c.name: CameraWatcher(CameraSettings(c.name, c.source, c.clock_box or None))
            for c in cameras
        }
        self._deck = tuple(c.name for c in cameras if c.deck)
        self._evidence = evidence
        self._post = post
        self._asked: queue.Queue[int] = queue.Queue(MAX_ASKED)

    def start(self) -> None:
        for watcher in self._watchers.values():
            watcher.start()

    def stop(self) -> None:
        for watcher in self._watchers.values():
            watcher.stop()

    def photograph(self, number: int) -> None:
        """Ask for the deck's pictures; a question too many is left out, and so refused later."""
        try:
            self._asked.put_nowait(number)
        except queue.Full:
            log.warning("no picture: too many are asked for", number=number)

    def look(self, stop: Stop) -> None:
        """Judge every camera twice a second."""
        limits = CameraLimits()
        health = {name: CameraHealth() for name in self._watchers}
        states = dict.fromkeys(self._watchers, "")
        pictures = dict.fromkeys(self._watchers, NONE)
        while not stop.wait(LOOK_S):
            for name, watcher in self._watchers.items():
                at = now()
                watcher.tend(at.mono_ms)
                seen = watcher.seen()
                if seen.state != states[name]:
                    states[name] = seen.state
                    log.info("a camera changed", camera=name, state=seen.state)
                health[name], found = step(health[name], seen, at.mono_ms, limits)
                verdicts = tuple(Verdict(v.code, v.ok, v.measured, v.limit) for v in found)
                is_new = seen.picture_ms != pictures[name] and seen.difference_milli != NONE
                pictures[name] = seen.picture_ms
                moved = seen.difference_milli if is_new else None
                self._post(CameraSeen(at, name, verdicts, moved))

    def answer(self, stop: Stop) -> None:
        """Keep the deck's pictures when asked for."""
        while not stop.is_set():
            try:
                number = self._asked.get(timeout=0.5)
            except queue.Empty:
                continue
            self._post(PicturesTaken(now(), number, tuple(self._taken())))

    def scan(self, scanner: ScannerConfig, stop: Stop) -> None:
        """Read codes held up to a camera; the same code within two seconds is one."""
        reader = CameraScanner()
        while not stop.wait(LOOK_S):
            at = now()
            picture = self._watchers[scanner.camera].picture(at.mono_ms)
            if picture is None:
                continue
            for text in reader.read(picture, at.mono_ms):
                self._post(CodeRead(at, scanner.name, text))

    def _taken(self) -> list[tuple[str, bytes]]:
        taken = []
        for name in self._deck:
            picture = self._watchers[name].picture(now().mono_ms)
            if picture is None:
                continue
            try:
                taken.append((name, self._evidence.keep(picture)))
            except OSError as error:
                log.warning("a picture was not kept", camera=name, error=str(error))
        return taken
