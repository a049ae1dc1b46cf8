"""The camera's time is wrong: what the device says, and how its stream's time runs."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.verdict import Grade, Sample


def device_clock(look: Look) -> Sample | None:
    """A few seconds are a warning; a minute makes its pictures no evidence."""
    if look.device_clock is None:
        return None
    off_ms, limits = abs(look.device_clock.off_ms), look.limits
    grade = (
        Grade.BAD
        if off_ms > limits.clock_off_ms
        else Grade.SUSPECT
        if off_ms > limits.clock_warn_ms
        else Grade.GOOD
    )
    limit = {"off_ms": limits.clock_off_ms, "warn_ms": limits.clock_warn_ms}
    return Sample(grade, {"off_ms": look.device_clock.off_ms}, limit)


def stream_clock(look: Look) -> Sample | None:
    drift_ms = look.packets.stream_drift_ms
    if drift_ms is None:
        return None
    bad = abs(drift_ms) > look.limits.drift_ms
    return Sample(
        Grade.BAD if bad else Grade.GOOD,
        {"drift_ms": drift_ms},
        {"drift_ms": look.limits.drift_ms},
    )
