"""The one queue into the deciding thread: in order, bounded, and honest about what it dropped."""

import threading

from edge_agent.events import Moment, Tick
from edge_agent.inbox import MAX_EVENTS, Inbox


def tick(number: int) -> Tick:
    return Tick(Moment(number, number))


def test_events_come_out_in_the_order_they_went_in() -> None:
    inbox = Inbox()
    for number in range(5):
        assert inbox.post(tick(number))
    assert [inbox.take(0.01) for _ in range(6)] == [*(tick(n) for n in range(5)), None]


def test_a_full_inbox_drops_and_counts() -> None:
    inbox = Inbox(post_limit_s=0.001)
    assert all(inbox.post(tick(number)) for number in range(MAX_EVENTS))
    assert not inbox.post(tick(-1))
    assert inbox.dropped == 1
    assert inbox.take(0.01) == tick(0)
    assert inbox.post(tick(-2))


def test_a_post_waits_a_moment_for_room() -> None:
    inbox = Inbox()
    for number in range(MAX_EVENTS):
        inbox.post(tick(number))
    threading.Timer(0.02, lambda: inbox.take(0.1)).start()
    assert inbox.post(tick(-1))
    assert inbox.dropped == 0


def test_many_threads_lose_nothing_and_keep_each_their_order() -> None:
    inbox = Inbox()
    threads = [
        threading.Thread(target=lambda base=base: [inbox.post(tick(base + n)) for n in range(100)])
        for base in (0, 1_000, 2_000)
    ]
    for thread in threads:
        thread.start()
    taken = [event.now.wall_ms for _ in range(300) if (event := inbox.take(1.0)) is not None]
    for thread in threads:
        thread.join()
    for base in (0, 1_000, 2_000):
        own = [number for number in taken if base <= number < base + 100]
        assert own == list(range(base, base + 100))
