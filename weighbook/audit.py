"""The audit: every break in a book, and how far it is proven by somebody else's word.

Pure: messages in, findings out. Nothing that stands in a message may stop it; whatever goes wrong
with one message becomes a break at that place, and the audit goes on with the next.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from weighbook.chain import Break, begins, follows
from weighbook.envelope import Typ, digest, open_message
from weighbook.keyset import KeyRing
from weighbook.orders import NO_ORDER, Action, Enrol, Lift, Order, Suspend, open_order
from weighbook.phrase import Phrase, Refusal
from weighbook.receipts import Receipt, open_receipt, require_subject
from weighbook.records import Genesis, Kind, Record, Weighing, parse_record

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAX_BREAKS = 10_000


@dataclass(frozen=True)
class Audit:
    """The verdict over one book."""

    ok: bool
    records: int
    head: str
    breaks: tuple[Break, ...]
    proven_seq: int
    proven_ms: int | None
    coverage: Phrase

    def as_json(self) -> dict[str, Any]:
        """The shape programs rely on."""
        return {
            "ok": self.ok,
            "records": self.records,
            "head": self.head,
            "breaks": [{"seq": b.seq, "code": b.code, "en": b.words.en} for b in self.breaks],
            "proven_seq": self.proven_seq,
            "proven_at_ms": self.proven_ms,
            "coverage_zh": self.coverage.zh,
            "coverage_en": self.coverage.en,
        }


@dataclass
class _Book:
    """What the walk along the records has seen so far."""

    before: Record | None = None
    digest: bytes = b""
    count: int = 0
    digests: dict[tuple[int, int], bytes] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    reserved: dict[str, Weighing] = field(default_factory=dict)
    evidence: dict[bytes, int] = field(default_factory=dict)
    quoted: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Papers:
    """What lies beside the records: messages of orders and receipts, and the attachments held.

    `attachments` maps the digest of each held file to whether its content agrees; None means that
    nobody looked.
    """

    orders: tuple[bytes, ...] = ()
    receipts: tuple[bytes, ...] = ()
    attachments: Mapping[bytes, bool] | None = None
    root_from_book: bool = True
    problems: tuple[Break, ...] = ()


def audit(messages: Iterable[bytes], ring: KeyRing, papers: Papers) -> Audit:
    """Checks a whole book. `messages` in stored order."""
    breaks = list(papers.problems)
    orders = _Orders(ring, papers.orders, breaks)
    book = _Book()
    for message in messages:
        breaks += _one(book, message, ring, orders)
    receipts = list(_receipts(papers.receipts, ring, breaks))
    proven = _cover(book, receipts, breaks)
    breaks += _attachments(book, papers.attachments)
    if book.count == 0:
        breaks.append(Break.of(0, "B_UNREADABLE", "0 records"))
    ordered = tuple(sorted(breaks, key=lambda b: b.seq)[:MAX_BREAKS])
    return Audit(
        ok=not ordered,
        records=book.count,
        head=book.digest.hex(),
        breaks=ordered,
        proven_seq=proven.seq if proven else 0,
        proven_ms=proven.at_ms if proven else None,
        coverage=_coverage(book, proven, root_from_book=papers.root_from_book),
    )


def _one(book: _Book, message: bytes, ring: KeyRing, orders: "_Orders") -> list[Break]:
    book.count += 1
    place = book.before.seq + 1 if book.before else 1
    try:
        opened = open_message(message, Typ.RECORD, ring, at_s=None)
        record = parse_record(opened.payload)
        require_subject(opened.subject, record.weighbridge)
        found = list(_links(book, record, ring, opened.kid, orders))
    except Refusal as refusal:
        book.digest = digest(message)
        # The next record can only be compared with a record; its place is kept.
        if book.before is not None:
            book.before = replace(book.before, seq=book.before.seq + 1)
        return [Break(place, refusal.code, refusal.what)]
    except Exception as error:  # noqa: BLE001 - whatever a message does, it is a finding, not a stop
        return [Break.of(place, "B_UNREADABLE", type(error).__name__)]
    book.before, book.digest = record, opened.digest
    book.digests[record.epoch, record.seq] = opened.digest
    return found


def _links(
    book: _Book, record: Record, ring: KeyRing, kid: bytes, orders: "_Orders"
) -> Iterator[Break]:
    entry = ring.find(kid)
    if entry is not None and not entry.valid_at(record.at_ms // 1000):
        yield Break.of(record.seq, "E_KEY_TIME")
    if book.before is None:
        yield from begins(record)
        if isinstance(record.body, Genesis):
            yield from orders.enrolled(record, record.body)
    else:
        yield from follows(book.before, book.digest, record)
    if record.receipt is not None:
        held = book.digests.get((record.epoch, record.receipt.seq))
        if held is not None and held != record.receipt.digest:
            yield Break.of(record.seq, "B_RECEIPT", f"quoted {record.receipt.seq}")
    yield from orders.obeyed(record)
    if isinstance(record.body, Weighing):
        yield from _weighing(book, record, record.body)


def _weighing(book: _Book, record: Record, body: Weighing) -> Iterator[Break]:
    for name in (body.curve, body.frames, *(picture for _, picture in body.pictures)):
        if name is not None:
            book.evidence.setdefault(name, record.seq)
    number = body.ticket_no
    if number is None or record.kind not in (Kind.TARE, Kind.SALE):
        return
    if number in book.used:
        yield Break.of(record.seq, "B_TICKET", f"{number} used at {book.used[number]}")
    if record.kind is Kind.TARE:
        book.reserved[number] = body
        return
    tare = book.reserved.pop(number, None)
    if tare is None or tare.plate != body.plate or tare.tare_kg != body.tare_kg:
        yield Break.of(record.seq, "B_TICKET", f"{number} without its tare")
    if (body.gross_kg or 0) - (body.tare_kg or 0) != body.net_kg or (body.net_kg or 0) <= 0:
        yield Break.of(record.seq, "B_TICKET", f"{number} net")
    book.used.setdefault(number, record.seq)


class _Orders:
    """The bureau's orders beside the book: dense, chained, and obeyed."""

    def __init__(self, ring: KeyRing, messages: tuple[bytes, ...], breaks: list[Break]) -> None:
        self._by_number: dict[int, tuple[Order, bytes]] = {}
        self._standing: dict[int, Suspend] = {}
        self._applied = 0
        before, expected = NO_ORDER, 1
        for message in messages:
            try:
                order, opened = open_order(message, ring, None)
            except Refusal as refusal:
                breaks.append(Break(0, "B_ORDER", refusal.what))
                before, expected = digest(message), expected + 1
                continue
            if order.number != expected or order.prev != before:
                breaks.append(Break.of(0, "B_ORDER", f"number {order.number}"))
            self._by_number[order.number] = (order, opened.digest)
            before, expected = opened.digest, order.number + 1

    def enrolled(self, record: Record, body: Genesis) -> Iterator[Break]:
        """The genesis must come from an enrolment order that is held."""
        for order, name in self._by_number.values():
            if name == body.order and isinstance(order.args, Enrol):
                said = order.args
                if (said.weighbridge, said.epoch) != (record.weighbridge, record.epoch):
                    yield Break.of(record.seq, "B_ORDER", "enrolment")
                return
        yield Break.of(record.seq, "B_ORDER", "enrolment order is missing")

    def obeyed(self, record: Record) -> Iterator[Break]:
        """Applies what the record says it applied; a sale while suspended is a break."""
        for number in range(self._applied + 1, min(record.order_number, self._applied + 1000) + 1):
            held = self._by_number.get(number)
            if held is None:
                yield Break.of(record.seq, "B_ORDER", f"order {number} is missing")
            else:
                self._apply(held[0])
        self._applied = max(self._applied, record.order_number)
        if record.kind is Kind.SALE and any(
            suspend.until_ms is None or record.at_ms < suspend.until_ms
            for suspend in self._standing.values()
        ):
            yield Break.of(record.seq, "B_SUSPENDED")

    def _apply(self, order: Order) -> None:
        if order.action is Action.SUSPEND and isinstance(order.args, Suspend):
            self._standing[order.number] = order.args
        elif isinstance(order.args, Lift):
            self._standing.pop(order.args.order, None)


def _receipts(
    messages: tuple[bytes, ...], ring: KeyRing, breaks: list[Break]
) -> Iterator[tuple[Receipt, bytes]]:
    for message in messages:
        try:
            yield open_receipt(message, ring), message
        except Refusal as refusal:
            breaks.append(Break(0, "B_RECEIPT", refusal.what))


def _cover(
    book: _Book, receipts: list[tuple[Receipt, bytes]], breaks: list[Break]
) -> Receipt | None:
    """The newest receipt that agrees with the book; every other one is a break."""
    newest: Receipt | None = None
    last = book.before
    for receipt, _ in receipts:
        if last is not None and receipt.weighbridge != last.weighbridge:
            breaks.append(Break.of(0, "B_RECEIPT", receipt.weighbridge))
            continue
        held = book.digests.get((receipt.epoch, receipt.seq))
        if held == receipt.head:
            if newest is None or receipt.seq > newest.seq:
                newest = receipt
        elif last is None or receipt.seq > last.seq:
            breaks.append(Break.of(receipt.seq, "B_TAIL", f"receipt for {receipt.seq}"))
        elif held is not None:
            breaks.append(Break.of(receipt.seq, "B_TAIL", f"another head at {receipt.seq}"))
        else:
            breaks.append(Break.of(receipt.seq, "B_RECEIPT", f"no record {receipt.seq}"))
    return newest


def _attachments(book: _Book, held: Mapping[bytes, bool] | None) -> Iterator[Break]:
    if held is None:
        return
    for name, seq in book.evidence.items():
        if name not in held:
            yield Break.of(seq, "B_ATTACHMENT", name.hex()[:16])
        elif not held[name]:
            yield Break.of(seq, "B_ATTACHMENT_HASH", name.hex()[:16])


def _coverage(book: _Book, proven: Receipt | None, *, root_from_book: bool) -> Phrase:
    last = book.before.seq if book.before else 0
    if proven is None:
        said = Phrase(
            f"没有回执：1…{last} 仅自洽，尾部未被他人证明。",
            f"No receipt: 1…{last} only self-consistent; nobody else vouches for the tail.",
        )
    else:
        at = datetime.fromtimestamp(proven.at_ms / 1000, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        rest = f"{proven.seq + 1}…{last}"
        said = Phrase(
            f"由 {at} 的回执证明至第 {proven.seq} 条"
            + (f"；{rest} 仅自洽。" if last > proven.seq else "（全部）。"),
            f"Proven to seq {proven.seq} by the receipt of {at}"
            + (f"; {rest} only self-consistent." if last > proven.seq else " (all of it)."),
        )
    if root_from_book:
        said = Phrase(
            said.zh + "根公钥取自账簿本身；要独立核对，请用另行取得的根公钥（--root）。",
            said.en + " The root key came with the book; to check independently, pass one obtained"
            " elsewhere (--root).",
        )
    return said
