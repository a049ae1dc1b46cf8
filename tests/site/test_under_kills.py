"""Agent, collector and broker under kill -9 at any moment: nothing is lost, nothing is doubled.

`pytest tests/site/test_under_kills.py --kill-rounds N` goes on longer. A failed run names its seed.
"""

import contextlib
import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from edge_agent.config import load_config
from tests.site import proofs
from tests.site.conftest import Figure
from tests.site.county import County, open_county
from tests.site.kill_workers import PRELOADED, run_agent, run_collector
from tests.site.places import digests, write_config

ROUNDS = 500
CAMPAIGN_ROUNDS = 100  # a book each: opening one takes longer as it grows
LOOK_EVERY = 10
LONGEST_LIFE_S = 0.2
TICKETS = 600
DRAIN_S, LAST_WORDS_S = 60.0, 3.0
MOST_STARTS = 10
POLL_S = 0.05
VICTIMS = ("agent",) * 10 + ("collector",) * 8 + ("broker",) * 2

fork = multiprocessing.get_context("forkserver")


class Fleet:
    """The programs at work, by name; `kill` replaces one at once."""

    def __init__(self, county: County, folder: Path, weighbridge: str) -> None:
        self.weighbridge = weighbridge
        self._county = county
        config = write_config(folder, weighbridge)
        county.enrol(load_config(config)[0])
        self.state = folder / "state"
        tickets = county.tickets(weighbridge, TICKETS)
        log = folder / "agent.log"
        self._makers: dict[str, Callable[[], ForkServerProcess]] = {
            "agent": lambda: fork.Process(target=run_agent, args=(config, tickets, log)),
            "collector": lambda: fork.Process(
                target=run_collector, args=(county.path, county.folder / "collector.log")
            ),
        }
        self._running: dict[str, ForkServerProcess] = {}
        self._started_s = 0.0

    def start(self) -> None:
        for name in self._makers:
            self._start(name)

    def _start(self, name: str) -> None:
        self._running[name] = self._makers[name]()
        self._running[name].start()
        self._started_s = time.time()

    def kill(self, name: str) -> None:
        """SIGKILL, and a new one in its place. One that had ended by itself fails the test."""
        if name == "broker":
            self._county.broker.kill()
            self._county.broker.start()
            return
        process = self._running[name]
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, f"{name} ended with {process.exitcode}"
        self._start(name)

    def end(self, name: str) -> None:
        """An orderly stop."""
        process = self._running.pop(name)
        process.terminate()
        process.join(DRAIN_S)
        assert process.exitcode == 0, f"{name} ended with {process.exitcode}"

    def cut_power(self) -> None:
        for process in self._running.values():
            process.kill()

    def look(self) -> None:
        """What must hold at any moment."""
        proofs.bureau_agrees(self._county, self.weighbridge, self.state)
        proofs.barrier_followed_the_book(self.state)
        proofs.receipts_promise_what_is_held(self._county, self.weighbridge, self.state)

    def drain(self, patience_s: float) -> None:
        """Until the bureau holds all that was written and the agent has stopped in order.

        An agent that stops while its line is down says its last words at its next start. What the
        broker swallowed is sent again after ten seconds, or by the next start: `patience_s`.
        """
        for _ in range(MOST_STARTS):
            wait_until(self._is_at_work, DRAIN_S)
            if not comes_true(self._is_nearly_drained, patience_s):
                self.kill("agent")
                continue
            self.end("agent")
            if comes_true(self._is_drained, LAST_WORDS_S):
                return
            self._start("agent")
        raise AssertionError("the bureau never got all of it")

    def _is_drained(self) -> bool:
        return self._county.held(self.weighbridge) == digests(self.state)

    def _is_at_work(self) -> bool:
        """The agent's newest run has said how it stands."""
        status = self.state / "status.json"
        return status.exists() and status.stat().st_mtime > self._started_s

    def _is_nearly_drained(self) -> bool:
        owed = digests(self.state).keys() - self._county.held(self.weighbridge).keys()
        return len(owed) <= 2


def wait_until(come: Callable[[], bool], limit_s: float) -> None:
    assert comes_true(come, limit_s), f"not within {limit_s} s"


def comes_true(come: Callable[[], bool], limit_s: float) -> bool:
    end = time.monotonic() + limit_s
    while not come():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_S)
    return True


@contextlib.contextmanager
def fleet(county: County, folder: Path, weighbridge: str) -> Iterator[Fleet]:
    at_work = Fleet(county, folder, weighbridge)
    at_work.start()
    try:
        yield at_work
    finally:
        at_work.cut_power()


def campaign(at_work: Fleet, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        at_work.kill(chance.choice(VICTIMS))
        if number % LOOK_EVERY == 0:
            at_work.look()


def account_for(at_work: Fleet, county: County) -> str:
    """What must hold at the end; the campaign in figures."""
    place = (county, at_work.weighbridge, at_work.state)
    proofs.bureau_holds_all(*place)
    proofs.receipts_promise_what_is_held(*place)
    records = proofs.book_is_whole(at_work.state)
    opened = proofs.barrier_followed_the_book(at_work.state)
    sales = proofs.sold_once(*place)
    assert sales > 0
    # One truck after the other: at most one is between its tare and its gross.
    assert proofs.no_ticket_is_lost_or_used_twice(at_work.state) <= 1
    return f"{records} records, {sales} sales, {opened} openings"


@pytest.mark.timeout(0)
def test_kill_9_at_any_moment_loses_nothing_and_doubles_nothing(
    tmp_path: Path, pytestconfig: pytest.Config, figure: Figure
) -> None:
    fork.set_forkserver_preload(PRELOADED)
    rounds, seed = pytestconfig.getoption("--kill-rounds", ROUNDS), random.randrange(1 << 32)
    figure("kill test: seed", seed)
    chance, began = random.Random(seed), time.monotonic()
    with open_county(tmp_path) as county:
        for number, at in enumerate(range(0, rounds, CAMPAIGN_ROUNDS)):
            with fleet(county, tmp_path / f"deck-{number}", f"WB-{number}") as at_work:
                campaign(at_work, min(CAMPAIGN_ROUNDS, rounds - at), chance)
                at_work.drain(DRAIN_S if number == 0 else LAST_WORDS_S)
                figure(f"kill test: campaign {number}", account_for(at_work, county))
    figure("kill test: rounds per second", f"{rounds / (time.monotonic() - began):.1f}")
