"""Words and questions of commissioning a camera, on a terminal: Chinese first, English beside.

A question is put a few times at most; what was answered wrongly is refused in words and asked
again.
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import click

from drivers.cameras.album import Album
from drivers.cameras.judging.limits import Limits
from edge_agent.calibration_draft import is_colour
from terminal.words import Columns, say_refusal, show
from weighbook.phrase import Phrase, Refusal

TRIES = 5
TOLD_EVERY_S = 2.0

T = TypeVar("T")

FACTS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("check", Phrase("项目", "what")),
    ("measured", Phrase("实测", "measured")),
    ("limit", Phrase("要求", "wanted")),
)


class Progress:
    """Says how far something has come, every two seconds and when it is done."""

    def __init__(self, what: Phrase) -> None:
        self._what = what
        self._due_s = time.monotonic() + TOLD_EVERY_S

    def __call__(self, share: float) -> None:
        now_s = time.monotonic()
        if now_s >= self._due_s:
            self._due_s = now_s + TOLD_EVERY_S
            click.echo(f"{self._what.zh} {self._what.en} {share:.0%}", err=True)


def ask(question: Phrase, default: str, read: Callable[[str], T]) -> T:
    """What was answered, read. Errors: the Refusal of the last of a few wrong answers."""
    for left in range(TRIES - 1, -1, -1):
        text = click.prompt(f"{question.zh}\n  {question.en}", default=default, show_default=True)
        try:
            return read(str(text).strip())
        except Refusal as refusal:
            if not left:
                raise
            say_refusal(refusal)
    raise AssertionError


def agrees(question: Phrase) -> bool:
    return click.confirm(f"{question.zh}\n  {question.en}", default=False)


def need_somebody() -> None:
    """A question needs somebody to answer it. Errors: Refusal E_NOBODY."""
    if not sys.stdin.isatty():
        raise Refusal(
            "E_NOBODY",
            Phrase("标准输入不是终端，没有人能确认标定。", "Nobody is at the terminal to confirm."),
            Phrase(
                "请在终端上运行；脚本中用 --yes 和各选项给出全部答案。",
                "Run it on a terminal, or give every answer as an option, and --yes.",
            ),
        )


def show_stream(album: Album, limits: Limits) -> None:
    """What the camera gives, and what is wanted of it."""
    show(stream_rows(album, limits), FACTS, as_json=False)


def stream_rows(album: Album, limits: Limits) -> list[dict[str, str]]:
    width, height = album.size
    fps, gop = album.fps_milli, album.gop_ms
    slow = fps is not None and fps < limits.floor_fps_milli and album.codec != "jpeg"
    least = f"≥ {limits.min_width}×{limits.min_height}"
    light = Phrase("彩色", "colour") if is_colour(album, limits) else Phrase("红外", "infrared")
    sharp = album.sharp_milli
    return [
        _row("画面 picture", f"{width}×{height}", least, ok=_is_hd(album, limits)),
        _row("编码 codec", album.codec, "—"),
        _row("帧率 frames/s", _milli(fps), f"≥ {_milli(limits.floor_fps_milli)}", ok=not slow),
        _row(
            "关键帧间隔 keyframe every",
            "—" if gop is None else f"{gop} ms",
            f"≤ {limits.gop_ms} ms",
            ok=gop is None or gop <= limits.gop_ms,
        ),
        _row("光线 light", f"{light.zh} {light.en}", "—"),
        _row("清晰度 sharpness", _milli(sharp), "—", ok=sharp is not None),
    ]


def _is_hd(album: Album, limits: Limits) -> bool:
    width, height = album.size
    return width >= limits.min_width and height >= limits.min_height


def _milli(number: int | None) -> str:
    return "—" if number is None else f"{number / 1000:.2f}"


def _row(check: str, measured: str, limit: str, *, ok: bool = True) -> dict[str, str]:
    return {"mark": "✓" if ok else "✗", "check": check, "measured": measured, "limit": limit}
