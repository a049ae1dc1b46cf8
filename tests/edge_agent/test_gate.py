"""The barrier's thread, with a simulated relay board behind a pseudo-terminal."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import Queue

import pytest

from drivers.barriers.relay_board import RelayBoard
from drivers.barriers.simulator import BarrierSimulator
from drivers.serial_port import PortSettings, open_port
from edge_agent.config import BarrierConfig
from edge_agent.events import DeviceBack, DeviceLost
from edge_agent.gate import RelayGate
from tests.edge_agent.port_devices import LIMIT_S, Ear, running

SHORT_MS, LONG_MS = 50, 10_000
PAUSE_MS = 100


class Board:
    """A board that can be unplugged and plugged in again; `moved` are its switches in order."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._told: Queue[str] = Queue()
        self.plug()

    def plug(self) -> None:
        self._simulator = BarrierSimulator(self._link, self._told.put)

    def unplug(self) -> None:
        self._simulator.stop()

    def next(self) -> str:
        return str(json.loads(self._told.get(timeout=LIMIT_S))["barrier"])

    def is_still(self) -> bool:
        return self._told.empty()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    board = Board(tmp_path / "barrier.tty")
    yield board
    board.unplug()


def gate_of(tmp_path: Path, ear: Ear, pulse_ms: int = SHORT_MS) -> RelayGate:
    port = str(tmp_path / "barrier.tty")
    board = RelayBoard(partial(open_port, PortSettings(port)))
    return RelayGate(board, BarrierConfig(port, pulse_ms=pulse_ms), ear.post, PAUSE_MS)


def test_an_opening_is_a_pulse_that_ends_closed(board: Board, tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear)
    with running(gate.run):
        gate.open()
        assert [board.next(), board.next()] == ["open", "closed"]
    assert ear.rest() == []


def test_start_and_stop_both_close_it(board: Board, tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear)
    gate.close()
    with running(gate.run):
        assert board.next() == "closed"
    gate = gate_of(tmp_path, ear)
    with running(gate.run):
        pass
    assert board.next() == "closed"


@pytest.mark.parametrize("by_stop", [True, False])
def test_a_stop_or_a_closing_cuts_the_pulse_short(
    board: Board, tmp_path: Path, ear: Ear, by_stop: bool
) -> None:
    gate = gate_of(tmp_path, ear, LONG_MS)
    with running(gate.run) as end:
        gate.open()
        assert board.next() == "open"
        if by_stop:
            assert end() < 3
        else:
            gate.close()
        assert board.next() == "closed"


def test_a_closing_asked_for_later_voids_an_opening(board: Board, tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear)
    gate.open()
    gate.close()
    with running(gate.run):
        assert board.next() == "closed"
    assert board.is_still()


def test_an_absent_board_is_a_lost_device_and_its_closing_is_owed(tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear)
    with running(gate.run):
        gate.open()
        lost = ear.next()
        board = Board(tmp_path / "barrier.tty")
        assert board.next() == "closed"
        assert isinstance(ear.next(), DeviceBack)
    assert isinstance(lost, DeviceLost)
    assert (lost.device, lost.detail) == ("barrier", "P_ABSENT")
    board.unplug()


def test_a_board_unplugged_during_the_pulse_is_closed_as_soon_as_it_is_back(
    board: Board, tmp_path: Path, ear: Ear
) -> None:
    gate = gate_of(tmp_path, ear, 600)
    with running(gate.run):
        gate.open()
        assert board.next() == "open"
        board.unplug()
        assert isinstance(ear.next(), DeviceLost)
        board.plug()
        assert board.next() == "closed"
        assert isinstance(ear.next(), DeviceBack)
    assert ear.rest() == []


def test_every_opening_that_failed_is_told(tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear)
    with running(gate.run):
        for _ in range(3):
            gate.open()
        assert all(isinstance(ear.next(), DeviceLost) for _ in range(3))


def test_more_asking_than_it_can_follow_is_left_out(board: Board, tmp_path: Path, ear: Ear) -> None:
    gate = gate_of(tmp_path, ear, LONG_MS)
    for _ in range(100):
        gate.open()
    gate.close()
    with running(gate.run):
        assert board.next() == "closed"
    assert board.is_still()
