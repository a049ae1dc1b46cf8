"""Too small a picture, or another size than was commissioned."""

from drivers.cameras.judging.case import View
from drivers.cameras.judging.verdict import Grade, Sample


def not_hd(view: View) -> Sample:
    seen, limits, fixed = view.measured, view.limits, view.calibration
    width = limits.min_width if fixed.width is None else fixed.width
    height = limits.min_height if fixed.height is None else fixed.height
    # A camera mounted upright shows as much as one that lies.
    long, short = max(seen.width, seen.height), min(seen.width, seen.height)
    small = long < limits.min_width or short < limits.min_height
    other = fixed.width not in (None, seen.width) or fixed.height not in (None, seen.height)
    return Sample(
        Grade.BAD if small or other else Grade.GOOD,
        {"width": seen.width, "height": seen.height},
        {"width": width, "height": height},
    )
