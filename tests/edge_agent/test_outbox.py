"""The outbox: a cursor that only receipts move, and through any loss in the end everything."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.outbox import (
    FIRST_WAIT_MS,
    LONGEST_WAIT_MS,
    MAX_BYTES,
    MAX_RECORDS,
    WINDOW,
    Outbox,
    Standing,
    fill_batch,
)


def standing(head: int, received: int = 0, at_ms: int = 0) -> Standing:
    return Standing(head, received, at_ms or received, 1)


def test_what_was_sent_is_not_sent_again_at_once() -> None:
    outbox = Outbox().sent(50, 1_000).tick(1_000 + FIRST_WAIT_MS - 1)
    assert (outbox.sent_seq, outbox.received_seq) == (50, 0)
    assert outbox.room(standing(50)) == 0


def test_what_has_no_receipt_in_time_is_sent_again_from_the_receipt_on() -> None:
    outbox = Outbox(sent_seq=50, received_seq=20).tick(FIRST_WAIT_MS)
    assert (outbox.sent_seq, outbox.room(standing(50))) == (20, 30)


def test_the_pause_before_sending_again_doubles_up_to_a_bound() -> None:
    outbox, pauses = Outbox(), list[int]()
    for _ in range(12):
        pauses.append(outbox.wait_ms())
        at_ms = outbox.moved_ms + outbox.wait_ms()
        outbox = outbox.sent(10, outbox.moved_ms).tick(at_ms)
    assert pauses[:3] == [FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]
    assert pauses[-1] == LONGEST_WAIT_MS


def test_a_receipt_ends_the_waiting_and_the_doubling() -> None:
    outbox = Outbox(sent_seq=50, tries=5).hear(standing(50, 50), 7_000)
    assert (outbox.received_seq, outbox.tries, outbox.moved_ms) == (50, 0, 7_000)


def test_a_receipt_further_back_is_a_question_for_records_again() -> None:
    outbox = Outbox().sent(90, 0).hear(standing(90, 80), 1).hear(standing(90, 30, 81), 2)
    assert (outbox.sent_seq, outbox.received_seq, outbox.room(standing(90))) == (30, 30, 60)


def test_an_older_receipt_moves_nothing() -> None:
    outbox = Outbox().hear(standing(90, 80), 1)
    assert outbox.hear(standing(90, 30, 79), 2) == outbox


def test_a_receipt_beyond_what_was_sent_moves_the_sending_too() -> None:
    """The agent was restarted: the collector has long had what this run never sent."""
    assert Outbox().hear(standing(90, 80), 1).sent_seq == 80


def test_a_new_connection_begins_at_the_receipt() -> None:
    assert Outbox(sent_seq=90, received_seq=40).reconnected(5).sent_seq == 40


def test_no_more_than_a_window_is_ahead_of_the_receipt() -> None:
    outbox = Outbox().sent(WINDOW - 10, 0)
    assert outbox.room(standing(99_999)) == 10
    assert outbox.sent(WINDOW, 0).room(standing(99_999)) == 0
    assert Outbox().room(standing(99_999)) == MAX_RECORDS


def test_a_book_that_became_shorter_than_its_receipt_sends_nothing() -> None:
    assert Outbox().hear(standing(5, 80), 1).room(standing(5, 80)) == 0


@given(st.lists(st.integers(1, MAX_BYTES), min_size=1, max_size=120))
def test_a_batch_is_the_longest_that_fits(sizes: list[int]) -> None:
    rows = [(seq, bytes(size)) for seq, size in enumerate(sizes, 7)]
    last, payload = fill_batch(rows)
    taken = last - 6
    assert payload == bytes(sum(sizes[:taken]))
    assert len(payload) <= MAX_BYTES
    assert taken == len(sizes) or sum(sizes[: taken + 1]) > MAX_BYTES


def test_one_message_always_goes_and_none_is_nothing() -> None:
    assert fill_batch([(1, bytes(MAX_BYTES + 1))])[0] == 1
    assert fill_batch([]) == (0, b"")


@dataclass
class Lossy:
    """A collector behind a line that may swallow any batch or receipt, or be cut."""

    head: int
    outbox: Outbox = field(default_factory=Outbox)
    held: int = 0
    told: int = 0
    now_ms: int = 0
    receipts: int = 0

    def move(self, fate: str) -> None:
        self.now_ms += LONGEST_WAIT_MS
        before = self.outbox.received_seq
        if fate == "cut":
            self.outbox = self.outbox.reconnected(self.now_ms)
        said = Standing(self.head, self.told, self.receipts, 1)
        self.outbox = self.outbox.hear(said, self.now_ms).tick(self.now_ms)
        assert self.outbox.received_seq in (before, self.told)
        room = self.outbox.room(said)
        first, last = self.outbox.sent_seq + 1, self.outbox.sent_seq + room
        if not room:
            return
        self.outbox = self.outbox.sent(last, self.now_ms)
        # A collector takes what continues its book; more than that waits for what lies between.
        if fate != "batch lost" and first <= self.held + 1:
            self.held = max(self.held, last)
        if fate not in ("batch lost", "receipt lost"):
            self.told, self.receipts = self.held, self.receipts + 1


FATES = ("good", "batch lost", "receipt lost", "cut")


@given(st.integers(0, 2_500), st.lists(st.sampled_from(FATES), max_size=40))
def test_whatever_is_lost_on_the_way_everything_arrives_in_the_end(
    head: int, fates: Iterable[str]
) -> None:
    line = Lossy(head)
    for fate in [*fates, *["good"] * 60]:
        line.move(fate)
    assert (line.held, line.outbox.received_seq) == (head, head)


@pytest.mark.parametrize("tries", [0, 3, 9, 10_000])
def test_no_number_of_tries_makes_the_pause_endless(tries: int) -> None:
    assert Outbox(tries=tries).wait_ms() <= LONGEST_WAIT_MS
