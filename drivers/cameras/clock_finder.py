"""Finds the burned-in clock in some seconds of pictures: what changes once a second, like writing.

Pure. Blocks that change when a second is over and not in between are its last digit; noise, traffic
and tenths of seconds change at other times too. What only blinks shows the same again after two
seconds. The box is drawn as wide as HH:MM:SS around that digit: a proposal to be looked at.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from drivers.cameras.developing import Box
from drivers.cameras.sources import Picture

FINDING_WIDTH = 1280  # pictures are looked at in this width
BLOCK_PX = 8
CHANGED_LEVELS = 48
CHANGED_SHARE = 0.05  # of a block's pixels
LEAST_SCORE = 0.7
LEAST_SECONDS = 6
PHASES = 20
DIGITS = 8  # HH:MM:SS
PITCH = 0.72  # width of a character by its height
MARGIN = 0.35
EXTREME = 0.3  # of the range of levels: writing has few shades between
LEAST_EXTREME = 0.6

Marks = np.ndarray[Any, np.dtype[np.bool_]]
Scores = np.ndarray[Any, np.dtype[np.float64]]


class Shot(NamedTuple):
    """One picture, grey and FINDING_WIDTH wide, and its stream's time."""

    at_ms: int
    grey: Picture


class Digit(NamedTuple):
    """Where a last digit may be, in pixels of the shots, and how much it looks like one."""

    left: int
    top: int
    right: int
    bottom: int
    score: float


def shot_of(picture: Picture, at_ms: int) -> Shot:
    """Any picture, made ready."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
    height, width = grey.shape
    size = (FINDING_WIDTH, max(BLOCK_PX, height * FINDING_WIDTH // width))
    way = cv2.INTER_AREA if width > FINDING_WIDTH else cv2.INTER_LINEAR
    return Shot(at_ms, np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8))


def find_clock(shots: Sequence[Shot], size: tuple[int, int]) -> Box | None:
    """The clock's box in a picture of `size` (width, height); None where none is to be seen."""
    if len(shots) < LEAST_SECONDS or shots[-1].at_ms - shots[0].at_ms < 1_000 * LEAST_SECONDS:
        return None
    moved = [_changed(before.grey, now.grey) for before, now in pairwise(shots)]
    times = np.array([shot.at_ms for shot in shots])
    scores, phase = _scores(np.array([_blocks(one) for one in moved]), times)
    digits = _digits(scores, moved, _seconds(shots, phase))
    if not digits:
        return None
    best = max(digits, key=lambda digit: digit.score)
    return _box(best, size)


def _changed(before: Picture, now: Picture) -> Marks:
    return np.asarray(cv2.absdiff(before, now) > CHANGED_LEVELS, np.bool_)


def _blocks(changed: Marks) -> Marks:
    """Whether enough of each block changed."""
    height, width = changed.shape
    down, across = height // BLOCK_PX, width // BLOCK_PX
    whole = changed[: down * BLOCK_PX, : across * BLOCK_PX].astype(np.float32)
    share = cv2.resize(whole, (across, down), interpolation=cv2.INTER_AREA)
    return np.asarray(share >= CHANGED_SHARE, np.bool_)


def _scores(changes: Marks, times: Any) -> tuple[Scores, int]:
    """How faithfully each block changes with the second; and when in a second that is."""
    best: Scores = np.zeros(changes.shape[1:], np.float64)
    found, strongest = 0, 0.0
    for phase in range(0, 1_000, 1_000 // PHASES):
        over = np.diff((times - phase) // 1_000) > 0
        between = changes[~over].mean(axis=0) if (~over).any() else 0.0
        score = changes[over].mean(axis=0) - between
        strength = float(np.sort(score, axis=None)[-4:].sum())
        if strength > strongest:
            strongest, found = strength, phase
            best = np.asarray(score, np.float64)
    return best, found


def _seconds(shots: Sequence[Shot], phase: int) -> list[Shot]:
    """The last shot of each second: by then its digit is whole."""
    last = {(shot.at_ms - phase) // 1_000: shot for shot in shots}
    return [last[second] for second in sorted(last)]


def _digits(scores: Scores, moved: list[Marks], seconds: list[Shot]) -> list[Digit]:
    marked = (scores >= LEAST_SCORE).astype(np.uint8)
    count, labels = cv2.connectedComponents(marked, connectivity=8)
    height = seconds[0].grey.shape[0]
    found = []
    for label in range(1, min(count, 200)):
        place = _extent(labels == label, moved)
        if place is not None and _is_digit_sized(place, height):
            score = _writing(place, seconds) * float(scores[labels == label].mean())
            if score >= LEAST_EXTREME * LEAST_SCORE:
                found.append(place._replace(score=score))
    return found


def _extent(blocks: Marks, moved: list[Marks]) -> Digit | None:
    """The exact extent of what changed in and right beside these blocks, most of the time."""
    rows, columns = np.nonzero(blocks)
    top, bottom = max(0, (rows.min() - 1) * BLOCK_PX), (rows.max() + 2) * BLOCK_PX
    left, right = max(0, (columns.min() - 1) * BLOCK_PX), (columns.max() + 2) * BLOCK_PX
    often = np.sum([one[top:bottom, left:right] for one in moved], axis=0) >= 2
    ys, xs = np.nonzero(often)
    if ys.size == 0:
        return None
    return Digit(int(left + xs.min()), int(top + ys.min()), int(left + xs.max()) + 1,
                 int(top + ys.max()) + 1, 0.0)  # fmt: skip


def _is_digit_sized(place: Digit, height: int) -> bool:
    tall, wide = place.bottom - place.top, place.right - place.left
    return 6 <= tall <= height // 6 and wide <= 2.5 * tall


def _writing(place: Digit, seconds: list[Shot]) -> float:
    """The share of its pixels that are ink or ground and nothing between; 0 for what blinks."""
    parts = [shot.grey[place.top : place.bottom, place.left : place.right] for shot in seconds]
    apart = [
        np.count_nonzero(_changed(one, other)) >= 0.02 * one.size
        for one, other in zip(parts, parts[2:], strict=False)
    ]
    if not apart or np.mean(apart) < LEAST_SCORE:
        return 0.0
    stack = np.array(parts, np.float32)
    low, high = np.percentile(stack, 2), np.percentile(stack, 98)
    reach = EXTREME * (high - low)
    return float(np.mean((stack <= low + reach) | (stack >= high - reach)))


def _box(digit: Digit, size: tuple[int, int]) -> Box:
    """HH:MM:SS that ends with this digit, with a margin, in pixels of the whole picture."""
    width, height = size
    scale, tall = width / FINDING_WIDTH, digit.bottom - digit.top
    pitch, margin = PITCH * tall, MARGIN * tall
    left = max(0, round(scale * (digit.right - DIGITS * pitch - margin)))
    top = max(0, round(scale * (digit.top - margin)))
    right = min(width, round(scale * (digit.right + margin)))
    bottom = min(height, round(scale * (digit.bottom + margin)))
    return Box(left, top, right - left, bottom - top)
