"""Views over real HTTP: the newest keyframe once a second, behind all else, never for longer."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import pytest

from edge_agent.clockwork import now
from edge_agent.events import Moment
from edge_agent.ledger_state import Ledger, Viewing
from edge_agent.outbox import Standing
from edge_agent.pictures_uplink import PicturesSettings
from edge_agent.viewer import EVIDENCE_MS, OWED_MS, Line, Picture, Viewer
from tests.brokers import free_port
from tests.drivers.waiting import until
from tests.edge_agent.picture_server import AUTH
from tests.edge_agent.port_devices import running
from tests.edge_agent.story import blank_ledger

NUMBER, CAMERA = 7, "deck"
LONG_MS, TEN_MINUTES_MS = 60_000, 600_000
FAST = 100_000_000
ALL_RECEIVED, OWING = Standing(9, 9, 1, 2), Standing(9, 8, 1, 2)


@dataclass
class ViewServer:
    """A collector's end of a view: what came, and when. `answer`: its status for everything."""

    port: int = 0
    answer: int = 204
    came: list[tuple[str, bytes]] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)

    def __enter__(self) -> "ViewServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """One request; the name is the library's."""

            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                outer.put(self)

            def log_message(self, *_words: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["Content-Length"])
        body = request.rfile.read(length)
        if len(body) < length:
            return  # the line broke off: no picture has come
        status = self.answer if request.headers["Authorization"] == AUTH else 401
        self.at_s.append(time.monotonic())
        self.came.append((request.path, body))
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()


class Yard:
    """A camera that gives a new picture at every look, and what else wants the line."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.standing, self.evidence, self.taken = ALL_RECEIVED, 0, 0
        self.stands: Picture | None = None
        plain = {"bytes_per_s": FAST} | settings
        line = Line(lambda: self.standing, lambda: self.evidence)
        self.viewer = Viewer(PicturesSettings(url, "WB-01", "secret", **plain), self._shoot, line)

    def show(self, from_ms: int = -1_000, until_ms: int = LONG_MS) -> None:
        """A view from then until then, from now."""
        at_ms = now().wall_ms
        self.viewer.tell(ledger(Viewing(NUMBER, CAMERA, at_ms + from_ms, at_ms + until_ms)))

    def _shoot(self, camera: str) -> Picture | None:
        assert camera == CAMERA
        if self.stands is not None:
            return self.stands
        self.taken += 1
        return Picture(self.taken, b"\xff\xd8%d" % self.taken)


def ledger(*views: Viewing) -> Ledger:
    return replace(blank_ledger(), views=views)


@pytest.fixture
def server() -> Iterator[ViewServer]:
    with ViewServer() as server:
        yield server


def test_the_newest_picture_goes_once_a_second(server: ViewServer) -> None:
    yard = Yard(server.url)
    yard.show()
    with running(yard.viewer.run):
        until(lambda: len(server.came) >= 3)
    assert server.came[:3] == [(f"/views/{NUMBER}", b"\xff\xd8%d" % n) for n in (1, 2, 3)]
    assert server.at_s[2] - server.at_s[0] > 1.9


def test_a_view_ends_at_its_time_and_is_not_taken_up_again(server: ViewServer) -> None:
    yard = Yard(server.url)
    yard.show(until_ms=1_700)
    with running(yard.viewer.run):
        until(lambda: server.came)
        ended_s = time.monotonic() + 1.7
        until(lambda: not yard.viewer.running(now()))
        count = len(server.came)
        until(lambda: time.monotonic() > ended_s + 1.5)
    assert len(server.came) == count <= 2


def test_a_standing_picture_is_sent_once(server: ViewServer) -> None:
    yard = Yard(server.url)
    yard.stands = Picture(5, b"\xff\xd8same")
    yard.show()
    with running(yard.viewer.run):
        until(lambda: server.came)
        yard.stands = Picture(6, b"\xff\xd8next")
        until(lambda: len(server.came) > 1)
    assert [body for _, body in server.came] == [b"\xff\xd8same", b"\xff\xd8next"]


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_collector_wants_no_more_is_not_sent(server: ViewServer, status: int) -> None:
    server.answer = status
    yard = Yard(server.url)
    yard.show()
    with running(yard.viewer.run):
        until(lambda: server.came)
        until(lambda: not yard.viewer.running(now()))
    assert len(server.came) == 1


def test_without_network_pictures_are_dropped_and_the_newest_goes_after_it() -> None:
    port = free_port()
    yard = Yard(f"http://127.0.0.1:{port}")
    yard.show()
    with running(yard.viewer.run):
        until(lambda: yard.taken)
        with ViewServer(port) as server:
            until(lambda: server.came)
            assert server.came[0][1] == b"\xff\xd8%d" % yard.taken
            assert len(server.came) == 1


def test_a_server_that_refuses_is_asked_ever_more_seldom(server: ViewServer) -> None:
    server.answer = 500
    yard = Yard(server.url)
    yard.show()
    with running(yard.viewer.run):
        until(lambda: len(server.came) >= 2)
    assert server.at_s[1] - server.at_s[0] > 1.9
    assert yard.viewer.sent == 0


def test_a_stop_in_the_middle_of_a_picture_is_quick(server: ViewServer) -> None:
    yard = Yard(server.url, bytes_per_s=10_000)
    yard.stands = Picture(1, b"\xff\xd8" + bytes(400_000))
    yard.show()
    with running(yard.viewer.run) as end:
        until(lambda: yard.viewer._shown)
        assert end() < 1
    assert server.came == []


# -- when a view runs, and what goes before it ---------------------------------------------------


def moment(ms: int, wall_ms: int | None = None) -> Moment:
    return Moment(1_000_000 + (ms if wall_ms is None else wall_ms), ms)


def viewer() -> Yard:
    yard = Yard("http://127.0.0.1:9")
    view = Viewing(NUMBER, CAMERA, 1_000_000, 1_000_000 + TEN_MINUTES_MS)
    yard.viewer.tell(ledger(view))
    return yard


@pytest.mark.parametrize(
    ("at_ms", "runs"), [(-1, False), (0, True), (TEN_MINUTES_MS - 1, True), (TEN_MINUTES_MS, False)]
)
def test_a_view_runs_from_its_beginning_to_its_end(at_ms: int, runs: bool) -> None:
    assert bool(viewer().viewer.running(moment(at_ms))) is runs


def test_a_clock_that_is_set_back_prolongs_no_view() -> None:
    shown = viewer().viewer
    assert shown.running(moment(0))
    assert shown.running(moment(TEN_MINUTES_MS - 1, wall_ms=5))
    assert not shown.running(moment(TEN_MINUTES_MS, wall_ms=5))


def test_records_without_a_receipt_go_first() -> None:
    yard = viewer()
    yard.standing = OWING
    assert not yard.viewer.records_wait(moment(0))
    assert not yard.viewer.records_wait(moment(OWED_MS))
    assert yard.viewer.records_wait(moment(OWED_MS + 1))
    yard.standing = OWING._replace(head_seq=20, received_seq=12)
    assert not yard.viewer.records_wait(moment(OWED_MS + 2))
    assert yard.viewer.records_wait(moment(2 * OWED_MS + 3))
    yard.standing = ALL_RECEIVED
    assert not yard.viewer.records_wait(moment(2 * OWED_MS + 4))
    yard.standing = OWING
    assert not yard.viewer.records_wait(moment(3 * OWED_MS + 5))


def test_no_picture_goes_while_records_wait(server: ViewServer) -> None:
    yard = Yard(server.url)
    yard.standing = OWING
    yard.viewer.records_wait(Moment(0, now().mono_ms - 2 * OWED_MS))
    yard.show()
    with running(yard.viewer.run):
        began = time.monotonic()
        until(lambda: time.monotonic() - began > 1.2)
        assert server.came == []
        yard.standing = ALL_RECEIVED
        until(lambda: server.came)


def test_evidence_on_its_way_leaves_a_view_a_quarter_of_the_line() -> None:
    yard = viewer()
    assert yard.viewer._bytes_per_s(moment(0)) == FAST
    yard.evidence = 1
    assert yard.viewer._bytes_per_s(moment(1)) == FAST // 4
    assert yard.viewer._bytes_per_s(moment(EVIDENCE_MS)) == FAST // 4
    assert yard.viewer._bytes_per_s(moment(EVIDENCE_MS + 1)) == FAST
