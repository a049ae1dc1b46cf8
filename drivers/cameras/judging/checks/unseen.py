"""Packets come and no picture of them is judged: the decoder or the judge does not keep up."""

from drivers.cameras.judging.case import Look
from drivers.cameras.judging.verdict import Grade, Sample


def unseen(look: Look) -> Sample | None:
    """Before the first picture, the checks of the picture are themselves unproven."""
    judged_ms, limit = look.packets.last_judged_ms, {"unseen_ms": look.limits.unseen_ms}
    if judged_ms is None:
        return None
    age_ms = look.packets.now_ms - judged_ms
    grade = Grade.GOOD if abs(age_ms) <= look.limits.unseen_ms else Grade.BAD
    return Sample(grade, {"unseen_ms": age_ms}, limit)
