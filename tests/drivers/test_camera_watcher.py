"""A camera read by a process of its own, over HTTP, through every fault the simulator has."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from drivers.cameras.judging.limits import Limits
from drivers.cameras.reader import now_ms
from drivers.cameras.simulator import CameraSimulator
from drivers.cameras.slot import NONE
from drivers.cameras.watcher import FRESH_MS, HUNG_MS, RESPAWN_S, CameraSettings, CameraWatcher
from drivers.scanners.picture import read_jpeg
from tests.drivers.waiting import until

SIZE = (640, 360)
CLOCK_BOX = "0,0,320,30"
LOST_AFTER_MS = Limits().lost_after_ms
LIVING_MILLI, CLOCK_MILLI = 3, 200
ROOT = Path(__file__).parents[2]
PARENT = """
import sys
from drivers.cameras.watcher import CameraSettings, CameraWatcher
watcher = CameraWatcher(CameraSettings("deck", "http://127.0.0.1:9/none"))
watcher.start()
sys.stdout.write(f"{watcher.process_id}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def filmed() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(name="deck", size=SIZE)
    yield camera
    camera.stop()


@pytest.fixture
def camera(filmed: CameraSimulator) -> CameraSimulator:
    filmed.on()
    filmed.live()
    filmed.hide()
    return filmed


@pytest.fixture
def watcher(camera: CameraSimulator) -> Iterator[CameraWatcher]:
    watcher = CameraWatcher(CameraSettings("deck", camera.url, CLOCK_BOX))
    watcher.start()
    until(lambda: watcher.seen().pictures >= 2)
    yield watcher
    watcher.stop()


def age_ms(watcher: CameraWatcher) -> int:
    return now_ms() - watcher.seen().packet_ms


def more_pictures(watcher: CameraWatcher, count: int = 2) -> None:
    wanted = watcher.seen().pictures + count
    until(lambda: watcher.seen().pictures >= wanted)


def is_alive(process_id: int) -> bool:
    stat = Path(f"/proc/{process_id}/stat")
    return stat.exists() and stat.read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"


def the_process(watcher: CameraWatcher) -> int:
    assert watcher.process_id is not None
    return watcher.process_id


def test_a_living_camera_gives_pictures_that_move_and_are_fresh(watcher: CameraWatcher) -> None:
    seen, picture = watcher.seen(), watcher.picture(now_ms())
    assert (seen.width, seen.height) == SIZE
    assert seen.difference_milli > LIVING_MILLI
    assert seen.packets >= seen.pictures
    assert age_ms(watcher) < 1_000
    assert picture is not None
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (360, 640, 3)


def test_a_frozen_camera_goes_on_sending_and_nothing_moves(
    camera: CameraSimulator, watcher: CameraWatcher
) -> None:
    camera.freeze()
    more_pictures(watcher, 3)
    before = watcher.seen()
    assert before.difference_milli == 0
    assert before.clock_difference_milli == 0
    more_pictures(watcher)
    assert watcher.seen().digest == before.digest
    assert age_ms(watcher) < LOST_AFTER_MS


def test_a_clock_that_runs_is_seen_in_its_box(watcher: CameraWatcher) -> None:
    until(lambda: watcher.seen().clock_difference_milli >= CLOCK_MILLI)


def test_a_clock_box_beside_the_picture_is_a_clock_that_stands(camera: CameraSimulator) -> None:
    watcher = CameraWatcher(CameraSettings("deck", camera.url, "5000,0,300,30"))
    watcher.start()
    until(lambda: watcher.seen().pictures >= 2)
    assert watcher.seen().clock_difference_milli == 0
    watcher.stop()


def test_a_stalled_camera_grows_old_and_comes_back(
    camera: CameraSimulator, watcher: CameraWatcher
) -> None:
    camera.stall()
    until(lambda: age_ms(watcher) > LOST_AFTER_MS)
    assert watcher.picture(now_ms()) is None
    camera.live()
    until(lambda: age_ms(watcher) < 500)


def test_a_camera_without_power_grows_old_and_is_opened_again(
    camera: CameraSimulator, watcher: CameraWatcher
) -> None:
    camera.off()
    until(lambda: age_ms(watcher) > 1_200)
    camera.on()
    until(lambda: age_ms(watcher) < 500)
    more_pictures(watcher)


def test_a_code_held_up_to_the_camera_can_be_read(
    camera: CameraSimulator, watcher: CameraWatcher, tmp_path: Path
) -> None:
    text = "WT1:" + "6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9" * 6
    segno.make(text, error="m").save(str(tmp_path / "ticket.png"), scale=4, border=4)
    assert camera.show(tmp_path / "ticket.png")
    more_pictures(watcher)
    picture = watcher.picture(now_ms())
    assert picture is not None
    assert [code.text for code in read_jpeg(picture)] == [text.encode()]


def test_a_source_that_cannot_be_opened_gives_a_beat_and_nothing_else() -> None:
    watcher = CameraWatcher(CameraSettings("deck", "http://127.0.0.1:9/none"))
    watcher.start()
    until(lambda: watcher.seen().beat_ms != NONE)
    first = watcher.seen().beat_ms
    until(lambda: watcher.seen().beat_ms > first + 400)
    assert watcher.seen().packet_ms == NONE
    assert watcher.picture(now_ms()) is None
    watcher.stop()


def test_a_killed_reader_is_started_again(watcher: CameraWatcher) -> None:
    killed, packets = the_process(watcher), watcher.seen().packets
    os.kill(killed, signal.SIGKILL)
    until(lambda: not is_alive(killed))
    assert watcher.seen().packets >= packets

    def is_back() -> bool:
        watcher.tend(now_ms())
        return watcher.process_id not in (None, killed) and watcher.seen().packet_ms != NONE

    assert until(lambda: is_back() and age_ms(watcher) < 500) > RESPAWN_S[0] - 0.1


def test_a_reader_that_dies_again_and_again_is_started_less_and_less_often() -> None:
    watcher = CameraWatcher(CameraSettings("deck", "http://127.0.0.1:9/none"))
    at_ms, pauses = now_ms(), []
    watcher.start()
    for pause_s in (*RESPAWN_S, RESPAWN_S[-1]):
        process_id = the_process(watcher)
        os.kill(process_id, signal.SIGKILL)
        until(lambda dead=process_id: not is_alive(dead))  # type: ignore[misc]  # bound now
        watcher.tend(at_ms)
        at_ms += 1_000 * pause_s
        watcher.tend(at_ms - 1)
        pauses.append(watcher.process_id is None)
        watcher.tend(at_ms)
    assert all(pauses)
    watcher.stop()


def test_a_hung_reader_holds_up_nobody_and_only_grows_old(watcher: CameraWatcher) -> None:
    hung = the_process(watcher)
    os.kill(hung, signal.SIGSTOP)
    longest_s = 0.0
    for _ in range(200):
        began = time.perf_counter()
        watcher.tend(now_ms())
        watcher.picture(now_ms())
        longest_s = max(longest_s, time.perf_counter() - began)
    assert longest_s < 0.5
    assert watcher.process_id == hung
    assert watcher.picture(now_ms() + FRESH_MS + 1_000) is None


def test_a_reader_hung_for_ten_seconds_is_killed_and_replaced(watcher: CameraWatcher) -> None:
    hung = the_process(watcher)
    os.kill(hung, signal.SIGSTOP)
    later_ms = now_ms() + HUNG_MS
    watcher.tend(later_ms)
    until(lambda: not is_alive(hung))
    watcher.tend(later_ms + 1_000 * RESPAWN_S[0])
    assert watcher.process_id not in (None, hung)


def test_stop_ends_even_a_hung_reader_within_its_limit(watcher: CameraWatcher) -> None:
    reader = the_process(watcher)
    os.kill(reader, signal.SIGSTOP)
    began = time.monotonic()
    watcher.stop(limit_s=1.0)
    assert time.monotonic() - began < 1.0
    assert not is_alive(reader)
    watcher.tend(now_ms() + 60_000)
    assert watcher.process_id is None
    assert watcher.seen().pictures >= 2


def test_a_reader_ends_with_the_process_that_started_it() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with parent:
        assert parent.stdout is not None
        reader = int(parent.stdout.readline())
        until(lambda: b"cameras.process" in Path(f"/proc/{reader}/cmdline").read_bytes())
        parent.kill()
    until(lambda: not is_alive(reader))


def test_a_password_is_not_on_the_readers_command_line() -> None:
    watcher = CameraWatcher(CameraSettings("deck", "http://me:secret@127.0.0.1:9/none"))
    watcher.start()
    until(lambda: watcher.seen().beat_ms != NONE)
    process = Path(f"/proc/{the_process(watcher)}")
    assert b"secret" not in (process / "cmdline").read_bytes()
    assert b"secret" not in (process / "environ").read_bytes()
    watcher.stop()


def test_a_file_is_played_at_its_own_pace(tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (320, 180))
    for level in range(60):
        film.write(np.full((180, 320, 3), level * 4, np.uint8))
    film.release()
    watcher = CameraWatcher(CameraSettings("deck", str(path)))
    watcher.start()
    until(lambda: watcher.seen().packets >= 1)
    assert until(lambda: watcher.seen().packets >= 21) > 0.9
    watcher.stop()
