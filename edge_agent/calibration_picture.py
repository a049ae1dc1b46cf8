"""A calibration drawn into the picture it belongs to: what a technician confirms.

Every area has a frame of its own colour and its name in Chinese and English; what is masked is
hatched, since nothing there is looked at.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageDraw

from drivers.cameras.developing import Box
from drivers.cameras.judging.measures.scene import Area
from drivers.cameras.sources import Picture
from edge_agent.calibration_draft import Answers
from edge_agent.lettering import Pen, write
from weighbook.phrase import Phrase

CLOCK, PLATFORM, LAMP, MASK = "#ff4fa3", "#37d67a", "#ffd23f", "#4cc3ff"
SHADE = "#101418"
HATCH_PX = 24
LETTERS_SHARE = 36  # of the height

Corners = tuple[int, int, int, int]


class Framed(NamedTuple):
    """One area to draw: left, top, right, bottom in pixels."""

    corners: Corners
    name: Phrase
    ink: str
    hatched: bool = False


def draw_areas(picture: Picture, answers: Answers, title: str, kind: str = "JPEG") -> bytes:
    """The picture (BGR) with all areas, as a file of that kind."""
    image = Image.fromarray(picture[:, :, ::-1])
    canvas = ImageDraw.Draw(image)
    letters = max(12, image.height // LETTERS_SHARE)
    for framed in _framed(answers, image.size):
        _frame(canvas, framed, letters)
    _title(canvas, title, image.size, letters)
    file = io.BytesIO()
    image.save(file, kind, quality=88)
    return file.getvalue()


def _framed(answers: Answers, size: tuple[int, int]) -> list[Framed]:
    found = [
        Framed(_pixels(mask, size), Phrase(f"屏蔽 {number}", f"mask {number}"), MASK, hatched=True)
        for number, mask in enumerate(answers.masks, 1)
    ]
    if answers.platform is not None:
        name = Phrase("秤台", "platform")
        found.append(Framed(_pixels(answers.platform, size), name, PLATFORM))
    if answers.lamp is not None:
        found.append(Framed(_pixels(answers.lamp, size), Phrase("信号灯", "lamp"), LAMP))
    if answers.clock is not None:
        found.append(Framed(_corners(answers.clock), Phrase("时钟", "clock"), CLOCK))
    return found


def _frame(canvas: ImageDraw.ImageDraw, framed: Framed, letters: int) -> None:
    if framed.hatched:
        _hatch(canvas, framed.corners, framed.ink)
    width = max(2, letters // 8)
    canvas.rectangle(framed.corners, outline=framed.ink, width=width)
    text = f"{framed.name.zh} {framed.name.en}"
    x, y = _label_at(framed.corners, _width(text, letters), canvas.im.size, letters)
    canvas.rectangle((x, y - letters, x + _width(text, letters), y + letters // 4), fill=SHADE)
    write(canvas, (x + letters // 4, y), text, Pen(letters, framed.ink))


def _label_at(corners: Corners, wide: int, size: tuple[int, int], letters: int) -> tuple[int, int]:
    """The base line: above the frame where there is room, else below it, else inside; in view."""
    left, top, _, bottom = corners
    above, below, inside = top - letters // 3, bottom + letters + 2, top + letters + 4
    last = size[1] - letters // 2
    y = above if above > 2 * letters else below if below < last else inside
    return max(0, min(left, size[0] - wide)), y


def _hatch(canvas: ImageDraw.ImageDraw, corners: Corners, ink: str) -> None:
    """Slanting lines, cut off at the frame."""
    left, top, right, bottom = corners
    height = bottom - top
    for start in range(left - height, right, HATCH_PX):
        from_x, to_x = max(left, start), min(right, start + height)
        if from_x < to_x:
            line = (from_x, bottom - (from_x - start), to_x, bottom - (to_x - start))
            canvas.line(line, fill=ink, width=1)


def _title(canvas: ImageDraw.ImageDraw, title: str, size: tuple[int, int], letters: int) -> None:
    """At the foot, on a plate of its own."""
    y = size[1] - letters // 2
    canvas.rectangle((0, y - letters - 2, _width(title, letters), size[1]), fill=SHADE)
    write(canvas, (letters // 4, y), title, Pen(letters, "#ffffff"))


def _width(text: str, letters: int) -> int:
    """About so wide: Chinese letters are as wide as they are high."""
    return letters // 2 + sum(letters if ord(one) > 0x2000 else letters * 5 // 8 for one in text)


def _pixels(area: Area, size: tuple[int, int]) -> Corners:
    width, height = size
    return (
        area.left * width // 1000,
        area.top * height // 1000,
        area.right * width // 1000 - 1,
        area.bottom * height // 1000 - 1,
    )


def _corners(box: Box) -> Corners:
    return box.x, box.y, box.x + box.width - 1, box.y + box.height - 1
