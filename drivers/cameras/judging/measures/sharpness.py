"""Sharpness: fine detail against coarse detail, so that contrast and light cancel out.

The figure means nothing by itself (it doubles between day and infrared); it is judged against the
same camera's at the same hour in the same light.
"""

import cv2
import numpy as np

from drivers.cameras.judging.facts import Picture

FINE_SIGMA, COARSE_SIGMA = 2.5, 6.0
FLAT = 0.05  # grey levels of coarse detail below which nothing can be said


def sharp_milli(grey: Picture) -> int | None:
    """Fine over coarse detail in 1/1000; None for a picture without any."""
    picture = grey.astype(np.float32)
    fine = cv2.GaussianBlur(picture, (0, 0), FINE_SIGMA)
    coarse = cv2.GaussianBlur(fine, (0, 0), (COARSE_SIGMA**2 - FINE_SIGMA**2) ** 0.5)
    detail = cv2.norm(fine, coarse, cv2.NORM_L1) / grey.size
    if detail < FLAT:
        return None
    return round(1000 * cv2.norm(picture, fine, cv2.NORM_L1) / grey.size / detail)
