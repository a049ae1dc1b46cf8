"""A county for whole-site tests: a collector's home, its broker, weighbridges with real keys.

Everything is made by the product's own functions and runs as programs of its own; what the bureau
holds is read from its database, as it lies there.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector import orders, registry
from collector.enrolment import enrol, read_request
from collector.home import Home, create_home, open_home, wall_ms
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from collector.uscc import check_character
from demo.processes import Program, script
from edge_agent.config import AgentConfig
from edge_agent.enrolment import accept_bundle, write_request
from tests.brokers import Mosquitto, mosquitto_broker
from weighbook.orders import Action, Release
from weighbook.tickets import ticket_text

ENTERPRISE, INDICATOR = "E01", "XK3190-DS8 No.1"
USCC = "91150624MA0N0T1T0" + check_character("91150624MA0N0T1T0")
MAX_NET_KG = 35_000

SETTINGS = """[broker]
mode = "external"
host = "127.0.0.1"
port = {port}
agent_host = "127.0.0.1"
agent_port = {port}
[ingest]
receipt_every_ms = 100
"""


@dataclass
class County:
    """`home` may be opened by programs at any time; rows are read through `rows`."""

    folder: Path
    broker: Mosquitto
    collector: Program | None = None
    _batches: Iterator[int] = field(default_factory=lambda: iter(range(1, 9_999)))

    @property
    def path(self) -> Path:
        return self.folder / "home"

    def enrol(self, config: AgentConfig) -> None:
        """Registers the weighbridge of `config` and carries its bundle back to it."""
        with closing_home(self.path) as home:
            registry.add(home.db, registry.WEIGHBRIDGES, _row(config.weighbridge), wall_ms())
            request = self.folder / f"{config.weighbridge}.request"
            write_request(config, request)
            bundle = enrol(home, read_request(request), "officer-1")
        accept_bundle(config, bundle)

    def tickets(self, weighbridge: str, count: int) -> tuple[tuple[str, bytes], ...]:
        """(number, code as it reads) of so many new tickets of the weighbridge."""
        with closing_home(self.path) as home:
            stamp = Stamp(wall_ms(), "officer-1", "officer-2", "paper")
            numbers = stock_in(
                home.db, Batch("COAL", "150624", 26, next(self._batches)), count, stamp
            )
            issue(home.db, numbers, ENTERPRISE, stamp)
            allocate(home.db, numbers, _grant(weighbridge), home.key("ticket"), stamp)
        return self.tickets_of(weighbridge)[-count:]

    def tickets_of(self, weighbridge: str) -> tuple[tuple[str, bytes], ...]:
        """All that were ever made for it."""
        query = "SELECT ticket_no, message FROM tickets WHERE weighbridge = ? ORDER BY ticket_no"
        rows = self.rows(query, weighbridge)
        return tuple((number, ticket_text(message).encode()) for number, message in rows)

    def release(self, weighbridge: str, *causes: str) -> bytes:
        """Two officers release the causes; the order as it is sent."""
        with closing_home(self.path) as home:
            args, by = Release(causes, "test"), "officer-1"
            number = orders.issue(
                home, weighbridge, Action.RELEASE, args, by=by, second="officer-2"
            )
            return orders.find(home.db, weighbridge, number).message

    def start_collector(self) -> None:
        words = script("collector", "--home", str(self.path), "ingest")
        self.collector = Program(words, self.folder / "collector.log")
        self.broker.wait_for_client("weighhouse-collector")

    def stop(self) -> None:
        if self.collector is not None:
            self.collector.stop()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the bureau's database says now."""
        place = f"{(self.path / 'collector.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=10)) as db:
            return db.execute(query, values).fetchall()

    def held(self, weighbridge: str) -> dict[int, bytes]:
        """The digest of every record stored of a weighbridge, by seq."""
        query = "SELECT seq, digest FROM records WHERE weighbridge = ? ORDER BY seq"
        found = self.rows(query, weighbridge)
        held = {int(seq): bytes(digest) for seq, digest in found}
        assert len(held) == len(found), "a record is stored twice"
        return held

    def alerts(self, weighbridge: str) -> list[tuple[str, str]]:
        """(code, detail) of what the bureau was told about a weighbridge."""
        query = "SELECT code, detail FROM alerts WHERE weighbridge = ? ORDER BY id"
        return [(code, detail) for code, detail in self.rows(query, weighbridge)]


@contextmanager
def open_county(folder: Path) -> Iterator[County]:
    """A new county with a running broker; its collector is still to be started."""
    folder.mkdir(parents=True, exist_ok=True)
    with mosquitto_broker(folder / "broker") as broker:
        county = County(folder, broker)
        home = create_home(county.path)
        registry.add(home.db, registry.ENTERPRISES, ENTERPRISE_ROW, wall_ms())
        home.close()
        settings = SETTINGS.format(port=broker.port)
        (county.path / "collector.toml").write_text(settings, encoding="utf-8")
        try:
            yield county
        finally:
            county.stop()


@contextmanager
def closing_home(path: Path) -> Iterator[Home]:
    home = open_home(path)
    try:
        yield home
    finally:
        home.close()


ENTERPRISE_ROW = {
    "enterprise": ENTERPRISE,
    "name_zh": "一号煤矿",
    "name_en": "Mine one",
    "uscc": USCC,
    "licence_no": "L1",
    "mine_zh": "一号矿",
    "capacity_t": 1_200_000,
    "state": "active",
    "by": "officer-1",
}


def _row(weighbridge: str) -> dict[str, object]:
    return {
        "weighbridge": weighbridge,
        "enterprise": ENTERPRISE,
        "name_zh": "一号磅",
        "name_en": "Deck one",
        "indicator": INDICATOR,
        "certificate": "C1",
        "exception": "test",
        "by": "officer-1",
        "epoch": 0,
        "kid": None,
        "cose_key": None,
        "state": "active",
    }


def _grant(weighbridge: str) -> Grant:
    begins_s = wall_ms() // 1_000
    return Grant(
        issuer="OTG-EB",
        family="COAL",
        enterprise=ENTERPRISE,
        weighbridge=weighbridge,
        product="RAW",
        max_net_kg=MAX_NET_KG,
        not_before_s=begins_s,
        expires_s=begins_s + 3 * 86_400,
    )
