"""The simulated camera as a program: its control lines, and what its two addresses then give."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.request import urlopen

import cv2
import numpy as np
import pytest

from drivers.cameras.scene import Scene, Shown
from tests.drivers.waiting import until

ROOT = Path(__file__).parents[2]
OPTIONS = ("--port", "0", "--width", "320", "--height", "180", "--fps", "20")
LIMIT_S = 5


class Program:
    """The simulator in a process of its own."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "drivers.cameras.simulator", *OPTIONS]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.listening = self.answer()
        self.port = self.listening["port"]

    def answer(self) -> dict[str, object]:
        assert self.process.stdout is not None
        line = json.loads(self.process.stdout.readline())
        assert isinstance(line, dict)
        return line

    def say(self, line: str) -> str:
        """The name of the event the line led to."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return str(self.answer()["event"])

    def snapshot(self) -> bytes:
        with urlopen(f"http://127.0.0.1:{self.port}/snapshot.jpg", timeout=LIMIT_S) as answer:
            data = answer.read()
        assert isinstance(data, bytes)
        return data


@pytest.fixture(scope="module")
def running() -> Iterator[Program]:
    program = Program()
    yield program
    program.process.communicate("quit\n", timeout=LIMIT_S)
    assert program.process.returncode == 0


@pytest.fixture
def program(running: Program) -> Program:
    for line in ("on", "live", "hide", "truck none", "tamper none", "clock run"):
        running.say(line)
    return running


def colour_at(picture: bytes, x: int, y: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (180, 320, 3)
    return np.asarray(decoded[y, x], np.uint8)


def changes(program: Program) -> bool:
    """Within four frames' time."""
    first = program.snapshot()
    time.sleep(0.05)
    second = program.snapshot()
    time.sleep(0.05)
    return len({first, second, program.snapshot()}) > 1


def test_it_says_where_it_listens(program: Program) -> None:
    assert program.listening == {
        "event": "listening",
        "port": program.port,
        "url": f"http://127.0.0.1:{program.port}/stream.mjpg",
    }


def test_a_living_picture_changes_and_a_frozen_one_does_not(program: Program) -> None:
    until(lambda: changes(program))
    assert program.say("freeze") == "freeze"
    until(lambda: not changes(program))
    program.say("live")
    until(lambda: changes(program))


def test_a_stalled_stream_stays_open_and_brings_nothing(program: Program) -> None:
    program.say("stall")
    line = HTTPConnection("127.0.0.1", int(str(program.port)), timeout=0.4)
    line.request("GET", "/stream.mjpg")
    with pytest.raises(TimeoutError):
        line.getresponse()
    line.close()


def test_without_power_open_streams_break_and_new_ones_fail(program: Program) -> None:
    with urlopen(str(program.listening["url"]), timeout=LIMIT_S) as stream:
        assert stream.readline().startswith(b"--frame")
        program.say("off")
        while stream.readline():
            pass
    with pytest.raises((OSError, HTTPException)):
        program.snapshot()
    program.say("on")
    assert program.snapshot().startswith(b"\xff\xd8")


def test_a_truck_and_a_sheet_come_into_the_picture(program: Program, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "red.png"), np.full((90, 90, 3), (0, 0, 255), np.uint8))
    empty = int(colour_at(program.snapshot(), 160, 100)[2])
    assert program.say("truck 42000") == "truck"
    until(lambda: int(colour_at(program.snapshot(), 160, 100)[2]) > empty + 30)
    assert program.say(f"show {tmp_path / 'red.png'}") == "show"
    until(lambda: int(colour_at(program.snapshot(), 160, 100)[0]) < 30)


@pytest.mark.parametrize("line", ["dance", "show", "show /nowhere.png", "truck heavy", "truck -1"])
def test_what_it_does_not_understand_it_says(program: Program, line: str) -> None:
    assert program.say(line) == "?"


def test_an_address_it_does_not_have_is_not_found(program: Program) -> None:
    line = HTTPConnection("127.0.0.1", int(str(program.port)), timeout=LIMIT_S)
    line.request("GET", "/other")
    assert line.getresponse().status == 404
    line.close()


def test_no_two_frames_of_a_scene_are_alike() -> None:
    scene = Scene("deck", 320, 180)
    drawn = {scene.draw(number, Shown("12:00:00.0")).tobytes() for number in range(200)}
    assert len(drawn) == 200


def clock_of(picture: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The plate with name and time, as it was drawn."""
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return np.asarray(decoded[:14, 2:158] > 128, np.uint8)


def test_a_cover_hides_the_yard_and_not_the_clock(program: Program) -> None:
    before = program.snapshot()
    assert program.say("tamper black") == "tamper"
    until(lambda: colour_at(program.snapshot(), 200, 120).max() < 30)
    assert colour_at(before, 200, 120).max() >= 30
    assert clock_of(program.snapshot()).any()


def test_its_clock_can_be_stopped_while_the_picture_lives(program: Program) -> None:
    assert program.say("clock stop") == "clock"
    time.sleep(0.2)
    first = program.snapshot()
    time.sleep(0.4)
    second = program.snapshot()
    assert first != second
    assert np.count_nonzero(clock_of(first) != clock_of(second)) < 10
    assert program.say("tamper upside-down") == "?"
