"""The scene is gone: covered or sprayed (`covered`), or another one is there (`elsewhere`).

A truck close to the camera hides the scene as a cover does; only the scale tells them apart, so
with a load on the deck both wait. After an infrared switch only a scene of which nothing is left
counts. A cover is flat, blurred or mere grain; what is sharp and full of points is another place.
"""

from drivers.cameras.judging.case import Measured, View
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.verdict import Grade, Sample, Values

WHOLE_MILLI = 1_000


def covered(view: View) -> Sample | None:
    seen, limits = view.measured, view.limits
    limit = {"scene_milli": limits.scene_gone_milli, "back_milli": limits.scene_back_milli}
    if limits.hidden_milli <= WHOLE_MILLI:
        limit["hidden_milli"] = limits.hidden_milli
    if seen.scene_milli is None:
        return Sample(Grade.IDLE, {}, limit)
    measured = {"scene_milli": seen.scene_milli, "loaded": int(view.loaded)}
    if seen.hidden_milli is not None:
        measured["hidden_milli"] = seen.hidden_milli
    hidden = (seen.hidden_milli or 0) >= limits.hidden_milli
    if hidden or (_is_gone(view) and not _is_found(seen, limits)):
        other = not hidden and _shows_a_place(seen, limits)
        return None if other else Sample(Grade.BAD, measured, limit, patient=view.loaded)
    return _there(view, measured, limit)


def elsewhere(view: View) -> Sample | None:
    seen, limits = view.measured, view.limits
    limit = {"scene_milli": limits.scene_gone_milli, "points": limits.elsewhere_points}
    if seen.scene_milli is None:
        return Sample(Grade.IDLE, {}, limit)
    measured = {"scene_milli": seen.scene_milli, "points": seen.points or 0}
    if _is_gone(view) and not _is_found(seen, limits):
        other = _shows_a_place(seen, limits)
        return Sample(Grade.BAD, measured, limit, patient=view.loaded) if other else None
    return _there(view, measured, limit)


def is_blank(view: View) -> bool:
    """Whether there is nothing to see in which time could pass, or too little of the usual."""
    seen, limits = view.measured, view.limits
    gone = _is_gone(view) and not view.loaded and not _is_found(seen, limits)
    dim = seen.contrast_share_milli is not None and seen.contrast_share_milli < limits.faint_milli
    sharp = seen.sharp_share_milli
    unsharp = sharp is not None and sharp < limits.blurred_milli and not view.loaded
    return gone or dim or unsharp or seen.std_milli < limits.void_flat_milli


def _is_gone(view: View) -> bool:
    seen, limits = view.measured, view.limits
    least = limits.scene_nothing_milli if seen.muted else limits.scene_gone_milli
    return seen.scene_milli is not None and seen.scene_milli < least


def _is_found(seen: Measured, limits: Limits) -> bool:
    """Enough points agree where the scene lies: in its place, or beside it, as `moved` says."""
    return seen.shift is not None and seen.shift.points >= limits.agreeing_points


def _shows_a_place(seen: Measured, limits: Limits) -> bool:
    sharp = seen.sharp_share_milli
    if sharp is None or seen.points is None:
        return False
    full = seen.points >= limits.elsewhere_points
    return full and limits.elsewhere_sharp_milli <= sharp <= limits.elsewhere_grain_milli


def _there(view: View, measured: Values, limit: Values) -> Sample | None:
    if view.measured.muted:
        return None
    back = measured["scene_milli"] > view.limits.scene_back_milli
    return Sample(Grade.GOOD if back else Grade.FAIR, measured, limit)
