"""Chinese and Latin in one line of a picture: the Chinese font has no Latin letters.

Runs of each are drawn one after the other on one baseline. Where no Chinese font is installed the
Chinese is left out, and the English beside it says the same.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PIL import ImageDraw, ImageFont

from terminal.fonts import CHINESE, LATIN

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Pen(NamedTuple):
    size: int
    ink: str


def write(canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, pen: Pen) -> None:
    """From the left end of the baseline at `at`."""
    x, y = at
    for run, font in _runs(text, pen.size):
        canvas.text((x, y), run, font=font, fill=pen.ink, anchor="ls")
        x += round(font.getlength(run))


def write_before(canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, pen: Pen) -> None:
    """The same, ending at `at`."""
    width = sum(round(font.getlength(run)) for run, font in _runs(text, pen.size))
    write(canvas, (at[0] - width, at[1]), text, pen)


def _runs(text: str, size: int) -> Iterator[tuple[str, Font]]:
    for is_latin, letters in groupby(text, lambda letter: ord(letter) < 0x2000):
        if is_latin or _is_installed(CHINESE):
            yield "".join(letters), _font(LATIN if is_latin else CHINESE, size)


@cache
def _is_installed(paths: tuple[str, ...]) -> bool:
    return any(Path(path).is_file() for path in paths)


@cache
def _font(paths: tuple[str, ...], size: int) -> Font:
    """The first that is installed; the library's own letters where none is."""
    found = next((path for path in paths if Path(path).is_file()), None)
    return ImageFont.load_default(size) if found is None else ImageFont.truetype(found, size)
