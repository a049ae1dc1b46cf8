"""The bodies of records: for each kind of record, what it says happened.

The order of the fields is the order of the keys on the wire (schema.py); fields are only ever
added at the end. Weights are integer kilograms, times integer milliseconds since 1970 UTC.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


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
