"""The collector's servers together: what an agent sends is stored, receipted and answered."""

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from collector import orders
from collector.home import open_home
from collector.server import open_port, serve
from tests.brokers import Listener, free_port, mosquitto_broker
from tests.collector.receiving import stored_seqs
from tests.collector.servers import EVERYTHING, INGEST_ALONE, Agent, Premises, premises, serving
from tests.collector.sites import PLACE
from weighbook import topics
from weighbook.orders import Action, Suspend
from weighbook.phrase import Refusal
from weighbook.records import Kind, OrderSeen


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """A collector that runs for all tests of this file that need no other."""
    place = premises(tmp_path_factory.mktemp("county"), receipt_every_ms=100)
    with serving(place):
        yield place


@pytest.fixture
def agent(place: Premises) -> Iterator[Agent]:
    agent = place.agent()
    yield agent
    agent.close()


def test_what_an_agent_sends_is_stored_and_receipted(place: Premises, agent: Agent) -> None:
    messages = place.book.fill(5)
    agent.send(*messages)
    receipt = agent.wait_for(place.book.last.seq if place.book.last else 0)
    assert receipt.head == hashlib.sha256(place.book.messages[-1]).digest()
    assert stored_seqs(place.bureau.home) == list(range(1, receipt.seq + 1))


def test_an_order_reaches_the_agent_and_is_gone_once_answered(
    place: Premises, agent: Agent
) -> None:
    number = orders.issue(place.bureau.home, PLACE, Action.SUSPEND, Suspend("x"), by="officer-1")
    order = orders.find(place.bureau.home.db, PLACE, number)
    reader = Listener(place.broker_port, "W01-reader", (PLACE, place.password()))
    reader.subscribe(topics.order(PLACE, number))
    assert reader.wait() == (topics.order(PLACE, number), order.message)
    place.book.fill(0)
    place.book.order_number = number
    seen = OrderSeen(number, order.digest, "SUSPEND", "applied")
    place.book.write(Kind.ORDER, seen)
    agent.send(*place.book.messages)
    assert reader.wait() == (topics.order(PLACE, number), b"")
    reader.close()


def test_garbage_does_not_stop_what_comes_after_it(place: Premises, agent: Agent) -> None:
    agent.send(b"garbage")
    place.book.fill(2)
    agent.send(*place.book.messages)
    assert agent.wait_for(len(place.book.messages)).seq == len(place.book.messages)


def web(place: Premises) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{place.web_port}", auth=(PLACE, place.password()), timeout=5
    )


def test_a_picture_is_taken_over_http_and_lies_in_the_home(place: Premises) -> None:
    picture = b"\xff\xd8picture"
    name = hashlib.sha256(picture).hexdigest()
    with web(place) as client:
        assert client.put(f"/pictures/{name}", content=picture).status_code == 201
        assert client.get(f"/pictures/{name}").content == picture
    assert (place.path / "pictures" / name[:2] / name).read_bytes() == picture


@pytest.mark.parametrize("path", ["/nothing", "/docs", "/openapi.json", "/pictures", "/../keys"])
def test_nothing_else_is_answered(place: Premises, path: str) -> None:
    with web(place) as client:
        assert client.get(path).status_code == 404


def test_the_server_does_not_say_what_it_is_made_of(place: Premises) -> None:
    with web(place) as client:
        assert "server" not in client.get("/nothing").headers


# Starting and stopping.


def start(place: Premises) -> None:
    """Start and stop at once."""
    stop = threading.Event()
    serve(open_home(place.path), EVERYTHING, stop, stop.set)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_a_stopped_collector_leaves_no_thread_and_no_port(tmp_path: Path) -> None:
    place, before = premises(tmp_path), threads()
    start(place)
    assert threads() <= before
    for port in (place.broker_port, place.web_port):
        open_port("127.0.0.1", port).close()


@pytest.mark.parametrize(("which", "code"), [("broker_port", "E_BROKER"), ("web_port", "E_WEB")])
def test_a_taken_port_is_said_in_words_and_nothing_is_left_running(
    tmp_path: Path, which: str, code: str
) -> None:
    place, before = premises(tmp_path), threads()
    taken = socket.create_server(("127.0.0.1", getattr(place, which)))
    with taken, pytest.raises(Refusal, match=code) as refused:
        start(place)
    assert str(getattr(place, which)) in refused.value.what.zh
    assert threads() <= before


def test_a_missing_receipt_key_is_said_in_words(tmp_path: Path) -> None:
    place = premises(tmp_path)
    (place.path / "keys" / "receipt.pem").unlink()
    with pytest.raises(Refusal, match="E_NO_KEY"):
        start(place)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_cannot_go_on_ends_the_process(tmp_path: Path) -> None:
    place, before = premises(tmp_path), threads()
    place.bureau.home.db.execute("INSERT INTO keysets VALUES (99, x'00')")

    def ready() -> None:
        line = Listener(place.broker_port, "W01", (PLACE, place.password()))
        line.publish(topics.records(PLACE), place.book.begin())
        line.close()

    with pytest.raises(RuntimeError, match="thread"):
        serve(open_home(place.path), EVERYTHING, threading.Event(), ready)
    assert threads() <= before


@pytest.mark.parametrize("host", ["256.0.0.1", "no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours_is_a_refusal(host: str) -> None:
    with pytest.raises(Refusal, match="E_WEB"):
        open_port(host, free_port())


def test_a_home_opened_again_goes_on_where_it_was(tmp_path: Path) -> None:
    place = premises(tmp_path, receipt_every_ms=100)
    messages = place.book.fill(6)
    for part in (messages[:4], messages[2:]):
        with serving(place):
            agent = place.agent()
            agent.send(*part)
            agent.wait_for(len(messages) if part[-1] is messages[-1] else 4)
            agent.close()
    assert stored_seqs(place.bureau.home) == list(range(1, 8))


# Other brokers.


def test_ingest_alone_works_beside_an_external_broker(tmp_path: Path) -> None:
    place = premises(tmp_path, mode='"external"', receipt_every_ms=100, username='""')
    config = own_broker(tmp_path, place.broker_port)
    with mosquitto_broker(tmp_path / "broker", config), serving(place, INGEST_ALONE):
        agent = place.agent()
        agent.send(*place.book.fill(3))
        assert agent.wait_for(4).seq == 4
        agent.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", place.web_port))


def own_broker(folder: Path, port: int) -> Path:
    """Settings of a mosquitto on that port that lets anyone in."""
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    return config


def test_the_embedded_broker_speaks_tls_with_the_certificate_of_the_bundle(tmp_path: Path) -> None:
    place = premises(tmp_path, tls="true", receipt_every_ms=100)
    ca = (place.path / "broker" / "ca.crt").read_text(encoding="ascii")
    with serving(place):
        agent = Agent(place, ssl.create_default_context(cadata=ca))
        agent.send(*place.book.fill(2))
        assert agent.wait_for(3).seq == 3
        agent.close()
