"""The sheet of one watching: small pictures along time, and below them what was measured.

Every figure has its own strip over the same time, with its limit drawn in. Faults are shaded from
when they began; each change of verdict is a numbered line through all strips, told at the foot.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageDraw

from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.verdict import in_words
from edge_agent.camera_outcome import Outcome
from edge_agent.camera_report import clock_of, short_name
from edge_agent.camera_strips import STRIPS, Strip, fault_at, runs, state_at, states
from edge_agent.camera_trail import SMALL, Trail
from edge_agent.camera_trial import OK, Change
from edge_agent.check_words import CHECKS
from edge_agent.lettering import Pen, write, write_before
from weighbook.phrase import Phrase

WIDTH, LEFT, RIGHT = 1680, 210, 1600
HEAD, PICTURES, BAND, STRIP, GAP, FOOT_LINE = 96, 7, 26, 92, 16, 25
PICTURE_WIDTH = (RIGHT - LEFT) // PICTURES - 4
PICTURE_HEIGHT = PICTURE_WIDTH * SMALL[1] // SMALL[0]
NEAR_PX = 15  # closer together two labels cover each other
MOST_TOLD = 24
PAPER, INK, GRID, FAINT, CURVE = "#ffffff", "#1f2933", "#e3e7eb", "#6b7785", "#0b61a4"
LIMIT, WELL, UNKNOWN, SHADE = "#c23b22", "#2f8f46", "#b8c0c8", "#f7e6e3"
MOST_SIGNS = 160
COLOURS = {
    "CAMERA_LOST": "#7a1f2b", "CAMERA_BLIND": "#b3261e", "CAMERA_FROZEN": "#6a3fa0",
    "CAMERA_MOVED": "#c76a00", "CAMERA_SLOW": "#8a6d00", "CAMERA_NOT_HD": "#3d6b8f",
    "CAMERA_CLOCK": "#00707a", OK: WELL,
}  # fmt: skip
SMALL_PEN, TITLE, VERDICT = Pen(15, FAINT), Pen(20, FAINT), Pen(28, INK)
STEPS_MS = tuple(1_000 * one for one in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600))
LAST_STEP_MS = 86_400_000
DASH, TICKS, LABEL_WIDTH = 12, 14, 60


class Axes(NamedTuple):
    """From milliseconds to pixels."""

    span_ms: int

    def x(self, at_ms: int) -> int:
        return LEFT + min(at_ms, self.span_ms) * (RIGHT - LEFT) // self.span_ms


class Sheet:
    """One drawing, from the top down."""

    def __init__(self, trail: Trail, outcome: Outcome, limits: Limits) -> None:
        self._trail, self._outcome, self._limits = trail, outcome, limits
        self._axes = Axes(max(1_000, trail.ended_ms))
        told = min(len(trail.changes), MOST_TOLD) + 1
        self._strips_top = HEAD + PICTURE_HEIGHT + BAND + 3 * GAP
        self._foot = self._strips_top + len(STRIPS) * (STRIP + GAP) + 2 * GAP
        self._bottom = self._foot - 2 * GAP
        self.image = Image.new("RGB", (WIDTH, self._foot + told * FOOT_LINE + GAP), PAPER)
        self._canvas = ImageDraw.Draw(self.image)

    def draw(self) -> None:
        self._draw_head()
        self._draw_pictures()
        self._draw_band()
        self._draw_faults()
        self._draw_time()
        for number, strip in enumerate(STRIPS):
            self._draw_strip(strip, self._strips_top + number * (STRIP + GAP))
        self._draw_changes()
        self._draw_foot()

    def _draw_head(self) -> None:
        outcome = self._outcome
        size = f"{outcome.width}×{outcome.height} {outcome.codec}" if outcome.pictures else ""
        fps = "" if outcome.fps_milli is None else f"{outcome.fps_milli / 1000:.1f} fps"
        facts = "   ".join(one for one in (size, fps, clock_of(outcome.media_ms)) if one)
        write(self._canvas, (24, 36), f"{short_name(outcome.source)}   {facts}", TITLE)
        verdict = verdict_of(outcome)
        pen = VERDICT._replace(ink=COLOURS.get(outcome.state, INK))
        write(self._canvas, (24, 76), f"{verdict.zh}   {verdict.en}", pen)

    def _draw_pictures(self) -> None:
        """At even places in time, each under its own moment."""
        smalls = self._trail.smalls.items
        width, high = PICTURE_WIDTH, PICTURE_HEIGHT
        for place in range(PICTURES if smalls else 0):
            at_ms = self._axes.span_ms * place // PICTURES
            nearest = min(smalls, key=lambda one: abs(one.at_ms - at_ms))
            shown = Image.fromarray(nearest.picture).resize((width, high))
            left = self._axes.x(at_ms)
            self.image.paste(shown, (left, HEAD))
            state = self._state_at(nearest.at_ms)
            box = [(left, HEAD), (left + width, HEAD + high)]
            self._canvas.rectangle(box, outline=COLOURS.get(state, UNKNOWN), width=3)
            tag = [(left + 3, HEAD + high - 20), (left + 66, HEAD + high - 3)]
            self._canvas.rectangle(tag, fill="#000000")
            place_at = (left + 8, HEAD + high - 6)
            write(self._canvas, place_at, clock_of(nearest.at_ms), Pen(14, "#ffffff"))

    def _state_at(self, at_ms: int) -> str:
        """The fault that had begun by then, told or not; else what was said."""
        found = fault_at(self._outcome.spans, at_ms)
        return found or state_at(self._trail.changes, at_ms)

    def _draw_band(self) -> None:
        """The verdict over time, as a coloured band."""
        top = HEAD + PICTURE_HEIGHT + GAP
        write_before(self._canvas, (LEFT - 14, top + 18), "结论 verdict", SMALL_PEN)
        for state, from_ms, to_ms in states(self._trail.changes, self._axes.span_ms):
            left, right = self._axes.x(from_ms), self._axes.x(to_ms)
            box = [(left, top), (max(left + 1, right), top + BAND)]
            self._canvas.rectangle(box, fill=COLOURS.get(state, UNKNOWN))
            if right - left > 9 * len(state):
                write(self._canvas, (left + 6, top + 18), state, Pen(13, "#ffffff"))

    def _draw_faults(self) -> None:
        """From when each began, which is before it was told."""
        for span in self._outcome.spans:
            ended_ms = self._axes.span_ms if span.ended_ms is None else span.ended_ms
            left, right = self._axes.x(span.began_ms), self._axes.x(ended_ms)
            box = [(left, self._strips_top), (max(left, right), self._bottom)]
            self._canvas.rectangle(box, fill=SHADE)

    def _draw_time(self) -> None:
        span_ms = self._axes.span_ms
        step_ms = next((one for one in STEPS_MS if span_ms // one <= TICKS), LAST_STEP_MS)
        for at_ms in range(0, span_ms + 1, step_ms):
            x = self._axes.x(at_ms)
            self._canvas.line([(x, self._strips_top), (x, self._bottom)], fill=GRID)
            words = clock_of(at_ms).removesuffix(".0")
            write(self._canvas, (x + 3, self._bottom + 18), words, SMALL_PEN)

    def _draw_strip(self, strip: Strip, top: int) -> None:
        points = (self._trail.looks if strip.of_looks else self._trail.views).items
        limit = strip.limits(self._limits, points)
        if strip.of_looks and self._trail.fps_limit_milli and "fps_milli" in strip.names:
            limit = (self._trail.fps_limit_milli,)
        most = strip.most(points, limit)
        bottom = top + STRIP
        self._canvas.rectangle([(LEFT, top), (RIGHT, bottom)], outline=GRID)
        write_before(self._canvas, (LEFT - 14, top + 30), strip.title.zh, Pen(17, INK))
        write_before(self._canvas, (LEFT - 14, top + 52), strip.title.en, SMALL_PEN)
        marks = [height(value, most, bottom) for value in limit]
        for y, text in ((top + 7, strip.shown(most)), (bottom - 5, "0")):
            if all(abs(y - mark) > NEAR_PX for mark in marks):
                write(self._canvas, (RIGHT + 6, y + 5), text, SMALL_PEN)
        for value in limit:
            self._draw_limit(strip, top, value, most)
        for name, ink in zip(strip.names, (CURVE, "#7aa7c7"), strict=False):
            for run in runs(points, name):
                line = [(self._axes.x(at), height(value, most, bottom)) for at, value in run]
                self._draw_run(line, ink)

    def _draw_limit(self, strip: Strip, top: int, value: int, most: int) -> None:
        y = height(value, most, top + STRIP)
        for x in range(LEFT, RIGHT, DASH):
            self._canvas.line([(x, y), (x + DASH // 2, y)], fill=LIMIT)
        write(self._canvas, (RIGHT + 6, y + 5), strip.shown(value), Pen(14, LIMIT))

    def _draw_run(self, line: list[tuple[int, int]], ink: str) -> None:
        if len(line) > 1:
            self._canvas.line(line, fill=ink, width=2, joint="curve")
        else:
            x, y = line[0]
            self._canvas.ellipse([(x - 1, y - 1), (x + 2, y + 2)], fill=ink)

    def _draw_changes(self) -> None:
        bottom = self._bottom
        for number, change in enumerate(self._trail.changes, 1):
            x, ink = self._axes.x(change.at_ms), COLOURS.get(change.state, INK)
            self._canvas.line([(x, self._strips_top), (x, bottom)], fill=ink, width=2)
            if number <= MOST_TOLD:
                top = self._strips_top - GAP + 1
                self._canvas.ellipse([(x - 9, top), (x + 9, top + 18)], fill=ink)
                shift = 4 if number < 10 else 8
                write(self._canvas, (x - shift, top + 14), str(number), Pen(13, "#ffffff"))

    def _draw_foot(self) -> None:
        """Every change in words, and since when it was so."""
        for number, change in enumerate(self._trail.changes[:MOST_TOLD], 1):
            y = self._foot + number * FOOT_LINE
            ink = COLOURS.get(change.state, INK)
            write(self._canvas, (LEFT - 80, y), f"{number:>2}", Pen(16, ink))
            write(self._canvas, (LEFT - 46, y), words_of(change), Pen(16, ink))
        left_out = len(self._trail.changes) - MOST_TOLD
        if left_out > 0:
            y = self._foot + (MOST_TOLD + 1) * FOOT_LINE
            write(self._canvas, (LEFT - 46, y), f"… +{left_out}", SMALL_PEN)


def draw(trail: Trail, outcome: Outcome, limits: Limits) -> bytes:
    """The sheet as PNG."""
    sheet = Sheet(trail, outcome, limits)
    sheet.draw()
    data = io.BytesIO()
    sheet.image.save(data, "PNG")
    return data.getvalue()


def verdict_of(outcome: Outcome) -> Phrase:
    """All of it in one line."""
    if outcome.state == OK:
        return Phrase("未见故障", "no fault seen") if outcome.ok else Phrase("不完整", "incomplete")
    codes = ", ".join(dict.fromkeys(span.told.state for span in outcome.spans))
    return Phrase(f"发现 {len(outcome.spans)} 处故障", f"faults found: {codes}")


def words_of(change: Change) -> str:
    """One change, in one line."""
    clock = clock_of(change.at_ms)
    if change.state == OK:
        return f"{clock}   ok 正常"
    check = CHECKS.get(change.check, Phrase("", change.check))
    since = clock if change.began_ms is None else clock_of(change.began_ms)
    text = f"{clock}   {change.state}   {check.zh} {check.en}   自 since {since}"
    return f"{text}   {in_words(change.measured)}"[:MOST_SIGNS]


def height(value: int, most: int, bottom: int) -> int:
    """What is beyond the strip is drawn at its edge."""
    return bottom - max(0, min(value, most)) * STRIP // most
