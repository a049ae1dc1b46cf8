"""What a watching leaves to be drawn: figures, looks and small pictures, evenly thinned. Pure.

However long the watching, the memory is the same: where it is full, every second item goes.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import cv2
import numpy as np

from drivers.cameras.judging.verdict import Values
from drivers.cameras.sources import Picture
from edge_agent.camera_trial import Change

MOST = 2_000
MOST_SMALL = 64
MOST_CHANGES = 200
SMALL = (256, 144)
PAPER_GREY = 24

Item = TypeVar("Item")


class Evenly(Generic[Item]):
    """At most so many of all items that come, evenly spread over them."""

    def __init__(self, most: int) -> None:
        self._most, self._step, self._came = most, 1, 0
        self.items: list[Item] = []

    def add(self, item: Item) -> None:
        if self.wants():
            self.items.append(item)
        self._came += 1
        if len(self.items) >= self._most:
            self.items, self._step = self.items[::2], self._step * 2

    def wants(self) -> bool:
        """Whether the next item will be kept."""
        return self._came % self._step == 0


@dataclass(frozen=True)
class Point:
    """Figures of one moment."""

    at_ms: int
    values: Values


@dataclass(frozen=True, eq=False)
class Small:
    """A small picture of one moment, RGB."""

    at_ms: int
    picture: Picture


@dataclass
class Trail:
    """Everything the sheet is drawn from."""

    looks: Evenly[Point] = field(default_factory=lambda: Evenly(MOST))
    views: Evenly[Point] = field(default_factory=lambda: Evenly(MOST))
    smalls: Evenly[Small] = field(default_factory=lambda: Evenly(MOST_SMALL))
    changes: list[Change] = field(default_factory=list)
    fps_limit_milli: int | None = None
    ended_ms: int = 0

    def looked(self, at_ms: int, age_ms: int | None, fps_milli: int | None) -> None:
        self.ended_ms = max(self.ended_ms, at_ms)
        known = {"age_ms": age_ms, "fps_milli": fps_milli}
        values = {name: value for name, value in known.items() if value is not None}
        self.looks.add(Point(at_ms, values))

    def saw(self, at_ms: int, values: Values, picture: Picture) -> None:
        self.ended_ms = max(self.ended_ms, at_ms)
        self.views.add(Point(at_ms, values))
        # Made small only where it is kept: that costs more than the figures.
        kept = small(picture) if self.smalls.wants() else picture
        self.smalls.add(Small(at_ms, kept))

    def changed(self, change: Change) -> None:
        if len(self.changes) < MOST_CHANGES:
            self.changes.append(change)


def small(picture: Picture) -> Picture:
    """RGB, in a fixed frame, whatever its shape."""
    width, height = SMALL
    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    part = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    frame = np.full((height, width, 3), PAPER_GREY, np.uint8)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    frame[top : top + size[1], left : left + size[0]] = part
    return frame
