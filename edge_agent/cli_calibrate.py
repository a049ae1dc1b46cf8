"""`edge-agent camera calibrate`: walks a technician through commissioning a camera, and signs it.

The camera is watched for some seconds, its clock is found, areas are asked for (or given as
options), all of it is drawn into a picture to be looked at, and only then signed.
"""

import time
from pathlib import Path
from typing import Any

import click

from drivers.cameras.album import Album
from edge_agent import calibrating
from edge_agent.calibration_book import read_papers
from edge_agent.calibration_draft import (
    MAX_IDENTITY,
    MAX_NAME,
    Answers,
    answers_of,
    drafted,
    is_colour,
    night_of,
    replacing,
    with_night,
)
from edge_agent.calibration_questions import (
    AUTO,
    Visit,
    answers_to,
    check_options,
    draw_preview,
)
from edge_agent.calibration_screen import Progress, agrees, need_somebody, show_stream
from edge_agent.calibration_words import (
    already_dark,
    no_day_yet,
    outcome_words,
    shift_words,
    still_light,
    summary,
)
from edge_agent.config import load_config
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site
from terminal.words import FOUND, json_option, say, show_json
from weighbook.calibrations import CameraCalibration
from weighbook.phrase import Phrase

WATCHING = Phrase("正在观看画面", "watching the camera")
WAITING = Phrase("等待摄像头转为红外", "waiting for infrared")
CONFIRM = Phrase(
    "预览图中各区域是否都对？确认后签署", "Are all areas in the preview right? Yes signs them"
)
HOUR_S = 3_600


@click.command()
@click.argument("camera")
@config_option
@click.option("--clock-box", default=AUTO, show_default=True, metavar="X,Y,W,H",
              help="时钟框(像素)，auto 自动找，none 没有 / the clock, in pixels")  # fmt: skip
@click.option("--platform", metavar="X,Y,W,H", help="秤台区域(像素) / the weighbridge's deck")
@click.option("--mask", "masks", multiple=True, metavar="X,Y,W,H",
              help="屏蔽区域，可多次：字幕、树、公路 / not looked at; repeatable")  # fmt: skip
@click.option("--lamp", metavar="X,Y,W,H", help="信号灯区域(像素) / the challenge's lamp")
@click.option("--seconds", type=click.IntRange(1, 60), default=12, show_default=True,
              help="观看秒数，找时钟至少 8 秒 / how long to watch; a clock needs 8")  # fmt: skip
@click.option("--by", help="标定人，默认取配置 operator / who calibrates; default: the operator")
@click.option("--identity", help="型号、序列号、固件 / model, serial number, firmware")
@click.option("--preview", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="预览图，默认在 state_dir / the preview; default: in state_dir")  # fmt: skip
@click.option("--add-night", is_flag=True, help="只补拍夜间红外参考 / add the infrared reference")
@click.option("--wait", "wait_h", type=click.IntRange(0, 24), default=0, show_default=True,
              help="最多等几小时转红外 / wait so many hours for infrared")  # fmt: skip
@click.option("--only-infrared", is_flag=True, help="摄像头没有彩色 / it never shows colour")
@click.option("--yes", is_flag=True, help="不提问，直接签署 / ask nothing and sign")
@json_option
@click.pass_context
def calibrate_command(
    ctx: click.Context,
    /,
    camera: str,
    config_path: Path,
    as_json: bool,  # noqa: FBT001 # click's way
    **options: Any,
) -> None:
    """标定配置中的摄像头 CAMERA：时钟、秤台、屏蔽区、昼夜参考，核对后签署。

    Commissions a camera of the configuration: its clock, platform, masks and references, checked
    in a picture and signed. Areas are in pixels of the full picture. Exit code: 0 signed, 1 not
    confirmed, 2 could not.
    """
    config, _ = load_config(config_path)
    found = calibrating.camera_of(config, camera)
    check_options(options)
    if not options["yes"]:
        need_somebody()
    papers = read_papers(Site(config.state))
    calibrating.check_user(papers.site)
    options["by"] = (options["by"] or config.operator or "technician")[:MAX_NAME]
    options["identity"] = (options["identity"] or "")[:MAX_IDENTITY] or None
    visit = Visit(papers, found, config.camera_limits, options, as_json)
    taken = _night(visit) if options["add_night"] else _day(visit)
    if taken is None:
        say(Phrase("没有签署。", "Nothing was signed."))
        ctx.exit(FOUND)
    calibration, album = taken
    handed = calibrating.hand_over(papers, calibration, album.developed.jpeg)
    if as_json:
        show_json(summary(calibration, handed, visit.preview))
        return
    for phrase in outcome_words(calibration, handed):
        say(phrase)


Taken = tuple[CameraCalibration, Album]


def _day(visit: Visit) -> Taken | None:
    """All of it; None when it was not confirmed."""
    album = _watch(visit)
    colour = is_colour(album, visit.limits)
    if not colour and not visit.options["only_infrared"]:
        raise already_dark()
    answers = answers_to(visit, album)
    signer = calibrating.signer_of(visit.papers, visit.camera.name, visit.options)
    new = drafted(signer, album, answers, colour=colour)
    in_force, _ = calibrating.known_of(visit.papers, visit.camera.name)
    if in_force is not None:
        shift = calibrating.shift_from(visit.papers, in_force, album)
        new = replacing(new, in_force.digest, shift)
        visit.say(shift_words(new.moved, visit.limits))
    return (new, album) if _confirmed(visit, album, answers, new) else None


def _night(visit: Visit) -> Taken | None:
    """The newest calibration with a night picture; None when it was not confirmed."""
    _, newest = calibrating.known_of(visit.papers, visit.camera.name)
    if newest is None:
        raise no_day_yet(visit.camera.name)
    base = visit.papers.shelf.fetch(newest.digest)
    _wait_for_night(visit)
    album = _watch(visit)
    if is_colour(album, visit.limits):
        raise still_light()
    signer = calibrating.signer_of(visit.papers, visit.camera.name, visit.options)
    new = with_night(base, signer, night_of(album), newest.digest)
    answers = answers_of(base)
    return (new, album) if _confirmed(visit, album, answers, new) else None


def _watch(visit: Visit) -> Album:
    seconds = visit.options["seconds"]
    album = calibrating.look_at(visit.camera.source, seconds, Progress(WATCHING))
    if not visit.as_json:
        show_stream(album, visit.limits)
    return album


def _wait_for_night(visit: Visit) -> None:
    """Looks now and then until the camera has turned to infrared and settled, or time is up."""
    wait_s = visit.options["wait_h"] * HOUR_S
    began_s, progress = time.monotonic(), Progress(WAITING)
    while (gone_s := time.monotonic() - began_s) < wait_s:
        album = calibrating.look_at(visit.camera.source, calibrating.LOOK_S, lambda _share: None)
        if not is_colour(album, visit.limits):
            time.sleep(calibrating.SETTLE_S)
            return
        progress(gone_s / wait_s)
        time.sleep(calibrating.POLL_S)


def _confirmed(visit: Visit, album: Album, answers: Answers, new: CameraCalibration) -> bool:
    light = "白天 day" if is_colour(album, visit.limits) else "红外 infrared"
    width, height = album.size
    stream = f"{album.codec} {width}×{height}"
    title = f"{new.weighbridge} {new.camera} · {stream} · {shown_time(new.at_ms)} {light}"
    draw_preview(visit, album, answers, title)
    return not visit.asks or agrees(CONFIRM)
