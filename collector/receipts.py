"""The collector's signed word how far it holds each book, and when that word is due again.

A receipt is the only thing that takes records off an agent's outbox, and it renews the lease to
sell offline. `is_due` and `make_receipt` are pure; `ReceiptDesk` issues: it writes the receipt in
the caller's transaction and remembers what it issued last. All of it can be made again from the
heads, so losing a receipt on the way costs nothing but time.
"""

import sqlite3
from typing import NamedTuple

from collector.ingest import Head
from weighbook.keys import SigningKey
from weighbook.receipts import Receipt, sign_receipt

HOUR_MS = 3_600_000
RENEW_MS = 900_000  # a lease is renewed at least this often while the agent is heard
ASK_AGAIN_MS = 10_000  # how often a weighbridge that owes records is asked for them


class Issued(NamedTuple):
    """The newest receipt of a weighbridge."""

    epoch: int
    seq: int
    at_ms: int


class ReceiptTerms(NamedTuple):
    """How long a lease lasts, and how close together receipts for new records may come."""

    lease_ms: int
    every_ms: int


def is_due(last: Issued | None, head: Head, now_ms: int, every_ms: int) -> bool:
    """Must a receipt go out now? New heads soon, owed records again and again, leases in time."""
    if last is None:
        return True
    age_ms = now_ms - last.at_ms
    if (last.epoch, last.seq) != (head.epoch, head.seq):
        # Below zero our own clock was set back, and would hold the word up for as long.
        return age_ms >= every_ms or age_ms < 0
    return age_ms >= (ASK_AGAIN_MS if head.owed else RENEW_MS)


def make_receipt(head: Head, order_number: int, now_ms: int, lease_ms: int) -> Receipt:
    """The word itself."""
    return Receipt(
        weighbridge=head.weighbridge,
        epoch=head.epoch,
        seq=head.seq,
        head=head.digest,
        at_ms=now_ms,
        order_number=order_number,
        lease_until_ms=now_ms + lease_ms,
    )


class ReceiptDesk:
    """Issues receipts; one per writer thread."""

    def __init__(self, db: sqlite3.Connection, key: SigningKey, terms: ReceiptTerms) -> None:
        self._db = db
        self._key = key
        self._terms = terms
        self._last: dict[str, Issued | None] = {}

    def issue(self, head: Head, now_ms: int) -> bytes | None:
        """A receipt for this head if one is due; written by the caller's transaction."""
        last = self._newest(head.weighbridge)
        if not is_due(last, head, now_ms, self._terms.every_ms):
            return None
        # Times of receipts only rise: the agent takes the newest, whatever its seq.
        now_ms = max(now_ms, last.at_ms + 1) if last is not None else now_ms
        number = self._db.execute(
            "SELECT coalesce(max(number), 0) FROM orders WHERE weighbridge = ?",
            (head.weighbridge,),
        ).fetchone()[0]
        message = sign_receipt(
            make_receipt(head, int(number), now_ms, self._terms.lease_ms), self._key
        )
        self._db.execute(
            "INSERT INTO receipts (weighbridge, epoch, seq, at_ms, message) VALUES (?, ?, ?, ?, ?)",
            (head.weighbridge, head.epoch, head.seq, now_ms, message),
        )
        self._last[head.weighbridge] = Issued(head.epoch, head.seq, now_ms)
        return message

    def is_behind(self, head: Head) -> bool:
        """Has the head moved since the newest receipt?"""
        last = self._newest(head.weighbridge)
        return last is None or (last.epoch, last.seq) != (head.epoch, head.seq)

    def forget(self) -> None:
        """After a failed commit: what was issued last is read again."""
        self._last.clear()

    def newest_message(self, weighbridge: str) -> bytes | None:
        """The newest receipt as it was sent."""
        row = self._db.execute(
            "SELECT message FROM receipts WHERE weighbridge = ? ORDER BY at_ms DESC LIMIT 1",
            (weighbridge,),
        ).fetchone()
        return None if row is None else bytes(row[0])

    def _newest(self, weighbridge: str) -> Issued | None:
        if weighbridge not in self._last:
            row = self._db.execute(
                "SELECT epoch, seq, at_ms FROM receipts WHERE weighbridge = ?"
                " ORDER BY at_ms DESC LIMIT 1",
                (weighbridge,),
            ).fetchone()
            self._last[weighbridge] = None if row is None else Issued(*row)
        return self._last[weighbridge]
