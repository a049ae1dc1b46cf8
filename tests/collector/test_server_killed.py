"""`collector run` killed in the middle of everything: what comes back loses and doubles nothing."""

import contextlib
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import mosquitto_broker, wait_for_port
from tests.collector.receiving import is_honest, quarantined, receipts, stored_messages
from tests.collector.servers import Agent, Premises, premises
from tests.collector.sites import batches
from tests.collector.test_server import own_broker

RECORDS = 400
BATCH_RECORDS = 10
PROGRAM = "from collector.cli import main; main()"


class Process:
    """`collector run` or `collector ingest` as systemd would start it."""

    def __init__(self, place: Premises, command: str, port: int) -> None:
        words = [sys.executable, "-c", PROGRAM, "--home", str(place.path), command]
        self._words, self._port = words, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._words, stdout=quiet, stderr=quiet)
        wait_for_port(self._port)

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(15)


@contextlib.contextmanager
def running(process: Process) -> Iterator[Process]:
    process.start()
    try:
        yield process
    finally:
        process.end()


def deliver(place: Premises, until: int) -> None:
    """Send the book from the newest receipt on, again and again, until it covers `until`."""
    agent = place.agent()
    held = 0
    while held < until:
        for payload in batches(place.book.messages[held:], BATCH_RECORDS):
            agent.send(payload)
        held = max(held, newest(agent))
    agent.close()


def newest(agent: Agent) -> int:
    """The seq of the newest receipt that has come; waits a moment for one."""
    seq = 0
    with contextlib.suppress(queue.Empty):
        seq = agent.receipt(2.0).seq
        while True:
            seq = max(seq, agent.receipt(0.05).seq)
    return seq


def check(place: Premises) -> None:
    """Everything is there once, nothing else is, and no receipt ever claimed more."""
    home = place.bureau.home
    assert stored_messages(home) == place.book.messages
    assert quarantined(home) == []
    assert all(is_honest(home, receipt) for receipt in receipts(home))


def test_killed_with_its_own_broker_it_goes_on_from_the_last_receipt(tmp_path: Path) -> None:
    place = premises(tmp_path, receipt_every_ms=20)
    place.book.fill(RECORDS)
    process = Process(place, "run", place.broker_port)
    with running(process):
        deliver(place, RECORDS // 4)
        process.end()
        process.start()
        deliver(place, RECORDS + 1)
        assert process.end(signal.SIGTERM) == 0
    check(place)


@pytest.mark.parametrize("rounds", [2])
def test_killed_beside_a_broker_it_gets_what_it_had_not_stored(tmp_path: Path, rounds: int) -> None:
    place = premises(tmp_path, mode='"external"', username='""', receipt_every_ms=20)
    place.book.fill(RECORDS)
    process = Process(place, "ingest", place.broker_port)
    config = own_broker(tmp_path, place.broker_port)
    with mosquitto_broker(tmp_path / "broker", config), running(process):
        for part in range(1, rounds + 1):
            deliver(place, part * RECORDS // 4)
            process.end()
            process.start()
        deliver(place, RECORDS + 1)
    check(place)
