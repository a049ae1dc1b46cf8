"""The fold of the book: what a weighbridge knows, rebuilt from its records after every start.

`fold` takes one record of the book; `note` is the same step before the record is signed. Tickets,
sessions, standing causes, permits and their use, suspensions, the newest order and receipt: all of
it comes from here. Orders are known by digest beforehand (the book keeps their messages).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from immutables import Map

from edge_agent.ledger_state import Ledger, Line
from edge_agent.record_effects import EFFECTS
from weighbook.chain import add_to_totals
from weighbook.envelope import payload_of
from weighbook.keys import PublicKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet
from weighbook.orders import Order, open_order, order_of
from weighbook.phrase import Refusal
from weighbook.records import Body, Kind, Record

KEPT_DIGESTS = 10_000  # records whose digest is at hand to check a receipt against


def blank(
    weighbridge: str, root: PublicKey, keyset: KeySet, orders: Mapping[bytes, Order]
) -> Ledger:
    """Before the first record. `keyset` may be the first or the newest; a fold only raises it."""
    return Ledger(weighbridge, root, keyset, Map(orders))


def read_orders(messages: Iterable[bytes], keyset: KeySet) -> dict[bytes, Order]:
    """The stored orders by digest, each judged at its own time; what does not hold is left out.

    An order the book says was applied, and which is missing here, closes sales (cause BOOK).
    """
    orders: dict[bytes, Order] = {}
    ring = KeyRing(keyset)
    for message in messages:
        try:
            at_s = order_of(payload_of(message)).at_ms // 1_000
            order, opened = open_order(message, ring, at_s)
        except Refusal:
            continue
        orders[opened.digest] = order
    return orders


def fold(ledger: Ledger, record: Record, digest: bytes | None = None) -> Ledger:
    """The ledger after one record of the book. `digest`: of this record's message, where known."""
    signed_ms = max(ledger.signed_ms, record.clock.signed_ms)
    placed = ledger
    # Copying the ledger is most of what a fold costs; nearly always it is in place already.
    there = (record.epoch, record.seq - 1, signed_ms, record.clock.boot_id)
    if (ledger.epoch, ledger.seq, ledger.signed_ms, ledger.boot) != there:
        epoch, seq, _, boot = there
        placed = replace(ledger, epoch=epoch, seq=seq, signed_ms=signed_ms, boot=boot)
    if record.kind is not Kind.GENESIS:
        placed = remember(placed, record.seq - 1, record.prev)
    noted = note(placed, record.kind, record.body, record.at_ms)
    return noted if digest is None else remember(noted, record.seq, digest)


def remember(ledger: Ledger, seq: int, digest: bytes) -> Ledger:
    """Keep a record's digest, and forget the one that grew too old."""
    if ledger.digests.get(seq) == digest:
        return ledger
    digests = ledger.digests.set(seq, digest)
    return replace(
        ledger, digests=digests.delete(old) if (old := seq - KEPT_DIGESTS) in digests else digests
    )


def note(ledger: Ledger, kind: Kind, body: Body, at_ms: int) -> Ledger:
    """The ledger after one more line of `kind`, numbered one above the newest."""
    line = Line(ledger.seq + 1, at_ms)
    counted = replace(
        ledger,
        seq=line.seq,
        newest_ms=max(ledger.newest_ms, at_ms),
        last_ms=at_ms,
        clean=False,  # until a record of an orderly stop says otherwise
        totals=add_to_totals(ledger.totals, kind, body),
    )
    effect = EFFECTS.get(kind)
    return counted if effect is None else effect(counted, body, line)


def key_ring(ledger: Ledger) -> KeyRing:
    """The keys in force: the newest key set without the revoked ones."""
    if not ledger.revoked_kids:
        return KeyRing(ledger.keyset)
    entries = tuple(e for e in ledger.keyset.entries if not _is_revoked(ledger, e))
    return KeyRing(KeySet(ledger.keyset.version, entries))


def _is_revoked(ledger: Ledger, entry: KeyEntry) -> bool:
    return entry.key.kid in ledger.revoked_kids
