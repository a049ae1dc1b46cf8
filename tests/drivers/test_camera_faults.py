"""What can happen to a stream, over real RTSP: each fault with the time until it was noticed.

All faults are struck at once, each at a camera of its own, and watched as the agent watches: the
packets' age and rate decide, never what a library says. The table is printed beside the targets.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from drivers.cameras.film import LOW_SIZE, Form, Look
from drivers.cameras.health import CameraHealth, CameraLimits, step
from drivers.cameras.rates import packets_of
from drivers.cameras.reader import now_ms
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from tests.drivers.waiting import until

LOSS_S, SLOW_S = 3.0, 6.0
LOW_S = 1.5  # a group and half a second
SLOW_SHARE = 0.6
LOOK_S = 0.05
LIMIT_S = 15.0
LIMITS = CameraLimits()


@dataclass
class Watched:
    """A camera that plays, and who watches it."""

    camera: RtspCamera
    watcher: CameraWatcher
    health: CameraHealth = field(default_factory=lambda: CameraHealth(lost=False))

    def is_lost(self) -> bool:
        self.health, (lost, _) = step(self.health, self.watcher.seen(), now_ms(), LIMITS)
        return not lost.ok

    def is_slow(self) -> bool:
        packets = packets_of(self.watcher.seen(), now_ms())
        return packets.packets_in_5s * 200 < SLOW_SHARE * (packets.nominal_fps_milli or 0)

    def is_low(self) -> bool:
        seen = self.watcher.seen()
        return (seen.width, seen.height) == LOW_SIZE

    def stop_reader(self, number: signal.Signals) -> None:
        assert self.watcher.process_id is not None
        os.kill(self.watcher.process_id, number)

    def recover(self) -> None:
        self.camera.wake()
        self.camera.drop(0)
        self.camera.play()
        self.stop_reader(signal.SIGCONT)
        if not self.camera.is_on:
            self.camera.on()


@dataclass(frozen=True)
class Fault:
    """How it is struck, how it is noticed, and within how many seconds."""

    strike: Callable[[Watched], None]
    is_noticed: Callable[[Watched], bool]
    target_s: float


FAULTS = {
    "camera killed": Fault(lambda w: w.camera.off(), Watched.is_lost, LOSS_S),
    "camera hangs (SIGSTOP)": Fault(lambda w: w.camera.hang(), Watched.is_lost, LOSS_S),
    "stream stalls": Fault(lambda w: w.camera.stall(), Watched.is_lost, LOSS_S),
    "packets dropped": Fault(lambda w: w.camera.drop(100), Watched.is_lost, LOSS_S),
    "1 frame in 5 s": Fault(lambda w: w.camera.slow(0.2), Watched.is_lost, LOSS_S),
    "a fifth of its frames": Fault(lambda w: w.camera.slow(2), Watched.is_slow, SLOW_S),
    "704x576": Fault(lambda w: w.camera.show(Look(is_low=True)), Watched.is_low, LOW_S),
    "reader stopped (SIGSTOP)": Fault(
        lambda w: w.stop_reader(signal.SIGSTOP), Watched.is_lost, LOSS_S
    ),
    "reader killed": Fault(lambda w: w.stop_reader(signal.SIGKILL), Watched.is_lost, LOSS_S),
}


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Watched]]:
    with ExitStack() as stack:
        sites = {}
        for name in FAULTS:
            camera = RtspCamera(form=Form(size=(320, 180)))
            stack.callback(camera.stop)
            watcher = CameraWatcher(CameraSettings(name, camera.url))
            stack.callback(watcher.stop)
            watcher.start()
            sites[name] = Watched(camera, watcher)
        until(lambda: all(w.watcher.seen().in_5s >= 45 for w in sites.values()), limit_s=40)
        yield sites


@pytest.fixture(scope="module")
def noticed_s(sites: dict[str, Watched]) -> dict[str, float]:
    """Seconds until each was noticed; infinite when it was not."""
    struck: dict[str, float] = {}
    noticed: dict[str, float] = {}
    for name, fault in FAULTS.items():
        fault.strike(sites[name])
        struck[name] = time.monotonic()
    while len(noticed) < len(FAULTS) and time.monotonic() - max(struck.values()) < LIMIT_S:
        for name in FAULTS.keys() - noticed.keys():
            if FAULTS[name].is_noticed(sites[name]):
                noticed[name] = time.monotonic() - struck[name]
        time.sleep(LOOK_S)
    return {name: noticed.get(name, float("inf")) for name in FAULTS}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_noticed_in_time(name: str, noticed_s: dict[str, float]) -> None:
    assert noticed_s[name] <= FAULTS[name].target_s


def test_the_table_of_faults(
    noticed_s: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{'fault over RTSP':<28}{'noticed':>9}{'target':>9}"]
    rows += [f"{n:<28}{noticed_s[n]:>7.1f} s{f.target_s:>7.1f} s" for n, f in FAULTS.items()]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(rows) + "\n")
    assert len(rows) == len(FAULTS) + 1


def test_every_camera_comes_back(sites: dict[str, Watched], noticed_s: dict[str, float]) -> None:
    assert noticed_s
    for site in sites.values():
        if site.watcher.process_id is not None:
            site.recover()
    back = {name: site.watcher.seen().pictures for name, site in sites.items()}

    def all_are_back() -> bool:
        for site in sites.values():
            site.watcher.tend(now_ms())
        return all(site.watcher.seen().pictures > back[name] for name, site in sites.items())

    until(all_are_back, limit_s=75)  # twice the longest pause of a reader
