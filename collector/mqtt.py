"""The collector's line to the broker: what arrives goes into a bounded queue, unacknowledged.

MQTT delivers and decides nothing. A message is acknowledged (`Line.acknowledge`) only after the
writer has committed it; if a commit fails the writer drops the connection (`Line.drop`) and the
broker sends everything unacknowledged again, to the same fixed client id and its persistent
session (if it can be trusted with one: `LineSettings.persistent`). Each connection is a client of
its own: nothing is left over from the one before. MQTT 5 is tried first and 3.1.1 taken when the
broker does not answer it.
"""

import queue
import random
import ssl
import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

QOS = 1
KEEPALIVE_S = 60
CONNECT_LIMIT_S = 5.0
SESSION_EXPIRY_S = 30 * 86_400
QUEUE_LIMIT_S = 5.0  # how long the network may be held up by a full queue before it is dropped
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
LARGEST_OUTBOX_MESSAGES = 20_000

V5 = MQTTProtocolVersion.MQTTv5
V311 = MQTTProtocolVersion.MQTTv311

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LineSettings:
    """Where the broker is, as whom, and what to subscribe to (exact topics and `+`, QoS 1)."""

    host: str
    port: int
    client_id: str
    subscriptions: tuple[str, ...]
    username: str = ""
    password: str = ""
    tls: bool = False
    ca_file: str | None = None
    persistent: bool = True
    connect_limit_s: float = CONNECT_LIMIT_S


class Delivery(NamedTuple):
    """One message as it came; `connection` tells whether it can still be acknowledged."""

    topic: str
    payload: bytes
    mid: int
    connection: int


class Connected(NamedTuple):
    """The line is up and listens: what is retained should be published again."""

    connection: int


Arrival = Delivery | Connected


class Line:
    """One connection after the other to one broker; `run` is its thread."""

    def __init__(self, settings: LineSettings, inbox: queue.Queue[Arrival]) -> None:
        self.settings = settings
        self.connection = 0
        self.protocol = V5
        self._inbox = inbox
        self._client: paho.Client | None = None
        self._gone = threading.Event()
        self._up = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Stay connected until `stop`; back-off 1..30 s with full jitter."""
        failures = 0
        while not stop.is_set():
            failures = 0 if self._live_once(stop) else failures + 1
            if not stop.is_set():
                longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10))
                stop.wait(longest * random.random())  # noqa: S311 # jitter is no secret

    def is_up(self) -> bool:
        return self._up.is_set()

    def wait_until_up(self, limit_s: float) -> bool:
        return self._up.wait(limit_s)

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker it is stored; nothing happens if that connection has gone since."""
        client = self._client
        if client is not None and delivery.connection == self.connection:
            client.ack(delivery.mid, QOS)

    def publish(self, topic: str, payload: bytes, *, retain: bool = True) -> bool:
        """Hand over for sending, QoS 1; False if the line is down or its outbox is full."""
        client = self._client
        if client is None or self._gone.is_set() or not client.is_connected():
            return False
        return client.publish(topic, payload, qos=QOS, retain=retain).rc is (
            MQTTErrorCode.MQTT_ERR_SUCCESS
        )

    def drop(self) -> None:
        """Give the connection up; the broker will deliver again what was not acknowledged."""
        self._up.clear()
        self._gone.set()

    def _live_once(self, stop: threading.Event) -> bool:
        """One connection from birth to death; True if the broker had welcomed us."""
        self._gone.clear()
        self.connection += 1
        client = self._make_client()
        welcomed = False
        try:
            self._connect(client)
            self._client = client
            client.loop_start()
            welcomed = self._wait_for_welcome(stop)
            while welcomed and not stop.is_set() and not self._gone.wait(0.5):
                pass
        except (OSError, ValueError) as error:
            log.warning("the broker cannot be reached", error=str(error))
            return False
        finally:
            self._up.clear()
            self._client = None
            client.disconnect()
            client.loop_stop()
        if not welcomed and not stop.is_set():
            self._try_other_protocol()
        return welcomed

    def _wait_for_welcome(self, stop: threading.Event) -> bool:
        waited_s = 0.0
        while (
            waited_s < self.settings.connect_limit_s
            and not stop.is_set()
            and not self._gone.is_set()
        ):
            if self._up.wait(0.1):
                return True
            waited_s += 0.1
        return self._up.is_set()

    def _try_other_protocol(self) -> None:
        self.protocol = V311 if self.protocol is V5 else V5

    def _make_client(self) -> paho.Client:
        settings = self.settings
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=None if self.protocol is V5 else not settings.persistent,
            protocol=self.protocol,
            manual_ack=True,
        )
        client.max_queued_messages_set(LARGEST_OUTBOX_MESSAGES)
        if settings.username:
            client.username_pw_set(settings.username, settings.password)
        if settings.tls:
            client.tls_set_context(ssl.create_default_context(cafile=settings.ca_file))
        client.user_data_set(self.connection)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _connect(self, client: paho.Client) -> None:
        settings = self.settings
        if self.protocol is V311:
            client.connect(settings.host, settings.port, KEEPALIVE_S)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho's own
        properties.SessionExpiryInterval = SESSION_EXPIRY_S if settings.persistent else 0
        client.connect(
            settings.host,
            settings.port,
            KEEPALIVE_S,
            clean_start=not settings.persistent,
            properties=properties,
        )

    # The callbacks run in paho's thread, which an exception would end: they only post.

    def _on_connect(
        self,
        client: paho.Client,
        _connection: Any,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.warning("the broker refuses us", reason=str(reason))
            self._gone.set()
            return
        client.subscribe([(topic, QOS) for topic in self.settings.subscriptions])

    def _on_subscribe(
        self,
        _client: paho.Client,
        connection: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        # Only from here on is anything heard: a line that may not listen is no line.
        if any(reason.is_failure for reason in reasons):
            log.warning("the broker refuses a subscription", reasons=[str(r) for r in reasons])
            self._gone.set()
            return
        self._up.set()
        self._post(Connected(connection))

    def _on_disconnect(self, _client: paho.Client, connection: Any, *_rest: Any) -> None:
        if connection == self.connection:
            self.drop()

    def _on_message(self, _client: paho.Client, connection: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._post(Delivery(topic, bytes(message.payload), message.mid, connection))

    def _post(self, arrival: Arrival) -> None:
        try:
            self._inbox.put(arrival, timeout=QUEUE_LIMIT_S)
        except queue.Full:
            log.warning("the writer does not keep up; the connection is dropped")
            self.drop()
