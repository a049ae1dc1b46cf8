"""What the judge in a reading process says of the newest keyframe, as it stands in the slot.

Also what that process is told: how to judge when it starts, and the surroundings as they change.
Both travel as plain data, and bytes that are none are refused.
"""

import msgspec

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.judging.verdict import Values, Verdict

MAX_WORD_BYTES = 4_096  # a pipe takes so much at once or not at all


class Judged(msgspec.Struct, frozen=True):
    """The checks of the picture after the keyframe of `at_ms`, and all its figures."""

    at_ms: int
    verdicts: tuple[Verdict, ...]
    figures: Values

    def packed(self) -> bytes:
        return msgspec.msgpack.encode(self)


class Around(msgspec.Struct, frozen=True):
    """What of the surroundings concerns the picture; as in `judging.facts.Surroundings`."""

    hour: int
    deck_empty: bool | None = None
    swing_ms: int | None = None
    others_dim: bool = False


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reading process starts with. `faults`: checks that stood when the one before ended.

    `clock_box` and `lamp` count only where no calibration has one.
    """

    source: str
    clock_box: str | None = None
    lamp: Area | None = None
    limits: Limits = Limits()
    calibration: CalibrationForm | None = None
    faults: tuple[str, ...] = ()


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing more it is told: the surroundings now, or a film to write."""

    around: Around | None = None
    film: str | None = None

    def line(self) -> bytes:
        return msgspec.json.encode(self) + b"\n"


def read_judged(data: bytes) -> Judged | None:
    """None where nothing was judged yet, or what is there is no such word."""
    try:
        return msgspec.msgpack.decode(data, type=Judged) if data else None
    except (msgspec.DecodeError, ValueError):
        return None
