"""Workers: seen to be alive while they ask, ended together within one limit, watched by age."""

import threading
import time

import pytest

from edge_agent.watchdog import BEAT_LIMIT_MS, NETWORK_LIMIT_MS, beat_limit_ms, stuck_workers
from edge_agent.workers import BeatingStop, Stop, Workers


class Clock:
    """Goes on by one at every look."""

    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        self.ms += 1
        return self.ms


def test_every_question_is_a_beat() -> None:
    stop = BeatingStop(threading.Event(), Clock())
    before = stop.beat_ms
    assert not stop.is_set()
    assert stop.beat_ms > before


def test_a_worker_that_waits_beats_on() -> None:
    clock = Clock()
    stop = BeatingStop(threading.Event(), clock)
    before = stop.beat_ms
    assert not stop.wait(0.01)
    assert stop.beat_ms > before + 1


def test_a_wait_ends_with_the_stop() -> None:
    asked = threading.Event()
    asked.set()
    assert BeatingStop(asked, Clock()).wait()


def test_all_workers_are_told_to_stop() -> None:
    ended: list[str] = []

    def work(stop: Stop) -> None:
        stop.wait()
        ended.append("one")

    workers = Workers((("first", work), ("second", work)), Clock())
    workers.start()
    assert workers.ages_ms().keys() == {"first", "second"}
    workers.end(5)
    assert ended == ["one", "one"]


def test_workers_that_hang_are_left_behind_at_one_limit_for_all() -> None:
    released = threading.Event()
    workers = Workers(tuple((name, lambda _stop: _hang(released)) for name in "abc"), Clock())
    workers.start()
    began = time.monotonic()
    workers.end(0.05)
    assert time.monotonic() - began < 3 * 0.05 + 1
    released.set()


def _hang(released: threading.Event) -> None:
    released.wait()


@pytest.mark.parametrize(
    ("ages", "stuck"),
    [
        ({"scale": BEAT_LIMIT_MS, "uplink": BEAT_LIMIT_MS + 1}, set()),
        ({"scale": BEAT_LIMIT_MS + 1, "gate": 0}, {"scale"}),
        ({"uplink": NETWORK_LIMIT_MS + 1, "evidence": NETWORK_LIMIT_MS}, {"uplink"}),
        ({"onvif DECK": NETWORK_LIMIT_MS, "onvif": BEAT_LIMIT_MS + 1}, {"onvif"}),
        ({"probe 1": NETWORK_LIMIT_MS, "probe": BEAT_LIMIT_MS + 1}, {"probe"}),
    ],
)
def test_a_device_hangs_sooner_than_the_network(ages: dict[str, int], stuck: set[str]) -> None:
    assert stuck_workers(ages, BEAT_LIMIT_MS) == stuck


@pytest.mark.parametrize(
    ("usec", "limit_ms"),
    [("30000000", 15_000), ("", BEAT_LIMIT_MS), ("-1", BEAT_LIMIT_MS), ("soon", BEAT_LIMIT_MS)],
)
def test_a_beat_is_stale_after_half_of_what_systemd_waits(usec: str, limit_ms: int) -> None:
    assert beat_limit_ms(usec) == limit_ms
