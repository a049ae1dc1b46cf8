"""Who may do what on the embedded broker: his own topics, exactly, and nothing near them."""

import asyncio
from pathlib import Path

import pytest
from amqtt.contexts import Action
from amqtt.session import Session
from hypothesis import given
from hypothesis import strategies as st

from collector import schema
from collector.broker_gate import EVERYTHING, RegistryGate, allows, may
from collector.registry import ID_FORM
from tests.brokers import Listener
from tests.collector.test_broker import PREFIX, County, county, registry_file  # noqa: F401 # a fixture
from weighbook import topics

PUBLISH, SUBSCRIBE, RECEIVE = Action.PUBLISH, Action.SUBSCRIBE, Action.RECEIVE
PLACE = topics.place("W01")
WRITES = (f"{PLACE}/records", f"{PLACE}/checkpoint", f"{PLACE}/presence")
READS = (f"{PLACE}/receipt", f"{PLACE}/orders/1", f"{PLACE}/orders/+")


@pytest.mark.parametrize("topic", WRITES)
def test_a_weighbridge_writes_its_own_and_does_not_read_it(topic: str) -> None:
    assert allows("W01", topic, PUBLISH)
    assert not allows("W01", topic, SUBSCRIBE)


@pytest.mark.parametrize("topic", READS)
def test_a_weighbridge_reads_what_is_meant_for_it_and_does_not_write_it(topic: str) -> None:
    assert allows("W01", topic, SUBSCRIBE)
    assert allows("W01", topic, RECEIVE)
    assert not allows("W01", topic, PUBLISH)


@pytest.mark.parametrize("action", [PUBLISH, SUBSCRIBE, RECEIVE])
@pytest.mark.parametrize(
    "topic",
    [
        "#",
        "+/#",
        "weighhouse/#",
        "weighhouse/1/+/+/receipt",
        f"{PLACE}",
        f"{PLACE}/",
        f"{PLACE}/#",
        f"{PLACE}/+",
        f"{PLACE}/records/more",
        f"{PLACE}/orders",
        f"{PLACE}/orders/#",
        f"{PLACE}/orders/1/2",
        "weighhouse/1/00/W01/records",
        "weighhouse/2/2e/W01/records",
        "weighhouse/1/+/W01/receipt",
        topics.records("W02"),
        topics.receipt("W02"),
        f"{topics.place('W02')}/W01/records",
        "$SYS/broker/uptime",
    ],
)
def test_nothing_near_its_own_topics_is_its_own(topic: str, action: Action) -> None:
    assert not allows("W01", topic, action)


@given(st.from_regex(ID_FORM, fullmatch=True), st.from_regex(ID_FORM, fullmatch=True))
def test_no_weighbridge_has_a_right_at_anothers_topics(one: str, two: str) -> None:
    for topic in (topics.records(two), topics.receipt(two), topics.order(two, 1)):
        rights = [allows(one, topic, action) for action in (PUBLISH, SUBSCRIBE)]
        assert any(rights) is (one == two)


@given(st.text(max_size=60), st.sampled_from([PUBLISH, SUBSCRIBE, RECEIVE]))
def test_the_collector_may_do_all_and_a_stranger_nothing(topic: str, action: Action) -> None:
    assert allows(EVERYTHING, topic, action)
    assert not may(Session(), topic, action)
    assert not may(None, topic, action)


# Accounts.


class Context:
    """What amqtt hands its plugins, as far as the gate looks."""

    def __init__(self, config: RegistryGate.Config) -> None:
        self.config = config


def admitted(folder: Path, client_id: str, username: str, password: str) -> Session:
    """The session after the gate has looked at it."""
    config = RegistryGate.Config(str(folder / "collector.db"), "collector", "secret", PREFIX)
    session = Session()
    session.client_id, session.username, session.password = client_id, username, password
    gate = RegistryGate(Context(config))
    asyncio.run(gate.authenticate(session=session))
    return session


@pytest.mark.parametrize(
    ("client_id", "username", "password", "topic"),
    [
        ("x", "W01", "one", topics.records("W01")),
        ("x", "collector", "secret", topics.receipt("W01")),
        (f"{PREFIX}-1", "collector", "secret", topics.receipt("W01")),
    ],
)
def test_an_account_gets_its_rights(
    tmp_path: Path, client_id: str, username: str, password: str, topic: str
) -> None:
    registry_file(tmp_path)
    assert may(admitted(tmp_path, client_id, username, password), topic, PUBLISH)


@pytest.mark.parametrize(
    ("client_id", "username", "password"),
    [
        ("x", "W01", "two"),
        ("x", "W01", ""),
        ("x", "", ""),
        ("x", "collector", "one"),
        (f"{PREFIX}-1", "W01", "one"),
    ],
)
def test_who_is_not_let_in_may_nothing(
    tmp_path: Path, client_id: str, username: str, password: str
) -> None:
    registry_file(tmp_path)
    session = admitted(tmp_path, client_id, username, password)
    assert not may(session, topics.records("W01"), PUBLISH)


def test_no_session_outlives_its_connection(tmp_path: Path) -> None:
    registry_file(tmp_path)
    session = admitted(tmp_path, "x", "W01", "one")
    assert session.clean_session


# What amqtt would do without us.


def test_nobody_is_handed_what_is_retained_for_others(county: County) -> None:  # noqa: F811
    own = county.collector()
    own.subscribe("weighhouse/1/+/+/checkpoint")
    agents = [county.listen(name, (name, word)) for name, word in (("W01", "one"), ("W02", "two"))]
    agents[0].publish(topics.checkpoint("W01"), b"my secrets", retain=True)
    own.publish(topics.receipt("W01"), b"mine", retain=True)
    agents[0].subscribe(topics.receipt("W01"))
    again = county.listen("W02-again", ("W02", "two"))
    own.publish(topics.receipt("W02"), b"yours", retain=True)
    again.subscribe(topics.receipt("W02"))
    assert again.wait() == (topics.receipt("W02"), b"yours")


def test_a_county_that_connects_at_once_is_heard_whole(county: County, tmp_path: Path) -> None:  # noqa: F811
    names = [f"W{number:03d}" for number in range(100, 140)]
    db = schema.connect(tmp_path / "collector.db")
    db.executemany("INSERT INTO mqtt_accounts VALUES (?1, ?1, 'p', 0)", [(n,) for n in names])
    own = county.collector()
    own.subscribe("weighhouse/1/+/+/records")
    for name in names:
        own.publish(topics.receipt(name), b"receipt", retain=True)
    agents: list[Listener] = [county.listen(name, (name, "p")) for name in names]
    for name, agent in zip(names, agents, strict=True):
        agent.client.subscribe(topics.receipt(name), 1)
        agent.client.publish(topics.records(name), name.encode(), 1)
    assert [agent.wait() for agent in agents] == [(topics.receipt(n), b"receipt") for n in names]
    assert {own.wait()[1].decode() for _ in names} == set(names)
