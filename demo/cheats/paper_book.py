"""Books that exist on paper: written here, signed with a weighbridge's own key, chained as it must.

`PaperBook.branch` goes its own way from there, as a copied or restored book does.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from collector.period import Period, read_month
from demo.cheats.county import MINE
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, digest, sign
from weighbook.keys import SigningKey
from weighbook.receipts import Checkpoint, sign_checkpoint
from weighbook.records import (
    VERSION,
    Body,
    Clock,
    Kind,
    Record,
    Totals,
    Weighing,
    encode_record,
)

MONTH = "2026-07"
PERIOD: Period = read_month(MONTH)
HOUR_MS = 3_600_000
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
