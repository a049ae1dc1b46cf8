"""What a technician is asked about one camera, and the answers: from options, else by asking.

With `--yes` nobody is asked: what was found and what the configuration says is taken.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from drivers.cameras.album import Album
from drivers.cameras.calibrated import MAX_MASKS, MAX_SIDE_PX
from drivers.cameras.clock_finder import find_clock
from drivers.cameras.developing import Box
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.scene import Area
from edge_agent.calibration_book import Papers
from edge_agent.calibration_draft import (
    Answers,
    read_area,
    read_box,
    read_masks,
    shown_area,
    shown_box,
)
from edge_agent.calibration_picture import draw_areas
from edge_agent.calibration_screen import ask
from edge_agent.config import CameraConfig
from edge_agent.evidence import write_whole
from edge_agent.lamp_config import lamp_area
from terminal.words import say
from weighbook.phrase import Phrase

AUTO, NONE = "auto", "none"
ASKED_MASKS = 8
CLOCK_FOUND = Phrase(
    "找到的时钟框见预览图；回车接受，或输入 x,y,宽,高，没有时钟输入 none",
    "The clock found is in the preview; Enter to accept, or type x,y,width,height, or none",
)
CLOCK_UNKNOWN = Phrase(
    "没有找到时钟；请输入 x,y,宽,高，没有时钟输入 none",
    "No clock was found; type x,y,width,height, or none",
)
NO_CLOCK = Phrase("没有找到时钟，采用 {default}。", "No clock was found; taken: {default}.")
PLATFORM = Phrase(
    "秤台区域 x,y,宽,高：车上磅时画面必须变化的地方；没有输入 none",
    "The weighbridge's deck, where pictures must change with the weight: x,y,width,height, or none",
)
LAMP = Phrase("信号灯区域 x,y,宽,高；没有输入 none", "The lamp's area: x,y,width,height, or none")
MASK = Phrase(
    "屏蔽区域 x,y,宽,高（字幕、树、公路；时钟不用再写）；没有了输入 none",
    "An area not to be looked at (captions, trees, a road; the clock is known): x,y,width,height,"
    " or none",
)


class Visit(NamedTuple):
    """One commissioning: of which camera, by what limits, with which options."""

    papers: Papers
    camera: CameraConfig
    limits: Limits
    options: dict[str, Any]
    as_json: bool = False

    @property
    def asks(self) -> bool:
        return not self.options["yes"]

    @property
    def preview(self) -> Path:
        given: Path | None = self.options["preview"]
        return given or self.papers.site.folder / f"calibration-{self.camera.name}.jpg"

    def say(self, phrase: Phrase) -> None:
        """To whoever stands there; a program gets one line at the end."""
        if not self.as_json:
            say(phrase)


def answers_to(visit: Visit, album: Album) -> Answers:
    """Errors: Refusal E_AREA, OSError (the preview)."""
    size = album.size
    clock = _clock(visit, album)
    return Answers(clock, _platform(visit, size), _lamp(visit, size), _masks(visit, size))


def check_options(options: dict[str, Any]) -> None:
    """Before a camera is watched for them: are the areas areas? Errors: Refusal E_AREA."""
    anywhere = MAX_SIDE_PX, MAX_SIDE_PX
    given = {name: options[name] for name in ("clock_box", "platform", "lamp")}
    read_masks(options["masks"], anywhere)
    for name, text in given.items():
        if text not in (None, "", NONE, AUTO):
            read_box(name, text, anywhere)


def draw_preview(visit: Visit, album: Album, answers: Answers, title: str) -> None:
    """Errors: OSError."""
    path = visit.preview
    kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
    write_whole(path, draw_areas(album.picture, answers, title, kind))
    visit.say(Phrase(f"预览图：{path}", f"Preview: {path}"))


def _clock(visit: Visit, album: Album) -> Box | None:
    """As given; else as found, and drawn before it is believed; else as configured."""
    given = visit.options["clock_box"]
    if given != AUTO:
        return _box_or_none(given, album.size)
    found = find_clock(album.shots, album.size)
    default = shown_box(found) or visit.camera.clock_box or NONE
    if visit.asks:
        draw_preview(visit, album, Answers(clock=found), "时钟 clock?")
        question = CLOCK_UNKNOWN if found is None else CLOCK_FOUND
        return ask(question, default, lambda text: _box_or_none(text, album.size))
    if found is None:
        visit.say(NO_CLOCK.fill(default=default))
    return _box_or_none(default, album.size)


def _platform(visit: Visit, size: tuple[int, int]) -> Area | None:
    given = visit.options["platform"]
    if given is not None or not (visit.asks and visit.camera.deck):
        return _area_or_none("platform", given or NONE, size)
    return ask(PLATFORM, NONE, _reader("platform", size))


def _lamp(visit: Visit, size: tuple[int, int]) -> Area | None:
    given, configured = visit.options["lamp"], lamp_area(visit.camera.lamp_box)
    if given is not None:
        return _area_or_none("lamp", given, size)
    if not visit.asks:
        return configured
    return ask(LAMP, shown_area(configured, size) or NONE, _reader("lamp", size))


def _masks(visit: Visit, size: tuple[int, int]) -> tuple[Area, ...]:
    given = visit.options["masks"]
    if given or not visit.asks:
        return read_masks(given, size)
    found: list[Area] = []
    while len(found) < min(ASKED_MASKS, MAX_MASKS):
        mask = ask(MASK, NONE, _reader("mask", size))
        if mask is None:
            break
        found.append(mask)
    return tuple(found)


def _reader(name: str, size: tuple[int, int]) -> Callable[[str], Area | None]:
    return lambda text: _area_or_none(name, text, size)


def _area_or_none(name: str, text: str, size: tuple[int, int]) -> Area | None:
    return None if text in ("", NONE) else read_area(name, text, size)


def _box_or_none(text: str, size: tuple[int, int]) -> Box | None:
    return None if text in ("", NONE) else read_box("clock-box", text, size)
