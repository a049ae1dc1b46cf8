"""The relay board: its four bytes, and a pulse that always ends closed."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barriers.relay_board import (
    MAX_PULSE_MS,
    Barrier,
    RelayBoard,
    RelayLamp,
    order_bytes,
)
from drivers.barriers.simulator import BarrierSimulator, parse_orders
from drivers.serial_port import PortLost, PortSettings, open_port

OPEN, CLOSED = order_bytes(1, energised=True), order_bytes(1, energised=False)
CHANNELS = st.integers(1, 16)


class Board:
    """What a board got; `full` of them it took, then it was unplugged."""

    def __init__(self, full: int = 99) -> None:
        self.got: list[bytes] = []
        self.is_closed = False
        self._full = full

    def write(self, data: bytes) -> None:
        if len(self.got) >= self._full:
            raise PortLost("P_VANISHED", "unplugged")
        self.got.append(data)

    def read(self) -> bytes:
        return b""

    def discard(self) -> None:
        """Nothing has come."""

    def close(self) -> None:
        self.is_closed = True


def test_the_bytes_are_those_of_the_data_sheet() -> None:
    assert bytes.fromhex("A0 01 01 A2") == OPEN
    assert bytes.fromhex("A0 01 00 A1") == CLOSED
    assert order_bytes(16, energised=True) == bytes.fromhex("A0 10 01 B1")


@pytest.mark.parametrize("channel", [0, 17, -1, 256])
def test_a_channel_no_board_has_is_refused(channel: int) -> None:
    with pytest.raises(ValueError, match=str(channel)):
        order_bytes(channel, energised=True)


def test_a_pulse_opens_waits_and_closes() -> None:
    board, waited = Board(), list[int]()
    Barrier(board, 1).open_pulse(700, waited.append)
    assert (board.got, waited) == ([OPEN, CLOSED], [700])


def test_no_pulse_is_longer_than_the_bound() -> None:
    waited: list[int] = []
    Barrier(Board(), 1).open_pulse(3_600_000, waited.append)
    assert waited == [MAX_PULSE_MS]


def test_a_wait_that_fails_ends_closed_too() -> None:
    board = Board()
    with pytest.raises(ZeroDivisionError):
        Barrier(board, 1).open_pulse(700, lambda _: 1 // 0)
    assert board.got == [OPEN, CLOSED]


@pytest.mark.parametrize("full", [0, 1])
def test_a_board_unplugged_before_or_during_the_pulse_is_lost(full: int) -> None:
    with pytest.raises(PortLost):
        Barrier(Board(full), 1).open_pulse(700, lambda _: None)


def test_a_closing_is_sent_even_if_the_opening_seemed_to_fail() -> None:
    """The bytes may have reached the relay all the same."""

    class Torn(Board):
        def write(self, data: bytes) -> None:
            super().write(data)
            if data == OPEN:
                raise PortLost("P_STUCK", "no room")

    board = Torn()
    with pytest.raises(PortLost):
        Barrier(board, 1).open_pulse(700, lambda _: None)
    assert board.got == [OPEN, CLOSED]


@given(st.lists(st.tuples(CHANNELS, st.booleans()), max_size=8), st.data())
def test_the_simulator_reads_what_the_driver_says(
    wanted: list[tuple[int, bool]], data: st.DataObject
) -> None:
    stream = b"".join(order_bytes(channel, energised=on) for channel, on in wanted)
    cut = data.draw(st.integers(0, len(stream)))
    kept, first = parse_orders(stream[:cut])
    kept, rest = parse_orders(kept + stream[cut:])
    assert first + rest == wanted
    assert kept == b""


@given(st.binary(max_size=200))
def test_noise_before_an_order_does_not_hide_it(noise: bytes) -> None:
    kept, _ = parse_orders(noise)
    # Three bytes may look like the start of an order; a repeated order gets through.
    _, orders = parse_orders(kept + OPEN * 2)
    assert (1, True) in orders


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[BarrierSimulator]:
    simulator = BarrierSimulator(tmp_path / "barrier.tty")
    yield simulator
    simulator.stop()


def test_a_pulse_moves_the_simulated_barrier(simulator: BarrierSimulator, tmp_path: Path) -> None:
    port = open_port(PortSettings(str(tmp_path / "barrier.tty")))
    pulse = threading.Event()
    Barrier(port, 1).open_pulse(50, lambda ms: pulse.wait(ms / 1_000))
    assert simulator.wait_opened(1, 5)
    port.close()


def test_a_lamp_blinks_while_the_barrier_on_the_same_board_is_open(tmp_path: Path) -> None:
    link, lit = tmp_path / "board.tty", Queue[bool]()
    simulator = BarrierSimulator(link, lamps={2: lit.put})
    board = RelayBoard(lambda: open_port(PortSettings(str(link))))
    lamp = RelayLamp(board, 2)

    def blink(_pulse_ms: int) -> None:
        lamp.show(lit=True)
        lamp.show(lit=False)
        assert [lit.get(timeout=5), lit.get(timeout=5)] == [True, False]

    Barrier(board, 1).open_pulse(50, blink)
    assert simulator.wait_opened(1, 5)
    simulator.stop()


def test_orders_of_many_threads_to_one_board_take_turns(tmp_path: Path) -> None:
    """A port that is held by one order refuses the next: without turns this loses some."""
    link, told = tmp_path / "board.tty", Queue[str]()
    simulator = BarrierSimulator(link, told.put)
    board = RelayBoard(lambda: open_port(PortSettings(str(link))))
    with ThreadPoolExecutor(4) as pool:
        for channel in range(1, 17):
            pool.submit(Barrier(board, channel).close).add_done_callback(lambda one: one.result())
    channels = {json.loads(told.get(timeout=5))["channel"] for _ in range(16)}
    assert channels == set(range(1, 17))
    simulator.stop()


def test_a_board_lets_go_of_its_port_when_the_writing_fails() -> None:
    board = Board(full=0)
    with pytest.raises(PortLost):
        RelayBoard(lambda: board).write(OPEN)
    assert board.is_closed
