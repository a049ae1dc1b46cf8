"""The whole challenge: a lamp on a relay behind a real pty, in the view of cameras over real RTSP.

One camera is honest; the others show what was filmed before the pattern was drawn. All of them are
judged as the agent judges, and the table says when each was found out.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drivers.barriers.simulator import BarrierSimulator
from drivers.cameras.film import CLOCK_RUNS, FROZEN, RERUN, Form
from drivers.cameras.judging.standing import Standing
from drivers.cameras.judging.verdict import State
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.scene import LAMP_BOX
from edge_agent.config import AgentConfig, BarrierConfig, CameraConfig
from edge_agent.evidence import Evidence
from edge_agent.lamp_config import LampConfig
from edge_agent.relays import Relays
from edge_agent.scale_config import ScaleConfig
from edge_agent.sight import Judging, Sight
from tests.drivers.waiting import until
from tests.edge_agent.port_devices import Ear, running

QUICK = Form("h264", (320, 180), fps=10, gop=5)
HONEST = "the camera itself"
FORGERIES = {
    "a still": FROZEN,
    "a still, its clock runs": CLOCK_RUNS,
    "old film, its clock runs": RERUN,
}
NAMES = dict(zip((HONEST, *FORGERIES), ("deck", "still", "clock", "film"), strict=True))
BOX = ",".join(map(str, LAMP_BOX))
CHANNEL = 2
LIMIT_S = 60.0
LOOK_S = 0.05
BLINK_S = 0.6


def settings(folder: Path, cameras: dict[str, RtspCamera]) -> AgentConfig:
    port = str(folder / "relays.tty")
    return AgentConfig(
        "WB-1",
        str(folder),
        ScaleConfig("/dev/null", "st-gs", "X"),
        camera=tuple(
            CameraConfig(NAMES[who], camera.url, lamp_box=BOX) for who, camera in cameras.items()
        ),
        barrier=BarrierConfig(port, channel=1),
        lamp=(LampConfig("lamp", port, tuple(NAMES.values()), CHANNEL, every_s=1, settle_ms=300),),
    )


class Watched:
    """The site at work."""

    def __init__(self, folder: Path, cameras: dict[str, RtspCamera]) -> None:
        config = settings(folder, cameras)
        self.relays = Relays(config, Ear().post)
        judging = Judging(lamps=self.relays.lamps)
        self.sight = Sight(config.camera, Evidence(folder / "evidence"), Ear().post, judging)

    def standing(self, who: str) -> Standing:
        return self.sight._cameras[NAMES[who]].case.memory.standings["challenge"]

    def shows_the_lamp(self, who: str) -> bool:
        judged = self.sight.watcher(NAMES[who]).judged()
        return judged is not None and "lamp_milli" in judged.figures


@dataclass
class Found:
    """Seconds until each forgery was a fault, and how the honest camera stood by then."""

    seconds: dict[str, float]
    honest: Standing


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    folder = tmp_path_factory.mktemp("lamp")
    with ExitStack() as stack:
        cameras = {who: RtspCamera(NAMES[who], QUICK) for who in NAMES}
        for camera in cameras.values():
            stack.callback(camera.stop)

        def light(lit: bool) -> None:
            for camera in cameras.values():
                camera.lamp(lit)

        board = BarrierSimulator(folder / "relays.tty", lamps={CHANNEL: light})
        stack.callback(board.stop)
        site = Watched(folder, cameras)
        site.sight.start()
        stack.callback(site.sight.stop)
        stack.enter_context(running(site.sight.look))
        film_a_lamp_that_blinks(site, light)
        for who, frozen in FORGERIES.items():
            cameras[who].show(replace(cameras[who].look, frozen=frozen))
        struck = time.monotonic()
        for _, body in site.relays.bodies:
            stack.enter_context(running(body))
        seconds: dict[str, float] = {}
        while len(seconds) < len(FORGERIES) and time.monotonic() - struck < LIMIT_S:
            for who in FORGERIES.keys() - seconds.keys():
                if site.standing(who).state is State.FAULT:
                    seconds[who] = time.monotonic() - struck
            threading.Event().wait(LOOK_S)
        yield Found(seconds, site.standing(HONEST))


def film_a_lamp_that_blinks(site: Watched, light: Callable[[bool], None]) -> None:
    until(lambda: all(site.shows_the_lamp(who) for who in NAMES))
    for lit in (True, False, True, True, False):
        light(lit)
        threading.Event().wait(BLINK_S)


@pytest.mark.parametrize("who", FORGERIES)
def test_what_was_filmed_before_is_found_out(who: str, found: Found) -> None:
    assert found.seconds[who] < LIMIT_S


def test_the_camera_itself_answers_without_a_mistake(found: Found) -> None:
    assert (found.honest.state, found.honest.measured) == (State.OK, {"wrong": 0})


def test_the_table_of_forgeries(found: Found, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{'before the lamp':<28}{'found out':>11}"]
    rows += [f"{who:<28}{found.seconds[who]:>9.1f} s" for who in FORGERIES]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(rows) + "\n")
    assert len(rows) == len(FORGERIES) + 1
