"""What is remembered of one camera between two facts: plain data, bounded, never changed."""

from dataclasses import dataclass, field

from drivers.cameras.judging.baselines import Baselines
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.case import Measured
from drivers.cameras.judging.facts import Keyframe, Picture
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.geometry import Shift
from drivers.cameras.judging.references import Bank
from drivers.cameras.judging.seen_packets import SeenPackets
from drivers.cameras.judging.standing import Standing
from drivers.cameras.judging.stillness import Stillness
from drivers.cameras.judging.table import ROWS
from drivers.cameras.judging.verdict import State


@dataclass(frozen=True)
class Setting:
    """What the judge goes by: one camera's calibration and the site's limits."""

    calibration: Calibration = field(default_factory=Calibration)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Mode:
    """Colour or infrared, since when, and until when the picture settles after a switch."""

    colour: bool
    since_ms: int
    muted_until_ms: int = 0


@dataclass(frozen=True)
class Platform:
    """Small pictures of the platform, and the weight's swing that still waits for its answer."""

    seen: tuple[tuple[int, Picture], ...] = ()
    swing_ms: int | None = None
    waiting: bool = False


@dataclass(frozen=True)
class Memory:
    """Everything about one camera. A camera begins unproven."""

    standings: dict[str, Standing]
    bank: Bank
    baselines: Baselines = field(default_factory=Baselines)
    seen_packets: SeenPackets = field(default_factory=SeenPackets)
    platform: Platform = field(default_factory=Platform)
    mode: Mode | None = None
    last: Keyframe | None = None
    measured: Measured | None = None
    clock: tuple[int, Picture] | None = None
    group_end: Picture | None = None
    stillness: Stillness = field(default_factory=Stillness)
    shift: Shift | None = None
    since_geometry: int = 0
    drift_ms: int | None = None
    loaded_ms: int | None = None
    keyframes: int = 0
    looked_ms: int | None = None
    flows_ms: int | None = None  # since when packets come without a pause
    device_clock_ms: int | None = None
    round_ms: int | None = None


def begin(setting: Setting, faults: frozenset[str] = frozenset()) -> Memory:
    """A camera nobody has seen. `faults`: checks that stood when the watcher ended."""
    standings = {
        row.name: Standing(
            State.FAULT if row.name in faults else State.UNPROVEN if row.needed else State.OK
        )
        for row in ROWS
    }
    return Memory(standings, Bank(setting.calibration.references))
