"""The second witness: real devices are asked by threads, and what they say is used with care."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.simulator import CameraSimulator
from drivers.onvif.alarms import Alarm
from drivers.onvif.facts import MEDIA, SILENT, UNAUTHORISED, Login
from drivers.onvif.simulator import OnvifCamera
from edge_agent.clockwork import mono_ms
from edge_agent.config import CameraConfig
from edge_agent.events import CameraSeen, Event, Verdict
from edge_agent.evidence import Evidence
from edge_agent.onvif_watch import (
    MAX_TEXT,
    SILENT_MS,
    STALE_MS,
    Errand,
    OnvifWatch,
    Pace,
    Witness,
    login_of,
    seconded,
)
from edge_agent.sight import Judging, Sight
from tests.drivers.onvif.places import HOUR_MS, LOGIN, camera
from tests.drivers.waiting import until

QUICK = Pace(clock=50, wrong_clock=50, pull=20, refused=60_000)
SCENE = "tns1:VideoSource/GlobalSceneChange/ImagingService"
SOURCE = "rtsp://admin:p%40ss%20w%3Aord%3C&@127.0.0.1/1"
FAULT = Verdict("CAMERA_MOVED", ok=False, measured="moved 5 px", limit="4 px")
WELL = Verdict("CAMERA_BLIND", ok=True, measured="scene 0.9", limit="0.55")
MOVED = Alarm("CAMERA_MOVED", SCENE, "1", 0)
DARK = Alarm("CAMERA_BLIND", "tns1:VideoSource/ImageTooDark/ImagingService", "1", 0)


def config(device: OnvifCamera, source: str = SOURCE) -> CameraConfig:
    return CameraConfig("deck", source, onvif=device.url)


@contextmanager
def at_work(watch: OnvifWatch) -> Iterator[OnvifWatch]:
    stop = threading.Event()
    bodies = [body for _, body in watch.bodies]
    threads = [threading.Thread(target=body, args=(stop,), daemon=True) for body in bodies]
    for thread in threads:
        thread.start()
    try:
        yield watch
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)


@contextmanager
def watched(device: OnvifCamera, source: str = SOURCE) -> Iterator[OnvifWatch]:
    with at_work(OnvifWatch([config(device, source)], QUICK)) as watch:
        yield watch


def clock_of(watch: OnvifWatch) -> int:
    until(lambda: watch.device_clock("deck") is not None)
    clock = watch.device_clock("deck")
    assert clock is not None
    return clock.off_ms


def test_a_camera_s_clock_is_asked_again_and_again() -> None:
    with camera(services=(MEDIA,)) as device, watched(device) as watch:
        assert abs(clock_of(watch)) < 1_000
        device.set_clock(HOUR_MS)
        until(lambda: clock_of(watch) > HOUR_MS - 1_000)


def test_a_camera_s_alarm_stands_until_it_ends() -> None:
    with camera(login=LOGIN) as device, watched(device) as watch:
        device.alarm(SCENE, on=True)
        until(lambda: watch.tampered("deck"))
        assert [(one.code, one.name) for one in watch.tampered("deck")] == [
            ("CAMERA_MOVED", "GlobalSceneChange")
        ]
        device.alarm(SCENE, on=False)
        until(lambda: not watch.tampered("deck"))


def test_a_camera_that_was_restarted_is_subscribed_to_again() -> None:
    with camera(login=LOGIN) as device, watched(device) as watch:
        until(lambda: device.device.events.count)
        device.restart()
        until(lambda: device.device.events.count)
        device.alarm(SCENE, on=True)
        until(lambda: watch.tampered("deck"))


def test_the_subscription_is_given_back_at_the_end() -> None:
    with camera(login=LOGIN) as device:
        with watched(device):
            until(lambda: "PullMessages" in device.asked)
        assert device.device.events.count == 0


def test_a_wrong_password_is_tried_once_a_minute_and_the_clock_is_known_all_the_same() -> None:
    with camera(login=LOGIN) as device, watched(device, "rtsp://admin:guess@127.0.0.1/") as watch:
        until(lambda: device.asked.count("GetSystemDateAndTime") >= 5)
        assert abs(clock_of(watch)) < 1_000
        assert device.doorman.refusals == 1


@pytest.mark.parametrize("kind", ["hang", "garbage", "endless", "odd digest"])
def test_a_camera_that_misbehaves_says_nothing_and_ends_with_the_rest(kind: str) -> None:
    with camera(login=LOGIN) as device:
        device.misbehave(kind)
        with watched(device) as watch:
            assert watch.device_clock("deck") is None
            assert watch.tampered("deck") == ()


def test_nobody_s_witness_says_nothing() -> None:
    watch = OnvifWatch([CameraConfig("road", "rtsp://127.0.0.1/")])
    assert watch.bodies == ()
    assert watch.device_clock("road") is None
    assert watch.tampered("elsewhere") == ()


def test_what_was_heard_long_ago_is_no_longer_said() -> None:
    with camera() as device, at_work(OnvifWatch()):
        witness, stop = Witness(config(device), QUICK), threading.Event()
        thread = threading.Thread(target=witness.run, args=(stop,), daemon=True)
        thread.start()
        device.alarm(SCENE, on=True)
        until(lambda: witness.alarms(mono_ms()) and witness.clock(mono_ms()))
        stop.set()
        thread.join(10)
        assert witness.clock(mono_ms() + STALE_MS) is None
        assert witness.alarms(mono_ms() + SILENT_MS) == ()


def test_a_silence_is_told_once_when_it_is_long_and_its_end_once() -> None:
    errand, pace = Errand("clock", lambda now_ms: now_ms), Pace()
    told = [errand.failed(SILENT, at_ms, pace) for at_ms in (0, 10_000, SILENT_MS, 40_000)]
    assert told == [False, False, True, False]
    assert [errand.succeeded(50, 50_000), errand.succeeded(50, 51_000)] == [True, False]


def test_failures_are_repeated_ever_less_often_but_for_a_refusal() -> None:
    errand, pace = Errand("clock", lambda now_ms: now_ms), Pace()
    pauses = []
    for _ in range(9):
        errand.failed(SILENT, 0, pace)
        pauses.append(errand.due_ms)
    assert pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
    assert errand.succeeded(1_000, 0) is False
    assert errand.failed(UNAUTHORISED, 0, pace) is True
    assert errand.due_ms == 60_000


def test_an_alarm_alone_raises_nothing() -> None:
    assert seconded((WELL,), (MOVED, DARK)) == (WELL,)
    assert seconded((), (MOVED,)) == ()


def test_an_alarm_stands_beside_the_same_fault() -> None:
    (fault, well) = seconded((FAULT, WELL), (MOVED, DARK))
    assert (fault.measured, fault.ok) == ("moved 5 px; camera: GlobalSceneChange", False)
    assert well == WELL


@given(st.text(max_size=300))
def test_what_is_measured_stays_within_its_length(measured: str) -> None:
    (fault,) = seconded((FAULT._replace(measured=measured),), (MOVED,))
    assert len(fault.measured) <= MAX_TEXT
    assert fault.measured.endswith("GlobalSceneChange")


@pytest.mark.parametrize(
    ("source", "login"),
    [
        (SOURCE, LOGIN),
        ("rtsp://10.0.0.5/1", None),
        ("rtsp://:x@10.0.0.5/1", None),
        ("/var/film.mkv", None),
        ("rtsp://[", None),
    ],
)
def test_the_login_is_that_of_the_stream(source: str, login: Login | None) -> None:
    assert login_of(source) == login


def test_a_camera_an_hour_off_is_a_fault_of_its_clock(tmp_path: Path) -> None:
    """The whole way: device, witness, judge, what the core hears."""
    posted: queue.Queue[Event] = queue.Queue()
    pictures = CameraSimulator(name="deck", size=(640, 360))
    with camera() as device:
        device.set_clock(-HOUR_MS)
        one = CameraConfig("deck", pictures.url, onvif=device.url)
        watch = OnvifWatch([one], QUICK)
        judging = Judging(onvif=watch)
        sight = Sight((one,), Evidence(tmp_path), lambda event: _put(posted, event), judging)
        sight.start()
        stop = threading.Event()
        thread = threading.Thread(target=sight.look, args=(stop,), daemon=True)
        thread.start()
        with at_work(watch):
            until(lambda: _clock_fault(posted.get(timeout=10)))
        stop.set()
        thread.join(10)
        sight.stop()
    pictures.stop()


def _put(posted: "queue.Queue[Event]", event: Event) -> bool:
    posted.put(event)
    return True


def _clock_fault(event: Event) -> bool:
    assert isinstance(event, CameraSeen)
    clocks = [one for one in event.verdicts if one.code == "CAMERA_CLOCK" and not one.ok]
    return any(one.measured.startswith("device_clock: off -3") for one in clocks)
