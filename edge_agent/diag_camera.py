"""`edge-agent diag camera`: watches one camera for some seconds, as the agent would, and judges it.

The same reading process and the same rules as in service, with shorter times of proof. Nothing is
written but the picture asked for, and passwords in addresses are not shown.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from drivers.cameras.developing import Box
from drivers.cameras.health import CameraHealth, Verdict, step
from drivers.cameras.reader import now_ms
from drivers.cameras.slot import NONE, Seen
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from edge_agent.camera_report import (
    WELL,
    Finding,
    Watched,
    findings,
    limits_for,
    mask,
    state_of,
    summary,
)
from terminal.words import FOUND, GOOD, Columns, json_option, show, show_json
from weighbook.phrase import Phrase, Refusal

LOOK_S = 0.1
MIN_SECONDS, MAX_SECONDS = 3, 600

COLUMNS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("check", Phrase("检查", "check")),
    ("measured", Phrase("实测", "measured")),
    ("limit", Phrase("要求", "limit")),
    ("words", Phrase("怎么办", "what to do")),
)


class Times(NamedTuple):
    """How long to wait for a first packet, and to watch from then on, in seconds."""

    open_s: int
    watch_s: int


def watch(
    watcher: CameraWatcher, times: Times, notice: Callable[[tuple[Verdict, ...]], None]
) -> Watched:
    """Looks until the time is over; `notice` hears of every look.

    Errors: Refusal E_READER when the reading process itself does not run.
    """
    began_ms, limits, health = now_ms(), limits_for(times.watch_s), CameraHealth()
    first = Seen()
    verdicts: tuple[Verdict, ...] = ()
    until_ms = began_ms + 1_000 * times.open_s
    while (at_ms := now_ms()) < until_ms:
        watcher.tend(at_ms)
        seen = watcher.seen()
        if first.packet_ms == NONE and seen.packet_ms != NONE:
            first, until_ms = seen, seen.packet_ms + 1_000 * times.watch_s
        health, verdicts = step(health, seen, at_ms, limits)
        notice(verdicts)
        time.sleep(LOOK_S)
    last = watcher.seen()
    if last.beat_ms == NONE:
        raise _reader_refused()
    opened_ms = None if first.packet_ms == NONE else first.packet_ms - began_ms
    return Watched(1_000 * times.open_s, opened_ms, first, last, now_ms(), verdicts)


class Notices:
    """Says one JSON line per change of verdict."""

    def __init__(self) -> None:
        self._state = ""

    def notice(self, verdicts: tuple[Verdict, ...]) -> None:
        state = state_of(verdicts)
        if state == self._state:
            return
        self._state = state
        row = {"at_ms": time.time_ns() // 1_000_000, "state": state}
        measured = {verdict.code: verdict.measured for verdict in verdicts}
        show_json(row | {"measured": measured, "limit": {v.code: v.limit for v in verdicts}})


@click.command()
@click.argument("source")
@click.option("--seconds", type=click.IntRange(MIN_SECONDS, MAX_SECONDS), default=5,
              help="观察秒数 / how long to watch", show_default=True)  # fmt: skip
@click.option("--open-seconds", type=click.IntRange(1, 60), default=10, show_default=True,
              help="等待打开的时限 / how long to wait for it to open")  # fmt: skip
@click.option("--clock-box", help="画面中时钟 x,y,宽,高 / its clock x,y,width,height, pixels")
@click.option("--min-height", type=click.IntRange(1), default=720, show_default=True,
              help="最小高度 / least height, pixels")  # fmt: skip
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path),
              help="保存最新画面 / keep the newest picture")  # fmt: skip
@json_option
@click.pass_context
def camera_command(
    ctx: click.Context,
    source: str,
    seconds: int,
    open_seconds: int,
    clock_box: str | None,
    min_height: int,
    save: Path | None,
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """检查一个摄像头：SOURCE 为 rtsp/http 地址、文件或图片目录。

    Watches one camera (an rtsp or http address, a file, a folder of pictures). Exit code: 0 good,
    1 a fault was found, 2 could not.
    """
    _check_folder(save)
    watcher = CameraWatcher(CameraSettings("diag", checked(source), _box(clock_box)))
    notice = Notices().notice if as_json else lambda _verdicts: None
    try:
        watcher.start()
        watched = watch(watcher, Times(open_seconds, seconds), notice)
        picture = watcher.picture(now_ms())
    finally:
        watcher.stop()
    found = list(findings(watched, min_height))
    if save is not None:
        found.append(_save(save, picture))
    if as_json:
        show_json(summary(source, watched, found, time.time_ns() // 1_000_000))
    else:
        click.echo(mask(source))
        show([_row(finding) for finding in found], COLUMNS, as_json=False)
    ctx.exit(GOOD if all(finding.ok for finding in found) else FOUND)


def checked(source: str) -> str:
    """The source, if it can be one. Errors: Refusal E_SOURCE."""
    single = source.isprintable() and source == source.strip() and source != ""
    if single and ("://" in source or Path(source).exists()):
        return source
    shown = "".join(sign if sign.isprintable() else "?" for sign in mask(source))
    raise Refusal(
        "E_SOURCE",
        Phrase(f"{shown} 不是视频地址，也没有这个文件。",
               f"{shown} is neither an address nor a file."),
        Phrase("请写 rtsp://、http:// 地址或视频文件。",
               "Give an rtsp:// or http:// address, or a video file."),
    )  # fmt: skip


def _box(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        box = Box.read(text)
    except (TypeError, ValueError):
        box = Box(-1, -1, 0, 0)
    if min(box.x, box.y) >= 0 and min(box.width, box.height) > 0:
        return text
    raise Refusal(
        "E_CLOCK_BOX",
        Phrase(f"时钟框 {text} 不对。", f"The clock box {text} is not one."),
        Phrase("请写四个像素数：x,y,宽,高。", "Give four numbers of pixels: x,y,width,height."),
    )


def _check_folder(path: Path | None) -> None:
    if path is None or path.parent.is_dir():
        return
    raise Refusal(
        "E_FOLDER",
        Phrase(f"没有目录 {path.parent}。", f"There is no folder {path.parent}."),
        Phrase("请先建好目录再保存画面。", "Make it before a picture is kept there."),
    )


def _save(path: Path, picture: bytes | None) -> Finding:
    if picture is not None:
        path.write_bytes(picture)
    remedy = WELL if picture is not None else Phrase("没有新画面可存", "no fresh picture to keep")
    measured = f"{len(picture or b'')} bytes"
    return Finding(Phrase("保存画面", "saved"), picture is not None, measured, str(path), remedy)


def _row(finding: Finding) -> dict[str, str]:
    mark = "✓" if finding.ok else "✗"
    row = {"mark": mark, "check": str(finding.check), "words": str(finding.remedy)}
    return row | {"measured": finding.measured, "limit": finding.limit}


def _reader_refused() -> Refusal:
    return Refusal(
        "E_READER",
        Phrase("读取进程没有启动。", "The reading process does not run."),
        Phrase(
            "请检查安装：python -m drivers.cameras.process --help。",
            "Check the installation: python -m drivers.cameras.process --help.",
        ),
    )
