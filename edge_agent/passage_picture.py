"""A picture of one passage: its curve, the plateau of the weight, the band, the verdict.

Beside the whole curve the plateau is drawn large: next to a truck, one division is too thin to see.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw

from edge_agent.lettering import Pen, write, write_before
from edge_agent.passage_seen import Point, Seen
from edge_agent.settings import SiteSettings
from edge_agent.settling import Capture
from weighbook.phrase import Phrase

WIDTH, HEIGHT = 1280, 720
LEFT, TOP, RIGHT, BOTTOM = 110, 110, 1240, 650
SPLIT, CLOSE_LEFT = 790, 900  # where the whole curve ends and the close-up begins
PAPER, INK, GRID, FAINT = "#ffffff", "#1f2933", "#d9dee4", "#7b8794"
CURVE, PLATEAU, BAND = "#0b61a4", "#d7ecd9", "#2f8f46"
TICKS = 6
STEPS_MS = tuple(1_000 * one for one in (1, 2, 5, 10, 30, 60, 300, 600, 3_600, 36_000))
DASH = 14
CLOSE_DIVISIONS = 4
SMALL = Pen(17, FAINT)

MARKED = Phrase("绿区：取重窗口；虚线：±1 分度", "green: the window weighed; dashes: ±1 division")


class _Axes(NamedTuple):
    """From milliseconds and kilograms to the pixels of a box: left, top, right, bottom."""

    box: tuple[int, int, int, int]
    began_ms: int
    span_ms: int
    low_kg: int
    top_kg: int

    def x(self, at_ms: int) -> int:
        left, _, right, _ = self.box
        return left + (at_ms - self.began_ms) * (right - left) // self.span_ms

    def y(self, kg: int) -> int:
        _, top, _, bottom = self.box
        return bottom - (kg - self.low_kg) * (bottom - top) // (self.top_kg - self.low_kg)

    def holds(self, point: Point) -> bool:
        at_ms, kg = point
        is_then = 0 <= at_ms - self.began_ms <= self.span_ms
        return is_then and self.low_kg <= kg <= self.top_kg


def draw(seen: Seen, site: SiteSettings, title: str) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    for text, at, pen in _words(seen, site, title):
        write(canvas, at, text, pen)
    capture = seen.capture if seen.settled_kg is not None else None
    whole = _whole(seen, RIGHT if capture is None else SPLIT)
    if capture is not None:
        close = _close_up(capture, site)
        for axes in (whole, close):
            _draw_window(canvas, axes, capture)
        _draw_band(canvas, close, capture, site)
        _draw_curve(canvas, close, seen, site)
    _draw_grid(canvas, whole)
    _draw_curve(canvas, whole, seen, site)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _whole(seen: Seen, right: int) -> _Axes:
    times = [at_ms for at_ms, _ in seen.points] or [0]
    weights = [kg for _, kg in seen.points] or [0]
    most_kg = max(*weights, 1_000)
    step = _round_step(most_kg)
    low_kg, top_kg = min(0, *weights) // step * step, step * (most_kg // step + 1)
    span_ms = max(1_000, times[-1] - times[0])
    return _Axes((LEFT, TOP, right, BOTTOM), times[0], span_ms, low_kg, top_kg)


def _close_up(capture: Capture, site: SiteSettings) -> _Axes:
    """The window with half its time before and after, and a few divisions around the weight."""
    reach_kg, margin_ms = CLOSE_DIVISIONS * site.division_kg, site.stable_ms // 2
    began_ms = capture.window[0].mono_ms - margin_ms
    span_ms = capture.window[-1].mono_ms + margin_ms - began_ms
    low_kg, top_kg = capture.weight_kg - reach_kg, capture.weight_kg + reach_kg
    return _Axes((CLOSE_LEFT, TOP, RIGHT, BOTTOM), began_ms, span_ms, low_kg, top_kg)


def _round_step(most: int) -> int:
    step: int = 10 ** (len(str(most)) - 1)
    return next(one for one in (step // 5, step // 2, step, step * 2) if most // one <= TICKS)


def _draw_window(canvas: ImageDraw.ImageDraw, axes: _Axes, capture: Capture) -> None:
    left, right = axes.x(capture.window[0].mono_ms), axes.x(capture.window[-1].mono_ms)
    canvas.rectangle([(left, TOP), (max(right, left + 2), BOTTOM)], fill=PLATEAU)


def _draw_grid(canvas: ImageDraw.ImageDraw, axes: _Axes) -> None:
    left, _, right, _ = axes.box
    for kg in range(axes.low_kg, axes.top_kg + 1, _round_step(axes.top_kg)):
        y = axes.y(kg)
        canvas.line([(left, y), (right, y)], fill=GRID)
        write_before(canvas, (left - 12, y + 6), f"{kg:,}", SMALL)
    step_ms = next(one for one in STEPS_MS if axes.span_ms // one <= TICKS * 2)
    for passed_ms in range(0, axes.span_ms + 1, step_ms):
        place = (axes.x(axes.began_ms + passed_ms) + 8, BOTTOM + 26)
        write_before(canvas, place, f"{passed_ms // 1000}", SMALL)
    write_before(canvas, (left - 12, TOP - 14), "kg", SMALL)
    write_before(canvas, (left - 12, BOTTOM + 26), "秒 s", SMALL)


def _draw_band(
    canvas: ImageDraw.ImageDraw, axes: _Axes, capture: Capture, site: SiteSettings
) -> None:
    """The weight and a division above and below, dashed."""
    left, top, right, bottom = axes.box
    canvas.rectangle([(left, top), (right, bottom)], outline=GRID)
    for number in (-1, 0, 1):
        kg = capture.weight_kg + number * site.division_kg
        y = axes.y(kg)
        write_before(canvas, (left - 12, y + 6), f"{kg:,}", SMALL)
        for x in range(left, right, DASH) if number else ():
            canvas.line([(x, y), (x + DASH // 2, y)], fill=BAND, width=2)


def _draw_curve(canvas: ImageDraw.ImageDraw, axes: _Axes, seen: Seen, site: SiteSettings) -> None:
    points = [point for point in seen.points if axes.holds(point)]
    for run in _runs(points, site.frame_gap_ms):
        line = [(axes.x(at_ms), axes.y(kg)) for at_ms, kg in run]
        canvas.line(line, fill=CURVE, width=2, joint="curve")


def _runs(points: Sequence[Point], gap_ms: int) -> Iterator[Sequence[Point]]:
    """The curve, broken wherever no weight came for too long."""
    breaks = (
        place for place in range(1, len(points)) if points[place][0] - points[place - 1][0] > gap_ms
    )
    return (points[start:end] for start, end in pairwise((0, *breaks, len(points))))


def _words(
    seen: Seen, site: SiteSettings, title: str
) -> Iterator[tuple[str, tuple[int, int], Pen]]:
    verdict = seen.verdict(site)
    yield title, (LEFT, 36), Pen(20, FAINT)
    yield f"{verdict.zh}   {verdict.en}", (LEFT, 76), Pen(28, INK)
    if seen.settled_kg is not None:
        yield f"{MARKED.zh}   {MARKED.en}", (LEFT, HEIGHT - 14), Pen(16, FAINT)
