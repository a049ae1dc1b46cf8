"""What changed from one keyframe to the next: the picture, its clock, the platform.

A frozen stream is re-encoded again and again and differs a little; a living one differs by the
sensor's noise. Only the clock tells them apart for certain, so it is looked at at full size.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np

from drivers.cameras.judging.facts import Picture
from drivers.cameras.judging.measures.scene import Area

BLOCKS = (16, 12)
BUSY_BLOCKS = 24  # the clock and whatever drives by; left out of the mean
TILES = (32, 24)
STIR_LEVELS = 2  # what an encoder alone changes in a still
PLATFORM = (24, 16)


class Change(NamedTuple):
    """Mean difference of the quiet blocks in 1/1000 grey level; the share of equal pixels.

    `stirred_milli`: the share of small tiles in which any pixel changed by more than an encoder's
    own rounding. A clock stirs a few; living noise stirs most, a passer-by dozens.
    """

    difference_milli: int
    identical_milli: int
    stirred_milli: int


def change_of(now: Picture, before: Picture) -> Change | None:
    if now.shape != before.shape:
        return None
    difference = cv2.absdiff(now, before)
    blocks = cv2.resize(difference.astype(np.float32), BLOCKS, interpolation=cv2.INTER_AREA)
    quiet = np.sort(blocks, axis=None)[:-BUSY_BLOCKS]
    equal = difference.size - cv2.countNonZero(difference)
    return Change(
        round(1000 * float(quiet.mean())), equal * 1000 // difference.size, _stirred(difference)
    )


def _stirred(difference: Any) -> int:
    loud: Any = (difference > STIR_LEVELS).astype(np.float32)
    tiles = cv2.resize(loud, TILES, interpolation=cv2.INTER_AREA)
    return int(np.count_nonzero(tiles)) * 1000 // int(tiles.size)


def clock_micro(now: Picture, before: Picture) -> int | None:
    """1 - correlation of two clock boxes in 1/1000000: near nothing while the clock stands."""
    if now.shape != before.shape or now.size == 0:
        return None
    one, other = now.astype(np.float64), before.astype(np.float64)
    one, other = one - one.mean(), other - other.mean()
    power = float(np.sqrt((one * one).sum() * (other * other).sum()))
    if power < 1:
        return 0  # an empty box shows no time
    return max(0, round(1_000_000 * (1 - float((one * other).sum()) / power)))


def thumbnail(grey: Picture, area: Area) -> Picture:
    """The platform, small enough to keep a dozen."""
    height, width = grey.shape
    rows = slice(area.top * height // 1000, max(1, area.bottom * height // 1000))
    part = grey[rows, area.left * width // 1000 : max(1, area.right * width // 1000)]
    small: Any = cv2.resize(part, PLATFORM, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def moved_share_milli(one: Picture, other: Picture, levels: int) -> int:
    """The share of a platform that differs by more than `levels`, common brightening apart."""
    difference = one.astype(np.int16) - other.astype(np.int16)
    uneven = np.abs(difference - np.median(difference))
    return int((uneven > levels).sum()) * 1000 // difference.size
