"""A book to tamper with: about forty records of every kind, with orders, receipts, attachments.

`sample_book()` is the same bytes in every run. `SampleBook` is for tests that need another story:
`write` appends a record, `order` and `receipt` add papers; `export` and `database` put it on disk.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from tests.weighbook.keys import (
    AGENT,
    BRIDGE,
    COLLECTOR,
    KEYSET,
    OFFICERS,
    RING,
    ROOT,
    TICKETS,
)
from weighbook import cbor
from weighbook.audit import Audit, Papers, audit
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, digest, payload_of, sign
from weighbook.keys import SigningKey
from weighbook.keyset import sign_keyset
from weighbook.manifest import ATTACHMENTS, KEYS_FILE, SEQUENCES, write_manifest
from weighbook.orders import (
    NO_ORDER,
    RELAXING,
    Action,
    Args,
    Enrol,
    Lift,
    Order,
    Suspend,
    sign_order,
)
from weighbook.receipts import Receipt, sign_receipt
from weighbook.records import (
    VERSION,
    Anchor,
    Body,
    Calibration,
    CauseChange,
    Clock,
    ClockChange,
    ConfigChange,
    Control,
    Correction,
    Dark,
    Genesis,
    Kind,
    OrderSeen,
    Pruned,
    ReceiptSeen,
    Record,
    Started,
    Stopped,
    Totals,
    Weighing,
    encode_record,
    parse_record,
)
from weighbook.sequences import write_sequence
from weighbook.tickets import Ticket, make_ticket_no, sign_ticket

T0_MS = 1_790_000_000_000
LEASE_MS = T0_MS + 72 * 3_600_000
EVIDENCE = {name: sha256(name).digest() for name in (b"curve", b"frames", b"picture")}


def number_of(serial: int) -> str:
    """A coal ticket's number."""
    return make_ticket_no("COAL", "150624", 2026, 12, serial)


def ticket(serial: int = 1) -> Ticket:
    """A ticket for the sample's weighbridge."""
    at_s = T0_MS // 1000
    return Ticket(
        issuer="bureau-150624",
        expires_s=at_s + 86_400,
        not_before_s=at_s - 3600,
        issued_s=at_s - 7200,
        ticket_no=number_of(serial),
        family="COAL",
        enterprise="E-03",
        weighbridge=BRIDGE,
        product="RAW",
        max_net_kg=40_000,
        plate="蒙K12345",
    )


def weighing(**changes: object) -> Weighing:
    """An unticketed loaded truck, or whatever `changes` make of it."""
    plain = Weighing(
        weight_kg=49_300,
        tare_kg=None,
        gross_kg=49_300,
        net_kg=None,
        peak_kg=49_340,
        division_kg=20,
        indicator="XK3190-D9 0815",
        certificate="C-2026-0042",
        stability=1,
        curve=EVIDENCE[b"curve"],
        frames=EVIDENCE[b"frames"],
        pictures=(("deck", EVIDENCE[b"picture"]),),
        plate="蒙K12345",
        plate_source="card",
        ticket_plate=None,
        ticket_no=None,
        ticket_digest=None,
        decision="recorded",
        reasons=(),
        operator="op-1",
        software="0.1.0",
        product=None,
        enterprise=None,
        began_ms=T0_MS,
        tare_seq=None,
        permits=(),
        axles=6,
        halted=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names real fields


def ticketed(serial: int, **changes: object) -> Weighing:
    """The tare of a ticket's passage, or its sale with the right `changes`."""
    message = sign_ticket(ticket(serial), TICKETS)
    told = {
        "weight_kg": 15_620,
        "tare_kg": 15_620,
        "gross_kg": None,
        "ticket_plate": "蒙K12345",
        "ticket_no": number_of(serial),
        "ticket_digest": digest(message),
        "decision": "accepted",
        "product": "RAW",
        "enterprise": "E-03",
    }
    return weighing(**(told | changes))


@dataclass
class SampleBook:
    """A book being written. `records` and `messages` go together."""

    key: SigningKey = AGENT
    weighbridge: str = BRIDGE
    records: list[Record] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    orders: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    anchor: Anchor | None = None
    at_ms: int = T0_MS

    def begin(self) -> None:
        """The enrolment order and the genesis."""
        key = self.key.public.cose_key
        self.order(Action.ENROL, Enrol(self.weighbridge, "E-03", 1, key, LEASE_MS))
        self.write(Kind.GENESIS, Genesis(digest(self.orders[0]), key, KEYSET.version))

    def write(self, kind: Kind, body: Body, **changes: object) -> Record:
        """The next record, a second later, with any head field changed."""
        self.at_ms += 1000
        before = self.records[-1] if self.records else None
        record = Record(
            version=VERSION,
            kind=kind,
            weighbridge=self.weighbridge,
            epoch=1,
            seq=before.seq + 1 if before else 1,
            prev=digest(self.messages[-1] if self.messages else self.orders[0]),
            at_ms=self.at_ms,
            clock=Clock(bytes(range(16)), self.at_ms - T0_MS, T0_MS),
            totals=add_to_totals(before.totals, kind, body) if before else Totals(),
            order_number=before.order_number if before else 1,
            receipt=self.anchor,
            body=body,
        )
        record = replace(record, **changes)  # type: ignore[arg-type]  # as above
        self.records.append(record)
        self.messages.append(sign_record(record, self.key))
        return record

    def order(self, action: Action, args: Args) -> bytes:
        """The bureau's next order; relaxing ones are signed by two officers."""
        number = len(self.orders) + 1
        prev = digest(self.orders[-1]) if self.orders else NO_ORDER
        told = Order(
            stream=self.weighbridge,
            number=number,
            prev=prev,
            target=self.weighbridge,
            action=action,
            not_before_ms=self.at_ms,
            expires_ms=None,
            at_ms=self.at_ms,
            args=args,
        )
        message = sign_order(told, OFFICERS if action in RELAXING else OFFICERS[:1])
        self.orders.append(message)
        return message

    def obey(self, action: Action, args: Args) -> None:
        """An order arrives and is applied."""
        message = self.order(action, args)
        number = len(self.orders)
        seen = OrderSeen(number, digest(message), action, "applied")
        self.write(Kind.ORDER, seen, order_number=number)

    def receipt(self) -> Receipt:
        """The collector's receipt for all there is, quoted from the next record on."""
        last, head = self.records[-1], digest(self.messages[-1])
        order_number = last.order_number
        told = Receipt(
            self.weighbridge, 1, last.seq, head, self.at_ms + 500, order_number, LEASE_MS
        )
        self.receipts.append(sign_receipt(told, COLLECTOR))
        self.anchor = Anchor(last.seq, head)
        self.write(Kind.RECEIPT, ReceiptSeen(last.seq, head, told.at_ms, LEASE_MS))
        return told

    def sell(self, serial: int) -> None:
        """A tare and its sale."""
        tare = self.write(Kind.TARE, ticketed(serial))
        sale = ticketed(serial, weight_kg=49_300, gross_kg=49_300, net_kg=33_680, tare_seq=tare.seq)
        self.write(Kind.SALE, sale)

    def papers(self) -> Papers:
        """What lies beside the records; all attachments are there and whole."""
        held = dict.fromkeys(EVIDENCE.values(), True)
        return Papers(tuple(self.orders), tuple(self.receipts), held, root_from_book=False)

    def audit(self, messages: Iterable[bytes] | None = None) -> Audit:
        """The verdict over these messages, or over its own."""
        return audit(self.messages if messages is None else messages, RING, self.papers())

    def export(self, folder: Path) -> Path:
        """The folder an auditor gets."""
        (folder / ATTACHMENTS).mkdir(parents=True)
        counts = {
            name: write_sequence(folder / name, messages)
            for name, messages in zip(
                SEQUENCES, (self.messages, self.orders, self.receipts), strict=True
            )
        }
        (folder / KEYS_FILE).write_bytes(
            cbor.encode({1: ROOT.public.cose_key, 2: [sign_keyset(KEYSET, ROOT)]})
        )
        for content, name in EVIDENCE.items():
            (folder / ATTACHMENTS / name.hex()).write_bytes(content)
        write_manifest(folder, counts | {ATTACHMENTS: len(EVIDENCE)})
        return folder

    def database(self, path: Path, facts: Mapping[str, object] | None = None) -> Path:
        """A book.db as the agent keeps it, but unguarded; `facts` instead of the usual ones."""
        usual = {"root": ROOT.public.cose_key, "weighbridge": self.weighbridge, "epoch": "1"}
        database = sqlite3.connect(path)
        with database:
            database.executescript(TABLES)
            rows = zip(self.records, self.messages, strict=True)
            database.executemany(
                "insert into records values (?, ?, ?, ?, ?, ?)",
                [(r.seq, r.epoch, int(r.kind), r.at_ms, digest(m), m) for r, m in rows],
            )
            orders = enumerate(self.orders, 1)
            database.executemany(
                "insert into orders values (?, ?, ?)", [(n, digest(m), m) for n, m in orders]
            )
            database.executemany(
                "insert into receipts (seq, at_ms, message) values (0, 0, ?)",
                [(m,) for m in self.receipts],
            )
            database.execute("insert into keysets values (3, ?)", (sign_keyset(KEYSET, ROOT),))
            database.executemany("insert into facts values (?, ?)", (facts or usual).items())
        database.close()
        return path


TABLES = """
create table records (seq integer primary key, epoch integer, kind integer, at_ms integer,
  digest blob, message blob);
create table orders (number integer primary key, digest blob, message blob);
create table receipts (id integer primary key, seq integer, at_ms integer, message blob);
create table keysets (version integer primary key, message blob);
create table facts (name text primary key, value blob);
"""


def sign_record(record: Record, key: SigningKey) -> bytes:
    """The record as a message."""
    return sign(encode_record(record), Typ.RECORD, key)


def resigned(message: bytes, key: SigningKey, **changes: object) -> bytes:
    """A record's message with some head fields changed and a signature of `key`."""
    record = parse_record(payload_of(message))
    return sign_record(replace(record, **changes), key)  # type: ignore[arg-type]  # as above


def rewritten(messages: list[bytes], start: int, key: SigningKey) -> list[bytes]:
    """The chain told anew by a key's thief: the record at index `start` tells another time, and

    all from there on is linked and signed again.
    """
    new = messages[:start]
    for index in range(start, len(messages)):
        record = parse_record(payload_of(messages[index]))
        changes: dict[str, object] = {"prev": digest(new[-1])} if index else {}
        if index == start:
            changes["at_ms"] = record.at_ms + 1
        if record.receipt is not None and record.receipt.seq > start:
            anchored = record.receipt.seq
            changes["receipt"] = Anchor(anchored, digest(new[anchored - 1]))
        new.append(resigned(messages[index], key, **changes))
    return new


def tell(book: SampleBook) -> SampleBook:
    """The sample's story: every kind of record, receipts at 12 and 24, a suspension lifted."""
    book.begin()
    book.write(Kind.STARTED, Started("0.1.0", bytes(32), clean=True))
    for serial in range(1, 5):
        book.sell(serial)
    refused = ticketed(9, decision="refused", reasons=("E_EXPIRED",))
    book.write(Kind.REFUSED, refused)
    book.write(Kind.PASSAGE, weighing(halted=True))
    book.receipt()
    book.obey(Action.SUSPEND, Suspend("unpaid fees"))
    book.write(Kind.CAUSE, CauseChange("CAMERA_LOST", "deck", "raised", book.at_ms, "31 s", "30 s"))
    book.write(
        Kind.CAUSE, CauseChange("CAMERA_LOST", "deck", "covered", book.at_ms, "31 s", "30 s", 2)
    )
    book.write(Kind.PASSAGE, weighing(halted=True, plate=None, plate_source=None))
    book.obey(Action.LIFT, Lift(2))
    for serial in range(5, 7):
        book.sell(serial)
    book.write(Kind.TEST, weighing(weight_kg=None, gross_kg=None, pictures=()))
    book.write(Kind.CLOCK, ClockChange(book.at_ms, book.at_ms + 60, "NTP"))
    book.receipt()
    book.write(Kind.CONFIG, ConfigChange(sha256(b"config").digest()))
    book.write(Kind.CALIBRATION, Calibration("scale", sha256(b"calibration").digest()))
    book.write(Kind.CONTROL, Control(bytes(8)))
    book.write(Kind.CORRECTION, Correction(11, "the plate was read wrongly: 蒙K12346"))
    for serial in range(7, 10):
        book.sell(serial)
    book.write(Kind.STOPPED, Stopped("maintenance"))
    book.write(Kind.DARK, Dark(book.at_ms, book.at_ms + 900, clean=True))
    book.write(Kind.STARTED, Started("0.1.0", bytes(32), clean=True))
    book.write(Kind.PRUNED, Pruned(2, 2, 1, 40_960, 1))
    return book


@lru_cache(maxsize=1)
def sample_book() -> SampleBook:
    """The sample, made once; take a copy of its lists before you change them."""
    return tell(SampleBook())
