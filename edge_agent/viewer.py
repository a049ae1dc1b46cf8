"""Views on demand: while an order of the bureau runs, a camera's keyframes go to the collector.

One picture a second at most, the newest, one at a time: what cannot be sent is dropped. Records
come first: while one has long waited for its receipt, nothing is shown. Evidence comes next: while
any is on its way, a view takes a quarter of the line. A view ends at the time its order says, and
ten minutes after it was first shown by the clock that never runs back; nothing of it is kept here.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import httpx
import structlog

from edge_agent.clockwork import now
from edge_agent.events import Moment
from edge_agent.ledger_state import Ledger, Viewing
from edge_agent.outbox import Standing
from edge_agent.pictures_uplink import CHUNK_BYTES, PicturesSettings, make_client
from edge_agent.workers import Stop
from weighbook.orders import MAX_VIEW_MINUTES, MINUTE_MS

FRAME_MS = 1_000
LOOK_S = 0.5
LONGEST_WAIT_MS = 10_000
OWED_MS = 5_000
EVIDENCE_MS = 30_000
EVIDENCE_SHARE = 4
TIMEOUT = httpx.Timeout(5.0)
TAKEN, OVER = (204,), (404, 410)

log = structlog.get_logger(__name__)


class Picture(NamedTuple):
    """A keyframe, and when it came."""

    at_ms: int
    jpeg: bytes


class Line(NamedTuple):
    """What else wants the line: the records' standing, and how many files of evidence went."""

    standing: Callable[[], Standing]
    evidence: Callable[[], int]


class Progress(NamedTuple):
    """A figure, and when it last changed."""

    figure: int
    at_ms: int

    def look(self, figure: int, now_ms: int) -> "Progress":
        return self if figure == self.figure else Progress(figure, now_ms)


class Viewer:
    """The worker; `tell` may be called by another thread."""

    def __init__(
        self, settings: PicturesSettings, newest: Callable[[str], Picture | None], line: Line
    ) -> None:
        self._settings = settings
        self._newest = newest
        self._line = line
        self._views: tuple[Viewing, ...] = ()
        self._begun: dict[int, int] = {}  # by order, monotonic
        self._over: frozenset[int] = frozenset()
        self._shown: dict[int, int] = {}  # by order, the newest picture
        self._received = Progress(-1, 0)
        self._evidence = Progress(0, -EVIDENCE_MS)
        self._failures = 0
        self.sent = 0

    def tell(self, ledger: Ledger) -> None:
        """The views that the book knows of. Called by the deciding thread, and never waits."""
        self._views = ledger.views

    def run(self, stop: Stop) -> None:
        """Show what is to be shown until `stop`; the body of a thread."""
        while not stop.wait(LOOK_S):
            if not self.running(now()):
                continue
            try:
                with make_client(self._settings) as client:
                    client.timeout = TIMEOUT
                    self._show(client, stop)
            except (OSError, ValueError, httpx.InvalidURL) as error:
                self._fail(str(error))
                stop.wait(self._pause_ms(now()) / 1_000)

    def running(self, at: Moment) -> tuple[Viewing, ...]:
        """The views to be shown now."""
        views = self._views
        known = {view.number for view in views}
        self._begun = {number: ms for number, ms in self._begun.items() if number in known}
        self._shown = {number: ms for number, ms in self._shown.items() if number in known}
        self._over &= known
        return tuple(view for view in views if self._runs(view, at))

    def _runs(self, view: Viewing, at: Moment) -> bool:
        if view.number in self._over or not view.from_ms <= at.wall_ms < view.until_ms:
            return False
        begun_ms = self._begun.setdefault(view.number, at.mono_ms)
        return at.mono_ms - begun_ms < MAX_VIEW_MINUTES * MINUTE_MS

    def _show(self, client: httpx.Client, stop: Stop) -> None:
        while not stop.is_set() and (views := self.running(now())):
            began = now()
            if not self.records_wait(began):
                for view in views:
                    self._send(client, view, stop)
            stop.wait(self._pause_ms(began) / 1_000)

    def records_wait(self, at: Moment) -> bool:
        """Some have no receipt, and none has come for long."""
        standing = self._line.standing()
        owed = standing.head_seq > standing.received_seq
        self._received = self._received.look(standing.received_seq if owed else -1, at.mono_ms)
        return owed and at.mono_ms - self._received.at_ms > OWED_MS

    def _send(self, client: httpx.Client, view: Viewing, stop: Stop) -> None:
        picture = self._newest(view.camera)
        if picture is None or picture.at_ms == self._shown.get(view.number):
            return
        self._shown[view.number] = picture.at_ms
        headers = {"Content-Length": str(len(picture.jpeg)), "Content-Type": "image/jpeg"}
        content = self._paced(picture.jpeg, stop)
        try:
            answer = client.put(f"/views/{view.number}", content=content, headers=headers)
        except httpx.HTTPError as error:
            self._fail(str(error))
            return
        except InterruptedError:
            return
        if answer.status_code in OVER:
            log.info("the collector wants no more of a view", order=view.number)
            self._over |= {view.number}
        elif answer.status_code not in TAKEN:
            self._fail(f"HTTP {answer.status_code}")
            return
        else:
            self.sent += 1
        self._failures = 0

    def _paced(self, jpeg: bytes, stop: Stop) -> Iterator[bytes]:
        """No more of it a second than is the view's. Errors: InterruptedError."""
        for at in range(0, len(jpeg), CHUNK_BYTES):
            chunk = jpeg[at : at + CHUNK_BYTES]
            yield chunk
            if stop.wait(len(chunk) / self._bytes_per_s(now())):
                raise InterruptedError("stopped")

    def _bytes_per_s(self, at: Moment) -> int:
        self._evidence = self._evidence.look(self._line.evidence(), at.mono_ms)
        is_busy = at.mono_ms - self._evidence.at_ms < EVIDENCE_MS
        whole = self._settings.bytes_per_s
        return whole // EVIDENCE_SHARE if is_busy else whole

    def _pause_ms(self, began: Moment) -> int:
        """To the next second; longer after failures."""
        wait_ms = min(LONGEST_WAIT_MS, FRAME_MS << min(self._failures, 8))
        return max(0, wait_ms - (now().mono_ms - began.mono_ms))

    def _fail(self, why: str) -> None:
        if self._failures == 0:
            log.warning("a view is not shown", why=why)
        self._failures += 1
