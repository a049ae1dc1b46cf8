"""Too few frames: against what the stream promises, and against a floor."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.facts import FETCHED
from drivers.cameras.judging.verdict import Grade, Sample

WINDOW_S = 5


def slow(look: Look) -> Sample | None:
    """A silent stream is lost, not slow; one that has just begun has not been counted yet."""
    limits = look.limits
    if look.age_ms is None or look.age_ms > limits.lost_suspect_ms:
        return None
    if look.flows_ms < 1000 * WINDOW_S:
        return None
    rate = look.packets.packets_in_5s * 1000 // WINDOW_S
    nominal = look.packets.nominal_fps_milli or 0
    floor = 0 if look.packets.codec in FETCHED else limits.floor_fps_milli
    least = max(nominal * limits.slow_milli // 1000, floor)
    enough = max(nominal * limits.swift_milli // 1000, floor)
    # One packet more or less falls into the window by chance.
    near = rate + 1000 // WINDOW_S
    grade = Grade.BAD if near < least else Grade.GOOD if near >= enough else Grade.FAIR
    return Sample(grade, {"fps_milli": rate}, {"fps_milli": least, "back_fps_milli": enough})
