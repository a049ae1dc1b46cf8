"""How still the pictures of the last seconds were: the share of them in which nothing stirred.

An encoder refines a still, and each new group stirs it once more, so no single picture decides.
Still is what stirs almost no tile and is quiet besides; or, where a site asks for that, what stays
far below the least that is usual for this camera.
"""

from typing import NamedTuple

from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.change import Change

MAX_SAMPLES = 64


class Stillness(NamedTuple):
    """The last samples: when, and whether still; and since when it has mostly been."""

    samples: tuple[tuple[int, bool], ...] = ()
    since_ms: int | None = None

    def share_milli(self, limits: Limits) -> int | None:
        """The share that was still; None while too little is known."""
        if len(self.samples) < limits.still_window_samples:
            return None
        if self.samples[-1][0] - self.samples[0][0] < limits.still_window_ms * 4 // 5:
            return None
        return sum(still for _, still in self.samples) * 1000 // len(self.samples)


def is_still(change: Change, least_usual_milli: int | None, limits: Limits) -> bool:
    """Whether this picture adds nothing to the one before it."""
    if change.stirred_milli <= limits.stirred_milli:
        return change.difference_milli <= limits.quiet_milli
    if least_usual_milli is None or least_usual_milli < limits.quiet_milli:
        return False
    return change.difference_milli * 1000 < least_usual_milli * limits.still_least_milli


def with_sample(known: Stillness, at_ms: int, limits: Limits, *, still: bool) -> Stillness:
    """With one picture more: the window, or as many pictures as it takes at least."""
    samples = (*known.samples, (at_ms, still))[-MAX_SAMPLES:]
    while (
        len(samples) > limits.still_window_samples
        and at_ms - samples[0][0] > limits.still_window_ms
    ):
        samples = samples[1:]
    return Stillness(samples, _since(known, at_ms, limits, still=still))


def _since(known: Stillness, at_ms: int, limits: Limits, *, still: bool) -> int | None:
    """A still begins with the picture before the first that adds nothing to it.

    Two that live, one after the other, end it, unless it has lasted.
    """
    if known.since_ms is None:
        first_ms = known.samples[-1][0] if known.samples else at_ms
        return first_ms if still else None
    lasted = sum(was for _, was in known.samples) * 2_000
    if still or known.samples[-1][1] or lasted > limits.still_window_milli * len(known.samples):
        return known.since_ms
    return None
