"""Scene score: is what a reference shows still there? Light, fog and noise do not matter.

The picture becomes a field of double-angle gradient orientations (an edge points the same way
whichever side is bright), each weighed by m / (m + 12). The score is the mean agreement of the
best 24 of 16 x 12 blocks, so that a truck or a heap may hide most of the view. Blocks that belong
to no scene (the burned-in clock) are left out, or they would vouch for a covered lens.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np

from drivers.cameras.judging.facts import Picture

BLOCKS_ACROSS, BLOCKS_DOWN = 16, 12
BEST_BLOCKS = 24
WEIGHT_AT = 12.0  # grey levels of gradient that count half
SCALE = 100.0  # a field component of 1 is stored as 100
LEAST_POWER = 0.004  # mean squared length below which a block shows nothing
KEPT_SHARE = 25  # one block in so many must have kept half its power

Floats = np.ndarray[Any, np.dtype[np.float32]]


class Area(NamedTuple):
    """A part of the picture in 1/1000 of its width and height."""

    left: int
    top: int
    right: int
    bottom: int


class Field(NamedTuple):
    """An orientation field, small enough to keep dozens: int8, and each block's power."""

    x: np.ndarray[Any, np.dtype[np.int8]]
    y: np.ndarray[Any, np.dtype[np.int8]]
    power: Floats


def field_of(grey: Picture) -> Field:
    # Half a pixel of blur takes the sensor's noise and leaves the edges.
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    gx = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 16)
    gy = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 16)
    length = cv2.magnitude(gx, gy)
    weight = SCALE / (length * (length + WEIGHT_AT) + 1e-3)
    x = ((gx * gx - gy * gy) * weight).astype(np.int8)
    y = (2 * gx * gy * weight).astype(np.int8)
    field = Field(x, y, np.zeros(0, np.float32))
    return field._replace(power=_agreement(field, field))


def scene_milli(now: Field, reference: Field, masks: tuple[Area, ...] = ()) -> int:
    """1000: the same scene; below 200: nothing in common."""
    if now.x.shape != reference.x.shape:
        return 0
    together = _agreement(now, reference)
    # The reference decides what there is to find: a block that went flat has lost its scene.
    scores = together / np.sqrt(np.maximum(now.power, LEAST_POWER) * reference.power + 1e-9)
    shown = _unmasked(masks) & (reference.power >= LEAST_POWER)
    found = np.sort(scores[shown])[-BEST_BLOCKS:]
    if found.size == 0:
        return 0
    return max(0, min(1000, round(1000 * float(found.sum()) / BEST_BLOCKS)))


def hidden_milli(now: Field, reference: Field, masks: tuple[Area, ...] = ()) -> int | None:
    """How much of the scene lies behind something flat, while the rest is as strong as ever.

    None where all of it grew weak (night, fog), or where there was little to begin with.
    """
    if now.x.shape != reference.x.shape:
        return None
    shown = _unmasked(masks) & (reference.power >= 2 * LEAST_POWER)
    there = int(shown.sum())
    kept = int((shown & (now.power >= reference.power / 2)).sum())
    if there < BEST_BLOCKS or kept * KEPT_SHARE < there:
        return None
    return int((shown & (now.power < LEAST_POWER / 2)).sum()) * 1000 // there


def _agreement(one: Field, other: Field) -> Floats:
    """The mean scalar product in each block."""
    across = cv2.multiply(one.x, other.x, dtype=cv2.CV_32F)
    down = cv2.multiply(one.y, other.y, dtype=cv2.CV_32F)
    both = cv2.add(across, down)
    mean = cv2.resize(both, (BLOCKS_ACROSS, BLOCKS_DOWN), interpolation=cv2.INTER_AREA)
    return np.asarray(mean / (SCALE * SCALE), np.float32)


def _unmasked(masks: tuple[Area, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    shown = np.ones((BLOCKS_DOWN, BLOCKS_ACROSS), np.bool_)
    for area in masks:
        left, right = area.left * BLOCKS_ACROSS // 1000, -(-area.right * BLOCKS_ACROSS // 1000)
        top, bottom = area.top * BLOCKS_DOWN // 1000, -(-area.bottom * BLOCKS_DOWN // 1000)
        shown[top:bottom, left:right] = False
    return shown
