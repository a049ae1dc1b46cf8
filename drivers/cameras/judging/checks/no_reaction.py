"""Trucks come and go on the scale, and the platform in the picture does not change."""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.verdict import Grade, Sample


def no_reaction(view: View) -> Sample | None:
    limit = {
        "changed_milli": view.limits.reaction_milli,
        "weighings": view.limits.no_reaction.enter_samples,
    }
    if view.calibration.platform is None:
        return Sample(Grade.IDLE, {}, limit)
    reacted = view.measured.reacted
    if reacted is None:
        return None
    return Sample(Grade.GOOD if reacted else Grade.BAD, {"reacted": int(reacted)}, limit)
