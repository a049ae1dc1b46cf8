"""Cameras over real RTSP: both codecs, both transports, refusals told apart, a film kept."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import pytest

from drivers.cameras.film import CLOCK_RUNS, FROZEN, Form
from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED
from drivers.cameras.reader import now_ms
from drivers.cameras.rtsp_probe import probe
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.slot import NONE
from drivers.cameras.sources import PLAYING, REFUSED, SILENT
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from tests.drivers.waiting import until

LOGIN = "me:secret"
PROBE_S = 1.0
QUICK = Form(size=(320, 180), gop=5)


@pytest.fixture(scope="module")
def camera() -> Iterator[RtspCamera]:
    camera = RtspCamera(form=QUICK, login=LOGIN)
    yield camera
    camera.stop()


@contextmanager
def watched(source: str) -> Iterator[CameraWatcher]:
    watcher = CameraWatcher(CameraSettings("deck", source))
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()


def test_every_packet_is_counted_and_keyframes_alone_are_looked_at(camera: RtspCamera) -> None:
    with watched(camera.url) as watcher:
        until(lambda: watcher.seen().pictures >= 3)
        seen = watcher.seen()
    assert (seen.state, seen.codec, seen.nominal_fps_milli) == (PLAYING, "h264", 10_000)
    assert (seen.width, seen.height) == QUICK.size
    assert seen.pictures <= seen.keyframes < seen.packets / 3
    assert 400 <= seen.gop_ms <= 600
    assert seen.packet_bytes > seen.packets


@pytest.mark.parametrize(("codec", "scheme"), [("h264", "rtspu"), ("h265", "rtspt")])
def test_the_other_codec_and_the_other_transport(codec: str, scheme: str) -> None:
    camera = RtspCamera(form=replace(QUICK, codec=codec))
    with watched(camera.url.replace("rtsp", scheme, 1)) as watcher:
        until(lambda: watcher.seen().pictures >= 2)
        seen, picture = watcher.seen(), watcher.picture(now_ms())
    camera.stop()
    assert seen.codec == {"h264": "h264", "h265": "hevc"}[codec]
    assert seen.difference_milli > 0
    assert picture is not None


def test_a_wrong_password_a_wrong_path_and_a_closed_port_are_told_apart(camera: RtspCamera) -> None:
    assert probe(camera.url, PROBE_S) is None
    assert probe(camera.url.replace("secret", "wrong"), PROBE_S) == UNAUTHORISED
    assert probe(camera.url.replace(f"{LOGIN}@", ""), PROBE_S) == UNAUTHORISED
    assert probe(camera.url.replace("/stream", "/none"), PROBE_S) == NOT_FOUND
    assert probe("rtsp://127.0.0.1:9/stream", PROBE_S) == REFUSED
    camera.hang()
    assert probe(camera.url, 0.3) == SILENT
    camera.wake()


def test_a_reader_says_why_it_has_no_packets(camera: RtspCamera) -> None:
    with watched(camera.url.replace("secret", "wrong")) as watcher:
        until(lambda: watcher.seen().state == UNAUTHORISED)
        assert watcher.seen().packet_ms == NONE


def test_a_changed_password_is_noticed() -> None:
    camera = RtspCamera(form=QUICK, login=LOGIN)
    with watched(camera.url) as watcher:
        until(lambda: watcher.seen().packets >= 1)
        camera.password("me:changed")
        until(lambda: watcher.seen().state == UNAUTHORISED)
    assert probe(camera.url, PROBE_S) is None
    camera.stop()


def test_a_reader_killed_over_a_wrong_password_does_not_try_at_once_again(
    camera: RtspCamera,
) -> None:
    with watched(camera.url.replace("secret", "wrong")) as watcher:
        until(lambda: watcher.seen().state == UNAUTHORISED)
        tried_ms, killed = watcher.seen().state_ms, watcher.process_id
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: _has_another(watcher, killed))
        beat_ms = watcher.seen().beat_ms
        until(lambda: watcher.seen().beat_ms > beat_ms + 1_500)
        assert watcher.seen().state_ms == tried_ms


def _has_another(watcher: CameraWatcher, killed: int) -> bool:
    watcher.tend(now_ms())
    return watcher.process_id not in (None, killed)


def test_lost_packets_over_udp_cost_pictures_and_no_more() -> None:
    camera = RtspCamera(form=QUICK)
    with watched(camera.url.replace("rtsp", "rtspu", 1)) as watcher:
        until(lambda: watcher.seen().pictures >= 1)
        camera.drop(20)
        packets = watcher.seen().packets
        until(lambda: watcher.seen().packets > packets + 10)
        assert watcher.seen().state == PLAYING
    camera.stop()


def test_the_last_seconds_are_kept_as_a_film_that_can_be_played(tmp_path: Path) -> None:
    camera, film = RtspCamera(form=replace(QUICK, codec="h265")), tmp_path / "before.mkv"
    with watched(camera.url) as watcher:
        until(lambda: watcher.seen().keyframes >= 3)
        camera.off()
        until(lambda: watcher.seen().state != PLAYING)
        packets = watcher.seen().packets
        assert watcher.keep_film(film)
        until(film.exists)
    with av.open(str(film)) as played:
        pictures = sum(1 for _ in played.decode(video=0))
    assert packets - 6 <= pictures <= packets
    camera.stop()


def test_a_hung_reader_is_asked_for_a_film_and_holds_up_nobody(
    camera: RtspCamera, tmp_path: Path
) -> None:
    with watched(camera.url) as watcher:
        until(lambda: watcher.seen().pictures >= 1)
        assert watcher.process_id is not None
        os.kill(watcher.process_id, signal.SIGSTOP)
        asked = [watcher.keep_film(tmp_path / f"{number:0200}.mkv") for number in range(400)]
    assert not all(asked)


def test_a_frozen_picture_stands_still_and_its_clock_may_run(camera: RtspCamera) -> None:
    watcher = CameraWatcher(CameraSettings("deck", camera.url, "0,0,160,15"))
    watcher.start()
    camera.show(replace(camera.look, frozen=FROZEN))
    until(lambda: watcher.seen().pictures >= 2 and watcher.seen().clock_difference_milli < 200)
    still = watcher.seen()
    camera.show(replace(camera.look, frozen=CLOCK_RUNS))
    until(lambda: watcher.seen().clock_difference_milli > 1_000)
    camera.play()
    watcher.stop()
    assert still.difference_milli < 200
