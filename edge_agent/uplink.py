"""The line to the broker: records up, receipts and orders down. It delivers and decides nothing.

A thread of its own with its own read-only view of the book. Receipts and orders are posted to the
deciding thread, which verifies them; what is to be sent next comes back from there as a `Standing`.
Without network it tries again after up to 15 s, with full jitter, for as long as it takes.
"""

import random
import sqlite3
import ssl
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.book_file import connect
from edge_agent.clockwork import mono_ms, now
from edge_agent.events import Event, OrderArrived, ReceiptArrived
from edge_agent.outbox import MAX_RECORDS, Outbox, Standing, fill_batch
from edge_agent.workers import Stop
from weighbook import topics

QOS = 1
KEEPALIVE_S = 30
WELCOME_S = 5.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 15.0  # a county of such lines comes back spread over as many seconds
MAX_OUTGOING = 200
LARGEST_PAYLOAD_BYTES = 65_536
LOOK_S = 0.25
PROTOCOLS = (MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Account:
    """Where the broker is and who we are there; `ca` is a PEM text, empty: no TLS."""

    host: str
    port: int
    username: str
    password: str
    ca: str = ""


class Uplink:
    """One weighbridge's line. `update`, `announce`, `is_up`, `standing` are for any thread."""

    def __init__(
        self,
        account: Account,
        weighbridge: str,
        book: Path,
        post: Callable[[Event], bool],
        welcome_s: float = WELCOME_S,
    ) -> None:
        self._account = account
        self._weighbridge = weighbridge
        self._book = book
        self._post = post
        self._welcome_s = welcome_s
        self.standing = Standing(0, 0, 0, 1)
        self._checkpoint: bytes | None = None
        self._due = threading.Event()
        self._answered = threading.Event()  # welcomed, refused or cut off
        self._up = threading.Event()
        self._gone = threading.Event()
        self._protocol = 0
        self._order = 0
        self._outbox = Outbox()

    def update(self, standing: Standing) -> None:
        """The newest standing; wakes the line if there is something to do."""
        if standing != self.standing:
            self.standing = standing
            self._due.set()

    def announce(self, checkpoint: bytes) -> None:
        """The newest checkpoint; only the newest is ever sent."""
        self._checkpoint = checkpoint
        self._due.set()

    def is_up(self) -> bool:
        return self._up.is_set()

    def run(self, stop: Stop) -> None:
        """Stay connected until `stop`; the body of a thread."""
        failures = 0
        while not stop.is_set():
            failures = 0 if self._live_once(stop) else failures + 1
            longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 8))
            stop.wait(longest_s * random.random())  # noqa: S311 # jitter is no secret

    def _live_once(self, stop: Stop) -> bool:
        """One connection from birth to death; True if the broker welcomed us."""
        self._gone.clear()
        self._answered.clear()
        self._order = 0
        client = self._make_client()
        welcomed = False
        try:
            client.connect(self._account.host, self._account.port, KEEPALIVE_S)
            client.loop_start()
            welcomed = self._answered.wait(self._welcome_s) and self._up.is_set()
            if welcomed:
                self._serve(client, stop)
        except (OSError, ValueError) as error:
            log.info("no line to the collector", error=str(error))
            return False
        finally:
            if welcomed and stop.is_set():
                self._say_goodbye(client)
            client.disconnect()
            client.loop_stop()
            self._up.clear()
        if not welcomed:
            self._protocol = 1 - self._protocol
        return welcomed

    def _serve(self, client: paho.Client, stop: Stop) -> None:
        self._outbox = self._outbox.reconnected(mono_ms())
        self._publish(client, topics.presence(self._weighbridge), b"online", retain=True)
        client.subscribe(topics.receipt(self._weighbridge), QOS)
        while not stop.is_set() and not self._gone.is_set():
            self._due.clear()
            self._await_order(client)
            self._send_checkpoint(client)
            if not self._send_records(client):
                self._due.wait(LOOK_S)

    def _say_goodbye(self, client: paho.Client) -> None:
        """The last words of an orderly stop: what is written is sent, then `gone`."""
        self._send_checkpoint(client)
        while self._send_records(client):
            pass
        place = topics.presence(self._weighbridge)
        sent = client.publish(place, b"gone", qos=QOS, retain=True)
        if sent.rc is MQTTErrorCode.MQTT_ERR_SUCCESS:
            sent.wait_for_publish(WELCOME_S)

    def _await_order(self, client: paho.Client) -> None:
        """Ask for the next order by its exact topic, one after the other."""
        number = self.standing.next_order
        if number == self._order:
            return
        if self._order:
            client.unsubscribe(topics.order(self._weighbridge, self._order))
        client.subscribe(topics.order(self._weighbridge, number), QOS)
        self._order = number

    def _send_checkpoint(self, client: paho.Client) -> None:
        message, self._checkpoint = self._checkpoint, None
        if message is None:
            return
        if not self._publish(client, topics.checkpoint(self._weighbridge), message, retain=True):
            self._checkpoint = self._checkpoint or message

    def _send_records(self, client: paho.Client) -> bool:
        """One batch; False if there is nothing to send now."""
        standing, at_ms = self.standing, mono_ms()
        self._outbox = self._outbox.hear(standing, at_ms).tick(at_ms)
        room = self._outbox.room(standing)
        if not room:
            return False
        last, payload = fill_batch(self._read(self._outbox.sent_seq, room))
        to = topics.records(self._weighbridge)
        if not payload or not self._publish(client, to, payload, retain=False):
            return False
        self._outbox = self._outbox.sent(last, at_ms)
        return True

    def _read(self, after: int, room: int) -> list[tuple[int, bytes]]:
        try:
            with closing(connect(self._book, read_only=True)) as db:
                rows = db.execute(
                    "SELECT seq, CAST(message AS BLOB) FROM records"
                    " WHERE seq > ? ORDER BY seq LIMIT ?",
                    (after, min(room, MAX_RECORDS)),
                ).fetchall()
        except sqlite3.Error as error:
            log.warning("the book cannot be read for sending", error=str(error))
            return []
        return [(int(seq), bytes(message)) for seq, message in rows]

    def _publish(self, client: paho.Client, topic: str, payload: bytes, *, retain: bool) -> bool:
        return client.publish(topic, payload, QOS, retain).rc is MQTTErrorCode.MQTT_ERR_SUCCESS

    def _make_client(self) -> paho.Client:
        account, protocol = self._account, PROTOCOLS[self._protocol]
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"weighhouse-{self._weighbridge}",
            clean_session=None if protocol is MQTTProtocolVersion.MQTTv5 else True,
            protocol=protocol,
            reconnect_on_failure=False,  # `run` does that, with a client of its own each time
        )
        client.username_pw_set(account.username, account.password)
        if account.ca:
            client.tls_set_context(ssl.create_default_context(cadata=account.ca))
        client.max_queued_messages_set(MAX_OUTGOING)
        client.will_set(topics.presence(self._weighbridge), b"gone", QOS, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    # The callbacks run in paho's thread, which an exception would end: they only post.

    def _on_connect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.warning("the broker refuses us", reason=str(reason))
            self._gone.set()
        else:
            self._up.set()
        self._answered.set()

    def _on_disconnect(self, *_rest: Any) -> None:
        self._up.clear()
        self._gone.set()
        self._answered.set()
        self._due.set()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        data = bytes(message.payload)
        if not data or len(data) > LARGEST_PAYLOAD_BYTES:
            return
        found = topics.parse(message.topic)
        what = "" if found is None or found[0] != self._weighbridge else found[1]
        if what == "receipt":
            self._post(ReceiptArrived(now(), data))
        elif what.startswith("orders/"):
            self._post(OrderArrived(now(), data))
        else:
            log.warning("the broker sent what was not asked for", topic=message.topic)
