"""The embedded broker lets in whom the registry knows, to his own topics; mosquitto the same."""

import itertools
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from collector import schema
from collector.accounts import Account
from collector.broker import EmbeddedBroker, EmbeddedSettings
from collector.broker_files import BrokerPlan, write_broker_files
from tests.brokers import Listener, free_port, mosquitto_broker
from weighbook import topics
from weighbook.phrase import Refusal

W01, W02 = Account("W01", "W01", "one"), Account("W02", "W02", "two")
PREFIX = "weighhouse-collector"


def registry_file(folder: Path) -> Path:
    database = folder / "collector.db"
    db = schema.connect(database)
    schema.create_tables(db)
    for account in (W01, W02):
        db.execute("INSERT INTO mqtt_accounts VALUES (?, ?, ?, 0)", account)
    db.close()
    return database


@contextmanager
def embedded(folder: Path, port: int) -> Iterator[EmbeddedBroker]:
    settings = EmbeddedSettings(registry_file(folder), "127.0.0.1", port, "collector", PREFIX)
    broker = EmbeddedBroker(settings)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


class County:
    """A running embedded broker, and listeners that end with it."""

    def __init__(self, port: int, password: str) -> None:
        self.port = port
        self.password = password
        self._listeners: list[Listener] = []

    def listen(self, client_id: str, account: tuple[str, str] | None) -> Listener:
        self._listeners.append(Listener(self.port, client_id, account))
        return self._listeners[-1]

    def collector(self) -> Listener:
        return self.listen(f"{PREFIX}-test", ("collector", self.password))

    def agent(self) -> Listener:
        return self.listen("W01", ("W01", "one"))

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    port = free_port()
    with embedded(tmp_path, port) as broker:
        county = County(port, broker.settings.password)
        yield county
        county.close()


def test_a_message_reaches_whoever_is_meant(county: County) -> None:
    own = county.collector()
    own.subscribe("weighhouse/1/+/+/records")
    county.agent().publish(topics.records("W01"), b"batch")
    assert own.wait() == (topics.records("W01"), b"batch")


def test_a_forged_topic_is_not_delivered(county: County) -> None:
    own, agent = county.collector(), county.agent()
    own.subscribe("weighhouse/1/+/+/records")
    agent.publish(topics.records("W02"), b"forged")
    agent.publish(topics.receipt("W01"), b"forged")
    agent.publish(topics.records("W01"), b"own")
    assert own.wait() == (topics.records("W01"), b"own")


def test_a_weighbridge_cannot_read_what_is_meant_for_another(county: County) -> None:
    own, agent = county.collector(), county.agent()
    agent.subscribe(topics.receipt("W02"), "weighhouse/#", topics.receipt("W01"))
    own.publish(topics.receipt("W02"), b"not yours", retain=True)
    own.publish(topics.receipt("W01"), b"yours", retain=True)
    assert agent.wait() == (topics.receipt("W01"), b"yours")


@pytest.mark.parametrize(
    ("client_id", "account"),
    [
        ("W01", ("W01", "wrong")),
        ("W01", ("nobody", "one")),
        ("W01", None),
        ("W01", ("collector", "one")),
        (f"{PREFIX}-ffff", ("W01", "one")),
    ],
)
def test_strangers_and_borrowed_names_are_turned_away(
    county: County, client_id: str, account: tuple[str, str] | None
) -> None:
    reason = county.listen(client_id, account).reason
    assert reason is not None
    assert reason.is_failure


def test_a_retained_order_waits_for_who_comes_later_and_can_be_taken_away(county: County) -> None:
    own = county.collector()
    own.publish(topics.order("W01", 1), b"gone", retain=True)
    own.publish(topics.order("W01", 1), b"", retain=True)
    own.publish(topics.order("W01", 2), b"order two", retain=True)
    agent = county.agent()
    agent.subscribe(topics.order("W01", 1), topics.order("W01", 2))
    assert agent.wait() == (topics.order("W01", 2), b"order two")


def test_a_new_account_needs_no_restart(county: County, tmp_path: Path) -> None:
    db = schema.connect(tmp_path / "collector.db")
    db.execute("INSERT INTO mqtt_accounts VALUES ('W03', 'W03', 'three', 0)")
    db.close()
    reason = county.listen("W03", ("W03", "three")).reason
    assert reason is not None
    assert not reason.is_failure


def test_a_taken_port_is_said_in_words(tmp_path: Path, county: County) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with pytest.raises(Refusal, match="E_BROKER"), embedded(folder, county.port):
        pass


def mosquitto_files(folder: Path) -> Path:
    """A configuration for a free port, with the folder open to mosquitto's own user."""
    folder.mkdir()
    collector = Account("collector", "", "three")
    plan = BrokerPlan(folder, "127.0.0.1", ("localhost",), free_port(), collector)
    write_broker_files(plan, (W01, W02))
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o777 if path.is_dir() else 0o644)
    for parent in list(folder.parents)[:3]:
        parent.chmod(0o755)
    return folder / "mosquitto.conf"


COUNT = itertools.count()


def connect_by_tls(port: int, folder: Path, account: tuple[str, str]) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"{account[0]}-{next(COUNT)}")
    client.username_pw_set(*account)
    client.tls_set_context(ssl.create_default_context(cafile=str(folder / "ca.crt")))
    welcomed = threading.Event()
    client.on_connect = lambda *_: welcomed.set()
    client.connect("localhost", port)
    client.loop_start()
    assert welcomed.wait(5)
    return client


def test_mosquitto_takes_the_written_files_and_keeps_each_to_his_own(tmp_path: Path) -> None:
    heard: list[tuple[str, bytes]] = []
    folder = tmp_path / "broker"
    with mosquitto_broker(folder, mosquitto_files(folder)) as broker:
        own = connect_by_tls(broker.port, folder, ("collector", "three"))
        own.on_message = lambda _c, _d, message: heard.append(
            (message.topic, bytes(message.payload))
        )
        own.subscribe("weighhouse/1/+/+/records", 1)
        # This mosquitto cuts off a client that writes where it may not.
        connect_by_tls(broker.port, folder, ("W01", "one")).publish(
            topics.records("W02"), b"forged"
        )
        agent = connect_by_tls(broker.port, folder, ("W01", "one"))
        end = time.monotonic() + 5
        while not heard and time.monotonic() < end:
            agent.publish(topics.records("W01"), b"own", qos=1).wait_for_publish(1)
        assert set(heard) == {(topics.records("W01"), b"own")}


def test_mosquitto_files_hold_no_password_and_are_private(tmp_path: Path) -> None:
    plan = BrokerPlan(tmp_path, "127.0.0.1", ("localhost",), 8883, Account("collector", "", "x-y"))
    for path in write_broker_files(plan, (W01,)):
        assert path.stat().st_mode & 0o077 == 0
        assert b"x-y" not in path.read_bytes()


def test_certificates_are_made_once(tmp_path: Path) -> None:
    plan = BrokerPlan(tmp_path, "127.0.0.1", ("localhost",), 8883, Account("collector", "", "x"))
    write_broker_files(plan, ())
    before = (tmp_path / "ca.crt").read_bytes()
    write_broker_files(plan, (W01,))
    assert (tmp_path / "ca.crt").read_bytes() == before


@pytest.mark.parametrize("name", ["W01\ntopic readwrite #", "w 1", "", "W+1", "W#"])
def test_a_name_cannot_smuggle_a_right(tmp_path: Path, name: str) -> None:
    plan = BrokerPlan(tmp_path, "127.0.0.1", ("localhost",), 8883, Account("collector", "", "x"))
    with pytest.raises(Refusal, match="E_NAME"):
        write_broker_files(plan, (Account(name, name, "p"),))
