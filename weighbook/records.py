"""Records: what one weighbridge says happened, one signed and chained line each.

What a record says besides is in bodies.py, whose names may be imported from here. The order of the
fields is the order of the keys on the wire (schema.py); fields are only ever added at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weighbook.bodies import (
    BODIES,
    KINDS,
    Body,
    Calibration,
    CauseChange,
    ClockChange,
    ConfigChange,
    Control,
    Correction,
    Dark,
    Genesis,
    KeyChange,
    Kind,
    OrderSeen,
    Phoned,
    Pruned,
    ReceiptSeen,
    Stability,
    Started,
    Stopped,
    Weighing,
)
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields

__all__ = [
    "BODIES",
    "KINDS",
    "SHA_256",
    "VERSION",
    "Anchor",
    "Body",
    "Calibration",
    "CauseChange",
    "Clock",
    "ClockChange",
    "ConfigChange",
    "Control",
    "Correction",
    "Dark",
    "Genesis",
    "KeyChange",
    "Kind",
    "OrderSeen",
    "Phoned",
    "Pruned",
    "ReceiptSeen",
    "Record",
    "Stability",
    "Started",
    "Stopped",
    "Totals",
    "Weighing",
    "encode_record",
    "parse_record",
]

VERSION = 1
SHA_256 = -16


@dataclass(frozen=True)
class Clock:
    """Evidence about time: this boot, the clock that only runs forward, the newest signed time."""

    boot_id: bytes
    mono_ms: int
    signed_ms: int


@dataclass(frozen=True)
class Totals:
    """Running totals since genesis, this record included."""

    passages: int = 0
    sales: int = 0
    net_kg: int = 0
    refusals: int = 0


@dataclass(frozen=True)
class Anchor:
    """The newest receipt this weighbridge held: the record it covers up to, and that head."""

    seq: int
    digest: bytes


@dataclass(frozen=True)
class Record:
    """One line of a book. `prev` is the digest of the whole message before it."""

    version: int
    kind: Kind
    weighbridge: str
    epoch: int
    seq: int
    prev: bytes
    at_ms: int
    clock: Clock
    totals: Totals
    order_number: int
    receipt: Anchor | None
    body: Body


def encode_record(record: Record) -> dict[int, Any]:
    """The payload of a record."""
    payload: dict[int, Any] = {
        1: record.version,
        2: int(record.kind),
        3: record.weighbridge,
        4: record.epoch,
        5: record.seq,
        6: [SHA_256, record.prev],
        7: record.at_ms,
        8: encode_fields(record.clock),
        9: encode_fields(record.totals),
        10: record.order_number,
    }
    if record.receipt is not None:
        payload[11] = encode_fields(record.receipt)
    payload[12] = encode_fields(record.body)
    return payload


@dataclass(frozen=True)
class _Head:
    version: int
    kind: int
    weighbridge: str
    epoch: int
    seq: int
    prev: tuple[int, bytes]
    at_ms: int
    clock: Clock
    totals: Totals
    order_number: int
    receipt: Anchor | None


def parse_record(payload: Mapping[int, Any]) -> Record:
    """The record of a payload. Errors: Refusal E_SCHEMA."""
    head = decode_fields(_Head, payload)
    if head.version != VERSION or head.kind not in KINDS:
        raise refuse("E_SCHEMA", "version" if head.version != VERSION else "kind")
    if head.prev[0] != SHA_256 or len(head.prev[1]) != 32 or head.seq < 1 or head.epoch < 1:
        raise refuse("E_SCHEMA", "prev, seq or epoch")
    body = payload.get(12)
    if type(body) is not dict:
        raise refuse("E_SCHEMA", "body")
    kind = Kind(head.kind)
    return Record(
        head.version,
        kind,
        head.weighbridge,
        head.epoch,
        head.seq,
        head.prev[1],
        head.at_ms,
        head.clock,
        head.totals,
        head.order_number,
        head.receipt,
        decode_fields(BODIES[kind], body),
    )
