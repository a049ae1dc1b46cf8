"""The audit: every break in a book, and how far it is proven by somebody else's word.

Pure: messages in, findings out. Nothing that stands in a message may stop it; whatever goes wrong
with one message becomes a break at that place, and the audit goes on with the next.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from weighbook.chain import Break, begins, follows
from weighbook.coverage import disagreements, measure, open_receipts
from weighbook.envelope import Typ, digest, open_message
from weighbook.evidence import evidence_of
from weighbook.keys import read_key
from weighbook.keyset import KeyRing
from weighbook.order_trail import OrderTrail
from weighbook.phrase import Phrase, Refusal
from weighbook.receipts import require_subject
from weighbook.records import (
    Genesis,
    KeyChange,
    Kind,
    Pruned,
    Record,
    Weighing,
    parse_record,
)

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
    tares: dict[str, tuple[int, int | None]] = field(default_factory=dict)  # newest of each plate
    evidence: dict[bytes, int] = field(default_factory=dict)
    pruned_seq: int = 0  # up to where evidence may have gone, held by the collector
    quoted: dict[int, bytes] = field(default_factory=dict)
    kid: bytes | None = None


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
    orders = OrderTrail(ring, papers.orders, breaks)
    book = _Book()
    for message in messages:
        breaks += _one(book, message, ring, orders)
    receipts = open_receipts(papers.receipts, ring, breaks)
    breaks += disagreements(receipts, book.digests, book.before)
    breaks += _attachments(book, papers.attachments)
    if book.count == 0:
        breaks.append(Break.of(0, "B_UNREADABLE", "0 records"))
    covered = measure(receipts, book.digests, book.before, breaks)
    ordered = tuple(sorted(breaks, key=lambda b: b.seq)[:MAX_BREAKS])
    return Audit(
        ok=not ordered,
        records=book.count,
        head=book.digest.hex(),
        breaks=ordered,
        proven_seq=covered.proven.seq if covered.proven else 0,
        proven_ms=covered.proven.at_ms if covered.proven else None,
        coverage=covered.in_words(root_from_book=papers.root_from_book),
    )


def _one(book: _Book, message: bytes, ring: KeyRing, orders: OrderTrail) -> list[Break]:
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
    book: _Book, record: Record, ring: KeyRing, kid: bytes, orders: OrderTrail
) -> Iterator[Break]:
    entry = ring.find(kid)
    if entry is not None and not entry.valid_at(record.at_ms // 1000):
        yield Break.of(record.seq, "E_KEY_TIME")
    if book.kid not in (None, kid):
        yield Break.of(record.seq, "B_KEY", kid.hex())
    if isinstance(record.body, Genesis | KeyChange):
        book.kid = read_key(record.body.key).kid
    if book.before is None:
        yield from begins(record)
        if isinstance(record.body, Genesis):
            yield from orders.enrolled(record, record.body, kid)
    else:
        yield from follows(book.before, book.digest, record)
    if record.receipt is not None:
        held = book.digests.get((record.epoch, record.receipt.seq))
        if held is not None and held != record.receipt.digest:
            yield Break.of(record.seq, "B_RECEIPT", f"quoted {record.receipt.seq}")
    yield from orders.obeyed(record)
    for name in evidence_of(record.body):
        book.evidence.setdefault(name, record.seq)
    if isinstance(record.body, Pruned) and record.receipt is not None:
        book.pruned_seq = max(book.pruned_seq, min(record.body.to_seq, record.receipt.seq))
    if isinstance(record.body, Weighing):
        yield from _weighing(book, record, record.body)


def _weighing(book: _Book, record: Record, body: Weighing) -> Iterator[Break]:
    number = body.ticket_no
    if number is None or record.kind not in (Kind.TARE, Kind.SALE):
        return
    if number in book.used:
        yield Break.of(record.seq, "B_TICKET", f"{number} used at {book.used[number]}")
    if record.kind is Kind.TARE:
        book.reserved[number] = body
        book.tares[body.plate or ""] = (record.seq, body.tare_kg)
        return
    tare = book.reserved.pop(number, None)
    if tare is None and body.tare_uses is not None:
        held = book.tares.get(body.plate or "") == (body.tare_seq, body.tare_kg)
    else:
        held = tare is not None and (tare.plate, tare.tare_kg) == (body.plate, body.tare_kg)
    if not held:
        yield Break.of(record.seq, "B_TICKET", f"{number} without its tare")
    if (body.gross_kg or 0) - (body.tare_kg or 0) != body.net_kg or (body.net_kg or 0) <= 0:
        yield Break.of(record.seq, "B_TICKET", f"{number} net")
    book.used.setdefault(number, record.seq)


def _attachments(book: _Book, held: Mapping[bytes, bool] | None) -> Iterator[Break]:
    if held is None:
        return
    for name, seq in book.evidence.items():
        if name not in held and seq > book.pruned_seq:
            yield Break.of(seq, "B_ATTACHMENT", name.hex()[:16])
        elif not held.get(name, True):
            yield Break.of(seq, "B_ATTACHMENT_HASH", name.hex()[:16])
    for name, agrees in held.items():
        if not agrees and name not in book.evidence:
            yield Break.of(0, "B_ATTACHMENT_HASH", name.hex()[:16])
