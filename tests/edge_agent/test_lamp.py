"""A lamp's thread over a real pty: dark at rest, rounds nobody foresees, a relay that fails."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from queue import Queue

import pytest

from drivers.barriers.relay_board import RelayBoard
from drivers.barriers.simulator import BarrierSimulator
from drivers.cameras.judging.challenge import SYMBOLS
from drivers.cameras.judging.facts import Round
from drivers.serial_port import PortSettings, open_port
from edge_agent.clockwork import mono_ms
from edge_agent.events import DeviceBack, DeviceLost
from edge_agent.lamp import Lamp, Lamps
from edge_agent.lamp_config import LampConfig
from tests.drivers.waiting import until
from tests.edge_agent.port_devices import LIMIT_S, Ear, running

CHANNEL = 2
GAP_MS = 60
BRIGHT, DIM = 90_000, -20_000


class Bench:
    """A board with a lamp, and an eye that shows it to the lamp's judge as a camera would."""

    def __init__(self, folder: Path, *, sees: bool = True) -> None:
        self.link = folder / "relays.tty"
        self.ear = Ear()
        self.lit = False
        self.told: Queue[str] = Queue()
        self.sees = sees
        self._ended: Round | None = None
        config = LampConfig("lamp", str(self.link), ("deck",), CHANNEL, every_s=0, settle_ms=50)
        board = RelayBoard(lambda: open_port(PortSettings(str(self.link))))
        self.lamp = Lamp(config, board, self.ear.post)
        self.lamps = Lamps(((config, self.lamp),))
        self._board: BarrierSimulator | None = None
        # Keyframes that come fast make short rounds.
        for at_ms in range(mono_ms() - 10 * GAP_MS, mono_ms(), GAP_MS):
            self.lamp.see("deck", at_ms, DIM)

    def plug(self) -> None:
        self._board = BarrierSimulator(self.link, self.told.put, {CHANNEL: self._light})

    def unplug(self) -> None:
        board, self._board = self._board, None
        if board is not None:
            board.stop()

    def next(self) -> str:
        return str(json.loads(self.told.get(timeout=LIMIT_S))["lamp"])

    def look(self) -> None:
        """One keyframe; the lamp as it is now, or a picture in which it never changes."""
        self.lamp.see("deck", mono_ms(), BRIGHT if self.lit and self.sees else DIM)

    def rounds(self) -> Iterator[Round]:
        """Every round, with a camera that looks at the lamp all the time."""
        while True:
            until(self._look_on)
            assert self._ended is not None
            yield self._ended

    def judged(self) -> int:
        """How many symbols of the next round were wrong; one in which a look came late is none."""
        return next(ended.wrong for ended in self.rounds() if ended.wrong is not None)

    def _look_on(self) -> bool:
        self.look()
        self._ended = self.lamp.round("deck")
        return self._ended is not None

    def _light(self, lit: bool) -> None:
        self.lit = lit


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    bench.plug()
    yield bench
    bench.unplug()


def test_a_camera_that_sees_it_answers_and_one_that_shows_a_still_does_not(bench: Bench) -> None:
    with running(bench.lamp.run):
        assert bench.judged() == 0
        bench.sees = False
        bench.judged()  # the sight may have gone in the middle of this one
        assert bench.judged() > 0


def test_it_is_dark_at_start_and_at_a_stop_in_the_middle_of_a_round(bench: Bench) -> None:
    with running(bench.lamp.run) as end:
        assert bench.next() == "dark"
        until(lambda: bench.lit)
        assert end() < 2
    until(lambda: not bench.lit)


def test_a_round_is_given_once_and_its_pattern_is_not_that_of_others(bench: Bench) -> None:
    with running(bench.lamp.run):
        for _ in islice(bench.rounds(), 3):
            assert bench.lamp.round("deck") is None
    switched = [bench.next() for _ in range(bench.told.qsize())]
    one = switched[1 : 1 + SYMBOLS]
    assert [switched[place : place + SYMBOLS] for place in range(1, 30, 10)] != [one] * 3


def test_an_absent_board_is_told_once_and_is_back_after_a_whole_round(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with running(bench.lamp.run):
        lost = bench.ear.next()
        assert isinstance(lost, DeviceLost)
        assert (lost.device, lost.detail) == ("lamp", "P_ABSENT")
        assert bench.ear.rest() == []
        bench.plug()
        next(bench.rounds())
        assert [type(event) for event in bench.ear.rest()] == [DeviceBack]
    bench.unplug()


def test_a_board_unplugged_in_a_round_says_nothing_of_the_camera(bench: Bench) -> None:
    with running(bench.lamp.run):
        until(lambda: bench.lit)
        bench.unplug()
        assert next(bench.rounds()).wrong is None


def test_a_camera_without_a_lamp_has_no_rounds(bench: Bench) -> None:
    bench.lamps.see("road", 1, 5)
    bench.lamps.see("deck", 1, None)
    assert bench.lamps.round("road") is None
    assert bench.lamps.round("deck") is None
