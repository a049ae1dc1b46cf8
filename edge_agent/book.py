"""The book on disk: an append-only SQLite file of signed, chained records and its papers.

`append` returns only when the record is signed, committed with `synchronous=FULL` and read back.
Nothing is ever updated or deleted: triggers refuse it. A commit that failed after it took effect is
found by `newer_than`. One process writes; any number may read.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from edge_agent.acts import KeepKeySet, KeepOrder, KeepReceipt, Write
from edge_agent.book_file import BookFailed, blob, connect, failing
from weighbook.chain import add_to_totals
from weighbook.envelope import Typ, payload_of, sign
from weighbook.keys import SigningKey
from weighbook.phrase import Refusal
from weighbook.records import (
    VERSION,
    Anchor,
    Clock,
    KeyChange,
    Kind,
    Record,
    Totals,
    encode_record,
    parse_record,
)

FETCH = 500

# The last place of each is the message again: what the newest line says already is not added.
PAPERS: dict[type, str] = {
    KeepOrder: "INSERT INTO orders SELECT ?, ?, ?"
    " WHERE NOT EXISTS (SELECT 1 FROM orders WHERE message = ?)",
    KeepReceipt: "INSERT INTO receipts (seq, at_ms, message) SELECT ?, ?, ? WHERE ? IS NOT"
    " (SELECT message FROM receipts ORDER BY id DESC LIMIT 1)",
    KeepKeySet: "INSERT INTO keysets SELECT ?, ?"
    " WHERE NOT EXISTS (SELECT 1 FROM keysets WHERE message = ?)",
}


class Context(NamedTuple):
    """What a record quotes besides its body: the ledger after it, and the newest anchor."""

    order_number: int
    receipt: Anchor | None
    signed_ms: int


class Line(NamedTuple):
    """One record as committed."""

    record: Record
    digest: bytes
    message: bytes


class Head(NamedTuple):
    """Where the book stands; `digest` is what the next record names as the one before."""

    weighbridge: str
    epoch: int
    seq: int
    digest: bytes
    totals: Totals


class Book:
    """The open book of one weighbridge."""

    def __init__(self, path: Path, key: SigningKey, boot_id: bytes) -> None:
        self.path = path
        self._key = key
        self._boot_id = boot_id
        with failing():
            self._db = connect(path)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
        self.head = self._read_head()

    def append(self, write: Write, context: Context) -> Line:
        """Sign, chain, commit, read back. Errors: BookFailed."""
        head = self.head
        record = Record(
            version=VERSION,
            kind=write.kind,
            weighbridge=head.weighbridge,
            epoch=head.epoch,
            seq=head.seq + 1,
            prev=head.digest,
            at_ms=write.at.wall_ms,
            clock=Clock(self._boot_id, write.at.mono_ms, context.signed_ms),
            totals=add_to_totals(head.totals, write.kind, write.body),
            order_number=context.order_number,
            receipt=context.receipt,
            body=write.body,
        )
        message = sign(encode_record(record), Typ.RECORD, self._key)
        digest = sha256(message).digest()
        with failing():
            self._db.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)",
                (record.seq, record.epoch, int(record.kind), record.at_ms, digest, message),
            )
            row = self._db.execute(
                "SELECT message FROM records WHERE seq = ?", (record.seq,)
            ).fetchone()
        if row is None or row[0] != message:
            raise BookFailed(f"record {record.seq} reads back differently")
        self.head = Head(head.weighbridge, head.epoch, record.seq, digest, record.totals)
        return Line(record, digest, message)

    def keep(self, paper: KeepOrder | KeepReceipt | KeepKeySet) -> None:
        """Store a paper; the same one again changes nothing. Errors: BookFailed."""
        match paper:
            case KeepOrder(number, digest, message):
                values: tuple[int | bytes, ...] = (number, digest, message)
            case KeepReceipt(seq, _, at_ms, message):
                values = (seq, at_ms, message)
            case KeepKeySet(version, message):
                values = (version, message)
        with failing():
            self._db.execute(PAPERS[type(paper)], (*values, message))

    def lines(self, after: int = 0) -> Iterator[Line]:
        """Records above `after` in order, each checked against its digest. Errors: BookFailed."""
        for seq, digest, value in self._rows(after):
            message = blob(value, f"record {seq}")
            if sha256(message).digest() != digest:
                raise BookFailed(f"record {seq} does not match its digest")
            try:
                yield Line(parse_record(payload_of(message)), digest, message)
            except Refusal as refusal:
                raise BookFailed(f"record {seq}: {refusal.code}") from refusal

    def newer_than(self, seq: int) -> tuple[Line, ...]:
        """What is in the book beyond `seq`, after a failure that may have taken effect."""
        self.head = self._read_head()
        return tuple(self.lines(seq))

    def orders(self) -> tuple[bytes, ...]:
        return self._messages("SELECT message FROM orders ORDER BY number")

    def keysets(self) -> tuple[bytes, ...]:
        return self._messages("SELECT message FROM keysets ORDER BY version")

    def newest_key(self) -> bytes | None:
        """The key the newest record of a change of keys names. Errors: BookFailed."""
        query = f"SELECT message FROM records WHERE kind = {int(Kind.KEY)} ORDER BY seq"  # noqa: S608 # a number
        messages = self._messages(query)
        body = parse_record(payload_of(messages[-1])).body if messages else None
        return body.key if isinstance(body, KeyChange) else None

    def at_ms(self, seq: int) -> int | None:
        """The time of one record; None if there is none. Errors: BookFailed."""
        with failing():
            row = self._db.execute("SELECT at_ms FROM records WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else int(row[0])

    def newest_receipt(self) -> bytes | None:
        found = self._messages("SELECT message FROM receipts ORDER BY id DESC LIMIT 1")
        return found[0] if found else None

    def fact(self, name: str) -> bytes:
        """One of the facts set at enrolment. Errors: BookFailed."""
        with failing():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise BookFailed(f"no {name} in the book")
        return blob(row[0], name)

    def close(self) -> None:
        self._db.close()

    def _rows(self, after: int) -> Iterator[tuple[int, object, object]]:
        with failing():
            cursor = self._db.execute(
                "SELECT seq, digest, message FROM records WHERE seq > ? ORDER BY seq", (after,)
            )
            while rows := cursor.fetchmany(FETCH):
                yield from rows

    def _messages(self, query: str) -> tuple[bytes, ...]:
        with failing():
            return tuple(blob(row[0], "a paper") for row in self._db.execute(query).fetchall())

    def _read_head(self) -> Head:
        try:
            weighbridge, epoch = self.fact("weighbridge").decode(), int(self.fact("epoch"))
        except ValueError as error:
            raise BookFailed(f"whose book this is: {error}") from error
        with failing():
            row = self._db.execute(
                "SELECT digest, message FROM records ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        if row is None:
            return Head(weighbridge, epoch, 0, self.fact("enrolment"), Totals())
        digest, message = blob(row[0], "the newest digest"), blob(row[1], "the newest record")
        try:
            last = parse_record(payload_of(message))
        except Refusal as refusal:
            raise BookFailed(f"the newest record: {refusal.code}") from refusal
        return Head(weighbridge, last.epoch, last.seq, digest, last.totals)
