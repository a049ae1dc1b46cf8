"""Moved, turned or zoomed: against the rolling references, and slowly against the commissioned.

Two witnesses are asked for: enough points that agree, and the same way each time; what sways does
not go the same way.
"""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.geometry import Shift
from drivers.cameras.judging.verdict import Grade, Sample, Values


def moved(view: View) -> Sample | None:
    seen = view.measured
    if seen.muted:
        return None
    if seen.scene_milli is None:
        return Sample(Grade.IDLE, {}, _limit(view.limits))
    if seen.shift is None or seen.shift.points < view.limits.agreeing_points:
        # Geometry was not asked, or cannot tell; a scene in its place needs none.
        found = seen.scene_milli >= view.limits.scene_doubtful_milli
        return Sample(Grade.IDLE, {"scene_milli": seen.scene_milli}, _limit(view.limits)) if (
            found and seen.shift is not None
        ) else None  # fmt: skip
    return _sample(seen.shift, view.limits, fresh=not seen.same_way)


def drifted(view: View) -> Sample | None:
    """Pushed a little every day: the commissioned picture does not roll along."""
    shift = view.measured.drift
    if not any(reference.commissioned for reference in view.calibration.references):
        return Sample(Grade.IDLE, {}, _limit(view.limits))
    if view.measured.muted or shift is None or shift.points < view.limits.agreeing_points:
        return None
    return _sample(shift, view.limits, fresh=False)


def is_moved(shift: Shift, limits: Limits) -> bool:
    return (
        shift.length_milli > limits.moved_px_milli
        or abs(shift.turn_milli) > limits.turned_milli
        or abs(shift.zoom_milli) > limits.zoomed_milli
    )


def _sample(shift: Shift, limits: Limits, *, fresh: bool) -> Sample:
    if is_moved(shift, limits):
        return Sample(Grade.BAD, _measured(shift), _limit(limits), fresh=fresh)
    still = shift.length_milli < limits.still_px_milli
    return Sample(Grade.GOOD if still else Grade.FAIR, _measured(shift), _limit(limits))


def _measured(shift: Shift) -> Values:
    return {
        "shift_px_milli": shift.length_milli,
        "turn_degree_milli": abs(shift.turn_milli),
        "zoom_milli": shift.zoom_milli,
        "points": shift.points,
    }


def _limit(limits: Limits) -> Values:
    return {
        "shift_px_milli": limits.moved_px_milli,
        "turn_degree_milli": limits.turned_milli,
        "zoom_milli": limits.zoomed_milli,
        "points": limits.agreeing_points,
    }
