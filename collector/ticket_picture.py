"""A ticket as a picture for a driver's phone: the code large, what it says below."""

from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from collector.ticket_faces import QUIET_MODULES, Face, latin_path, matrix

WIDTH_PX = 1080
EDGE_PX = 48
CODE_TOP_PX = 230
LINE_PX = 62
FOOT_PX = 124  # from the code to the first fact
VALUE_PX = 360
WHITE, BLACK, GRAY = (255, 255, 255), (20, 20, 20), (105, 105, 105)

Ink = tuple[int, int, int]
Spot = tuple[int, int]


class Pen:
    """Writes Chinese and Latin runs on one baseline."""

    def __init__(self, image: Image.Image, font: Path) -> None:
        self.draw = ImageDraw.Draw(image)
        self.font = str(font)

    def write(self, text: str, spot: Spot, size: int, ink: Ink) -> int:
        """Draw with the baseline at `spot`; returns where the text ends."""
        x, y = spot
        for latin, group in groupby(text, key=str.isascii):
            run = "".join(group)
            font = letters(size) if latin else ImageFont.truetype(self.font, size)
            self.draw.text((x, y), run, font=font, fill=ink, anchor="ls")
            x += round(font.getlength(run))
        return x

    def width(self, text: str, size: int) -> int:
        return self.write(text, (0, -10_000), size, WHITE)

    def fit(self, text: str, size: int, room: int) -> int:
        """The size at which `text` fits into `room` pixels, never above `size`."""
        width = self.width(text, size)
        return size if width <= room else max(1, size * room // width)

    def centre(self, text: str, y: int, size: int, ink: Ink) -> None:
        fitting = self.fit(text, size, WIDTH_PX - 2 * EDGE_PX)
        self.write(text, ((WIDTH_PX - self.width(text, fitting)) // 2, y), fitting, ink)


def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = latin_path()
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


def draw_picture(face: Face, font: Path) -> Image.Image:
    """The picture of one ticket; the same ticket gives the same pixels."""
    code, facts = code_picture(face), face.facts()
    foot = CODE_TOP_PX + code.height
    height = foot + FOOT_PX + len(facts) * LINE_PX
    image = Image.new("RGB", (WIDTH_PX, height), WHITE)
    image.paste(code, ((WIDTH_PX - code.width) // 2, CODE_TOP_PX))
    pen = Pen(image, font)
    pen.draw.rectangle((0, 0, WIDTH_PX, 24), fill=face.ink)
    pen.centre(f"{face.issuer.zh} {face.issuer.en}", 82, 32, GRAY)
    pen.centre(face.title.zh, 160, 68, face.ink)
    pen.centre(face.title.en, 206, 30, GRAY)
    pen.centre(face.spaced_no, foot + 40, 50, face.ink)
    pen.draw.line((EDGE_PX, foot + 66, WIDTH_PX - EDGE_PX, foot + 66), fill=face.ink, width=3)
    for place, (label, value) in enumerate(facts):
        y = foot + FOOT_PX + place * LINE_PX
        pen.write(f"{label.zh} {label.en}", (EDGE_PX, y), 27, GRAY)
        room = WIDTH_PX - EDGE_PX - VALUE_PX
        size = pen.fit(value.zh, 40, room)
        after = pen.write(value.zh, (VALUE_PX, y), size, BLACK)
        if value.en and after + 16 + pen.width(value.en, 26) <= WIDTH_PX - EDGE_PX:
            pen.write(value.en, (after + 16, y), 26, GRAY)
    return image


def code_picture(face: Face) -> Image.Image:
    """The code with its quiet zone, whole pixels per module."""
    code = matrix(face.text, "M")
    modules = len(code) + 2 * QUIET_MODULES
    scale = (WIDTH_PX - 2 * EDGE_PX) // modules
    small = Image.new("1", (modules, modules), 1)
    dark = (
        (column + QUIET_MODULES, row + QUIET_MODULES)
        for row, line in enumerate(code)
        for column, module in enumerate(line)
        if module
    )
    for spot in dark:
        small.putpixel(spot, 0)
    side = modules * scale
    return small.resize((side, side), Image.Resampling.NEAREST).convert("RGB")
