"""A keyframe that was sent before: no encoder makes the same bytes of a living picture twice."""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.checks.covered import is_blank
from drivers.cameras.judging.verdict import Grade, Sample


def replayed(view: View) -> Sample | None:
    before = view.measured.seen_before
    if before and is_blank(view):
        return None
    limit = {"seen_before": 0, "memory_ms": view.limits.replay_memory_ms}
    return Sample(Grade.BAD if before else Grade.GOOD, {"seen_before": int(before)}, limit)
