"""A picture of one passage: its curve, the plateau of the weight, the band, the verdict.

The capture is the agent's own: the same settling, fed with the same frames.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from edge_agent.events import ScaleRead
from edge_agent.lettering import Pen, write, write_before
from edge_agent.settings import SiteSettings
from edge_agent.settling import STABLE, Capture, Settling, Stage, feed
from weighbook.phrase import Phrase

WIDTH, HEIGHT = 1280, 720
LEFT, TOP, RIGHT, BOTTOM = 110, 110, 40, 70
PAPER, INK, GRID, FAINT = "#ffffff", "#1f2933", "#d9dee4", "#7b8794"
CURVE, PLATEAU, BAND = "#0b61a4", "#d7ecd9", "#2f8f46"
TICKS = 6
MAX_POINTS = 20_000
SMALL = Pen(17, FAINT)

NO_PASSAGE = Phrase("没有车辆上磅", "no load came onto the deck")
NOT_SETTLED = Phrase("未稳定，不能成交", "did not settle: no sale")
SETTLED = Phrase("稳定重量 {kg} 千克", "capture {kg} kg")
MARKED = Phrase("绿区：取重窗口；虚线：一个分度", "green: the window weighed; dashes: one division")


@dataclass(frozen=True)
class Seen:
    """A passage as it went by: (ms, kg) of every frame, and what was captured."""

    points: tuple[tuple[int, int], ...]
    capture: Capture | None

    @property
    def verdict(self) -> Phrase:
        if not self.points:
            return NO_PASSAGE
        if self.capture is None or self.capture.stability != STABLE:
            return NOT_SETTLED
        return SETTLED.fill(kg=f"{self.capture.weight_kg:,}")


def follow(events: Iterable[ScaleRead], site: SiteSettings) -> Seen:
    """The first passage among the frames; all of them where no load came."""
    settling, points, capture = Settling(), list[tuple[int, int]](), None
    for event in events:
        before, settling = settling, feed(settling, event, site)
        capture = settling.capture or capture
        if event.reading_kg is not None and len(points) < MAX_POINTS:
            points.append((event.now.mono_ms, event.reading_kg))
        if capture is not None and before.stage is not Stage.EMPTY is settling.stage:
            break
    return Seen(tuple(points), capture)


def draw(seen: Seen, site: SiteSettings, title: str) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    axes = _Axes.of(seen)
    for text, at, pen in _words(seen, title):
        write(canvas, at, text, pen)
    _draw_plateau(canvas, axes, seen, site)
    _draw_grid(canvas, axes)
    line = [(axes.x(at_ms), axes.y(kg)) for at_ms, kg in seen.points]
    if len(line) > 1:
        canvas.line(line, fill=CURVE, width=2, joint="curve")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


@dataclass(frozen=True)
class _Axes:
    """From milliseconds and kilograms to pixels."""

    began_ms: int
    span_ms: int
    top_kg: int

    @classmethod
    def of(cls, seen: Seen) -> "_Axes":
        times = [at_ms for at_ms, _ in seen.points] or [0]
        most = max((kg for _, kg in seen.points), default=0)
        step = _round_step(max(most, 1_000))
        return cls(times[0], max(1_000, times[-1] - times[0]), step * (most // step + 1))

    def x(self, at_ms: int) -> int:
        return LEFT + (at_ms - self.began_ms) * (WIDTH - LEFT - RIGHT) // self.span_ms

    def y(self, kg: int) -> int:
        return HEIGHT - BOTTOM - kg * (HEIGHT - TOP - BOTTOM) // self.top_kg


def _round_step(most: int) -> int:
    step: int = 10 ** (len(str(most)) - 1)
    return next(one for one in (step // 5, step // 2, step, step * 2) if most // one <= TICKS)


def _draw_grid(canvas: ImageDraw.ImageDraw, axes: _Axes) -> None:
    for kg in range(0, axes.top_kg + 1, _round_step(axes.top_kg)):
        y = axes.y(kg)
        canvas.line([(LEFT, y), (WIDTH - RIGHT, y)], fill=GRID)
        write_before(canvas, (LEFT - 12, y + 6), f"{kg:,}", SMALL)
    for tick in range(TICKS + 1):
        passed_ms = axes.span_ms * tick // TICKS
        place = (axes.x(axes.began_ms + passed_ms) + 8, HEIGHT - BOTTOM + 26)
        write_before(canvas, place, f"{passed_ms // 1000}", SMALL)
    write_before(canvas, (LEFT - 12, TOP - 14), "kg", SMALL)
    write_before(canvas, (WIDTH - RIGHT, HEIGHT - 14), "秒 s", SMALL)


def _draw_plateau(canvas: ImageDraw.ImageDraw, axes: _Axes, seen: Seen, site: SiteSettings) -> None:
    capture = seen.capture
    if capture is None or not capture.window:
        return
    left, right = axes.x(capture.window[0].mono_ms), axes.x(capture.window[-1].mono_ms)
    canvas.rectangle([(left, TOP), (max(right, left + 2), HEIGHT - BOTTOM)], fill=PLATEAU)
    for kg in (capture.weight_kg - site.division_kg, capture.weight_kg + site.division_kg):
        for x in range(LEFT, WIDTH - RIGHT, 14):
            canvas.line([(x, axes.y(kg)), (x + 7, axes.y(kg))], fill=BAND)


def _words(seen: Seen, title: str) -> Iterator[tuple[str, tuple[int, int], Pen]]:
    yield title, (LEFT, 36), Pen(20, FAINT)
    yield f"{seen.verdict.zh}   {seen.verdict.en}", (LEFT, 76), Pen(28, INK)
    yield f"{MARKED.zh}   {MARKED.en}", (LEFT, HEIGHT - 14), Pen(16, FAINT)
