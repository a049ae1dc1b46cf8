"""Which figures the sheet of a watching shows, each with its limits and its scale. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from drivers.cameras.judging.limits import Limits
from edge_agent.camera_trail import Point
from edge_agent.camera_trial import ORDER, Change, Span
from weighbook.phrase import Phrase

GAP_MS = 3_000  # a curve is broken where nothing was measured for longer


class Strip(NamedTuple):
    """One strip: figures by name, the limits among them, and what its top stands for at least.

    `of_looks`: the stream's figures, not the picture's. `roof`: what is above is cut off.
    """

    title: Phrase
    names: tuple[str, ...]
    limits_of: Callable[[Limits], tuple[int, ...]]
    least_top: int
    roof: int | None = None
    of_looks: bool = False
    unit: str = ""

    def limits(self, limits: Limits, points: Sequence[Point]) -> tuple[int, ...]:
        """Drawn where there is something to compare."""
        known = any(name in point.values for point in points for name in self.names)
        return self.limits_of(limits) if known else ()

    def most(self, points: Sequence[Point], limits: tuple[int, ...]) -> int:
        """What the top stands for: the largest figure, if the roof allows."""
        values = [point.values[name] for point in points for name in self.names
                  if name in point.values]  # fmt: skip
        largest = max((self.least_top, *limits, *values)) * 21 // 20
        return largest if self.roof is None else min(largest, self.roof)

    def shown(self, value: int) -> str:
        number = f"{value / 1000:.2f}".rstrip("0").rstrip(".")
        return f"{number} {self.unit}".strip()


STRIPS: tuple[Strip, ...] = (
    Strip(
        Phrase("数据间隔", "packet age, s"), ("age_ms",), lambda at: (at.lost_after_ms,),
        3_000, roof=10_000, of_looks=True, unit="s",
    ),
    Strip(
        Phrase("帧率", "frames a second"), ("fps_milli",), lambda at: (at.floor_fps_milli,),
        12_000, of_looks=True,
    ),
    Strip(
        Phrase("场景相似", "scene score"), ("scene_milli",),
        lambda at: (at.scene_gone_milli,), 1_000,
    ),
    Strip(
        Phrase("清晰度", "sharpness share"), ("sharp_share_milli",), lambda at: (at.blurred_milli,),
        1_200, roof=2_000,
    ),
    Strip(
        Phrase("静止比例", "share that is still"), ("still_milli",),
        lambda at: (at.still_window_milli,), 1_000,
    ),
    Strip(
        Phrase("画面变化", "difference, levels"), ("difference_milli",),
        lambda at: (at.quiet_milli,), 1_000, roof=12_000,
    ),
    Strip(
        Phrase("位移", "shift, px of 480"), ("shift_px_milli", "drift_px_milli"),
        lambda at: (at.moved_px_milli,), 10_000, roof=60_000,
    ),
    Strip(
        Phrase("亮度与对比", "mean, spread"), ("mean_milli", "std_milli"),
        lambda at: (at.dark_milli, at.bright_milli), 255_000, roof=255_000,
    ),
)  # fmt: skip


def state_at(changes: list[Change], at_ms: int) -> str:
    """The verdict that stood then."""
    return next((one.state for one in reversed(changes) if one.at_ms <= at_ms), "")


def fault_at(spans: Sequence[Span], at_ms: int) -> str:
    """The gravest fault that lasted then, from when it began; none: an empty text."""
    lasting = {one.told.state for one in spans if one.began_ms <= at_ms <= (one.ended_ms or at_ms)}
    return next((code for code in ORDER if code in lasting), "")


def states(changes: list[Change], end_ms: int) -> Iterator[tuple[str, int, int]]:
    """Each verdict, from when and until when it stood."""
    ends = [*(one.at_ms for one in changes[1:]), end_ms]
    for change, to_ms in zip(changes, ends, strict=False):
        yield change.state, change.at_ms, to_ms


def runs(points: list[Point], name: str) -> Iterator[list[tuple[int, int]]]:
    """The values of one name, broken where there were none for too long."""
    run: list[tuple[int, int]] = []
    step_ms = (points[-1].at_ms - points[0].at_ms) // len(points) if points else 0
    for point in points:
        value = point.values.get(name)
        if value is None:
            continue
        if run and point.at_ms - run[-1][0] > GAP_MS + 4 * step_ms:
            yield run
            run = []
        run.append((point.at_ms, value))
    if run:
        yield run
