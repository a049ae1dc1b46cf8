"""The line to the broker: nothing is acknowledged before it is stored, and so nothing is lost."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.mqtt import V5, V311, Arrival, Connected, Delivery, Line, LineSettings
from tests.brokers import Listener, Mosquitto, mosquitto_broker
from tests.collector.test_broker import County, county  # noqa: F401 # a fixture

TOPIC = "weighhouse/1/22/W01/records"
FILTER = "weighhouse/1/+/+/records"


class Running:
    """A line with its thread and queue."""

    def __init__(
        self,
        port: int,
        account: tuple[str, str] = ("", ""),
        depth: int = 100,
        embedded: bool = False,
    ) -> None:
        self.inbox: queue.Queue[Arrival] = queue.Queue(depth)
        self.stop = threading.Event()
        settings = LineSettings(
            host="127.0.0.1",
            port=port,
            client_id="weighhouse-collector-ffff" if account[0] != "W01" else "W01",
            subscriptions=(FILTER,),
            username=account[0],
            password=account[1],
            persistent=not embedded,
            connect_limit_s=0.5,
        )
        self.line = Line(settings, self.inbox)
        if embedded:
            self.line.protocol = V311
        self._thread = threading.Thread(target=self.line.run, args=(self.stop,))
        self._thread.start()

    def end(self) -> None:
        self.stop.set()
        self.line.drop()
        self._thread.join(10)

    def delivery(self, limit_s: float = 10.0) -> Delivery:
        """The next message, whatever connections come before it."""
        while True:
            arrival = self.inbox.get(timeout=limit_s)
            if isinstance(arrival, Delivery):
                return arrival

    def wait_for_connection(self, limit_s: float = 10.0) -> None:
        while not isinstance(self.inbox.get(timeout=limit_s), Connected):
            pass


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto_broker(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def running(broker: Mosquitto) -> Iterator[Running]:
    running = Running(broker.port)
    running.wait_for_connection()
    yield running
    running.end()


def send(port: int, *payloads: bytes) -> None:
    agent = Listener(port, "W01")
    for payload in payloads:
        agent.publish(TOPIC, payload)
    agent.close()


def test_a_message_arrives_with_its_topic(running: Running, broker: Mosquitto) -> None:
    send(broker.port, b"batch")
    delivery = running.delivery()
    assert (delivery.topic, delivery.payload) == (TOPIC, b"batch")


def test_mqtt_5_is_spoken_where_the_broker_has_it(running: Running) -> None:
    assert running.line.protocol is V5


def test_3_1_1_is_taken_where_the_broker_has_nothing_newer(county: County) -> None:  # noqa: F811
    running = Running(county.port, ("collector", county.password))
    assert running.line.wait_until_up(15)
    assert running.line.protocol is V311
    running.end()


def test_what_was_not_acknowledged_comes_again_after_a_drop(
    running: Running, broker: Mosquitto
) -> None:
    send(broker.port, b"one", b"two")
    first, second = running.delivery(), running.delivery()
    running.line.acknowledge(first)
    running.line.drop()
    again = running.delivery()
    assert (again.payload, again.connection) == (second.payload, second.connection + 1)


def test_an_acknowledgement_of_an_older_connection_does_nothing(
    running: Running, broker: Mosquitto
) -> None:
    send(broker.port, b"one")
    stale = running.delivery()
    running.line.drop()
    fresh = running.delivery()
    running.line.acknowledge(stale)
    running.line.drop()
    assert running.delivery().payload == fresh.payload


def test_the_next_process_gets_what_the_killed_one_had_not_stored(broker: Mosquitto) -> None:
    before = Running(broker.port)
    before.wait_for_connection()
    send(broker.port, b"one", b"two")
    before.line.acknowledge(before.delivery())
    before.end()
    send(broker.port, b"three")
    after = Running(broker.port)
    assert [after.delivery().payload for _ in range(2)] == [b"two", b"three"]
    after.end()


def test_the_line_comes_back_when_the_broker_does(running: Running, broker: Mosquitto) -> None:
    broker.restart()
    running.wait_for_connection()
    send(broker.port, b"after")
    assert running.delivery().payload == b"after"


def test_a_killed_broker_is_survived(running: Running, broker: Mosquitto) -> None:
    broker.kill()
    broker.start()
    running.wait_for_connection()
    send(broker.port, b"after")
    assert running.delivery().payload == b"after"


def test_retained_publications_are_there_for_who_comes_later(
    running: Running, broker: Mosquitto
) -> None:
    assert running.line.publish("weighhouse/1/22/W01/receipt", b"receipt")
    agent = Listener(broker.port, "W01")
    agent.subscribe("weighhouse/1/22/W01/receipt")
    assert agent.wait() == ("weighhouse/1/22/W01/receipt", b"receipt")
    agent.close()


def test_publishing_without_a_line_says_so(broker: Mosquitto) -> None:
    settings = LineSettings("127.0.0.1", broker.port, "x", (FILTER,))
    assert not Line(settings, queue.Queue(1)).publish("a", b"b")


def test_a_full_queue_drops_the_connection_and_loses_nothing(broker: Mosquitto) -> None:
    running = Running(broker.port, depth=3)
    running.wait_for_connection()
    payloads = [b"%d" % number for number in range(12)]
    send(broker.port, *payloads)
    seen: list[bytes] = []
    while set(seen) != set(payloads):
        delivery = running.delivery()
        running.line.acknowledge(delivery)
        seen.append(delivery.payload)
    assert list(dict.fromkeys(seen)) == payloads
    running.end()
