"""`edge-agent camera calibration`: what is in force of each camera, what awaits, if it holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from edge_agent import calibrating
from edge_agent.calibration_book import Papers, read_papers
from edge_agent.calibration_draft import answers_of, shown_area, shown_box
from edge_agent.config import load_config
from edge_agent.session import config_option
from edge_agent.shown_time import shown_time
from edge_agent.site import Site
from terminal.words import FOUND, GOOD, Columns, json_option, show
from weighbook.calibrations import CameraCalibration, has_night
from weighbook.commissioning import Calibrated
from weighbook.phrase import Phrase, Refusal

COLUMNS: Columns = (
    ("mark", Phrase("核验", "holds")),
    ("camera", Phrase("摄像头", "camera")),
    ("state", Phrase("状态", "state")),
    ("digest", Phrase("编号", "digest")),
    ("at", Phrase("标定时间", "taken")),
    ("by", Phrase("标定人", "by")),
    ("stream", Phrase("码流", "stream")),
    ("areas", Phrase("区域(像素)", "areas, pixels")),
    ("light", Phrase("参考", "references")),
    ("words", Phrase("说明", "remark")),
)
IN_FORCE = Phrase("生效", "in force")
AWAITS = Phrase("待能源局批准", "awaits the bureau")
WAITS = Phrase("待磅房服务接收", "waits for the agent")
NEVER = Phrase("未标定", "never calibrated")
NO_NIGHT = Phrase("缺夜间参考", "no night reference")


@click.command()
@click.argument("camera", required=False)
@config_option
@json_option
@click.pass_context
def calibration_command(
    ctx: click.Context,
    camera: str | None,
    config_path: Path,
    as_json: bool,  # noqa: FBT001 # click's way
) -> None:
    """各摄像头现行的标定、待批准的标定，以及是否完好。

    What is in force of each camera, what awaits approval, and whether it verifies. Exit code:
    0 all hold, 1 one does not, 2 could not.
    """
    config, _ = load_config(config_path)
    names = [one.name for one in config.camera]
    if camera is not None:
        names = [calibrating.camera_of(config, camera).name]
    papers = read_papers(Site(config.state))
    rows = [row for name in names for row in _rows(papers, name)]
    show(rows, COLUMNS, as_json=as_json)
    ctx.exit(GOOD if all(row["holds"] is not False for row in rows) else FOUND)


def _rows(papers: Papers, name: str) -> Iterator[dict[str, Any]]:
    known = papers.ledger.calibrations.get(name)
    if known is None:
        yield _row(name, NEVER, "")
    else:
        yield _checked(papers, name, IN_FORCE, known.in_force)
        if known.awaits is not None:
            yield _checked(papers, name, AWAITS, known.awaits)
    for path in calibrating.waiting(papers.site, name):
        yield _row(name, WAITS, path.stem.rpartition("-")[2])


def _checked(papers: Papers, name: str, state: Phrase, one: Calibrated) -> dict[str, Any]:
    """One calibration, loaded as the agent would."""
    row = _row(name, state, one.digest.hex()[:16])
    try:
        papers.shelf.load(name, one.digest)
        found = papers.shelf.fetch(one.digest)
    except Refusal as refusal:
        return row | {"mark": "✗", "holds": False, "words": str(refusal.what)}
    return row | {"mark": "✓", "holds": True} | _facts(found)


def _facts(found: CameraCalibration) -> dict[str, Any]:
    stream, answers = found.stream, answers_of(found)
    size = stream.width, stream.height
    areas = {
        "clock": shown_box(answers.clock),
        "platform": shown_area(answers.platform, size),
        "lamp": shown_area(answers.lamp, size),
        "masks": " ".join(shown_area(mask, size) for mask in answers.masks),
    }
    lights = ["彩色 colour"] * any(one.colour for one in found.references)
    lights += ["红外 infrared"] * has_night(found)
    return {
        "at": shown_time(found.at_ms),
        "by": found.by,
        "stream": f"{stream.codec} {stream.width}×{stream.height}",
        "areas": "\n".join(f"{name} {text}" for name, text in areas.items() if text),
        "light": "\n".join(lights),
        "words": "" if has_night(found) else str(NO_NIGHT),
    }


def _row(camera: str, state: Phrase, digest: str) -> dict[str, Any]:
    return {"mark": "—", "camera": camera, "state": str(state), "digest": digest, "holds": None}
