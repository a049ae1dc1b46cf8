"""Develops pictures for the judge, all in one shape, and a reference picture to compare them with.

A stream that changes its size shows the same scene in another shape; what is wrong with it is its
size, and only that is to be said.
"""

import hashlib

import cv2
import numpy as np

from drivers.cameras.calibrated import area_of
from drivers.cameras.developing import Box, crop, to_grey
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Keyframe
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.sharpness import sharp_milli
from drivers.cameras.judging.references import reference_of
from drivers.cameras.sources import Picture

Shape = tuple[int, int]


class Dark:
    """The shape is that of the reference, or of the first picture."""

    def __init__(self, box: Box | None = None, shape: Shape | None = None) -> None:
        self._box, self._shape = box, shape

    def keyframe(self, picture: Picture, at_ms: int, payload: bytes | None) -> Keyframe:
        """The judge's facts. Only a keyframe has a packet of its own to be known again by."""
        grey = to_grey(picture)
        self._shape = self._shape or (grey.shape[0], grey.shape[1])
        if grey.shape != self._shape:
            size = self._shape[1], self._shape[0]
            grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        height, width = picture.shape[:2]
        own = at_ms.to_bytes(8, "big") if payload is None else payload
        return Keyframe(
            at_ms,
            width,
            height,
            colour_milli(picture),
            grey,
            crop(picture, self._box),
            hashlib.sha256(own).digest(),
            len(payload or b""),
        )


def colour_milli(picture: Picture) -> int:
    blue, _, red = (float(level) for level in cv2.mean(picture)[:3])
    return round(1000 * abs(blue - red))


def calibration_by(picture: Picture, box: Box | None, limits: Limits) -> tuple[Calibration, Shape]:
    """As if this picture had been commissioned, with the clock's box left out of it."""
    grey, colour = to_grey(picture), colour_milli(picture) >= limits.infrared_milli
    height, width = picture.shape[:2]
    masks = () if box is None else (area_of(box, width, height),)
    sharp = sharp_milli(grey)
    reference = reference_of(grey, 0, masks, colour=colour, commissioned=True)
    calibration = Calibration(
        masks=masks,
        references=(reference,),
        sharp_colour_milli=sharp if colour else None,
        sharp_infrared_milli=None if colour else sharp,
    )
    return calibration, (grey.shape[0], grey.shape[1])
