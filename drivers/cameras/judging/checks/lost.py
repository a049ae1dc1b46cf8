"""No packet: the camera, its cable or its power. The age of the last packet alone decides."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.verdict import Grade, Sample

AHEAD_MS = 1_000  # a packet this far in the future is no packet


def lost(look: Look) -> Sample:
    limits, age_ms = look.limits, look.age_ms
    limit = {"age_ms": limits.lost_after_ms, "back_ms": limits.lost.leave_ms}
    if age_ms is None or not -AHEAD_MS <= age_ms <= limits.lost_after_ms:
        return Sample(Grade.BAD, {} if age_ms is None else {"age_ms": age_ms}, limit)
    measured = {"age_ms": age_ms, "keyframes": look.keyframes}
    if age_ms > limits.lost_suspect_ms:
        return Sample(Grade.SUSPECT, measured, limit)
    holds = look.keyframes < limits.back_keyframes or _thin(look)
    return Sample(Grade.GOOD, measured, limit, holds=holds)


def _thin(look: Look) -> bool:
    nominal = look.packets.nominal_fps_milli
    if nominal is None:
        return False
    return look.packets.packets_in_5s * 1_000_000 < 5 * nominal * look.limits.swift_milli
