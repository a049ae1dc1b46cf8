"""Heartbeats: the agent's signed word where its book stands, set beside what the collector holds.

`judge_checkpoint` is pure. A checkpoint ahead of the head says which records are owed; one behind
it, made later than the head, shows a book put back from an older copy; one that names another head
at a place we hold shows a second book. Both are F-X03.
"""

import hashlib
import sqlite3
from typing import NamedTuple

from collector.batches import LARGEST_SEQ, Refused, Sender, fits
from collector.books import keep_head, read_head
from collector.ingest import FORK, Alert, Head
from collector.quarantine import alert_of, keep_refused, raise_alert
from weighbook.envelope import payload_of
from weighbook.keyset import KeyRing
from weighbook.orders import Release, order_of
from weighbook.phrase import Refusal
from weighbook.receipts import Checkpoint, open_checkpoint
from weighbook.refusals import refuse
from weighbook.schema import decode_fields


class Heard(NamedTuple):
    """What a checkpoint says about a book."""

    head: Head
    alerts: tuple[Alert, ...]


def judge_checkpoint(checkpoint: Checkpoint, head: Head, held: bytes | None) -> Heard:
    """`held` is the digest we hold at the checkpoint's seq, if any."""
    alerts: tuple[Alert, ...] = ()
    if held is not None and held != checkpoint.head:
        place = f"{checkpoint.epoch}/{checkpoint.seq} {checkpoint.head.hex()}"
        alerts = (Alert(FORK, f"checkpoint names another head: {place}"),)
    elif checkpoint.seq < head.seq and checkpoint.at_ms > head.at_ms:
        alerts = (Alert(FORK, f"book went back behind {checkpoint.epoch}/{head.seq}"),)
    return Heard(head._replace(max_seq=max(head.max_seq, checkpoint.seq)), alerts)


def take_checkpoint(
    db: sqlite3.Connection, ring: KeyRing, sender: Sender, payload: bytes, now_ms: int
) -> Head | None:
    """Keep a heartbeat inside the caller's transaction; the head with what it says is owed.

    None if it is refused, or is an old one again (the broker hands out retained ones).
    """
    if is_known(db, sender.weighbridge, payload):
        return None
    try:
        checkpoint = read_checkpoint(payload, sender, ring, now_ms)
    except Refusal as refusal:
        refused = Refused(refusal.code, payload, hashlib.sha256(payload).digest())
        if keep_refused(db, sender.weighbridge, refused, now_ms):
            for alert in alert_of(refused):
                raise_alert(db, sender.weighbridge, alert, now_ms)
        return None
    if not is_news(db, checkpoint):
        return None
    head = read_head(db, checkpoint.weighbridge, checkpoint.epoch)
    row = db.execute(
        "SELECT digest FROM records WHERE weighbridge = ? AND epoch = ? AND seq = ?",
        (checkpoint.weighbridge, checkpoint.epoch, checkpoint.seq),
    ).fetchone()
    heard = judge_checkpoint(checkpoint, head, None if row is None else bytes(row[0]))
    for alert in heard.alerts:
        raise_alert(db, sender.weighbridge, alert, now_ms)
    keep_head(db, heard.head, now_ms)
    db.execute(
        "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)",
        (checkpoint.weighbridge, checkpoint.at_ms, now_ms, payload),
    )
    return heard.head


def read_checkpoint(payload: bytes, sender: Sender, ring: KeyRing, now_ms: int) -> Checkpoint:
    """The verified heartbeat of this sender; Refusal otherwise."""
    checkpoint = open_checkpoint(payload, ring, now_ms // 1000)
    if checkpoint.weighbridge != sender.weighbridge:
        raise refuse("E_ROLE", f"{checkpoint.weighbridge} ≠ {sender.weighbridge}")
    if not 1 <= checkpoint.epoch <= sender.epoch or not 0 <= checkpoint.seq <= LARGEST_SEQ:
        raise refuse("E_SCHEMA", "epoch or seq")
    if not fits(checkpoint):
        raise refuse("E_SCHEMA", "time")
    return checkpoint


def is_known(db: sqlite3.Connection, weighbridge: str, payload: bytes) -> bool:
    """Is it the one we hold? The broker hands out retained ones at every connection, and the key

    of this one may have been revoked since: that makes nobody a stranger.
    """
    known = db.execute(
        "SELECT 1 FROM checkpoints WHERE weighbridge = ? AND message = ?", (weighbridge, payload)
    )
    return known.fetchone() is not None


def is_news(db: sqlite3.Connection, checkpoint: Checkpoint) -> bool:
    """False for what is older than the one we hold."""
    last = read_newest(db, checkpoint.weighbridge)
    if last is None:
        return True
    return checkpoint.at_ms > last.at_ms or (checkpoint.epoch, checkpoint.seq) > (
        last.epoch,
        last.seq,
    )


def read_newest(db: sqlite3.Connection, weighbridge: str) -> Checkpoint | None:
    """The newest heartbeat we hold."""
    row = db.execute(
        "SELECT message FROM checkpoints WHERE weighbridge = ?", (weighbridge,)
    ).fetchone()
    return None if row is None else decode_fields(Checkpoint, payload_of(bytes(row[0])))


def read_approval_ms(db: sqlite3.Connection, weighbridge: str) -> int | None:
    """When two officers last approved the site."""
    rows = db.execute(
        "SELECT message FROM orders WHERE weighbridge = ? AND action = 'RELEASE'"
        " ORDER BY number DESC",
        (weighbridge,),
    )
    for (message,) in rows:
        order = order_of(payload_of(bytes(message)))
        if isinstance(order.args, Release) and "SITE" in order.args.causes:
            return order.at_ms
    return None
