"""The line to the broker, over real brokers: everything arrives, whatever dies in between."""

import queue
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector import schema
from edge_agent import lane as agent
from edge_agent.events import Event, OrderArrived, ReceiptArrived
from edge_agent.outbox import MAX_BYTES, MAX_RECORDS, Standing
from edge_agent.uplink import LARGEST_PAYLOAD_BYTES, Account, Uplink
from tests.brokers import Listener, Mosquitto, free_port, mosquitto_broker
from tests.collector.test_broker import PREFIX, embedded, mosquitto_files
from tests.drivers.waiting import until
from tests.edge_agent.places import Place, append, enrolled
from tests.edge_agent.story import BRIDGE, Story
from weighbook import topics
from weighbook.records import Correction, Kind
from weighbook.sequences import items_of


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jitter of a reconnect is short for once."""
    monkeypatch.setattr(random, "random", lambda: 0.02)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return enrolled(tmp_path / "place")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto_broker(tmp_path / "broker") as broker:
        yield broker


class Running:
    """An uplink with its thread, and what it posted."""

    def __init__(self, place: Place, account: Account, welcome_s: float = 5.0) -> None:
        self.posted: queue.Queue[Event] = queue.Queue()
        book = place.site.book
        self.line = Uplink(account, account.username, book, self._post, welcome_s)
        self.begin()

    def begin(self) -> None:
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self.line.run, args=(self.stop,), daemon=True)
        self._thread.start()

    def _post(self, event: Event) -> bool:
        self.posted.put(event)
        return True

    def tell(self, head: int, received: int = 0, at_ms: int = 0, order: int = 2) -> None:
        self.line.update(Standing(head, received, at_ms or received, order))

    def end(self) -> None:
        self.stop.set()
        self._thread.join(15)
        assert not self._thread.is_alive()


@pytest.fixture
def running(place: Place, broker: Mosquitto) -> Iterator[Running]:
    running = Running(place, account_at(broker.port))
    yield running
    running.end()


def account_at(port: int) -> Account:
    return Account("127.0.0.1", port, BRIDGE, "secret")


@pytest.fixture
def bureau(broker: Mosquitto) -> Iterator[Listener]:
    bureau = Listener(broker.port, "bureau")
    bureau.subscribe(topics.records(BRIDGE))
    yield bureau
    bureau.close()


def received(bureau: Listener, count: int) -> list[bytes]:
    """The messages of as many batches as it takes."""
    messages: list[bytes] = []
    while len(messages) < count:
        messages += items_of(bureau.wait(10)[1])
    return messages


def test_records_arrive_as_they_were_signed(
    place: Place, running: Running, bureau: Listener
) -> None:
    lines = place.fill(5)
    running.tell(6)
    assert received(bureau, 6)[1:] == [line.message for line in lines]


def test_batches_have_a_bound_in_records_and_in_bytes(
    place: Place, running: Running, bureau: Listener
) -> None:
    lines = place.fill(2 * MAX_RECORDS)
    with place.book() as book:
        lines += [append(book, Kind.CORRECTION, Correction(1, "字" * 3_000)) for _ in range(8)]
    running.tell(len(lines) + 1)
    batches = list[bytes]()
    while len(batches) < 5:
        batches.append(bureau.wait(10)[1])
    sizes = [len(list(items_of(batch))) for batch in batches]
    assert max(len(batch) for batch in batches) <= MAX_BYTES
    assert (max(sizes), sum(sizes)) == (MAX_RECORDS, len(lines) + 1)
    assert list(items_of(b"".join(batches)))[1:] == [line.message for line in lines]


def test_only_a_receipt_moves_the_cursor(place: Place, running: Running, bureau: Listener) -> None:
    """The broker acknowledged everything, and is asked to take it again all the same."""
    lines = place.fill(4)
    running.tell(5)
    received(bureau, 5)
    running.end()
    running.tell(5, received=3)
    running.begin()
    assert received(bureau, 2) == [line.message for line in lines[2:]]


def test_the_collector_can_ask_for_records_again(
    place: Place, running: Running, bureau: Listener
) -> None:
    lines = place.fill(4)
    running.tell(5, received=5)
    running.tell(5, received=2, at_ms=6)
    assert received(bureau, 3) == [line.message for line in lines[1:]]


def test_an_absent_broker_costs_nothing_and_is_found_when_it_comes(
    place: Place, broker: Mosquitto
) -> None:
    broker.stop()
    running = Running(place, account_at(broker.port))
    running.tell(1)
    assert not running.line.is_up()
    broker.start()
    until(running.line.is_up)
    running.end()
    assert not running.line.is_up()


def test_a_broker_killed_again_and_again_loses_nothing(
    place: Place, broker: Mosquitto, running: Running
) -> None:
    messages = [line.message for line in place.fill(250)]
    heard: dict[bytes, None] = {}
    for upto in (90, 180, 251):
        broker.kill()
        broker.start()
        bureau = Listener(broker.port, "bureau")
        bureau.subscribe(topics.records(BRIDGE))
        running.tell(upto, received=len(heard), at_ms=upto)
        while len(heard) < upto:
            heard |= dict.fromkeys(received(bureau, 1))
        bureau.close()
    assert list(heard)[1:] == messages


def test_waiting_receipts_and_orders_are_read_each_by_its_name(
    broker: Mosquitto, place: Place
) -> None:
    bureau = Listener(broker.port, "bureau")
    bureau.publish(topics.receipt(BRIDGE), b"receipt", retain=True)
    for number in (2, 3):
        bureau.publish(topics.order(BRIDGE, number), b"order %d" % number, retain=True)
    running = Running(place, account_at(broker.port))
    running.tell(1, order=2)
    first = [running.posted.get(timeout=5) for _ in range(2)]
    assert {type(event) for event in first} == {ReceiptArrived, OrderArrived}
    assert running.posted.empty()
    running.tell(1, order=3)
    order = running.posted.get(timeout=5)
    assert isinstance(order, OrderArrived)
    assert order.message == b"order 3"
    running.end()
    bureau.close()


def test_a_receipt_that_is_none_is_told_with_a_code_and_moves_nothing(
    running: Running, bureau: Listener
) -> None:
    until(running.line.is_up)
    bureau.publish(topics.receipt(BRIDGE), bytes(LARGEST_PAYLOAD_BYTES + 1))
    bureau.publish(topics.receipt(BRIDGE), b"")
    bureau.publish(topics.receipt(BRIDGE), b"no receipt")
    event = running.posted.get(timeout=5)
    assert isinstance(event, ReceiptArrived)
    story = Story()
    lane, acts = agent.step(story.lane, ReceiptArrived(story.moment(), event.message))
    assert [act.code for act in acts if hasattr(act, "code")] == ["E_ENVELOPE"]
    assert (lane.heard, running.posted.empty()) == (None, True)


def test_presence_is_seen_and_an_orderly_stop_says_so_after_the_last_record(
    place: Place, broker: Mosquitto, bureau: Listener
) -> None:
    bureau.subscribe(topics.presence(BRIDGE))
    running = Running(place, account_at(broker.port))
    assert bureau.wait(10) == (topics.presence(BRIDGE), b"online")
    running.tell(1)
    running.line.announce(b"checkpoint")
    running.end()
    heard = [bureau.wait(10) for _ in range(2)]
    assert [topic for topic, _ in heard] == [topics.records(BRIDGE), topics.presence(BRIDGE)]
    assert heard[1][1] == b"gone"


LINE = """
import sys, threading
from pathlib import Path
from edge_agent.uplink import Account, Uplink
account = Account("127.0.0.1", int(sys.argv[1]), sys.argv[2], "secret")
Uplink(account, sys.argv[2], Path(sys.argv[3]), lambda _: True).run(threading.Event())
"""


def test_a_killed_agent_is_gone_by_its_last_will(
    place: Place, broker: Mosquitto, bureau: Listener
) -> None:
    bureau.subscribe(topics.presence(BRIDGE))
    words = [sys.executable, "-c", LINE, str(broker.port), BRIDGE, str(place.site.book)]
    with subprocess.Popen(words) as running:
        assert bureau.wait(10)[1] == b"online"
        running.send_signal(signal.SIGKILL)
    assert bureau.wait(10) == (topics.presence(BRIDGE), b"gone")


def test_only_the_newest_checkpoint_is_sent_and_it_waits_for_who_comes_later(
    place: Place, broker: Mosquitto
) -> None:
    broker.stop()
    running = Running(place, account_at(broker.port))
    for number in range(5):
        running.line.announce(b"checkpoint %d" % number)
    broker.start()
    until(running.line.is_up)
    running.end()
    later = Listener(broker.port, "later")
    later.subscribe(topics.checkpoint(BRIDGE))
    assert later.wait() == (topics.checkpoint(BRIDGE), b"checkpoint 4")
    later.close()


def test_mqtt_5_is_spoken_where_the_broker_has_it(running: Running, broker: Mosquitto) -> None:
    until(running.line.is_up)
    log = (broker.folder / "mosquitto.log").read_text()
    assert f"as weighhouse-{BRIDGE} (p5," in log


def test_a_broker_that_knows_only_3_1_1_is_spoken_to_in_3_1_1(place: Place, tmp_path: Path) -> None:
    port = free_port()
    place.fill(3)
    with embedded(tmp_path, port) as small:
        with closing(schema.connect(tmp_path / "collector.db")) as db:
            db.execute(f"INSERT INTO mqtt_accounts VALUES ('{BRIDGE}', '{BRIDGE}', 'secret', 0)")
        bureau = Listener(port, f"{PREFIX}-test", ("collector", small.settings.password))
        bureau.subscribe(topics.records(BRIDGE))
        running = Running(place, account_at(port), welcome_s=0.3)
        running.tell(4)
        assert len(received(bureau, 4)) == 4
        running.end()
        bureau.close()


def test_a_wrong_password_is_tried_again_and_never_passes_for_a_line(
    place: Place, tmp_path: Path
) -> None:
    port = free_port()
    with embedded(tmp_path, port):
        running = Running(place, Account("127.0.0.1", port, "W01", "wrong"), welcome_s=0.1)
        running.stop.wait(0.5)
        assert not running.line.is_up()
        running.end()


def test_the_line_is_encrypted_where_the_bundle_brings_a_certificate(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "tls"
    with mosquitto_broker(folder, mosquitto_files(folder)) as broker:
        ca = (folder / "ca.crt").read_text()
        running = Running(place, Account("localhost", broker.port, "W01", "one", ca))
        until(running.line.is_up)
        running.end()
        stranger = Running(place, Account("localhost", broker.port, "W01", "one"), 0.2)
        stranger.stop.wait(0.3)
        assert not stranger.line.is_up()
        stranger.end()


def test_a_damaged_record_is_sent_as_it_stands_for_the_collector_to_judge(
    place: Place, running: Running, bureau: Listener
) -> None:
    place.fill(2)
    with closing(sqlite3.connect(place.site.book)) as db, db:
        db.execute("DROP TRIGGER records_no_update")
        db.execute("UPDATE records SET message = 'text' WHERE seq = 2")
    running.tell(3)
    assert b"text" in bureau.wait(10)[1]


def test_a_book_that_cannot_be_read_keeps_the_line_up(
    place: Place, running: Running, broker: Mosquitto
) -> None:
    until(running.line.is_up)
    place.site.book.rename(place.site.book.with_name("elsewhere"))
    running.tell(1)
    running.line.announce(b"checkpoint")
    later = Listener(broker.port, "later")
    later.subscribe(topics.checkpoint(BRIDGE))
    assert later.wait()[1] == b"checkpoint"
    later.close()
