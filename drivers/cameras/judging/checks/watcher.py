"""Who watches the watcher: a look that came late says nothing about the time between."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.verdict import Grade, Sample


def watcher(look: Look) -> Sample:
    limits, gap_ms = look.limits, look.gap_ms
    limit = {"gap_ms": limits.lease_ms, "late_ms": limits.late_ms}
    if gap_ms is None:
        return Sample(Grade.GOOD, {}, limit)
    bad = not 0 <= gap_ms <= limits.lease_ms
    grade = Grade.BAD if bad else Grade.SUSPECT if gap_ms > limits.late_ms else Grade.GOOD
    return Sample(grade, {"gap_ms": gap_ms}, limit)


def lease_expired(valid_until_ms: int | None, now_ms: int, lease_ms: int) -> bool:
    """For who holds the lease: none, run out, or longer than anybody may give."""
    if valid_until_ms is None:
        return True
    return not now_ms < valid_until_ms <= now_ms + lease_ms
