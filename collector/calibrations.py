"""Which calibrations the books tell of: what is in force, what awaits, what was replaced.

The records say which counts and when (weighbook.commissioning); what was signed and its pictures
lie among the evidence, where they have come.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collector.pictures import PictureStore
from weighbook.calibrations import CameraCalibration, open_calibration
from weighbook.commissioning import Commissioned, after_approval, after_record, calibrated_by
from weighbook.envelope import payload_of
from weighbook.keyset import KeyRing
from weighbook.orders import Release, order_of
from weighbook.phrase import Refusal
from weighbook.records import Calibration, Kind, OrderSeen, Record, parse_record

IN_FORCE, AWAITS, REPLACED = "in_force", "awaits", "replaced"


class Told(NamedTuple):
    """One calibration of one device, as its record tells it."""

    weighbridge: str
    device: str
    at_ms: int
    digest: bytes
    pictures: tuple[tuple[str, bytes], ...]
    state: str


def told(db: sqlite3.Connection, weighbridge: str | None = None) -> list[Told]:
    """Those of the newest epoch of each weighbridge, in the order of their records."""
    found: dict[tuple[str, str], list[Told]] = {}
    known: dict[tuple[str, str], Commissioned] = {}
    for record in _records(db, weighbridge):
        if isinstance(record.body, OrderSeen):
            _approve(known, record.weighbridge, _approved_ms(db, record))
        if not isinstance(record.body, Calibration):
            continue
        body, key = record.body, (record.weighbridge, record.body.device)
        known[key] = after_record(known.get(key), calibrated_by(body), record.at_ms)
        one = Told(*key, record.at_ms, body.evidence, body.pictures or (), REPLACED)
        found.setdefault(key, []).append(one)
    return [
        one._replace(state=_state(known[key], one.digest))
        for key, ones in sorted(found.items())
        for one in ones
    ]


def signed(pictures: PictureStore, ring: KeyRing, digest: bytes) -> CameraCalibration | None:
    """What was signed; None while it has not come, or where it does not hold."""
    path = pictures.find(digest.hex())
    if path is None:
        return None
    message = path.read_bytes()
    if hashlib.sha256(message).digest() != digest:
        return None
    try:
        return open_calibration(message, ring)
    except Refusal:
        return None


def files(pictures: PictureStore, one: Told) -> Iterator[tuple[str, Path | None]]:
    """Its reference pictures by their light; None: not here yet."""
    for light, digest in one.pictures:
        yield light, pictures.find(digest.hex())


def _records(db: sqlite3.Connection, weighbridge: str | None) -> Iterator[Record]:
    rows = db.execute(
        "SELECT message FROM records AS r WHERE kind IN (?, ?) AND (? IS NULL OR weighbridge = ?)"
        " AND epoch = (SELECT max(epoch) FROM heads AS h WHERE h.weighbridge = r.weighbridge)"
        " ORDER BY weighbridge, seq",
        (int(Kind.CALIBRATION), int(Kind.ORDER), weighbridge, weighbridge),
    )
    for (message,) in rows:
        yield parse_record(payload_of(bytes(message)))


def _approved_ms(db: sqlite3.Connection, record: Record) -> int | None:
    """When the order was signed, if it approves the site and was applied."""
    body = record.body
    assert isinstance(body, OrderSeen)
    row = db.execute(
        "SELECT message FROM orders WHERE weighbridge = ? AND digest = ?",
        (record.weighbridge, body.digest),
    ).fetchone()
    if row is None or body.outcome != "applied":
        return None
    order = order_of(payload_of(bytes(row[0])))
    approves = isinstance(order.args, Release) and "SITE" in order.args.causes
    return order.at_ms if approves else None


def _approve(
    known: dict[tuple[str, str], Commissioned], weighbridge: str, at_ms: int | None
) -> None:
    if at_ms is None:
        return
    for key, one in known.items():
        if key[0] == weighbridge:
            known[key] = after_approval(one, at_ms)


def _state(known: Commissioned, digest: bytes) -> str:
    if known.in_force.digest == digest:
        return IN_FORCE
    awaits = known.awaits is not None and known.awaits.digest == digest
    return AWAITS if awaits else REPLACED
