"""A bureau whose weighbridges exist on paper: books written here, signed with their own keys.

For what an honest agent would never write: forged, forked, replayed, selective books. They go
through the collector's real intake and are judged by its real rules; only its clock stands still.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collector import orders, registry
from collector.buyer_receipts import Receipt, keep_receipts
from collector.enrolment import Request, enrol
from collector.home import Home, create_home
from collector.loading import load
from collector.reconcile import collect
from collector.records_store import RecordsStore
from collector.road.scan_store import load_scans
from collector.rules.catalogue import RULES
from collector.staff import findings
from collector.staff_loading import read_facts, read_terms
from collector.tables import register
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, allocate, issue, stock_in
from collector.uscc import check_character
from demo.cheats.county import MINE, OFFICERS, enterprise_row, replace_grant, weighbridge_row
from demo.cheats.paper_book import BEGIN_MS, HOUR_MS, LOAD, MONTH, PERIOD, PaperBook
from weighbook import cbor
from weighbook.envelope import digest
from weighbook.keys import SigningKey
from weighbook.orders import Action, Args
from weighbook.records import (
    Genesis,
    Kind,
)
from weighbook.slips import HEAD_BYTES, Slip, sign_slip, slip_text

USCC_OF_BUYER = "91150303MA0N0B1B0"


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

    def scanned(self, book: PaperBook) -> None:
        """An inspector's phone has read the slip of a book's newest record."""
        record = book.last
        assert record is not None
        slip = Slip(
            weighbridge=book.weighbridge,
            epoch=1,
            seq=record.seq,
            head=digest(book.messages[-1])[:HEAD_BYTES],
            totals=record.totals,
            at_ms=record.at_ms,
            plate=LOAD.plate or "",
            product="RAW",
            net_kg=LOAD.net_kg or 0,
            ticket_no="",
            check=bytes(8),
        )
        scan = {"text": slip_text(sign_slip(slip, book.key)), "at_ms": record.at_ms + HOUR_MS}
        path = self.home.path / "scans.json"
        path.write_text(json.dumps({"scans": [scan]}), encoding="utf-8")
        load_scans(self.home, path, OFFICERS[0])

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
