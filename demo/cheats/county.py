"""The county of the cheats: a collector's home with officers, mines and tickets, and its server.

Made by the product's own functions; what a clerk would type goes through the real command. What the
bureau holds is read from its database as it lies there.
"""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from collector import orders, registry
from collector.enrolment import enrol, read_request
from collector.home import Home, create_home, open_home, wall_ms
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from collector.uscc import check_character
from demo.cheats.waiting import Broken, wait_until
from demo.processes import BIN, Program, command, script
from edge_agent.config import AgentConfig
from edge_agent.enrolment import accept_bundle, write_request
from edge_agent.release import software
from weighbook.envelope import payload_of
from weighbook.orders import Action, Args
from weighbook.tickets import Ticket, sign_ticket, ticket_of, ticket_text

OFFICERS = ("wang", "li")
MINE, OTHER_MINE = "E01", "E02"
INDICATOR = "XK3190-DS8 No.1"
MAX_NET_KG = 35_000
READY_S = 40.0
REFUSED = re.compile(r"\[(E_\w+)\]")

SETTINGS = """[broker]
mode = "embedded"
port = {broker}
agent_port = {broker}
[ingest]
receipt_every_ms = 100
releases = ["{software}"]
[web]
port = {web}
[tickets]
route_hours = {{ "乌海" = 8 }}
"""


class Paper(NamedTuple):
    """A ticket in a driver's hand: its number, and its code as a scanner reads it."""

    number: str
    code: bytes


@dataclass
class County:
    """`broker`, `web`: its ports."""

    folder: Path
    broker: int
    web: int
    _server: Program | None = None
    _batches: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def path(self) -> Path:
        return self.folder / "home"

    def open(self) -> None:
        """The home with two mines, and the server: broker, intake and web in one program."""
        home = create_home(self.path, ((OFFICERS[0], "王"), (OFFICERS[1], "李")))
        for mine, code in ((MINE, "91150624MA0N0T1T0"), (OTHER_MINE, "91150624MA0N0T1T2")):
            registry.add(home.db, registry.ENTERPRISES, enterprise_row(mine, code), wall_ms())
        home.close()
        settings = SETTINGS.format(broker=self.broker, web=self.web, software=software())
        (self.path / "collector.toml").write_text(settings, encoding="utf-8")
        log = self.folder / "collector.log"
        self._server = Program(script("collector", "--home", str(self.path), "run"), log)
        wait_until(lambda: "Running" in log.read_text(encoding="utf-8"), READY_S, lambda: log)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def register(self, weighbridge: str, mine: str = MINE) -> None:
        with self.home() as home:
            row = weighbridge_row(weighbridge, mine)
            registry.add(home.db, registry.WEIGHBRIDGES, row, wall_ms())

    def enrol(self, config: AgentConfig) -> None:
        """Registers the weighbridge and carries its bundle back to it."""
        self.register(config.weighbridge)
        with self.home() as home:
            request = self.folder / f"{config.weighbridge}.request"
            write_request(config, request)
            bundle = enrol(home, read_request(request), OFFICERS[0])
        accept_bundle(config, bundle)

    def tickets(self, weighbridge: str, many: int, **changes: Any) -> list[Paper]:
        """So many new tickets; `changes` are fields of the grant."""
        grant = replace_grant(weighbridge, changes)
        with self.home() as home:
            stamp = Stamp(wall_ms(), *OFFICERS, "paper")
            numbers = stock_in(
                home.db, Batch(grant.family, "150624", 26, next(self._batches)), many, stamp
            )
            issue(home.db, numbers, grant.enterprise, stamp)
            allocate(home.db, numbers, grant, home.key("ticket"), stamp)
            rows = home.db.execute(
                "SELECT ticket_no, message FROM tickets WHERE ticket_no >= ? AND ticket_no <= ?"
                " ORDER BY ticket_no",
                (numbers[0], numbers[-1]),
            ).fetchall()
        return [Paper(number, ticket_text(bytes(message)).encode()) for number, message in rows]

    def second_version(self, paper: Paper, **changes: Any) -> Paper:
        """Another paper of the same number, signed with the bureau's key like the first."""
        with self.home() as home:
            row = home.db.execute(
                "SELECT message FROM tickets WHERE ticket_no = ?", (paper.number,)
            ).fetchone()
            first: Ticket = ticket_of(payload_of(bytes(row[0])))
            message = sign_ticket(replace(first, **changes), home.key("ticket"))
        return Paper(paper.number, ticket_text(message).encode())

    def order(self, weighbridge: str, action: Action, args: Args) -> None:
        """Both officers sign; the server sends it."""
        with self.home() as home:
            orders.issue(home, weighbridge, action, args, by=OFFICERS[0], second=OFFICERS[1])

    def refusal_of(self, *words: str) -> str:
        """The code with which the real command refuses. Errors: Broken if it does not."""
        command = [str(BIN / "collector"), "--home", str(self.path), *words]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        found = REFUSED.search(told.stderr)
        if told.returncode != 2 or found is None:
            raise Broken(f"{' '.join(words)} → {told.returncode} {told.stderr[-200:]}")
        return found[1]

    def command(self, *words: str, allowed: tuple[int, ...] = (0,)) -> str:
        """What the real command prints. Errors: CommandFailed."""
        return command("collector", "--home", str(self.path), *words, allowed=allowed)

    # -- what the bureau holds ---------------------------------------------------------------------

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        place = f"{(self.path / 'collector.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=10)) as db:
            return db.execute(query, values).fetchall()

    def alerts(self, weighbridge: str) -> set[str]:
        rows = self.rows("SELECT code FROM alerts WHERE weighbridge = ?", weighbridge)
        return {code for (code,) in rows}

    def held(self, weighbridge: str) -> int:
        """The newest record up to which the bureau holds all."""
        rows = self.rows("SELECT max(seq) FROM heads WHERE weighbridge = ?", weighbridge)
        return int(rows[0][0] or 0)

    def state_of(self, paper: Paper) -> str:
        rows = self.rows("SELECT state FROM tickets WHERE ticket_no = ?", paper.number)
        return str(rows[0][0])

    @contextmanager
    def home(self) -> Iterator[Home]:
        opened = open_home(self.path)
        try:
            yield opened
        finally:
            opened.close()


def enterprise_row(mine: str, code: str) -> dict[str, object]:
    return {
        "enterprise": mine,
        "name_zh": f"{mine} 煤矿",
        "name_en": f"Mine {mine}",
        "uscc": code + check_character(code),
        "licence_no": f"C15{mine}",
        "mine_zh": f"{mine} 矿",
        "capacity_t": 1_200_000,
        "state": "active",
        "by": OFFICERS[0],
    }


def weighbridge_row(weighbridge: str, mine: str) -> dict[str, object]:
    return {
        "weighbridge": weighbridge,
        "enterprise": mine,
        "name_zh": f"{weighbridge} 磅",
        "name_en": f"Deck {weighbridge}",
        "indicator": INDICATOR,
        "certificate": "JD-2026-0417",
        "exception": "shown in the demo",
        "by": OFFICERS[0],
        "epoch": 0,
        "kid": None,
        "cose_key": None,
        "state": "active",
    }


def replace_grant(weighbridge: str, changes: dict[str, Any]) -> Grant:
    begins_s = wall_ms() // 1_000
    plain = Grant(
        issuer="OTG-EB",
        family="COAL",
        enterprise=MINE,
        weighbridge=weighbridge,
        product="RAW",
        max_net_kg=MAX_NET_KG,
        not_before_s=begins_s - 60,
        expires_s=begins_s + 3 * 86_400,
    )
    return plain._replace(**changes)
