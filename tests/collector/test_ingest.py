"""Records against the head: new, known, forked, broken, or beyond a gap; in whatever order."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.batches import Arrived
from collector.ingest import (
    BROKEN,
    CLOCK_BACK,
    Head,
    Known,
    Outcome,
    find_gaps,
    follow,
    judge,
    new_head,
)
from tests.collector.sites import NOW_MS, PLACE, Book, weighing
from weighbook.envelope import digest, payload_of
from weighbook.keys import SigningKey
from weighbook.records import Control, Kind, Totals, parse_record

ENROLMENT = bytes([7]) * 32
LENGTH = 9


def made() -> Book:
    book = Book(SigningKey.generate(), ENROLMENT)
    book.begin()
    for _ in range(LENGTH - 1):
        book.write(Kind.PASSAGE, weighing())
    return book


def arrived(message: bytes) -> Arrived:
    return Arrived(parse_record(payload_of(message)), digest(message), message)


BOOK = made()
ITEMS = [arrived(message) for message in BOOK.messages]
EMPTY = new_head(PLACE, 1)


class Shelf:
    """Batches one after the other, kept in memory as the store would keep them."""

    def __init__(self) -> None:
        self.head = EMPTY
        self.kept: dict[int, Arrived] = {}

    def take(self, batch: Iterable[Arrived]) -> Outcome:
        stored = {seq: item.digest for seq, item in self.kept.items()}
        outcome = judge(list(batch), Known(self.head, stored, frozenset({ENROLMENT})))
        self.kept |= {item.record.seq: item for item in outcome.stored}
        beyond = [self.kept[seq] for seq in sorted(self.kept) if seq > outcome.head.seq]
        self.head, _, alerts = follow(outcome.head, beyond)
        return replace(outcome, head=self.head, alerts=(*outcome.alerts, *alerts))

    def gaps(self) -> list[tuple[int, int]]:
        return list(find_gaps(self.head, {s: i.digest for s, i in self.kept.items()}))


def forked(at: int) -> Book:
    """A second book that is the same up to record `at` and goes its own way from there."""
    book = Book(BOOK.key, ENROLMENT, messages=BOOK.messages[:at], last=ITEMS[at - 1].record)
    book.at_ms = ITEMS[at - 1].record.at_ms
    return book


def test_a_whole_book_moves_the_head_to_its_end() -> None:
    outcome = Shelf().take(ITEMS)
    assert (outcome.head.seq, outcome.head.digest) == (LENGTH, ITEMS[-1].digest)
    assert (outcome.head.totals.passages, outcome.head.owed) == (LENGTH - 1, 0)
    assert outcome.stored == outcome.followed == tuple(ITEMS)


def test_what_comes_again_is_welcome_and_changes_nothing() -> None:
    shelf = Shelf()
    before = shelf.take(ITEMS).head
    outcome = shelf.take(ITEMS)
    assert (outcome.head, outcome.duplicates, outcome.stored) == (before, LENGTH, ())
    assert not [*outcome.forks, *outcome.broken, *outcome.alerts]


def test_a_record_twice_in_one_batch_is_stored_once() -> None:
    outcome = Shelf().take([*ITEMS[:3], ITEMS[1], ITEMS[2]])
    assert (len(outcome.stored), outcome.duplicates, outcome.head.seq) == (3, 2, 3)


def test_after_a_gap_records_are_kept_but_the_head_waits() -> None:
    shelf = Shelf()
    shelf.take(ITEMS[:2])
    outcome = shelf.take(ITEMS[5:7])
    assert (outcome.head.seq, outcome.head.max_seq, outcome.head.owed) == (2, 7, 5)
    assert outcome.gaps == ((3, 5),)
    assert len(outcome.stored) == 2


def test_every_gap_is_known_exactly() -> None:
    shelf = Shelf()
    shelf.take([ITEMS[0], ITEMS[3], ITEMS[4], ITEMS[8]])
    assert shelf.gaps() == [(2, 3), (6, 8)]


def test_a_filled_gap_lets_the_head_run_on_over_what_was_kept() -> None:
    shelf = Shelf()
    shelf.take([*ITEMS[:2], *ITEMS[5:]])
    assert shelf.take(ITEMS[2:5]).head.seq == LENGTH


def test_another_record_at_a_place_that_is_held_is_a_fork() -> None:
    shelf = Shelf()
    shelf.take(ITEMS[:6])
    other = arrived(forked(4).write(Kind.CONTROL, Control(b"x")))
    outcome = shelf.take([other])
    assert (outcome.forks, outcome.stored, outcome.head.seq) == ((other,), (), 6)


def test_two_records_of_one_place_in_one_batch_are_a_fork() -> None:
    shelf = Shelf()
    shelf.take(ITEMS[:4])
    other = arrived(forked(4).write(Kind.CONTROL, Control(b"x")))
    outcome = shelf.take([ITEMS[4], other])
    assert (outcome.stored, outcome.forks) == ((ITEMS[4],), (other,))


def test_a_record_that_names_another_predecessor_is_broken() -> None:
    shelf = Shelf()
    shelf.take(ITEMS[:5])
    second = forked(4)
    second.write(Kind.CONTROL, Control(b"x"))
    after = arrived(second.write(Kind.CONTROL, Control(b"y")))
    outcome = shelf.take([after])
    assert (outcome.broken, outcome.stored, outcome.head.seq) == ((after,), (), 5)


def test_a_first_record_must_name_an_enrolment() -> None:
    stray = arrived(Book(BOOK.key, bytes(32)).begin())
    outcome = Shelf().take([stray])
    assert (outcome.broken, outcome.head) == ((stray,), EMPTY)


def test_what_was_kept_beyond_a_gap_and_does_not_follow_is_reported() -> None:
    second = forked(3)
    second.write(Kind.CONTROL, Control(b"x"))
    beyond = arrived(second.write(Kind.CONTROL, Control(b"y")))
    shelf = Shelf()
    shelf.take(ITEMS[:3])
    assert shelf.take([beyond]).alerts == ()
    outcome = shelf.take([ITEMS[3]])
    assert outcome.head.seq == 4
    assert {alert.detail for alert in outcome.alerts} == {"B_PREV 1/5"}


def test_totals_that_do_not_add_up_are_reported_and_the_book_goes_on() -> None:
    book = forked(4)
    assert book.last is not None
    book.last = replace(book.last, totals=Totals(passages=99))
    wrong = arrived(book.write(Kind.PASSAGE, weighing()))
    shelf = Shelf()
    shelf.take(ITEMS[:4])
    outcome = shelf.take([wrong])
    assert outcome.head.seq == 5
    assert [(a.code, a.detail) for a in outcome.alerts] == [(BROKEN, "B_TOTALS 1/5")]


def test_a_clock_that_ran_back_is_reported_and_the_book_goes_on() -> None:
    book = forked(4)
    book.at_ms = NOW_MS - 5_000
    back = arrived(book.write(Kind.CONTROL, Control(b"x")))
    shelf = Shelf()
    shelf.take(ITEMS[:4])
    outcome = shelf.take([back])
    assert (outcome.head.seq, [a.code for a in outcome.alerts]) == (5, [CLOCK_BACK])


def batches_of(order: list[int], cuts: list[int]) -> Iterable[list[Arrived]]:
    places = sorted({0, *cuts, len(order)})
    for start, end in pairwise(places):
        yield [ITEMS[index] for index in order[start:end]]


@given(
    st.permutations(range(LENGTH)),
    st.lists(st.integers(0, LENGTH - 1), max_size=LENGTH),
    st.lists(st.integers(0, 2 * LENGTH), max_size=6),
)
def test_any_order_with_any_repetition_ends_in_the_same_book(
    order: list[int], again: list[int], cuts: list[int]
) -> None:
    shelf = Shelf()
    for batch in batches_of([*order, *again], [c for c in cuts if c < LENGTH + len(again)]):
        outcome = shelf.take(batch)
        assert not [*outcome.forks, *outcome.broken, *outcome.alerts]
    assert shelf.head == Shelf().take(ITEMS).head
    assert [shelf.kept[seq] for seq in sorted(shelf.kept)] == ITEMS


@given(st.sets(st.integers(0, LENGTH - 1)), st.randoms())
def test_gaps_and_held_records_together_are_the_book(held: set[int], random: Random) -> None:
    shelf = Shelf()
    for index in random.sample(sorted(held), len(held)):
        shelf.take([ITEMS[index]])
    missing = {seq for first, last in shelf.gaps() for seq in range(first, last + 1)}
    kept = {index + 1 for index in held}
    assert missing | kept == set(range(1, max(kept, default=0) + 1))
    assert not missing & kept


@pytest.mark.parametrize(("seq", "max_seq", "owed"), [(0, 0, 0), (3, 3, 0), (3, 9, 6)])
def test_what_is_owed_is_what_is_heard_of_and_not_held(seq: int, max_seq: int, owed: int) -> None:
    head = Head(PLACE, 1, seq, bytes(32), max_seq, 0, Totals(), 0)
    assert head.owed == owed
