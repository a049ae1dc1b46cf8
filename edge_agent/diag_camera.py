"""`edge-agent diag camera`: judges a camera, a recording or a folder, as the agent would.

A stream is watched in real time through a reading process; a file and a folder as fast as they go,
by their own time. Nothing is written but the pictures asked for, and no password is shown.
"""

from pathlib import Path
from typing import Any

import click
import cv2

from drivers.cameras.developing import Box
from drivers.cameras.picture_folder import decoded, read_file
from drivers.cameras.sources import Picture
from edge_agent.camera_outcome import STREAM, Outcome
from edge_agent.camera_report import Line, account, change_row, lines, mask, summary
from edge_agent.camera_trail import Trail
from edge_agent.camera_trial import HD_HEIGHT, Change
from edge_agent.camera_watching import Wanted, Watching
from edge_agent.finding import WELL
from terminal.words import FOUND, GOOD, Columns, harmless, json_option, show, show_json
from weighbook.phrase import Phrase, Refusal

STREAM_SECONDS = 30
MAX_SECONDS = 86_400

COLUMNS: Columns = (
    ("mark", Phrase("结论", "ok")),
    ("check", Phrase("检查", "check")),
    ("when", Phrase("时间", "when")),
    ("measured", Phrase("实测", "measured")),
    ("limit", Phrase("要求", "limit")),
    ("words", Phrase("怎么办", "what to do")),
)


@click.command()
@click.argument("source")
@click.option("--seconds", type=click.IntRange(1, MAX_SECONDS),
              help="看多少秒：视频流默认 30，文件默认全部（按其自身时间）"
              " / how long: a stream 30, a file all of it, in its own time")  # fmt: skip
@click.option("--open-seconds", type=click.IntRange(1, 60), default=10, show_default=True,
              help="等待视频流打开的时限 / how long to wait for a stream to open")  # fmt: skip
@click.option("--reference", type=click.Path(dir_okay=False, path_type=Path),
              help="对照画面：判断遮挡、移位、模糊"
              " / a picture of the right view to compare with")  # fmt: skip
@click.option("--clock-box", help="画面中时钟 x,y,宽,高 / its clock x,y,width,height, pixels")
@click.option("--min-height", type=click.IntRange(1), default=HD_HEIGHT, show_default=True,
              help="最小高度（像素）/ least height, pixels")  # fmt: skip
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path),
              help="画成一页：缩略图、各项指标与门限"
              " / a sheet: thumbnails, figures, limits")  # fmt: skip
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path),
              help="保存最新画面 / keep the newest picture")  # fmt: skip
@json_option
def camera_command(source: str, **given: Any) -> None:
    """检查一个摄像头：SOURCE 为 rtsp/http 地址、视频文件或图片目录。

    Judges a camera (an rtsp or http address), a video file or a folder of pictures in name order, a
    second each. Prints every change of verdict, then a summary. Exit code: 0 good, 1 a fault was
    found, 2 could not.
    """
    for path in (given["png"], given["save"]):
        _check_folder(path)
    wanted = _wanted(source, given)
    trail = Trail() if given["png"] else None
    as_json = given["as_json"]
    tell = _tell_json if as_json else _tell
    if not as_json:
        click.echo(harmless(mask(source)))
    watching = Watching(wanted, tell, trail)
    outcome = watching.watch()
    found = list(lines(outcome))
    if given["save"] is not None:
        found.append(_saved(given["save"], watching.picture))
    if given["png"] is not None and trail is not None:
        _draw(given["png"], trail, outcome, watching)
    if as_json:
        show_json(summary(outcome))
    else:
        show([_row(line) for line in found], COLUMNS, as_json=False)
    click.get_current_context().exit(GOOD if all(line.ok for line in found) else FOUND)


def _tell(change: Change, _began_ms: int) -> None:
    for line in account(change):
        click.echo(harmless(line))


def _tell_json(change: Change, began_ms: int) -> None:
    show_json(change_row(change, began_ms))


def _wanted(source: str, given: dict[str, Any]) -> Wanted:
    wanted = Wanted(
        checked(source),
        given["seconds"],
        given["open_seconds"],
        box_of(given["clock_box"]),
        None if given["reference"] is None else _reference(given["reference"]),
        given["min_height"],
    )
    if wanted.kind == STREAM and wanted.seconds is None:
        return Wanted(**(vars(wanted) | {"seconds": STREAM_SECONDS}))
    return wanted


def checked(source: str) -> str:
    """The source, if it can be one. Errors: Refusal E_SOURCE."""
    single = source.isprintable() and source == source.strip() and source != ""
    if single and ("://" in source or Path(source).is_file() or Path(source).is_dir()):
        return source
    shown = "".join(sign if sign.isprintable() else "?" for sign in mask(source))
    raise Refusal(
        "E_SOURCE",
        Phrase(f"{shown} 不是视频地址，也没有这个文件或目录。",
               f"{shown} is neither an address nor a file or folder."),
        Phrase("请写 rtsp://、http:// 地址、视频文件或图片目录。",
               "Give an rtsp:// or http:// address, a video file or a folder of pictures."),
    )  # fmt: skip


def box_of(text: str | None) -> Box | None:
    """The clock's box as it was typed. Errors: Refusal E_CLOCK_BOX."""
    if text is None:
        return None
    try:
        box = Box.read(text)
    except (TypeError, ValueError):
        box = Box(-1, -1, 0, 0)
    if min(box.x, box.y) >= 0 and min(box.width, box.height) > 0:
        return box
    raise Refusal(
        "E_CLOCK_BOX",
        Phrase(f"时钟框 {text} 不对。", f"The clock box {text} is not one."),
        Phrase("请写四个像素数：x,y,宽,高。", "Give four numbers of pixels: x,y,width,height."),
    )


def _reference(path: Path) -> Picture:
    picture = decoded(read_file(path))
    if picture is not None:
        return picture
    raise Refusal(
        "E_REFERENCE",
        Phrase(f"{path} 不是能读出的图片。", f"{path} is no picture that can be read."),
        Phrase("请给一张该摄像头正常时的 JPEG 或 PNG。",
               "Give a JPEG or PNG of this camera's view when it was right."),
    )  # fmt: skip


def _check_folder(path: Path | None) -> None:
    if path is None or path.parent.is_dir():
        return
    raise Refusal(
        "E_FOLDER",
        Phrase(f"没有目录 {path.parent}。", f"There is no folder {path.parent}."),
        Phrase("请先建好目录再保存画面。", "Make it before a picture is kept there."),
    )


def _saved(path: Path, picture: Picture | None) -> Line:
    data = b""
    if picture is not None:
        is_png = path.suffix.lower() == ".png"
        _, encoded = cv2.imencode(".png" if is_png else ".jpg", picture)
        data = bytes(encoded)
        path.write_bytes(data)
    remedy = WELL if data else Phrase("没有画面可存", "no picture to keep")
    title = Phrase("保存画面", "saved")
    return Line(bool(data), title, "", f"{len(data)} bytes", str(path), remedy)


def _draw(path: Path, trail: Trail, outcome: Outcome, watching: Watching) -> None:
    from edge_agent.camera_sheet import draw

    path.write_bytes(draw(trail, outcome, watching.trial.setting.limits))


def _row(line: Line) -> dict[str, str]:
    mark = "✓" if line.ok else "✗"
    row = {"mark": mark, "check": str(line.check), "words": str(line.words), "when": line.when}
    return row | {"measured": line.measured, "limit": line.limit}
