"""The cameras of a site: judged twice a second, photographed when asked, and read for codes."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.cameras.simulator import CameraSimulator
from edge_agent.clockwork import mono_ms
from edge_agent.config import CameraConfig, ScannerConfig
from edge_agent.events import CameraSeen, CodeRead, Event, PicturesTaken
from edge_agent.evidence import Evidence
from edge_agent.sight import MAX_ASKED, Sight
from tests.drivers.waiting import until
from tests.edge_agent.qr_pictures import qr_picture, write_picture

NOWHERE = "http://127.0.0.1:9/stream.mjpg"


class Site:
    """Two cameras, one of them at the deck, with the threads the agent gives them."""

    def __init__(self, folder: Path) -> None:
        self.camera = CameraSimulator(name="deck", size=(640, 360))
        self.posted: queue.Queue[Event] = queue.Queue()
        self.evidence = Evidence(folder / "evidence")
        cameras = (CameraConfig("deck", self.camera.url), CameraConfig("road", NOWHERE, deck=False))
        self.sight = Sight(cameras, self.evidence, self._post)
        self.stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.sight.start()

    def _post(self, event: Event) -> bool:
        self.posted.put(event)
        return True

    def begin(self, *bodies: Callable[[threading.Event], None]) -> None:
        self._threads = [
            threading.Thread(target=body, args=(self.stop,), daemon=True) for body in bodies
        ]
        for thread in self._threads:
            thread.start()

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        while True:
            event = self.posted.get(timeout=10)
            if wanted(event):
                return event

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        self.sight.stop()
        self.camera.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.end()


def test_each_camera_is_judged_by_itself_and_photographs_lie_in_the_evidence(site: Site) -> None:
    """One site for all of it: a reading process takes a second to start."""
    site.begin(site.sight.look, site.sight.answer)
    seen = site.until(lambda event: isinstance(event, CameraSeen) and event.camera == "road")
    assert isinstance(seen, CameraSeen)
    assert [verdict.ok for verdict in seen.verdicts if verdict.code == "CAMERA_LOST"] == [False]
    until(lambda: site.sight.watcher("deck").picture(mono_ms()))
    site.sight.photograph(7)
    taken = site.until(lambda event: isinstance(event, PicturesTaken))
    assert isinstance(taken, PicturesTaken)
    assert taken.passage_no == 7
    assert [name for name, _ in taken.pictures] == ["deck"]
    path = site.evidence.find(taken.pictures[0][1])
    assert path is not None
    assert path.read_bytes().startswith(b"\xff\xd8")


def test_a_code_held_up_to_a_camera_is_read_once(site: Site, tmp_path: Path) -> None:
    write_picture(str(tmp_path / "code.png"), qr_picture("VP1:蒙K12345", 5))
    assert site.camera.show(tmp_path / "code.png")
    scanner = ScannerConfig(name="window", camera="deck")
    site.begin(lambda stop: site.sight.scan(scanner, stop))
    code = site.until(lambda event: isinstance(event, CodeRead))
    assert isinstance(code, CodeRead)
    assert (code.scanner, code.raw.decode()) == ("window", "VP1:蒙K12345")
    site.stop.wait(0.7)
    assert site.posted.empty()


def test_a_question_too_many_is_left_out_and_holds_nobody_up(site: Site) -> None:
    for number in range(3 * MAX_ASKED):
        site.sight.photograph(number)
    site.begin(site.sight.answer)
    numbers = []
    for _ in range(MAX_ASKED):
        event = site.posted.get(timeout=5)
        assert isinstance(event, PicturesTaken)
        numbers.append(event.passage_no)
    assert numbers == list(range(MAX_ASKED))


def test_a_disk_that_takes_no_picture_gives_none(site: Site, tmp_path: Path) -> None:
    until(lambda: site.sight.watcher("deck").picture(mono_ms()))
    for part in range(256):
        (tmp_path / "evidence" / f"{part:02x}").touch()  # where a folder should be
    site.begin(site.sight.answer)
    site.sight.photograph(1)
    event = site.posted.get(timeout=5)
    assert isinstance(event, PicturesTaken)
    assert event.pictures == ()
