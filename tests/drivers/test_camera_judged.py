"""The judge in a camera's reading process: what it says, what it is told, what it remembers."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from drivers.cameras.judged import Around, Judged, Word, read_judged
from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.table import VIEW_ROWS
from drivers.cameras.judging.verdict import State, Verdict
from drivers.cameras.reader import now_ms
from drivers.cameras.simulator import CameraSimulator
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from tests.drivers.waiting import until

SOON = Hysteresis(enter_samples=3, leave_ms=60_000)
LIMITS = structs.replace(
    Limits(),
    min_width=640,
    min_height=360,
    after_load_ms=0,
    packet_repeats=SOON,
    clock_stands=SOON,
    picture_stands=Hysteresis(enter_ms=60_000, leave_ms=10_000),
)
EMPTY = Around(hour=10, deck_empty=True)


@pytest.fixture
def camera() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(name="deck", size=(640, 360))
    yield camera
    camera.stop()


@pytest.fixture
def watcher(camera: CameraSimulator) -> Iterator[CameraWatcher]:
    watcher = CameraWatcher(CameraSettings("deck", camera.url, "0,0,320,30", LIMITS))
    watcher.start()
    yield watcher
    watcher.stop()


def verdict(watcher: CameraWatcher, check: str) -> Verdict | None:
    judged = watcher.judged()
    return next((one for one in judged.verdicts if one.check == check), None) if judged else None


def state(watcher: CameraWatcher, check: str) -> State | None:
    found = verdict(watcher, check)
    return None if found is None else found.state


def loaded(watcher: CameraWatcher) -> int | None:
    found = verdict(watcher, "covered")
    return None if found is None else found.measured.get("loaded")


def test_a_living_camera_is_found_in_order_by_every_check(watcher: CameraWatcher) -> None:
    assert watcher.judged() is None

    def is_proven() -> bool:
        judged = watcher.judged()
        return judged is not None and all(one.ok for one in judged.verdicts)

    until(is_proven)
    judged = watcher.judged()
    assert judged is not None
    assert [one.check for one in judged.verdicts] == [row.name for row in VIEW_ROWS]
    assert now_ms() - judged.at_ms < 2_000
    assert judged.figures["height"] == 360
    assert "at_ms" not in judged.figures


def test_the_surroundings_reach_the_judge_and_the_one_after_it(watcher: CameraWatcher) -> None:
    until(lambda: loaded(watcher) == 1)
    watcher.tell(EMPTY)
    until(lambda: loaded(watcher) == 0)
    killed = watcher.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)

    def is_heard_again() -> bool:
        watcher.tend(now_ms())
        judged = watcher.judged()
        fresh = judged is not None and now_ms() - judged.at_ms < 800
        return watcher.process_id not in (None, killed) and fresh and loaded(watcher) == 0

    until(is_heard_again)


def test_a_fault_outlives_the_process_that_found_it(
    camera: CameraSimulator, watcher: CameraWatcher
) -> None:
    until(lambda: state(watcher, "packet_repeats") is State.OK)
    camera.freeze()
    until(lambda: state(watcher, "packet_repeats") is State.FAULT)
    before, killed = watcher.judged(), watcher.process_id
    assert before is not None
    assert killed is not None
    camera.live()
    os.kill(killed, signal.SIGKILL)

    def sees_again() -> bool:
        watcher.tend(now_ms())
        judged = watcher.judged()
        return judged is not None and judged.at_ms > before.at_ms + 500

    until(sees_again)
    assert watcher.process_id != killed
    assert state(watcher, "packet_repeats") is State.FAULT


@given(st.binary(max_size=200))
def test_bytes_that_are_no_word_of_a_judge_are_none(data: bytes) -> None:
    found = read_judged(data)
    assert found is None or isinstance(found, Judged)


@given(st.integers(0, 23), st.none() | st.booleans(), st.none() | st.integers(0, 2**60))
def test_a_word_fits_into_a_pipe_at_once(hour: int, empty: bool | None, swing: int | None) -> None:
    line = Word(around=Around(hour, empty, swing, others_dim=True)).line()
    assert line.endswith(b"\n")
    assert len(line) < 512
