"""A camera's reading process that hangs or dies: the scale goes on, sales close, and open again.

The agent runs in a thread of the test with everything else of it real: so it can be seen how old
the newest weight is that it has handled.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.cameras.watcher import FRESH_MS, HUNG_MS
from edge_agent.clockwork import mono_ms
from edge_agent.daemon import Agent, build
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.places import count
from tests.site.weighroom import OPEN_S, Weighroom, wait_until, weighroom
from weighbook.records import Kind

HALT_S = 5.0  # no packet for 2.5 s, looked at twice a second, and slack for a slow machine
REOPEN_S = 60.0
OLDEST_WEIGHT_MS = 1_000


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path / "county") as made:
        yield made


@pytest.fixture
def room(county: County, tmp_path: Path) -> Iterator[Weighroom]:
    with weighroom(county, tmp_path / "room", "WB-1") as made:
        made.plug_in()
        yield made


@contextmanager
def living(room: Weighroom) -> Iterator[Agent]:
    """The agent, at work in a thread."""
    built: list[Agent] = []

    def live() -> None:
        agent = build(room.config, b"", "test")
        built.append(agent)
        agent.run()

    thread = threading.Thread(target=live)
    thread.start()
    wait_until(lambda: bool(built), OPEN_S)
    try:
        yield built[0]
    finally:
        built[0].ask_stop("test")
        thread.join(10)


def reader_of(agent: Agent) -> int | None:
    """The process that reads the camera now."""
    return agent.sight.watcher("deck").process_id


def signal_reader(agent: Agent, number: signal.Signals) -> Callable[[], bool]:
    """Send it a signal; whether it has been replaced since."""
    before = reader_of(agent)
    assert before is not None
    os.kill(before, number)
    return lambda: reader_of(agent) not in (None, before)


class Ageing:
    """Waits, and notes how old the newest handled weight became meanwhile."""

    def __init__(self, agent: Agent) -> None:
        self.oldest_ms = 0
        self._agent = agent

    def until(self, come: Callable[[], bool], limit_s: float) -> float:
        def looks() -> bool:
            seen_ms = self._agent.lane.watch.scale.valid_ms
            assert seen_ms is not None
            self.oldest_ms = max(self.oldest_ms, mono_ms() - seen_ms)
            return come()

        return wait_until(looks, limit_s, lambda: self._agent.lane.decision)


@pytest.mark.timeout(240)
def test_a_reader_that_dies_or_hangs_delays_no_weight_closes_sales_and_is_replaced(
    room: Weighroom, county: County, figure: Figure
) -> None:
    ((_, code),) = county.tickets("WB-1", 1)
    with living(room) as agent:
        wait_until(room.is_open, OPEN_S, room.last_words)
        ageing = Ageing(agent)
        ageing.until(signal_reader(agent, signal.SIGKILL), HALT_S)
        ageing.until(lambda: agent.lane.decision.open and is_seen(agent), REOPEN_S)
        is_replaced = signal_reader(agent, signal.SIGSTOP)
        halted_s = ageing.until(lambda: not agent.lane.decision.open, HALT_S)
        room.cross("蒙K00001", code, 15_000, Kind.REFUSED)
        replaced_s = ageing.until(is_replaced, HUNG_MS / 1_000 + HALT_S)
        reopened_s = ageing.until(lambda: agent.lane.decision.open, REOPEN_S)
        assert count(room.state, Kind.TARE) == 0
    assert ageing.oldest_ms < OLDEST_WEIGHT_MS
    figure("camera reader stopped: sales closed after, s", f"{halted_s:.1f}")
    figure("camera reader stopped: replaced after closing, s", f"{replaced_s:.1f}")
    figure("camera reader replaced: sales open after, s", f"{reopened_s:.1f}")
    figure("camera reader killed and stopped: oldest weight handled, ms", ageing.oldest_ms)


def is_seen(agent: Agent) -> bool:
    """Its newest packet is fresh."""
    return mono_ms() - agent.sight.watcher("deck").seen().packet_ms < FRESH_MS // 2


def test_readers_end_with_their_agent_however_it_ends(room: Weighroom) -> None:
    room.start()
    agent = room.agent._process.pid
    wait_until(lambda: bool(children(agent)), OPEN_S)
    readers = children(agent)
    os.kill(agent, signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{reader}").exists() for reader in readers), HALT_S)


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
