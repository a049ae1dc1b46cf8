"""`collector order view` asks for a camera's pictures, `collector view` shows what came."""

import contextlib
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

import click

from collector import orders, registry
from collector.cli_order_sending import weighbridge_option
from collector.period import shown_briefly
from collector.registry import CAMERAS, WEIGHBRIDGES
from collector.session import Session, by_option, json_option, say
from collector.views import GRACE_MS, VIEWS_FOLDER, Frame, FrameStore, Sought, newest_view
from terminal.words import show_json
from weighbook.orders import MAX_VIEW_MINUTES, MINUTE_MS, Action, View
from weighbook.phrase import Phrase, Refusal

POLL_S = 0.25


@click.command("view")
@weighbridge_option
@click.option("--camera", required=True, metavar="CAMERA", help="摄像头编号 / camera id")
@click.option(
    "--minutes",
    type=click.IntRange(1, MAX_VIEW_MINUTES),
    default=MAX_VIEW_MINUTES,
    show_default=True,
    help="自现在起 / from now",
)
@by_option
@click.pass_obj
def order_view_command(
    session: Session, /, weighbridge: str, camera: str, minutes: int, by: str
) -> None:
    """调看一个摄像头，每秒一张，最多十分钟。 See a camera, a picture a second."""
    home = session.home()
    registry.find(home.db, WEIGHBRIDGES, weighbridge)
    check_camera(registry.find(home.db, CAMERAS, camera)["weighbridge"], weighbridge, camera)
    now_ms = home.now_ms()
    number = orders.issue(
        home,
        weighbridge,
        Action.VIEW,
        View(camera, minutes),
        by=by,
        now_ms=now_ms,
        expires_ms=now_ms + minutes * MINUTE_MS,
    )
    say(
        Phrase(
            f"已签发 {weighbridge} 第 {number} 号指令：调看 {camera} {minutes} 分钟；"
            f"画面用 collector view {weighbridge} {camera} 查看。",
            f"Signed order {number} for {weighbridge}: {camera} for {minutes} minutes. "
            f"Look with: collector view {weighbridge} {camera}.",
        )
    )


def check_camera(owner: str, weighbridge: str, camera: str) -> None:
    if owner != weighbridge:
        raise Refusal(
            "E_CAMERA",
            Phrase(
                f"摄像头 {camera} 属于 {owner}，不属于 {weighbridge}。",
                f"The camera {camera} is of {owner}, not of {weighbridge}.",
            ),
            Phrase("请用 collector camera list 核对。", "Compare with: collector camera list."),
        )


@click.command("view")
@click.argument("weighbridge")
@click.argument("camera")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="存为 / JPEG file")
@click.option("--follow", is_flag=True, help="随新画面更新，直到结束 / until the view is over")
@json_option
@click.pass_obj
def view_command(session: Session, /, weighbridge: str, camera: str, **options: Any) -> None:
    """看最近一次调看的最新画面。 The newest picture of the camera's newest view."""
    home = session.home()
    registry.find(home.db, WEIGHBRIDGES, weighbridge)
    view = newest_view(home.db, weighbridge, camera)
    if view is None:
        raise Refusal(
            "E_NO_VIEW",
            Phrase(f"没有调看过 {camera}。", f"No view of {camera} was ordered."),
            Phrase("请先用 collector order view 签发。", "Order one: collector order view."),
        )
    store = FrameStore(home.path / VIEWS_FOLDER)
    last: Frame | None = None
    while True:
        came = store.frames(weighbridge, view.number)
        if came and came[-1] != last:
            last = came[-1]
            tell(view, came, options)
        if not options["follow"] or home.now_ms() >= view.until_ms + GRACE_MS:
            break
        time.sleep(POLL_S)
    if last is None:
        raise no_frame(view)


def tell(view: Sought, frames: list[Frame], options: dict[str, Any]) -> None:
    """Say what came last, and save it if asked."""
    newest, target = frames[-1], options["save"]
    if target is not None:
        save(newest.path, target)
    file = str(target or newest.path)
    if options["as_json"]:
        told = {"number": view.number, "camera": view.camera, "until_ms": view.until_ms}
        show_json({**told, "at_ms": newest.at_ms, "frames": len(frames), "file": file})
        return
    at, until = shown_briefly(newest.at_ms), shown_briefly(view.until_ms)
    say(
        Phrase(
            f"{view.camera} {at}，共 {len(frames)} 张，至 {until}：{file}",
            f"{view.camera} {at}, {len(frames)} so far, until {until}: {file}",
        )
    )


def save(frame: Path, target: Path) -> None:
    """Whole, so that a viewer of the file never sees half a picture."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        shutil.copyfile(frame, draft)
        os.replace(draft, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def no_frame(view: Sought) -> Refusal:
    return Refusal(
        "E_NO_FRAME",
        Phrase(
            f"第 {view.number} 号调看还没有画面。", f"No picture of view {view.number} has come."
        ),
        Phrase(
            "请用 collector order show 看是否已执行，并确认磅房已联网、配置了 [pictures] url。",
            "It comes once the weighbridge is online; see collector order show, and that its"
            " [pictures] url is set.",
        ),
    )
