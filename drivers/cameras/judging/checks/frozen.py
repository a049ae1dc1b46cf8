"""Pictures come, but time in them stands still: three witnesses, each on its own.

The burned-in clock is the sure one. The same packet again is the next. The picture itself is slow
to tell (an encoder keeps refining a still), and has to stand for a minute.
"""

from drivers.cameras.judging.case import Measured, View
from drivers.cameras.judging.checks.covered import is_blank
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.verdict import Grade, Sample


def clock_stands(view: View) -> Sample | None:
    seen, least = view.measured, clock_least_micro(view.measured, view.limits)
    return _clock(seen, least) if seen.has_clock else Sample(Grade.IDLE, {}, {})


def clock_stuck(view: View) -> Sample | None:
    """The clock stands while the picture lives: the clock itself is at fault."""
    seen = view.measured
    sample = _clock(seen, clock_least_micro(seen, view.limits))
    if sample is None or sample.grade is not Grade.BAD:
        return sample
    usual = seen.difference_usual_milli
    if seen.change is None or usual is None:
        return None
    lives = (
        seen.change.difference_milli * 2 >= usual
        and seen.change.identical_milli <= view.limits.identical_milli
    )
    return sample if lives else None


def packet_repeats(view: View) -> Sample | None:
    same = view.measured.same_packet
    if same and is_blank(view):
        return None
    return Sample(Grade.BAD if same else Grade.GOOD, {"same_packet": int(same)},
                  {"in_a_row": view.limits.packet_repeats.enter_samples})  # fmt: skip


def picture_stands(view: View) -> Sample | None:
    """A picture of nothing, or of a cover, need not live: another check's word."""
    seen, limits = view.measured, view.limits
    if seen.change is None or is_blank(view):
        return None
    usual = seen.difference_usual_milli or 0
    least = usual * limits.still_share_milli // 1000
    change = seen.change
    same = change.difference_milli < least and change.identical_milli > limits.identical_milli
    if seen.group_share_milli is not None and seen.group_share_milli >= limits.group_share_milli:
        same = False
    share = seen.still_milli or 0
    stands = same or share >= limits.still_window_milli
    lives = share * 2 <= limits.still_window_milli
    measured = {
        "difference_milli": change.difference_milli,
        "identical_milli": change.identical_milli,
        "stirred_milli": change.stirred_milli,
        "still_milli": share,
    }
    limit = {
        "stirred_milli": limits.stirred_milli,
        "still_milli": limits.still_window_milli,
        "for_ms": limits.picture_stands.enter_ms,
    }
    if limits.still_share_milli:
        limit |= {"difference_milli": least, "identical_milli": limits.identical_milli}
    return Sample(Grade.BAD if stands else Grade.GOOD if lives else Grade.FAIR, measured, limit)


def clock_least_micro(seen: Measured, limits: Limits) -> int:
    """A quarter of the usual; before anything is usual, a floor no standing clock reaches."""
    usual = seen.clock_usual_micro or 0
    return max(limits.clock_floor_micro, usual * limits.clock_share_milli // 1000)


def _clock(seen: Measured, least: int) -> Sample | None:
    if seen.clock_micro is None:
        return None
    grade = Grade.BAD if seen.clock_micro < least else Grade.GOOD
    return Sample(grade, {"clock_micro": seen.clock_micro}, {"clock_micro": least})
