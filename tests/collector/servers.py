"""A collector that runs: its home on free ports, and an agent that sends until it is receipted."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from collector.home import CONFIG_NAME, Home, open_home
from collector.server import Parts, serve
from tests.brokers import Listener, free_port
from tests.collector.receiving import EVERYWHERE
from tests.collector.sites import PLACE, Book, Bureau, make_bureau
from weighbook import topics
from weighbook.keyset import KeyRing
from weighbook.receipts import Receipt, open_receipt

EVERYTHING = Parts(EVERYWHERE)
INGEST_ALONE = Parts(EVERYWHERE, broker=False, web=False)


@dataclass
class Premises:
    """A home, one enrolled weighbridge, and the ports it is all reached at."""

    bureau: Bureau
    book: Book
    broker_port: int
    web_port: int

    @property
    def path(self) -> Path:
        return self.bureau.home.path

    def password(self) -> str:
        row = self.bureau.home.db.execute("SELECT password FROM mqtt_accounts").fetchone()
        return str(row[0])

    def agent(self) -> "Agent":
        return Agent(self)


def premises(folder: Path, **settings: object) -> Premises:
    """A new home whose collector.toml differs from the sample in its ports and in `settings`."""
    bureau = make_bureau(folder)
    ports = {"port = 1883": free_port(), "agent_port = 1883": 0, "port = 8080": free_port()}
    ports["agent_port = 1883"] = ports["port = 1883"]
    path = bureau.home.path / CONFIG_NAME
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        name = line.split(" = ")[0]
        if line in ports:
            lines[at] = f"{name} = {ports[line]}"
        if name in settings:
            lines[at] = f"{name} = {settings[name]}"
    path.write_text("\n".join(lines), encoding="utf-8")
    bureau.home = open_home(bureau.home.path, bureau.wall)
    book = bureau.enrol()
    return Premises(bureau, book, ports["port = 1883"], ports["port = 8080"])


@contextlib.contextmanager
def serving(premises: Premises, parts: Parts = EVERYTHING) -> Iterator[Home]:
    """The collector's servers in a thread, from ready to stopped."""
    home, stop, ready = open_home(premises.path), threading.Event(), threading.Event()
    thread = threading.Thread(target=serve, args=(home, parts, stop, ready.set))
    thread.start()
    try:
        assert ready.wait(10)
        yield home
    finally:
        stop.set()
        thread.join(15)
        assert not thread.is_alive()


class Agent:
    """The sending half of a weighbridge: it holds a message back only once it is receipted."""

    def __init__(self, premises: Premises, tls: ssl.SSLContext | None = None) -> None:
        self.ring: KeyRing = premises.bureau.home.ring()
        account = (PLACE, premises.password())
        self.line = Listener(premises.broker_port, PLACE, account, tls)
        self.line.subscribe(topics.receipt(PLACE))

    def send(self, *messages: bytes) -> None:
        self.line.publish(topics.records(PLACE), b"".join(messages))

    def receipt(self, limit_s: float = 5.0) -> Receipt:
        topic, message = self.line.wait(limit_s)
        assert topic == topics.receipt(PLACE)
        return open_receipt(message, self.ring)

    def wait_for(self, seq: int, again: Callable[[], None] = lambda: None) -> Receipt:
        """Hear receipts until one covers `seq`; `again` is called while none does."""
        while True:
            receipt = self.receipt()
            if receipt.seq >= seq:
                return receipt
            again()

    def close(self) -> None:
        self.line.close()
