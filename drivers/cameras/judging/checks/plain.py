"""Black, white or one colour. Darkness and fog are not: there the scene is still found."""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.verdict import Grade, Sample


def plain(view: View) -> Sample | None:
    seen, limits = view.measured, view.limits
    outside = not limits.dark_milli <= seen.mean_milli <= limits.bright_milli
    flat = seen.std_milli < limits.flat_milli
    # The side of a truck may fill the view with one colour, and a scene nobody knows may be dim.
    sure = view.loaded or seen.scene_milli is None
    alike = (outside and flat) if sure else (outside or flat)
    gone = seen.scene_milli is None or seen.scene_milli < limits.scene_gone_milli
    void = not limits.void_dark_milli <= seen.mean_milli <= limits.void_bright_milli
    void = void and seen.std_milli < limits.void_flat_milli
    measured = {"mean_milli": seen.mean_milli, "std_milli": seen.std_milli}
    if seen.scene_milli is not None:
        measured["scene_milli"] = seen.scene_milli
    limit = {
        "dark_milli": limits.dark_milli,
        "bright_milli": limits.bright_milli,
        "std_milli": limits.flat_milli,
        "scene_milli": limits.scene_gone_milli,
    }
    bad = void or (alike and gone and not (seen.muted and not flat))
    return Sample(Grade.BAD if bad else Grade.GOOD, measured, limit)
