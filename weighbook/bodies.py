"""The bodies of records: for each kind of record, what it says happened.

The order of the fields is the order of the keys on the wire (schema.py); fields are only ever
added at the end. Weights are integer kilograms, times integer milliseconds since 1970 UTC.
"""

from dataclasses import dataclass
from typing import Any

from weighbook.kinds import Kind as Kind
from weighbook.kinds import Stability as Stability


@dataclass(frozen=True)
class Weighing:
    """The body of tare, sale, refused, passage and test.

    `tare_uses`: of a stored tare: how many loads it has served, this one included. `retry_of`: the
    record of the first try that was too heavy. `also_seen`: other plates named for this load, and
    by whom. `note`: why another truck than the ticket names took it over.
    """

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
    tare_uses: int | None = None
    retry_of: int | None = None
    also_seen: tuple[tuple[str, str], ...] | None = None
    note: str | None = None


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
    """A cause was raised, cleared, covered by a permit, uncovered, or its evidence is complete.

    `evidence`: kind, time, digest and bytes of each piece; `missing`: the kinds there are none of,
    and why.
    """

    code: str
    subject: str
    change: str
    since_ms: int
    measured: str
    limit: str
    permit: int | None = None
    evidence: tuple[tuple[str, int, bytes, int], ...] | None = None
    missing: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Phoned:
    """An order taken by telephone: the challenge, the half-hour since 1970, and what was asked."""

    challenge: str
    step: int
    causes: tuple[str, ...]
    hours: int
    max_trucks: int
    max_kg: int


@dataclass(frozen=True)
class OrderSeen:
    """A bureau order arrived and was applied or refused, or came by telephone before it."""

    number: int
    digest: bytes
    action: str
    outcome: str
    reason: str | None = None
    phoned: Phoned | None = None


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
    """A device was calibrated; the details lie in the evidence store, and so do the pictures.

    `day`: digest of all of a camera's calibration that a night picture added to it leaves as it is.
    """

    device: str
    evidence: bytes
    pictures: tuple[tuple[str, bytes], ...] | None = None
    day: bytes | None = None


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


@dataclass(frozen=True)
class Pruned:
    """Evidence that the collector holds is about to go from this disk.

    All that records below `from_seq` name is gone; of those up to `to_seq` some may still be here.
    `files`, `size_bytes`: what goes now. `unnamed`: how many of them no record names.
    """

    from_seq: int
    to_seq: int
    files: int
    size_bytes: int
    unnamed: int


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
    | Pruned
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
    Kind.PRUNED: Pruned,
}
KINDS = frozenset(int(kind) for kind in Kind)
