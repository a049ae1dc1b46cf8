"""What tests of `diag scale read` share: frames as they are heard, and a tally of them."""

from drivers.scales.reading import Reading, Reject, Status, Weight
from edge_agent.events import Moment, ScaleRead
from edge_agent.ports import scale_event
from edge_agent.scale_config import ScaleConfig
from edge_agent.scale_tally import Came, Heard, Tally, take

SCALE = ScaleConfig("/dev/null", "st-gs", "D2008")
FRAME_MS = 100


def weight(
    text: str, unit: str | None = "kg", *, stable: bool | None = True, net: bool | None = False
) -> Weight:
    return Weight(text, unit, stable, net, text.encode())


def status(reason: str) -> Status:
    return Status(reason, b"OL")


def reject(reason: str = "checksum") -> Reject:
    return Reject(reason, b"\x02??\x03")


def hear(reading: Reading, scale: ScaleConfig = SCALE, *, torn: bool = False) -> Heard:
    return Heard(reading, scale_event(reading, scale), torn)


def tallied(*readings: Reading, scale: ScaleConfig = SCALE, step_ms: int = FRAME_MS) -> Tally:
    """After these frames, one a read, the first at `step_ms`."""
    tally = Tally(0)
    for number, reading in enumerate(readings):
        came = Came([hear(reading, scale)], len(reading.raw))
        tally = take(tally, came, (number + 1) * step_ms)
    return tally


def frame(at_ms: int, kg: int | None, *, stable: bool | None = None) -> ScaleRead:
    return ScaleRead(Moment(0, at_ms), kg, stable, None if kg is not None else "motion", b"")
