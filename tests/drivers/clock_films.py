"""Some seconds of a yard with a burned-in clock, drawn in many layouts; for finding it again."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from drivers.cameras.clock_finder import Shot, shot_of
from drivers.cameras.developing import Box

NOON_S = 12 * 3_600 - 5
FONT = cv2.FONT_HERSHEY_SIMPLEX
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Layout:
    """`at`: the text's left end of its base line; negative: from the right and from below."""

    size: tuple[int, int] = (640, 360)
    at: tuple[int, int] = (8, 24)
    scale: float = 0.6
    text: str = "2026-01-02 {h:02}:{m:02}:{s:02}"
    plate: bool = False  # a black plate under the text, else an outline around it
    fps: float = 5
    seconds: int = 9
    truck: bool = False
    blinks: bool = False
    quality: int = 0  # of a JPEG between; 0: none


@dataclass(frozen=True)
class Filmed:
    """The shots, and where HH:MM:SS truly is."""

    shots: list[Shot]
    truth: Box


def film(layout: Layout) -> Filmed:
    noise, shots = np.random.default_rng(7), []
    width, height = layout.size
    texture = cv2.GaussianBlur(noise.normal(0, 160, (height, width)).astype(np.float32), (0, 0), 3)
    yard = 110 + texture[:, :, None]
    for number in range(int(layout.fps * layout.seconds)):
        at_ms = int(1_000 * number / layout.fps)
        grain = noise.integers(-10, 11, (height, width, 1))
        picture = np.repeat(np.clip(yard + grain, 0, 255).astype(np.uint8), 3, axis=2)
        _draw(picture, layout, at_ms + 370)
        if layout.quality:
            coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, layout.quality])[1]
            picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        shots.append(shot_of(picture, at_ms))
    return Filmed(shots, _truth(layout))


def _draw(picture: Any, layout: Layout, at_ms: int) -> None:
    height, width = picture.shape[:2]
    if layout.truck:
        left = int(width * (at_ms / 1_000 / layout.seconds * 1.4 - 0.4))
        for step in range(0, width // 3, max(1, width // 40)):
            corner = (left + step + width // 80, height * 3 // 4)
            cv2.rectangle(picture, (left + step, height // 4), corner, (40, 200, 250), -1)
    if layout.blinks and at_ms // 1_000 % 2:
        cv2.circle(picture, (width * 3 // 4, height // 2), height // 30, WHITE, -1)
    if not layout.text:
        return
    text, at, thick = _text(layout, at_ms), _origin(layout), _thick(layout)
    if layout.plate:
        (wide, tall), below = cv2.getTextSize(text, FONT, layout.scale, thick)
        corners = (at[0] - 4, at[1] - tall - 4), (at[0] + wide + 4, at[1] + below)
        cv2.rectangle(picture, *corners, BLACK, -1)
    else:
        cv2.putText(picture, text, at, FONT, layout.scale, BLACK, thick + 2)
    cv2.putText(picture, text, at, FONT, layout.scale, WHITE, thick)


def _text(layout: Layout, at_ms: int) -> str:
    second = NOON_S + at_ms // 1_000
    return layout.text.format(
        h=second // 3_600, m=second // 60 % 60, s=second % 60, tenth=at_ms // 100 % 10
    )


def _thick(layout: Layout) -> int:
    return max(1, int(2 * layout.scale))


def _origin(layout: Layout) -> tuple[int, int]:
    (wide, _), _ = cv2.getTextSize(_text(layout, 0), FONT, layout.scale, _thick(layout))
    x, y = layout.at
    return (x if x >= 0 else layout.size[0] - wide + x, y if y >= 0 else layout.size[1] + y)


def _truth(layout: Layout) -> Box:
    """From the left end of the hours to the right end of the seconds."""
    x, y = _origin(layout)
    before, _, rest = layout.text.partition("{h")
    clock = "00:00:00" if rest else ""
    (start, _), _ = cv2.getTextSize(before, FONT, layout.scale, _thick(layout))
    (wide, tall), _ = cv2.getTextSize(clock or "0", FONT, layout.scale, _thick(layout))
    return Box(x + start, y - tall, wide, tall)
