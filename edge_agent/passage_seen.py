"""A passage as a technician sees it go by: its curve and what was captured, for its picture. Pure.

The capture is the agent's own: the same settling, fed with the same frames.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from edge_agent.events import ScaleRead
from edge_agent.settings import SiteSettings
from edge_agent.settling import STABLE, Capture, Settling, Stage, feed
from weighbook.phrase import Phrase

MAX_POINTS = 20_000
BEFORE_MS = 5_000

NO_PASSAGE = Phrase("没有车辆上磅", "no load came onto the deck")
NOT_SETTLED = Phrase("未稳定，不能成交", "did not settle: no sale")
OFF_DIVISION = Phrase(
    "重量不是分度值 {kg} 千克的倍数，不能成交", "weights are no multiples of {kg} kg: no sale"
)
SETTLED = Phrase("稳定重量 {kg} 千克", "capture {kg} kg")

Point = tuple[int, int]


@dataclass(frozen=True)
class Seen:
    """A passage as it went by: (ms, kg) of every frame, and what was captured.

    `came`: a load was there. `odd`: frames whose weight the division does not allow; the settling
    takes such a frame for no weight.
    """

    points: tuple[Point, ...] = ()
    capture: Capture | None = None
    came: bool = False
    odd: int = 0

    @property
    def settled_kg(self) -> int | None:
        """The weight of a load that settled."""
        capture = self.capture
        return capture.weight_kg if capture and capture.stability == STABLE else None

    def verdict(self, site: SiteSettings) -> Phrase:
        if self.settled_kg is not None:
            return SETTLED.fill(kg=f"{self.settled_kg:,}")
        if self.odd >= site.stable_frames:
            return OFF_DIVISION.fill(kg=site.division_kg)
        return NOT_SETTLED if self.came else NO_PASSAGE


class Follower:
    """Follows the frames until the first captured passage is over; before that, shows the newest
    stay. Of the empty deck before a load it keeps a little."""

    def __init__(self, site: SiteSettings) -> None:
        self._site = site
        self._settling = Settling()
        self._before: deque[Point] = deque(maxlen=MAX_POINTS)
        self._points: list[Point] = []
        self._capture: Capture | None = None
        self._came = self._over = False
        self._odd = 0

    @property
    def seen(self) -> Seen:
        points = self._points if self._came else self._before
        return Seen(tuple(points), self._capture, self._came, self._odd)

    def take(self, event: ScaleRead) -> None:
        if self._over:
            return
        was = self._settling.stage
        self._settling = feed(self._settling, event, self._site)
        self._capture = self._settling.capture or self._capture
        if was is Stage.EMPTY is not self._settling.stage:
            self._came = True
            self._points = list(self._before)
        self._over = self._capture is not None and self._settling.stage is Stage.EMPTY
        if event.reading_kg is not None:
            self._keep(event.now.mono_ms, event.reading_kg)

    def _keep(self, at_ms: int, kg: int) -> None:
        self._odd += kg % self._site.division_kg != 0
        if self._settling.stage is Stage.EMPTY and not self._over:
            self._before.append((at_ms, kg))
            while self._before[0][0] < at_ms - BEFORE_MS:
                self._before.popleft()
        elif len(self._points) < MAX_POINTS:
            self._points.append((at_ms, kg))


def follow(events: Iterable[ScaleRead], site: SiteSettings) -> Seen:
    """The first captured passage among the frames; else the newest stay, or the empty deck."""
    follower = Follower(site)
    for event in events:
        follower.take(event)
    return follower.seen
