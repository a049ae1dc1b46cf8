"""What a check sees: one look at the stream, or one measured keyframe, with its surroundings."""

from dataclasses import dataclass

from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import DeviceClock, Packets, Round, Surroundings
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.change import Change
from drivers.cameras.judging.measures.geometry import Shift
from drivers.cameras.judging.verdict import Values


@dataclass(frozen=True)
class Look:
    """One look at the stream. `keyframes`: since it was last silent, which was `flows_ms` ago.

    `gap_ms`: since the last look.

    The device's clock and the challenge's round are given once, when they are new.
    """

    packets: Packets
    calibration: Calibration
    limits: Limits
    keyframes: int
    flows_ms: int
    gap_ms: int | None
    device_clock: DeviceClock | None
    round: Round | None
    deck_empty: bool | None

    @property
    def age_ms(self) -> int | None:
        if self.packets.last_packet_ms is None:
            return None
        return self.packets.now_ms - self.packets.last_packet_ms


@dataclass(frozen=True)
class Measured:
    """All figures of one keyframe; None: nothing to measure, or not this time.

    `…_share_milli` is against what is usual for this camera: 1000 is as usual. `still_milli`: how
    many of the last pictures were `still`, and for how long. `points`: how many remarkable ones it
    has; `same_way`: the shift is the last one again. `hidden_milli`: the share of the scene behind
    something flat. `reacted`: the platform changed while the weight did.
    """

    at_ms: int
    width: int
    height: int
    mean_milli: int
    std_milli: int
    colour: bool
    muted: bool
    same_packet: bool
    seen_before: bool
    has_clock: bool
    clock_micro: int | None
    clock_usual_micro: int | None
    change: Change | None
    difference_usual_milli: int | None
    group_share_milli: int | None
    scene_milli: int | None
    points: int | None
    shift: Shift | None
    same_way: bool
    drift: Shift | None
    sharp_milli: int | None
    sharp_share_milli: int | None
    hidden_milli: int | None
    contrast_share_milli: int | None
    reacted: bool | None
    still: bool = False
    still_milli: int | None = None
    still_ms: int | None = None

    def figures(self) -> Values:
        """What of it can be recorded and drawn: whole numbers, as far as they were measured."""
        found = {name: value for name, value in vars(self).items() if type(value) is int}
        for shift, name in ((self.shift, "shift_px_milli"), (self.drift, "drift_px_milli")):
            if shift is not None:
                found[name] = shift.length_milli
        return found | (self.change._asdict() if self.change else {})


@dataclass(frozen=True)
class View:
    """One measured keyframe. `loaded`: a load stands on the deck, stood there just now, or may."""

    measured: Measured
    around: Surroundings
    calibration: Calibration
    limits: Limits
    loaded: bool
