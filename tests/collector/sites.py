"""A bureau with one enrolled weighbridge, and the signed, chained book its agent would write."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from collector import registry
from collector.enrolment import Request, enrol
from collector.home import Home, create_home
from collector.uscc import check_character
from weighbook import cbor
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, digest, sign
from weighbook.keys import SigningKey
from weighbook.receipts import Checkpoint, sign_checkpoint
from weighbook.records import (
    Body,
    Clock,
    Control,
    Genesis,
    Kind,
    Record,
    Totals,
    Weighing,
    encode_record,
)

NOW_MS = 1_790_000_000_000
ENTERPRISE, PLACE = "E01", "W01"
USCC = "91150624MA0N0T1T0" + check_character("91150624MA0N0T1T0")


@dataclass
class Wall:
    """A clock that stands where it is put."""

    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Book:
    """The agent's side: every call to `write` gives the next message of the chain."""

    key: SigningKey
    order: bytes
    weighbridge: str = PLACE
    epoch: int = 1
    at_ms: int = NOW_MS
    last: Record | None = None
    order_number: int = 1
    messages: list[bytes] = field(default_factory=list)

    def write(self, kind: Kind, body: Body) -> bytes:
        before = self.last
        totals = add_to_totals(before.totals if before else Totals(), kind, body)
        self.at_ms += 1_000
        self.last = Record(
            version=1,
            kind=kind,
            weighbridge=self.weighbridge,
            epoch=self.epoch,
            seq=before.seq + 1 if before else 1,
            prev=digest(self.messages[-1]) if self.messages else self.order,
            at_ms=self.at_ms,
            clock=Clock(bytes(16), self.at_ms - NOW_MS, 0),
            totals=totals,
            order_number=self.order_number,
            receipt=None,
            body=body,
        )
        self.messages.append(sign(encode_record(self.last), Typ.RECORD, self.key))
        return self.messages[-1]

    def begin(self) -> bytes:
        return self.write(Kind.GENESIS, Genesis(self.order, self.key.public.cose_key, 1))

    def fill(self, count: int) -> list[bytes]:
        """A genesis and so many control records; all of them as messages."""
        first = [] if self.messages else [self.begin()]
        return first + [self.write(Kind.CONTROL, Control(bytes(8))) for _ in range(count)]

    def branch(self) -> "Book":
        """A copy of this book that may go its own way."""
        return replace(self, messages=list(self.messages))

    def checkpoint(self, at_ms: int | None = None, causes: tuple[str, ...] = ()) -> bytes:
        """A heartbeat; with causes the deck does not sell."""
        assert self.last is not None
        return sign_checkpoint(
            Checkpoint(
                weighbridge=self.weighbridge,
                epoch=self.epoch,
                seq=self.last.seq,
                head=digest(self.messages[-1]),
                at_ms=self.at_ms + 1 if at_ms is None else at_ms,
                order_number=1,
                lease_until_ms=0,
                tickets_reserved=0,
                tickets_used=0,
                causes=causes,
                config=bytes(32),
                software="test",
                open=not causes,
            ),
            self.key,
        )


@dataclass
class Bureau:
    home: Home
    wall: Wall

    def enrol(self, weighbridge: str = PLACE) -> Book:
        """Register a weighbridge with a fresh key; its empty book."""
        key = SigningKey.generate()
        row = {
            "weighbridge": weighbridge,
            "enterprise": ENTERPRISE,
            "name_zh": "一号磅",
            "name_en": "Deck one",
            "indicator": "XK3190",
            "certificate": "C1",
            "exception": "test",
            "by": "officer-1",
            "epoch": 0,
            "kid": None,
            "cose_key": None,
            "state": "active",
        }
        registry.add(self.home.db, registry.WEIGHBRIDGES, row, self.wall.now_ms)
        self.wall.now_ms += 1
        bundle = enrol(self.home, Request(weighbridge, key.public, ""), "officer-1")
        order = cbor.decode(bundle, max_bytes=1 << 20)[3]
        return Book(key, digest(order), weighbridge, at_ms=self.wall.now_ms)


def make_bureau(folder: Path) -> Bureau:
    wall = Wall()
    home = create_home(folder / "home", now_ms=wall)
    row = {
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
    registry.add(home.db, registry.ENTERPRISES, row, wall.now_ms)
    return Bureau(home, wall)


def weighing(**facts: object) -> Weighing:
    """A plausible body; `facts` replace its fields."""
    plain = Weighing(
        weight_kg=40_000,
        tare_kg=15_000,
        gross_kg=40_000,
        net_kg=25_000,
        peak_kg=40_020,
        division_kg=20,
        indicator="XK3190-1",
        certificate="C1",
        stability=1,
        curve=bytes(32),
        frames=bytes(32),
        pictures=(("deck", bytes(32)), ("road", bytes(range(32)))),
        plate="蒙K12345",
        plate_source="card",
        ticket_plate="蒙K12345",
        ticket_no=None,
        ticket_digest=None,
        decision="recorded",
        reasons=(),
        operator=None,
        software="0.1.0",
        product="COAL-1",
        enterprise=ENTERPRISE,
        began_ms=NOW_MS,
        tare_seq=None,
        permits=(),
        axles=6,
        halted=False,
    )
    return replace(plain, **facts)  # type: ignore[arg-type] # names of fields, checked at run time


def batches(messages: list[bytes], size: int = 100) -> list[bytes]:
    """Payloads as the agent sends them."""
    return [b"".join(messages[at : at + size]) for at in range(0, len(messages), size)]
