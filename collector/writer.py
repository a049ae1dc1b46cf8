"""The one thread that writes: takes deliveries from the queue, stores, acknowledges, publishes.

The order of things: commit, take answered orders off the broker, then PUBACK, then the receipt. If
a commit fails the connection is dropped and everything unacknowledged comes again. Beside
deliveries it looks every second for new orders of the bureau and receipts that have become due, and
every ten seconds, while the line is up, for silence.
"""

import queue
import sqlite3
import threading
from typing import Protocol

import structlog

from collector import books, orders
from collector.home import Home
from collector.ingest import Head
from collector.mqtt import Arrival, Connected, Delivery
from collector.notice_store import receivers_of, tell_changes
from collector.records_store import RecordsStore
from collector.schema import transaction
from collector.silence_watch import watch_silence
from weighbook import topics

POLL_S = 0.5
ORDERS_EVERY_MS = 1_000
SILENCE_EVERY_MS = 10_000
PAUSE_AFTER_FAILURE_S = 1.0
MOST_OPEN_ORDERS = 10_000

log = structlog.get_logger(__name__)


class Outlet(Protocol):
    """What the writer needs of the line to the broker."""

    def acknowledge(self, delivery: Delivery) -> None: ...
    def publish(self, topic: str, payload: bytes) -> bool: ...
    def drop(self) -> None: ...
    def is_up(self) -> bool: ...


class Writer:
    """`run` is the thread; `handle` and `look_around` are its two steps, for tests too."""

    def __init__(self, home: Home, buckets: frozenset[int], outlet: Outlet) -> None:
        self._home = home
        self._buckets = buckets
        self._outlet = outlet
        self._store = RecordsStore(home)
        self._published: set[tuple[str, int]] = set()
        self._waiting: set[tuple[str, int]] = set()
        self._listening_since_ms = home.now_ms()
        self._orders_ms = 0
        self._silence_ms = 0
        self._receivers = receivers_of(home.config)
        self._touched: set[str] | None = None  # None: any weighbridge may have changed

    def handle(self, arrival: Arrival) -> None:
        """One thing from the line. Raises `sqlite3.Error` if it cannot be stored."""
        if isinstance(arrival, Connected):
            # While nobody could be heard, nobody was silent.
            self._listening_since_ms = self._home.now_ms()
            self.publish_all()
            return
        weighbridge, what = topics.parse(arrival.topic) or ("", "")
        if what == "records":
            self._take_records(weighbridge, arrival)
        elif what == "checkpoint":
            self._take_checkpoint(weighbridge, arrival)
        else:
            log.warning("not a topic of ours", topic=arrival.topic)
            self._outlet.acknowledge(arrival)

    def look_around(self) -> None:
        """What time itself brings: new orders, receipts that are due, silence."""
        now_ms = self._home.now_ms()
        if is_time(now_ms, self._orders_ms, ORDERS_EVERY_MS):
            self._orders_ms = now_ms
            self.publish_orders()
            self.publish_due_receipts(now_ms)
        if self._outlet.is_up() and is_time(now_ms, self._silence_ms, SILENCE_EVERY_MS):
            self._silence_ms = now_ms
            limit_ms = self._home.config.ingest.silence_s * 1_000
            found = watch_silence(self._home.db, self._listening_since_ms, now_ms, limit_ms)
            self._touch(*(change.weighbridge for change in found))
        self._tell(now_ms)

    def publish_all(self) -> None:
        """After a (re)connection: every newest receipt and every open order, retained."""
        self._published.clear()
        for head in books.list_heads(self._home.db):
            if not self._serves(head.weighbridge):
                continue
            message = self._store.desk.newest_message(head.weighbridge)
            if message is not None:
                self._outlet.publish(topics.receipt(head.weighbridge), message)
            self._wait_if_behind(head)
        self.publish_orders()

    def publish_orders(self) -> None:
        """Put out the orders no agent has answered yet and this connection has not seen."""
        rows = self._home.db.execute(
            "SELECT weighbridge, number FROM orders WHERE applied_seq IS NULL"
            " ORDER BY weighbridge, number LIMIT ?",
            (MOST_OPEN_ORDERS,),
        )
        for weighbridge, number in rows.fetchall():
            if (weighbridge, number) in self._published or not self._serves(weighbridge):
                continue
            message = orders.find(self._home.db, weighbridge, number).message
            if self._outlet.publish(topics.order(weighbridge, number), message):
                self._published.add((weighbridge, number))

    def publish_due_receipts(self, now_ms: int) -> None:
        """Receipts that were held back to come less often, and those that ask for what is owed."""
        waiting, self._waiting = self._waiting, set()
        if not waiting:
            return
        messages: list[tuple[str, bytes]] = []
        try:
            with transaction(self._home.db):
                for weighbridge, epoch in sorted(waiting):
                    head = books.read_head(self._home.db, weighbridge, epoch)
                    message = self._store.desk.issue(head, now_ms)
                    if message is not None:
                        messages.append((weighbridge, message))
                    self._wait_if_behind(head)
        except sqlite3.Error:
            self._store.desk.forget()
            self._waiting = waiting
            raise
        for weighbridge, message in messages:
            self._outlet.publish(topics.receipt(weighbridge), message)

    def run(self, inbox: "queue.Queue[Arrival]", stop: threading.Event) -> None:
        """Write until `stop`; what is left in the queue then was not acknowledged."""
        while not stop.is_set():
            try:
                self.look_around()
                self.handle(inbox.get(timeout=POLL_S))
            except queue.Empty:
                continue
            except sqlite3.Error:
                log.exception("cannot store; the connection is dropped")
                self._give_up(inbox)
                stop.wait(PAUSE_AFTER_FAILURE_S)

    def _take_records(self, weighbridge: str, delivery: Delivery) -> None:
        taken = self._store.take(weighbridge, delivery.payload)
        self._touch(weighbridge)
        for settled in taken.settled:
            self._outlet.publish(topics.order(settled.weighbridge, settled.number), b"")
        self._outlet.acknowledge(delivery)
        if taken.receipt is not None:
            self._outlet.publish(topics.receipt(weighbridge), taken.receipt)
        for outcome in taken.outcomes:
            self._wait_if_behind(outcome.head)

    def _take_checkpoint(self, weighbridge: str, delivery: Delivery) -> None:
        head = self._store.take_checkpoint(weighbridge, delivery.payload)
        self._touch(weighbridge)
        self._outlet.acknowledge(delivery)
        if head is not None:
            self._waiting.add((head.weighbridge, head.epoch))

    def _touch(self, *weighbridges: str) -> None:
        if self._touched is not None:
            self._touched.update(weighbridges)

    def _tell(self, now_ms: int) -> None:
        """Who halts and who sells again is owed to everybody who wants to hear of it."""
        touched, self._touched = self._touched, set()
        if touched is None or touched:
            try:
                tell_changes(self._home.db, self._receivers, now_ms, touched)
            except sqlite3.Error:
                self._touched = None
                raise

    def _wait_if_behind(self, head: Head) -> None:
        if self._store.desk.is_behind(head):
            self._waiting.add((head.weighbridge, head.epoch))

    def _serves(self, weighbridge: str) -> bool:
        return topics.bucket_of(weighbridge) in self._buckets

    def _give_up(self, inbox: "queue.Queue[Arrival]") -> None:
        """Nothing of this connection can be acknowledged any more, so forget what is queued."""
        self._outlet.drop()
        while True:
            try:
                inbox.get_nowait()
            except queue.Empty:
                return


def is_time(now_ms: int, last_ms: int, every_ms: int) -> bool:
    """Also when the clock was set back since: it must not hold up what is due."""
    return not 0 <= now_ms - last_ms < every_ms
