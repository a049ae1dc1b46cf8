"""The collector's writer: one transaction per payload, and only then the acknowledgement.

`RecordsStore.take` verifies a payload, judges it against the head, and commits records, head,
ledger entries, alerts and the receipt together (WAL, synchronous FULL). A kill at any point leaves
either all of it or nothing; the redelivery is then a duplicate or the first delivery. Records are
posted to the ticket ledger in the order of the chain, as the head moves over them.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import structlog

from collector import books
from collector.batches import Arrived, Refused, Sender, read_batch
from collector.books import Settled
from collector.checkpoints import read_approval_ms, read_newest, take_checkpoint
from collector.halts_store import note_causes
from collector.home import Home
from collector.ingest import BROKEN, FORK, Alert, Head, Outcome, follow, judge
from collector.phone_orders import check_calls
from collector.quarantine import alert_of, keep_refused, raise_alert
from collector.receipts import HOUR_MS, ReceiptDesk, ReceiptTerms
from collector.schema import transaction
from collector.site_watch import site_alerts
from collector.ticket_records import post_records
from weighbook.keyset import KeyRing
from weighbook.phrase import Refusal
from weighbook.records import Weighing

NOT_POSTED = "F-T00"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Taken:
    """What a payload came to: the outcome per epoch, a receipt if one was due, settled orders."""

    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[Refused, ...] = ()
    receipt: bytes | None = None
    settled: tuple[Settled, ...] = ()


class RecordsStore:
    """The writer's side of the books; it belongs to one thread, whose `home.db` it uses."""

    def __init__(self, home: Home) -> None:
        self.db = home.db
        self._home = home
        settings = home.config.ingest
        self._largest_payload_bytes = settings.largest_payload_bytes
        terms = ReceiptTerms(settings.lease_hours * HOUR_MS, settings.receipt_every_ms)
        self.desk = ReceiptDesk(home.db, home.key("receipt"), terms)
        self._ring: tuple[int, KeyRing] | None = None

    def take(self, weighbridge: str, payload: bytes) -> Taken:
        """Verify and store one payload of this weighbridge's topic, durably. Any bytes will do.

        Raises only what SQLite raises (`sqlite3.Error`): then nothing was stored.
        """
        now_ms = self._home.now_ms()
        sender = Sender(weighbridge, books.read_epoch(self.db, weighbridge))
        arrived: list[Arrived] = []
        refused = [oversized(payload)]
        if len(payload) <= self._largest_payload_bytes:
            arrived, refused = read_batch(payload, sender, self.ring())
        try:
            with transaction(self.db):
                return self._write(sender, arrived, refused, now_ms)
        except sqlite3.Error:
            self.desk.forget()
            raise

    def take_checkpoint(self, weighbridge: str, payload: bytes) -> Head | None:
        """Keep a heartbeat durably; the head it is about, or None if it was refused or is old."""
        sender = Sender(weighbridge, books.read_epoch(self.db, weighbridge))
        ring, now_ms = self.ring(), self._home.now_ms()
        with transaction(self.db):
            before = read_newest(self.db, weighbridge)
            head = take_checkpoint(self.db, ring, sender, payload, now_ms)
            after = read_newest(self.db, weighbridge)
            if head is not None and after is not None:
                approved_ms = read_approval_ms(self.db, weighbridge)
                releases = self._home.config.ingest.releases
                alerts = site_alerts(before, after, approved_ms, releases)
                self._raise(sender, alerts, now_ms)
            return head

    def ring(self) -> KeyRing:
        """The newest key set; opened again only when there is a newer one."""
        version = int(self.db.execute("SELECT max(version) FROM keysets").fetchone()[0])
        if self._ring is None or self._ring[0] != version:
            self._ring = (version, self._home.ring())
        return self._ring[1]

    def _write(
        self, sender: Sender, arrived: list[Arrived], refused: list[Refused], now_ms: int
    ) -> Taken:
        outcomes = tuple(self._store(batch, now_ms) for batch in by_epoch(arrived))
        for outcome in outcomes:
            self._raise(sender, outcome.alerts, now_ms)
        for item in (*refused, *evidence_of(outcomes)):
            log.warning("refused", weighbridge=sender.weighbridge, code=item.code, seq=item.seq)
            if keep_refused(self.db, sender.weighbridge, item, now_ms):
                self._raise(sender, alert_of(item), now_ms)
        evidence = {item.digest for item in evidence_of(outcomes)}
        held = [item for item in arrived if item.digest not in evidence]
        self._raise(sender, check_calls(self.db, held), now_ms)
        return Taken(
            outcomes=outcomes,
            refused=tuple(refused),
            settled=books.settle_orders(self.db, held),
            receipt=self.desk.issue(outcomes[-1].head, now_ms) if outcomes else None,
        )

    def _raise(self, sender: Sender, alerts: Iterable[Alert], now_ms: int) -> None:
        for alert in alerts:
            log.error("alert", weighbridge=sender.weighbridge, code=alert.code, what=alert.detail)
            raise_alert(self.db, sender.weighbridge, alert, now_ms)

    def _store(self, batch: Sequence[Arrived], now_ms: int) -> Outcome:
        first = batch[0].record
        head = books.read_head(self.db, first.weighbridge, first.epoch)
        outcome = judge(batch, books.read_known(self.db, head, batch))
        books.insert_records(self.db, outcome.stored, now_ms)
        posted = self._post(outcome.followed)
        outcome = self._cross_islands(replace(outcome, alerts=(*outcome.alerts, *posted)))
        books.keep_head(self.db, outcome.head, now_ms)
        return outcome

    def _cross_islands(self, outcome: Outcome) -> Outcome:
        """When a gap has closed, go on over what was stored beyond it."""
        note_causes(self.db, outcome.followed)
        head, followed, alerts = outcome.head, outcome.followed, outcome.alerts
        while followed and head.owed:
            head, moved, news = follow(head, books.read_after(self.db, head))
            alerts = (*alerts, *news, *self._post(moved))
            note_causes(self.db, moved)
            followed = tuple(moved)
        return replace(outcome, head=head, alerts=alerts)

    def _post(self, followed: Sequence[Arrived]) -> list[Alert]:
        """Post to the ticket ledger; one record it cannot take must not hold up the book."""
        ticketed = [item for item in followed if names_ticket(item)]
        if not ticketed:
            return []
        try:
            self._post_all(ticketed)
        except (Refusal, sqlite3.IntegrityError):
            return [alert for item in ticketed for alert in self._post_alone(item)]
        return []

    def _post_all(self, items: Sequence[Arrived]) -> None:
        self.db.execute("SAVEPOINT posting")
        try:
            post_records(self.db, ((record, digest) for record, digest, _ in items))
        except BaseException:
            self.db.execute("ROLLBACK TO posting")
            raise
        finally:
            self.db.execute("RELEASE posting")

    def _post_alone(self, item: Arrived) -> list[Alert]:
        try:
            self._post_all([item])
        except (Refusal, sqlite3.IntegrityError) as error:
            return [Alert(NOT_POSTED, f"{item.record.epoch}/{item.record.seq} {error}"[:200])]
        return []


def names_ticket(item: Arrived) -> bool:
    body = item.record.body
    return isinstance(body, Weighing) and body.ticket_no is not None


def by_epoch(arrived: list[Arrived]) -> Iterable[list[Arrived]]:
    """The batch in parts of one epoch each, oldest epoch first; within one, as it came."""

    def epoch_of(item: Arrived) -> int:
        return item.record.epoch

    for _, part in groupby(sorted(arrived, key=epoch_of), key=epoch_of):
        yield list(part)


def evidence_of(outcomes: Iterable[Outcome]) -> Iterable[Refused]:
    """Signed records that contradict the book, on their way to quarantine."""
    for outcome in outcomes:
        for code, items in ((FORK, outcome.forks), (BROKEN, outcome.broken)):
            for record, digest, message in items:
                yield Refused(code, message, digest, record.epoch, record.seq)


def oversized(payload: bytes) -> Refused:
    return Refused("E_OVERSIZE", payload, hashlib.sha256(payload).digest())
