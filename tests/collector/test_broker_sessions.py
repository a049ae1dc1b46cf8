"""What the embedded broker does when a client is killed, and that the collector needs no more."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.brokers import Listener
from tests.collector.test_broker import PREFIX, County, county  # noqa: F401 # a fixture
from tests.collector.test_mqtt import FILTER, Running
from weighbook import topics

COLLECTOR_ID = f"{PREFIX}-ffff"
TOPIC = topics.records("W01")
# A client that says what it hears and acknowledges nothing: arguments port, id, name, password,
# topic to hear, 1 for a session that ends with the connection, topic of its last will.
CLIENT = """
import sys
import paho.mqtt.client as paho
port, name, user, password, topic, clean, will = sys.argv[1:]
client = paho.Client(paho.CallbackAPIVersion.VERSION2, name, clean == "1", manual_ack=True)
client.username_pw_set(user, password)
client.will_set(will, b"gone", 1, retain=True)
client.on_connect = lambda *_: client.subscribe(topic, 1)
client.on_subscribe = lambda *_: print("ready", flush=True)
client.on_message = lambda _client, _data, message: print(message.payload.decode(), flush=True)
client.connect("127.0.0.1", int(port))
client.loop_forever()
"""


class Mortal:
    """A client in a process of its own, that can be killed in the middle of everything."""

    def __init__(self, county: County, account: tuple[str, str, str], clean: bool) -> None:  # noqa: F811
        topic = topics.receipt("W01") if account[1] == "W01" else FILTER
        words = (str(county.port), *account, topic, "1" if clean else "0", topics.presence("W01"))
        program = [sys.executable, "-c", CLIENT, *words]
        self._process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert self.hear() == "ready"

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(5)


@contextlib.contextmanager
def a_collector(county: County, *, clean: bool) -> Iterator[Mortal]:  # noqa: F811
    mortal = Mortal(county, (COLLECTOR_ID, "collector", county.password), clean)
    try:
        yield mortal
    finally:
        mortal.kill()


@contextlib.contextmanager
def our_line(county: County) -> Iterator[Running]:  # noqa: F811
    """The product's line as `collector run` sets it up beside this broker."""
    running = Running(county.port, ("collector", county.password), embedded=True)
    try:
        running.wait_for_connection()
        yield running
    finally:
        running.end()


def test_a_killed_collector_misses_nothing_that_is_sent_again(county: County) -> None:  # noqa: F811
    agent = county.agent()
    with a_collector(county, clean=True) as killed:
        agent.publish(TOPIC, b"batch")
        assert killed.hear() == "batch"
        killed.kill()
        with our_line(county) as line:
            agent.publish(TOPIC, b"batch")
            assert line.delivery().payload == b"batch"


@pytest.mark.parametrize("clean", [True, False])
def test_a_line_that_takes_over_a_standing_connection_is_not_deaf(
    county: County,  # noqa: F811
    clean: bool,
) -> None:
    agent = county.agent()
    with a_collector(county, clean=clean), our_line(county) as line:
        agent.publish(TOPIC, b"batch")
        assert line.delivery().payload == b"batch"


def test_nothing_piles_up_in_the_broker_for_a_collector_that_is_away(county: County) -> None:  # noqa: F811
    agent = county.agent()
    with our_line(county):
        pass
    agent.publish(TOPIC, b"before")
    with our_line(county) as line:
        agent.publish(TOPIC, b"after")
        assert line.delivery().payload == b"after"


def test_retained_orders_outlive_the_collector_that_was_killed(county: County) -> None:  # noqa: F811
    county.collector().publish(topics.order("W01", 2), b"order two", retain=True)
    with a_collector(county, clean=True) as killed:
        killed.kill()
    agent = county.agent()
    agent.subscribe(topics.order("W01", 2))
    assert agent.wait() == (topics.order("W01", 2), b"order two")


def test_the_last_will_of_a_killed_agent_is_there_for_who_comes_later(county: County) -> None:  # noqa: F811
    own: Listener = county.collector()
    own.subscribe(topics.presence("W01"))
    Mortal(county, ("W01-1", "W01", "one"), clean=False).kill()
    assert own.wait() == (topics.presence("W01"), b"gone")
    later = county.listen(f"{PREFIX}-later", ("collector", county.password))
    later.subscribe(topics.presence("W01"))
    assert later.wait() == (topics.presence("W01"), b"gone")


def test_an_agent_back_from_a_power_cut_hears_its_receipts_at_once(county: County) -> None:  # noqa: F811
    own = county.collector()
    ghost = Mortal(county, ("W01", "W01", "one"), clean=False)
    own.publish(topics.receipt("W01"), b"receipt", retain=True)
    assert ghost.hear() == "receipt"
    agent = county.agent()
    agent.subscribe(topics.receipt("W01"))
    assert agent.wait() == (topics.receipt("W01"), b"receipt")
    ghost.kill()


def test_a_line_that_is_not_let_listen_is_no_line(county: County) -> None:  # noqa: F811
    running = Running(county.port, ("W01", "one"), embedded=True)
    try:
        assert not running.line.wait_until_up(1)
        assert running.inbox.empty()
    finally:
        running.end()
