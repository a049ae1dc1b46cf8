"""From a fault of a real RTSP camera to the reason in its cause, through reader, judge, probes."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.cameras.rtsp_simulator import RtspCamera
from edge_agent.camera_reasons import Reasons
from edge_agent.config import CameraConfig
from edge_agent.events import CameraSeen, Event
from edge_agent.evidence import Evidence
from edge_agent.reasons import Reason, reason_in
from edge_agent.sight import Judging, Sight
from tests.drivers.waiting import until

NAMED_S = 4.0  # the target; a busy machine is given twice as much
LOGIN = "admin:right"
PLAYS = 25  # packets

FAULTS: dict[Reason, Callable[[RtspCamera], None]] = {
    Reason.HUNG: RtspCamera.hang,
    Reason.PASSWORD: lambda camera: camera.password("admin:other"),
}


class Post:
    """What is posted of the camera: the reasons in its causes."""

    def __init__(self) -> None:
        self.why: queue.Queue[Reason] = queue.Queue()

    def __call__(self, event: Event) -> bool:
        if isinstance(event, CameraSeen):
            for one in event.verdicts:
                if not one.ok and (reason := reason_in(one.measured)) is not None:
                    self.why.put(reason)
        return True


@contextmanager
def watched(camera: RtspCamera, folder: Path, post: Post) -> Iterator[Sight]:
    config = CameraConfig("deck", camera.url)
    reasons, stop = Reasons([config]), threading.Event()
    sight = Sight((config,), Evidence(folder), post, Judging(reasons=reasons))
    sight.start()
    bodies = [sight.look, *(body for _, body in reasons.bodies)]
    threads = [threading.Thread(target=body, args=(stop,), daemon=True) for body in bodies]
    for thread in threads:
        thread.start()
    try:
        yield sight
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)
        sight.stop()


@pytest.mark.parametrize("reason", list(FAULTS))
def test_a_fault_of_a_camera_is_named_in_its_cause(reason: Reason, tmp_path: Path) -> None:
    camera, post = RtspCamera("deck", login=LOGIN), Post()
    try:
        with watched(camera, tmp_path, post) as sight:
            until(lambda: sight.watcher("deck").seen().packets > PLAYS)
            began = time.monotonic()
            FAULTS[reason](camera)
            until(lambda: post.why.get(timeout=2 * NAMED_S) is reason, 2 * NAMED_S)
            assert time.monotonic() - began < 2 * NAMED_S
    finally:
        camera.stop()
