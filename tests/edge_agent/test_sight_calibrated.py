"""A camera under watch that gets a calibration: another process judges it, by what was signed."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.simulator import CameraSimulator
from edge_agent.config import CameraConfig
from edge_agent.events import CameraSeen, Event, Verdict
from edge_agent.evidence import Evidence
from edge_agent.sight import Sight
from tests.drivers.waiting import until

SIZE = (1280, 720)
MAX_LOOKS = 60  # four a second


@pytest.fixture
def camera() -> Iterator[CameraSimulator]:
    made = CameraSimulator(size=SIZE)
    yield made
    made.stop()


class Watched:
    """A sight with one camera, looked at by a thread."""

    def __init__(self, camera: CameraSimulator, folder: Path) -> None:
        self.posted: queue.Queue[Event] = queue.Queue()
        evidence = Evidence(folder / "evidence")
        self.sight = Sight((CameraConfig("deck", camera.url),), evidence, self._post)
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self.sight.look, args=(self.stop,), daemon=True)
        self.sight.start()
        self._thread.start()

    def _post(self, event: Event) -> bool:
        self.posted.put(event)
        return True

    def says(self, word: str) -> Verdict:
        """The first verdict whose measured names it, within the next looks."""
        for _ in range(MAX_LOOKS):
            event = self.posted.get(timeout=15)
            assert isinstance(event, CameraSeen)
            for verdict in event.verdicts:
                if word in verdict.measured:
                    return verdict
        raise AssertionError(word)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(5)
        self.sight.stop()


@pytest.fixture
def watched(camera: CameraSimulator, tmp_path: Path) -> Iterator[Watched]:
    made = Watched(camera, tmp_path)
    yield made
    made.end()


def test_another_process_judges_it_by_what_was_commissioned(watched: Watched) -> None:
    before = watched.sight.watcher("deck")
    until(lambda: before.seen().pictures)
    watched.sight.calibrate("deck", CalibrationForm(*SIZE, "h264"))
    after = watched.sight.watcher("deck")
    assert before.process_id is None
    until(lambda: after.process_id)
    assert not watched.says("commissioned codec 0").ok
