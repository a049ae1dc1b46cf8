"""A bureau whose weighbridges exist on paper: books written here, signed with their own keys.

For what an honest agent would never write: forged, forked, replayed, selective books. They go
through the collector's real intake and are judged by its real rules; only its clock stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collector import orders, registry
from collector.buyer_receipts import Receipt, keep_receipts
from collector.enrolment import Request, enrol
from collector.home import Home, create_home
from collector.loading import load
from collector.period import Period, read_month
from collector.reconcile import collect
from collector.records_store import RecordsStore
from collector.rules.catalogue import RULES
from collector.staff import findings
from collector.staff_loading import read_facts, read_terms
from collector.tables import register
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, allocate, issue, stock_in
from collector.uscc import check_character
from demo.cheats.county import MINE, OFFICERS, enterprise_row, replace_grant, weighbridge_row
from weighbook import cbor
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, digest, sign
from weighbook.keys import SigningKey
from weighbook.orders import Action, Args
from weighbook.receipts import Checkpoint, sign_checkpoint
from weighbook.records import (
    VERSION,
    Body,
    Clock,
    Genesis,
    Kind,
    Record,
    Totals,
    Weighing,
    encode_record,
)

MONTH = "2026-07"
PERIOD: Period = read_month(MONTH)
HOUR_MS = 3_600_000
USCC_OF_BUYER = "91150303MA0N0B1B0"
BEGIN_MS = PERIOD.from_ms + 8 * HOUR_MS

LOAD = Weighing(
    weight_kg=48_620,
    tare_kg=15_240,
    gross_kg=48_620,
    net_kg=33_380,
    peak_kg=48_640,
    division_kg=20,
    indicator="XK3190-DS8",
    certificate="JD-2026-0417",
    stability=1,
    curve=bytes(32),
    frames=bytes(32),
    pictures=(("deck", bytes(32)),),
    plate="蒙K70001",
    plate_source="card",
    ticket_plate=None,
    ticket_no=None,
    ticket_digest=None,
    decision="accepted",
    reasons=(),
    operator=None,
    software="weighhouse",
    product="RAW",
    enterprise=MINE,
    began_ms=BEGIN_MS,
    tare_seq=None,
    permits=(),
    axles=6,
    halted=False,
)


@dataclass
class PaperBook:
    """One weighbridge's book; `write` gives the next message of its chain."""

    weighbridge: str
    key: SigningKey
    order: bytes
    at_ms: int = BEGIN_MS
    last: Record | None = None
    messages: list[bytes] = field(default_factory=list)

    def write(self, kind: Kind, body: Body, after_ms: int = 60_000) -> bytes:
        before = self.last
        totals = before.totals if before else Totals()
        self.at_ms += after_ms
        self.last = Record(
            version=VERSION,
            kind=kind,
            weighbridge=self.weighbridge,
            epoch=1,
            seq=before.seq + 1 if before else 1,
            prev=digest(self.messages[-1]) if self.messages else self.order,
            at_ms=self.at_ms,
            clock=Clock(bytes(16), self.at_ms, 0),
            totals=add_to_totals(totals, kind, body),
            order_number=1,
            receipt=None,
            body=body,
        )
        self.messages.append(sign(encode_record(self.last), Typ.RECORD, self.key))
        return self.messages[-1]

    def sell(self, number: str, scanned: bytes, **changes: Any) -> list[bytes]:
        """Tare and sale of one load."""
        named: dict[str, Any] = {"ticket_no": number, "ticket_digest": scanned}
        plate = {"plate": changes["plate"]} if "plate" in changes else {}
        tare = replace(LOAD, gross_kg=None, net_kg=None, **named, **plate)
        first = self.write(Kind.TARE, tare)
        assert self.last is not None
        sale = replace(LOAD, **{**named, "tare_seq": self.last.seq, **changes})
        return [first, self.write(Kind.SALE, sale)]

    def checkpoint(self) -> bytes:
        """A heartbeat at its newest record."""
        assert self.last is not None
        told = Checkpoint(
            weighbridge=self.weighbridge,
            epoch=1,
            seq=self.last.seq,
            head=digest(self.messages[-1]),
            at_ms=self.at_ms + 1,
            order_number=1,
            lease_until_ms=PERIOD.to_ms,
            tickets_reserved=0,
            tickets_used=0,
            causes=(),
            config=bytes(32),
            software="weighhouse",
            open=True,
        )
        return sign_checkpoint(told, self.key)

    def branch(self) -> "PaperBook":
        """A copy that goes its own way."""
        return replace(self, messages=list(self.messages))


class PaperBureau:
    """Its clock stands at `now_ms`."""

    def __init__(self, folder: Path) -> None:
        self.now_ms = BEGIN_MS
        folder.mkdir(parents=True)
        officers = ((OFFICERS[0], "王"), (OFFICERS[1], "李"))
        self.home: Home = create_home(folder / "home", officers, lambda: self.now_ms)
        registry.add(
            self.home.db,
            registry.ENTERPRISES,
            enterprise_row(MINE, "91150624MA0N0T1T0"),
            self.now_ms,
        )
        self._store = RecordsStore(self.home)
        self._batches = 0

    def close(self) -> None:
        self.home.close()

    def book(self, weighbridge: str) -> PaperBook:
        """A new weighbridge and the first record of its book, delivered."""
        key = SigningKey.generate()
        row = weighbridge_row(weighbridge, MINE)
        registry.add(self.home.db, registry.WEIGHBRIDGES, row, self.now_ms)
        self.now_ms += 1
        bundle = enrol(self.home, Request(weighbridge, key.public, ""), OFFICERS[0])
        order = cbor.decode(bundle, max_bytes=1 << 20)[3]
        book = PaperBook(weighbridge, key, digest(order), at_ms=self.now_ms)
        self.deliver(book, [book.write(Kind.GENESIS, Genesis(book.order, key.public.cose_key, 1))])
        return book

    def deliver(self, book: PaperBook, messages: Sequence[bytes]) -> int:
        """Through the intake; how many of them were there already."""
        self.now_ms = max(self.now_ms, book.at_ms)
        taken = self._store.take(book.weighbridge, b"".join(messages))
        return sum(outcome.duplicates for outcome in taken.outcomes)

    def beat(self, book: PaperBook) -> None:
        self.now_ms = max(self.now_ms, book.at_ms + 1)
        self._store.take_checkpoint(book.weighbridge, book.checkpoint())

    def order(self, weighbridge: str, action: Action, args: Args) -> None:
        orders.issue(self.home, weighbridge, action, args, by=OFFICERS[0], second=OFFICERS[1])

    def ticket(self, weighbridge: str, **changes: Any) -> tuple[str, bytes]:
        """(number, digest of its message) of a new ticket; `changes` are fields of the grant."""
        self._batches += 1
        stamp = Stamp(self.now_ms, *OFFICERS, "paper")
        numbers = stock_in(self.home.db, Batch("COAL", "150624", 26, self._batches), 1, stamp)
        issue(self.home.db, numbers, MINE, stamp)
        times = {"not_before_s": BEGIN_MS // 1_000, "expires_s": PERIOD.to_ms // 1_000}
        grant = replace_grant(weighbridge, {**times, **changes})
        allocate(self.home.db, numbers, grant, self.home.key("ticket"), stamp)
        query = "SELECT ticket_no, digest FROM tickets WHERE ticket_no = ?"
        number, scanned = self.home.db.execute(query, numbers).fetchone()
        return str(number), bytes(scanned)

    def buyer(self, buyer: str) -> None:
        row = {
            "buyer": buyer,
            "name_zh": "焦化厂",
            "name_en": "Coking plant",
            "uscc": USCC_OF_BUYER + check_character(USCC_OF_BUYER),
            "destination": "乌海",
            "by": OFFICERS[0],
        }
        registry.add(self.home.db, registry.BUYERS, row, self.now_ms)

    def arrived(self, number: str, buyer: str, at_ms: int) -> None:
        """The buyer reports a load."""
        self.now_ms = max(self.now_ms, at_ms)
        came = Receipt(2, number, buyer, LOAD.plate or "", LOAD.net_kg or 0, at_ms, "")
        keep_receipts(self.home.db, [came], Stamp(self.now_ms, OFFICERS[0], None, "paper"))

    def of_staff(self) -> set[str]:
        """The codes found about the bureau's own people."""
        facts = read_facts(self.home.db, self.home.config, PERIOD)
        return {one.code for one in findings(facts, read_terms(self.home.config), MONTH)}

    def alerts(self, weighbridge: str) -> set[str]:
        query = "SELECT code FROM alerts WHERE weighbridge = ?"
        return {code for (code,) in self.home.db.execute(query, (weighbridge,))}

    def findings(self, subject: str, rule: str) -> set[str]:
        """The codes under which that rule of the month names the weighbridge, mine or plate."""
        asked = next(one for one in RULES if one.name == rule)
        expression = asked.findings(register(load(self.home.db, PERIOD)), PERIOD)
        found = collect(expression.to_pyarrow().to_pylist(), PERIOD)
        return {finding.code for finding in found if finding.subject == subject}
