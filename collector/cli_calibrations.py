"""`collector camera calibrations`: what was commissioned where, what awaits, and its pictures."""

from math import hypot
from typing import Any

import click

from collector import calibrations
from collector.calibrations import AWAITS, IN_FORCE, REPLACED, Told
from collector.period import shown_briefly
from collector.pictures import PictureStore
from collector.server import PICTURES_FOLDER
from collector.session import Session, json_option, show
from weighbook.calibrations import CameraCalibration
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase

P = Phrase
COLUMNS = (
    ("weighbridge", P("磅房", "weighbridge")),
    ("camera", P("摄像头", "camera")),
    ("shown_state", P("状态", "state")),
    ("at", P("记入", "recorded")),
    ("by", P("标定人", "by")),
    ("moved_px", P("画面移动(像素)", "view moved, px of 480")),
    ("shown_pictures", P("参考图", "reference pictures")),
)
STATES = {
    IN_FORCE: P("生效", "in force"),
    AWAITS: P("待批准现场", "awaits approve-site"),
    REPLACED: P("已被取代", "replaced"),
}
NOT_HERE = P("未送达", "not here yet")


@click.command("calibrations")
@click.argument("weighbridge", required=False)
@click.option("--all", "all_of_them", is_flag=True, help="包括已被取代的 / replaced ones too")
@json_option
@click.pass_obj
def calibrations_command(
    session: Session, /, weighbridge: str | None, *, all_of_them: bool, as_json: bool
) -> None:
    """各摄像头的标定：生效的、等待批准现场的，及其参考图。

    Calibrations: those in force, those that await `collector order approve-site`, and where their
    reference pictures lie.
    """
    home = session.home()
    pictures, ring = PictureStore(home.path / PICTURES_FOLDER), home.ring()
    found = calibrations.told(home.db, weighbridge)
    kept = [one for one in found if all_of_them or one.state != REPLACED]
    show([row_of(pictures, ring, one) for one in kept], COLUMNS, as_json=as_json)


def row_of(pictures: PictureStore, ring: KeyRing, one: Told) -> dict[str, Any]:
    signed = calibrations.signed(pictures, ring, one.digest)
    files = list(calibrations.files(pictures, one))
    return {
        "weighbridge": one.weighbridge,
        "camera": one.device,
        "state": one.state,
        "shown_state": str(STATES[one.state]),
        "at_ms": one.at_ms,
        "at": shown_briefly(one.at_ms),
        "digest": one.digest.hex(),
        "by": None if signed is None else signed.by,
        "moved_px": moved_px(signed),
        "pictures": {light: None if path is None else str(path) for light, path in files},
        "shown_pictures": "\n".join(f"{light} {path or NOT_HERE.zh}" for light, path in files),
    }


def moved_px(signed: CameraCalibration | None) -> int | None:
    """How far the view lies from the calibration before; None where nobody could tell."""
    if signed is None or signed.moved is None:
        return None
    return round(hypot(signed.moved.x_milli, signed.moved.y_milli) / 1_000)
