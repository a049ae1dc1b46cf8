"""The writer: commit, then acknowledge, then receipt; orders put out until they are answered."""

import queue
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from collector.mqtt import Arrival
from collector.writer import Writer, is_time
from tests.collector.receiving import (
    EVERYWHERE,
    SECOND_MS,
    UP,
    Desk,
    alerts,
    delivery,
    is_honest,
    quarantined,
    receipts,
    stored_messages,
    stored_seqs,
    with_faults,
)
from tests.collector.sites import PLACE
from weighbook import topics


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_puback_comes_before_the_receipt_and_both_after_the_commit(desk: Desk) -> None:
    desk.send(*desk.book.fill(3), mid=7)
    assert (desk.broker.told, desk.broker.acknowledged) == (
        ["clear orders/1", "PUBACK", "receipt"],
        [7],
    )
    assert stored_seqs(desk.home) == [1, 2, 3, 4]
    assert desk.broker.receipt(desk.home).seq == 4


@pytest.mark.parametrize("acts", [False, True])
def test_what_could_not_be_stored_is_not_acknowledged(desk: Desk, acts: bool) -> None:
    messages = desk.book.fill(3)
    desk.db.break_at("COMMIT", acts=acts)
    with pytest.raises(sqlite3.OperationalError):
        desk.send(*messages)
    assert desk.broker.told == []
    desk.send(*messages)
    assert (stored_messages(desk.home), len(desk.broker.acknowledged)) == (messages, 1)


def run_with_one_fault(desk: Desk, inbox: "queue.Queue[Arrival]", stop: threading.Event) -> None:
    home, db = with_faults(desk.home)
    db.break_at("COMMIT", acts=False)
    Writer(home, EVERYWHERE, desk.broker).run(inbox, stop)
    db.close()


def test_after_a_failed_commit_the_line_is_dropped_and_the_queue_forgotten(desk: Desk) -> None:
    inbox: queue.Queue[Arrival] = queue.Queue()
    for mid, message in enumerate(desk.book.fill(3)):
        inbox.put(delivery(message, mid))
    stop = threading.Event()
    thread = threading.Thread(target=run_with_one_fault, args=(desk, inbox, stop))
    thread.start()
    assert desk.broker.dropped.wait(5)
    stop.set()
    thread.join(5)
    assert (inbox.empty(), desk.broker.acknowledged, stored_seqs(desk.home)) == (True, [], [])


def test_receipts_come_no_closer_together_than_set_and_none_is_forgotten(desk: Desk) -> None:
    messages = desk.book.fill(5)
    for message in messages:
        desk.send(message)
    assert [r.seq for r in receipts(desk.home)] == [1]
    desk.wait(2 * SECOND_MS)
    assert (desk.broker.receipt(desk.home).seq, len(receipts(desk.home))) == (6, 2)


@pytest.mark.parametrize("acts", [False, True])
def test_a_held_back_receipt_survives_a_failed_commit(desk: Desk, acts: bool) -> None:
    for message in desk.book.fill(5):
        desk.send(message)
    desk.db.break_at("COMMIT", acts=acts)
    with pytest.raises(sqlite3.OperationalError):
        desk.wait(2 * SECOND_MS)
    desk.writer.handle(UP)
    desk.wait(2 * SECOND_MS)
    assert desk.broker.receipt(desk.home).seq == 6


def test_a_restart_publishes_the_receipt_the_killed_process_still_owed(desk: Desk) -> None:
    for message in desk.book.fill(5):
        desk.send(message)
    desk.open()
    desk.writer.handle(UP)
    assert desk.broker.receipt(desk.home).seq == 1
    desk.wait(2 * SECOND_MS)
    assert desk.broker.receipt(desk.home).seq == 6


def test_a_receipt_that_was_stored_but_not_sent_is_sent_at_the_next_connection(desk: Desk) -> None:
    desk.broker.up = False
    desk.send(*desk.book.fill(2))
    assert desk.broker.retained == {}
    desk.broker.up = True
    desk.writer.handle(UP)
    assert desk.broker.receipt(desk.home).seq == 3


def test_whoever_owes_records_is_asked_again_and_again(desk: Desk) -> None:
    messages = desk.book.fill(4)
    desk.send(messages[0], *messages[3:])
    desk.beat()
    for _ in range(3):
        desk.wait(10 * SECOND_MS)
        desk.beat(desk.book.checkpoint(at_ms=desk.bureau.wall.now_ms))
    said = receipts(desk.home)
    assert {receipt.seq for receipt in said} == {1}
    assert len(said) >= 3


def test_only_the_buckets_served_are_spoken_for(tmp_path: Path) -> None:
    other = Desk(tmp_path, frozenset({(topics.bucket_of(PLACE) + 1) % topics.BUCKETS}))
    other.suspend()
    other.send(*other.book.fill(1))
    other.open()
    other.writer.handle(UP)
    other.wait(10 * SECOND_MS)
    assert other.broker.retained == {}


# What else arrives.


@pytest.mark.parametrize(
    "topic",
    [
        topics.presence(PLACE),
        topics.receipt(PLACE),
        topics.order(PLACE, 1),
        f"weighhouse/1/00/{PLACE}/records",
        "weighhouse/1/22/../records",
        "elsewhere",
        "",
    ],
)
def test_other_topics_are_acknowledged_and_leave_nothing(desk: Desk, topic: str) -> None:
    desk.writer.handle(delivery(b"gone", mid=9, topic=topic))
    assert desk.broker.acknowledged == [9]
    assert (quarantined(desk.home), alerts(desk.home)) == ([], [])


def test_garbage_is_acknowledged_once_it_is_in_quarantine(desk: Desk) -> None:
    desk.send(b"garbage", mid=4)
    assert (desk.broker.told, quarantined(desk.home)) == (["PUBACK"], ["E_SEQUENCE"])


def test_a_broker_that_doubles_everything_doubles_nothing_here(desk: Desk) -> None:
    for message in desk.book.fill(8):
        desk.send(message)
        desk.send(message)
    assert stored_seqs(desk.home) == list(range(1, 10))
    assert all(is_honest(desk.home, receipt) for receipt in receipts(desk.home))


# Silence.


def silent(desk: Desk) -> list[tuple[object, ...]]:
    rows = desk.home.db.execute("SELECT from_ms, to_ms FROM alerts WHERE code = 'F-H01'")
    return [tuple(row) for row in rows]


def test_silence_of_180_seconds_is_reported_and_the_next_word_ends_it(desk: Desk) -> None:
    desk.writer.handle(UP)
    desk.send(*desk.book.fill(1))
    heard_ms = desk.bureau.wall.now_ms
    desk.wait(179 * SECOND_MS)
    assert silent(desk) == []
    desk.wait(10 * SECOND_MS)
    assert silent(desk) == [(heard_ms, None)]
    desk.beat()
    back_ms = desk.bureau.wall.now_ms
    desk.wait(10 * SECOND_MS)
    assert silent(desk) == [(heard_ms, back_ms)]


def test_a_heartbeat_a_minute_is_never_silence(desk: Desk) -> None:
    desk.writer.handle(UP)
    desk.send(*desk.book.fill(1))
    for _ in range(10):
        desk.wait(60 * SECOND_MS)
        desk.beat(desk.book.checkpoint(at_ms=desk.bureau.wall.now_ms))
    assert silent(desk) == []


def test_while_the_broker_is_away_nobody_is_accused(desk: Desk) -> None:
    desk.writer.handle(UP)
    desk.send(*desk.book.fill(1))
    desk.broker.up = False
    desk.wait(600 * SECOND_MS)
    desk.broker.up = True
    desk.writer.handle(UP)
    desk.wait(170 * SECOND_MS)
    assert silent(desk) == []
    desk.wait(20 * SECOND_MS)
    assert len(silent(desk)) == 1


def test_garbage_is_no_sign_of_life(desk: Desk) -> None:
    desk.writer.handle(UP)
    desk.send(*desk.book.fill(1))
    desk.bureau.wall.now_ms += 175 * SECOND_MS
    desk.send(b"garbage")
    desk.beat(b"garbage")
    desk.wait(10 * SECOND_MS)
    assert len(silent(desk)) == 1


def test_a_clock_set_back_holds_nothing_up(desk: Desk) -> None:
    desk.wait(SECOND_MS)
    desk.send(*desk.book.fill(1))
    desk.bureau.wall.now_ms -= 3_600 * SECOND_MS
    number = desk.suspend()
    desk.send(*desk.book.fill(2))
    desk.wait(SECOND_MS)
    assert desk.order(number) is not None
    assert desk.broker.receipt(desk.home).seq == 4


@pytest.mark.parametrize(
    ("now_ms", "due"), [(1_000, False), (1_999, False), (2_000, True), (999, True), (0, True)]
)
def test_it_is_time_when_the_time_is_over_or_the_clock_went_back(now_ms: int, due: bool) -> None:
    assert is_time(now_ms, 1_000, 1_000) is due


def test_a_book_of_a_weighbridge_nobody_serves_here_is_still_stored_if_it_comes(desk: Desk) -> None:
    desk.writer = Writer(replace(desk.faulty), frozenset(), desk.broker)
    desk.send(*desk.book.fill(1))
    assert stored_seqs(desk.home) == [1, 2]
