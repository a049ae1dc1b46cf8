"""What the core asks of the shell. Acts run in the order given and stop at the first that fails.

The order is the safety: evidence, then the book, then the barrier. `Write` is done when the record
is signed, chained, on disk and read back; the shell then calls `lane.recorded`, and only then goes
on.
"""

from dataclasses import dataclass

from edge_agent.events import Fault, Moment
from weighbook.phrase import Phrase
from weighbook.records import Body, Kind


@dataclass(frozen=True)
class Write:
    """Append one record. Its wall and monotonic time are those of `at`."""

    kind: Kind
    body: Body
    at: Moment


@dataclass(frozen=True)
class Photograph:
    """Take a picture with every deck camera; answered by `PicturesTaken(passage_no)`."""

    passage_no: int


@dataclass(frozen=True)
class GatherEvidence:
    """Gather what shows a camera's fault; answered by `EvidenceTaken`. Nothing waits for it.

    `late`: it began in an earlier run; what was there then and was not kept is gone.
    """

    fault: Fault
    late: bool = False


@dataclass(frozen=True)
class EvidenceBooked:
    """The book names the evidence of that fault: what was gathered need be held no more."""

    fault: Fault


@dataclass(frozen=True)
class Prune:
    """Let the evidence go that was proposed up to that record; the book says so now."""

    last: int


@dataclass(frozen=True)
class KeepCurve:
    """Store both blobs by SHA-256; the Write that follows names their hashes."""

    passage_no: int
    curve: bytes
    frames: bytes


@dataclass(frozen=True)
class KeepScan:
    """Store a scanned text by SHA-256, as it came; a record names that digest."""

    raw: bytes


@dataclass(frozen=True)
class KeepOrder:
    """Store an order message in the book; the Write that follows says it was applied."""

    number: int
    digest: bytes
    message: bytes


@dataclass(frozen=True)
class KeepCalibration:
    """Store a calibration as evidence; the Write that follows names its hash."""

    message: bytes


@dataclass(frozen=True)
class KeepReceipt:
    """Store a collector's receipt in the book (the newest one feeds the next start)."""

    seq: int
    digest: bytes
    at_ms: int
    message: bytes


@dataclass(frozen=True)
class KeepKeySet:
    """Store a key set message in the book: from now on it is the valid one."""

    version: int
    message: bytes


@dataclass(frozen=True)
class OpenBarrier:
    pass


@dataclass(frozen=True)
class CloseBarrier:
    pass


@dataclass(frozen=True)
class Tell:
    """Words for the operator. `level` is "info", "warn" or "alarm"; `code` is for programs."""

    phrase: Phrase
    code: str
    level: str


@dataclass(frozen=True)
class GiveSlip:
    """Sign and print the slip that travels with the load; `check` is the ticket's content check."""

    plate: str
    product: str
    net_kg: int
    ticket_no: str
    check: bytes


@dataclass(frozen=True)
class ReprintSlip:
    """Print the slip of an earlier record again, marked as copy number `copy`."""

    seq: int
    copy: int


@dataclass(frozen=True)
class Report:
    """Send a checkpoint now, ahead of everything else."""


Act = (
    Write
    | Photograph
    | GatherEvidence
    | EvidenceBooked
    | Prune
    | KeepCurve
    | KeepCalibration
    | KeepScan
    | KeepOrder
    | KeepReceipt
    | KeepKeySet
    | OpenBarrier
    | CloseBarrier
    | Tell
    | GiveSlip
    | ReprintSlip
    | Report
)
