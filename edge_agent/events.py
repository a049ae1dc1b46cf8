"""Everything that can happen to a weighbridge, as frozen facts: the vocabulary the core hears.

Every event carries its own `now`; the core never asks a clock. Absent data is None, never a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge_agent.evidence_events import DiskCrowded as DiskCrowded
from edge_agent.evidence_events import EvidenceTaken as EvidenceTaken
from edge_agent.evidence_events import PruneProposed as PruneProposed
from edge_agent.moments import Fault as Fault
from edge_agent.moments import Moment as Moment
from edge_agent.moments import Verdict as Verdict
from weighbook.phone import Ask


@dataclass(frozen=True)
class ScaleRead:
    """One frame of the indicator. `reading_kg` None: no weight in it, and `reason` says why.

    `unit` and `decimals` as the frame itself shows them.
    """

    now: Moment
    reading_kg: int | None
    stable: bool | None
    reason: str | None
    raw: bytes
    unit: str | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class DeviceLost:
    """A port closed, a cable went. `device` is "scale", a camera's name, a scanner, "barrier"."""

    now: Moment
    device: str
    detail: str


@dataclass(frozen=True)
class DeviceBack:
    now: Moment
    device: str


@dataclass(frozen=True)
class CodeRead:
    """The text of one scanned code: ticket, order or vehicle card.

    `foreign`: (system, number), where it is a ticket of another system that a plug-in knows.
    """

    now: Moment
    scanner: str
    raw: bytes
    foreign: tuple[str, str] | None = None


@dataclass(frozen=True)
class PlateGiven:
    """A plate for the truck on the deck, from a camera or the operator (`source` says which).

    `note`: why it takes over a ticket that names another truck.
    """

    now: Moment
    plate: str
    source: str
    note: str | None = None


@dataclass(frozen=True)
class TrialAsked:
    """A technician wants to weigh without selling for so many minutes; 0: no longer."""

    now: Moment
    minutes: int


@dataclass(frozen=True)
class CameraSeen:
    """A camera's lease and verdicts. `moved_milli`: how much a new picture differs, if there is."""

    now: Moment
    camera: str
    verdicts: Sequence[Verdict]
    moved_milli: int | None = None


@dataclass(frozen=True)
class PicturesTaken:
    """The answer to `Photograph(passage_no)`: (camera, SHA-256) of each picture that came."""

    now: Moment
    passage_no: int
    pictures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class ReprintAsked:
    """Somebody wants the slip of that record once more."""

    now: Moment
    seq: int


@dataclass(frozen=True)
class OrderArrived:
    now: Moment
    message: bytes


@dataclass(frozen=True)
class ReceiptArrived:
    now: Moment
    message: bytes


@dataclass(frozen=True)
class CalibrationArrived:
    """A camera's calibration as a technician signed it."""

    now: Moment
    message: bytes


@dataclass(frozen=True)
class CalibrationChecked:
    """Whether the calibration in force of a camera could be loaded; `fault` None: it could."""

    now: Moment
    camera: str
    fault: str | None


@dataclass(frozen=True)
class PhoneAsked:
    """Somebody wants to telephone with the bureau; `nonce` makes the challenge his alone."""

    now: Moment
    ask: Ask
    nonce: int


@dataclass(frozen=True)
class PhoneAnswered:
    """The code the bureau has read out, as it was typed in."""

    now: Moment
    text: str


@dataclass(frozen=True)
class BookChecked:
    """The shell's word on the store: a write failed, the disk is nearly full, or all is well."""

    now: Moment
    ok: bool
    detail: str


@dataclass(frozen=True)
class PowerSeen:
    """What a source of the site's power says. `mains` None: nothing, and `detail` is why.

    `charge_percent`: of a UPS's battery, where it tells; `is_low`: the UPS calls it low.
    """

    now: Moment
    source: str
    mains: bool | None
    is_low: bool = False
    charge_percent: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Tick:
    """Time has passed. At least one a second, so that what has grown old is noticed."""

    now: Moment


@dataclass(frozen=True)
class StopAsked:
    now: Moment
    reason: str


Event = (
    ScaleRead
    | DeviceLost
    | DeviceBack
    | CodeRead
    | PlateGiven
    | CameraSeen
    | PicturesTaken
    | EvidenceTaken
    | PruneProposed
    | DiskCrowded
    | OrderArrived
    | ReprintAsked
    | TrialAsked
    | ReceiptArrived
    | CalibrationArrived
    | CalibrationChecked
    | PhoneAsked
    | PhoneAnswered
    | BookChecked
    | PowerSeen
    | Tick
    | StopAsked
)
