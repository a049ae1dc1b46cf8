"""The agent as a service: ready, watched, alone on its place, running without devices, stopped."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from demo.processes import script
from drivers.pseudo_terminal import PseudoTerminal
from edge_agent.clockwork import mono_ms
from edge_agent.daemon import Agent, build
from edge_agent.workers import Workers
from tests.site import proofs
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.places import book_rows, count, digests
from tests.site.weighroom import (
    OPEN_S,
    ServiceManager,
    Weighroom,
    wait_until,
    weighroom,
)
from weighbook.records import Kind

START_S, STOP_S, QUIET_S = 20.0, 5.0, 3.0
WATCHDOG_MS = 4_000  # a beat is then stale after two seconds
PULSE_MS = 10_000


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path / "county") as made:
        yield made


@pytest.fixture
def room(county: County, tmp_path: Path) -> Iterator[Weighroom]:
    """A weigh-room in which nothing is plugged in and nothing is switched on."""
    with weighroom(county, tmp_path / "room", "WB-1", PULSE_MS) as made:
        yield made


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    made = ServiceManager(tmp_path, WATCHDOG_MS)
    yield made
    made.close()


def start(room: Weighroom, manager: ServiceManager) -> float:
    room.start(**manager.env)
    return manager.wait_for("READY=1", START_S)


def stop(room: Weighroom) -> float:
    """SIGTERM; how long the agent took. It left in order."""
    began = time.monotonic()
    assert room.agent.stop() == 0
    took_s = time.monotonic() - began
    newest = book_rows(room.state, "SELECT kind FROM records ORDER BY seq DESC LIMIT 1")
    assert newest == [(int(Kind.STOPPED),)]
    proofs.book_is_whole(room.state)
    return took_s


def test_ready_is_said_once_the_book_is_checked_and_stopping_when_it_stops(
    room: Weighroom, manager: ServiceManager, figure: Figure
) -> None:
    ready_s = start(room, manager)
    assert "BOOK" not in room.causes()
    assert count(room.state, Kind.STARTED) == 1
    stopped_s = stop(room)
    manager.wait_for("STOPPING=1", 1)
    assert " ".join(manager.heard).count("READY=1") == 1
    assert stopped_s < STOP_S
    figure("daemon: switch-on to READY, s", f"{ready_s:.1f}")
    figure("daemon: SIGTERM to exit, nothing plugged in, s", f"{stopped_s:.2f}")


def test_a_book_that_cannot_be_opened_is_refused_in_words_and_never_ready(
    room: Weighroom, manager: ServiceManager
) -> None:
    (room.state / "book.db").write_bytes(b"no book" * 1_000)
    room.start(**manager.env)
    assert room.agent._process.wait(START_S) == 2
    assert manager.next(0) is None
    assert "verify" in room.log
    assert "Traceback" not in room.log


def test_a_second_agent_on_the_same_place_is_refused_in_words(
    room: Weighroom, manager: ServiceManager
) -> None:
    start(room, manager)
    words = script("edge-agent", "run", "--config", str(room.path))
    second = subprocess.run(words, capture_output=True, text=True, timeout=START_S, check=False)
    assert second.returncode == 2
    assert "已有程序在运行" in second.stderr
    assert "An agent is running on" in second.stderr
    assert manager.wait_for("WATCHDOG=1", QUIET_S)


def test_without_devices_and_without_network_it_runs_with_sales_closed_and_reports_later(
    room: Weighroom, county: County, manager: ServiceManager
) -> None:
    county.broker.kill()
    start(room, manager)
    wait_until(lambda: {"CAMERA_LOST", "SCALE_SILENT"} <= room.causes(), START_S)
    assert (room.is_open(), room.status()["online"]) == (False, False)
    county.broker.start()
    county.start_collector()
    wait_until(lambda: county.held("WB-1").keys() >= digests(room.state).keys(), OPEN_S)
    assert county.rows("SELECT weighbridge FROM checkpoints") == [("WB-1",)]


def test_a_stop_waits_for_no_broker_that_does_not_answer(
    room: Weighroom, county: County, manager: ServiceManager
) -> None:
    county.broker.kill()
    with socket.create_server(("127.0.0.1", county.broker.port)):
        start(room, manager)
        assert stop(room) < STOP_S


def test_noise_on_the_line_keeps_sales_closed_and_holds_nothing_up(
    room: Weighroom, manager: ServiceManager
) -> None:
    line, ended = PseudoTerminal(room.folder / "scale.tty"), threading.Event()

    def noise() -> None:
        while not ended.wait(0.01):
            line.send(os.urandom(64).replace(b"\x03", b"\x04"))

    thread = threading.Thread(target=noise)
    thread.start()
    start(room, manager)
    wait_until(lambda: "SCALE_SILENT" in room.causes(), START_S)
    for _ in range(3):
        manager.wait_for("WATCHDOG=1", QUIET_S)
    assert stop(room) < STOP_S
    ended.set()
    thread.join()
    line.close()


def test_a_deciding_thread_that_hangs_is_a_missing_ping(
    room: Weighroom, manager: ServiceManager
) -> None:
    """A pipe that nobody reads, in the place of a file it writes, is a disk that hangs."""
    start(room, manager)
    os.mkfifo(room.state / "status.json.new")
    silence(manager)
    room.agent.kill()


def test_a_process_that_is_stopped_is_a_missing_ping_and_goes_on_after(
    room: Weighroom, manager: ServiceManager
) -> None:
    start(room, manager)
    os.kill(room.agent._process.pid, signal.SIGSTOP)
    silence(manager)
    os.kill(room.agent._process.pid, signal.SIGCONT)
    manager.wait_for("WATCHDOG=1", QUIET_S)


def silence(manager: ServiceManager) -> None:
    """Three seconds without a ping; those on their way may still come."""
    end = time.monotonic() + START_S
    while manager.next(QUIET_S) is not None:
        assert time.monotonic() < end, "the pings go on"


def test_a_worker_that_hangs_is_a_missing_ping(
    room: Weighroom, manager: ServiceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in manager.env.items():
        monkeypatch.setenv(name, value)
    released = threading.Event()
    built: list[Agent] = []

    def live() -> None:
        agent = build(room.config, b"", "test")
        agent.workers = Workers((("stuck", lambda _stop: waits(released)),), mono_ms)
        built.append(agent)
        agent.run()

    thread = threading.Thread(target=live)
    thread.start()
    manager.wait_for("READY=1", START_S)
    silence(manager)
    released.set()
    built[0].ask_stop("test")
    thread.join(STOP_S)
    assert not thread.is_alive()


def waits(released: threading.Event) -> None:
    released.wait()


def test_a_service_manager_that_hears_nothing_holds_nobody_up(
    room: Weighroom, manager: ServiceManager
) -> None:
    start(room, manager)
    for _ in range(64):
        fill(manager)
    at_ms = room.status()["at_ms"]
    wait_until(lambda: room.status()["at_ms"] > at_ms + 2_000, START_S)
    assert stop(room) < STOP_S


def fill(manager: ServiceManager) -> None:
    """Its queue is as full as it can be."""
    with suppress(BlockingIOError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.sendto(b"X=1", manager.env["NOTIFY_SOCKET"])


@pytest.mark.timeout(180)
def test_a_stop_in_the_middle_of_an_opening_leaves_the_barrier_shut(
    room: Weighroom, county: County, manager: ServiceManager, figure: Figure
) -> None:
    ((_, code),) = county.tickets("WB-1", 1)
    room.plug_in()
    start(room, manager)
    wait_until(room.is_open, OPEN_S, room.last_words)
    room.cross("蒙K00001", code, 15_000, Kind.TARE)
    wait_until(lambda: room.switched[-1] == "open", STOP_S)
    stopped_s = stop(room)
    wait_until(lambda: room.switched[-1] == "closed", STOP_S)
    assert stopped_s < STOP_S
    figure("daemon: SIGTERM to exit in the middle of a 10 s opening, s", f"{stopped_s:.2f}")
