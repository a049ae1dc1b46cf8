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
    """The last samples: when, whether still, and since when it was still without a pause."""

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
    began_ms = next((when for when, was in samples if was), None)
    since_ms = began_ms if known.since_ms is None else known.since_ms
    return Stillness(samples, since_ms if any(was for _, was in samples) else None)
