"""Records: what one weighbridge says happened, one signed and chained line each.

The order of the fields is the order of the keys on the wire (schema.py); fields are only ever
added at the end. Weights are integer kilograms, times integer milliseconds since 1970 UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields

VERSION = 1
SHA_256 = -16


class Kind(IntEnum):
    """What a record tells."""

    GENESIS = 1
    STARTED = 2
    STOPPED = 3
    DARK = 4
    TARE = 5
    SALE = 6
    REFUSED = 7
    PASSAGE = 8
    CAUSE = 9
    ORDER = 10
    RECEIPT = 11
    CLOCK = 12
    CONFIG = 13
    CALIBRATION = 14
    CONTROL = 15
    CORRECTION = 16
    KEY = 17
    TEST = 18


class Stability(IntEnum):
    """How the captured weight stood."""

    STABLE = 1
    UNSTABLE = 2
    NONE = 3


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
class Weighing:
    """The body of tare, sale, refused, passage and test."""

    weight_kg: int | None
    tare_kg: int | None
    gross_kg: int | None
    net_kg: int | None
    peak_kg: int | None
    division_kg: int
    indicator: str
    certificate: str
    stability: int
    curve: bytes | None
    frames: bytes | None
    pictures: tuple[tuple[str, bytes], ...]
    plate: str | None
    plate_source: str | None
    ticket_plate: str | None
    ticket_no: str | None
    ticket_digest: bytes | None
    decision: str
    reasons: tuple[str, ...]
    operator: str | None
    software: str
    product: str | None
    enterprise: str | None
    began_ms: int
    tare_seq: int | None
    permits: tuple[int, ...]
    axles: int | None
    halted: bool


@dataclass(frozen=True)
class Genesis:
    """The first record: which enrolment order made this book, and with which key."""

    order: bytes
    key: bytes
    keyset_version: int


@dataclass(frozen=True)
class Started:
    """The agent began; `clean` says whether the run before ended in order."""

    software: str
    config: bytes
    clean: bool


@dataclass(frozen=True)
class Stopped:
    """The agent ended in order."""

    reason: str


@dataclass(frozen=True)
class Dark:
    """An interval in which nobody watched."""

    from_ms: int
    to_ms: int
    clean: bool


@dataclass(frozen=True)
class CauseChange:
    """A cause was raised, cleared, covered by a permit, or uncovered."""

    code: str
    subject: str
    change: str
    since_ms: int
    measured: str
    limit: str
    permit: int | None = None


@dataclass(frozen=True)
class OrderSeen:
    """A bureau order arrived and was applied or refused."""

    number: int
    digest: bytes
    action: str
    outcome: str
    reason: str | None = None


@dataclass(frozen=True)
class ReceiptSeen:
    """The collector's receipt arrived."""

    seq: int
    digest: bytes
    at_ms: int
    lease_until_ms: int


@dataclass(frozen=True)
class ClockChange:
    """The wall clock was found elsewhere than it should be."""

    from_ms: int
    to_ms: int
    reason: str


@dataclass(frozen=True)
class ConfigChange:
    """Another configuration is in force."""

    config: bytes


@dataclass(frozen=True)
class Calibration:
    """A device was calibrated; the details lie in the evidence store."""

    device: str
    evidence: bytes


@dataclass(frozen=True)
class Control:
    """Written on demand, to show that the book is alive."""

    nonce: bytes


@dataclass(frozen=True)
class Correction:
    """A remark on an earlier record; nothing is ever edited."""

    seq: int
    text: str


@dataclass(frozen=True)
class KeyChange:
    """From here on this key signs."""

    key: bytes


Body = (
    Weighing
    | Genesis
    | Started
    | Stopped
    | Dark
    | CauseChange
    | OrderSeen
    | ReceiptSeen
    | ClockChange
    | ConfigChange
    | Calibration
    | Control
    | Correction
    | KeyChange
)

BODIES: dict[Kind, type[Any]] = {
    Kind.GENESIS: Genesis,
    Kind.STARTED: Started,
    Kind.STOPPED: Stopped,
    Kind.DARK: Dark,
    Kind.TARE: Weighing,
    Kind.SALE: Weighing,
    Kind.REFUSED: Weighing,
    Kind.PASSAGE: Weighing,
    Kind.CAUSE: CauseChange,
    Kind.ORDER: OrderSeen,
    Kind.RECEIPT: ReceiptSeen,
    Kind.CLOCK: ClockChange,
    Kind.CONFIG: ConfigChange,
    Kind.CALIBRATION: Calibration,
    Kind.CONTROL: Control,
    Kind.CORRECTION: Correction,
    Kind.KEY: KeyChange,
    Kind.TEST: Weighing,
}
KINDS = frozenset(int(kind) for kind in Kind)


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
        12: encode_fields(record.body),
    }
    if record.receipt is not None:
        payload[11] = encode_fields(record.receipt)
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
