"""An order as a picture for an officer's phone: one QR code, or several that follow each other."""

import io
from pathlib import Path

import segno
from PIL import Image

from weighbook.parts import MAX_PARTS, PIECE_CHARACTERS, split_text
from weighbook.phrase import Phrase, Refusal

QR_SCALE_PX = 8
QR_BORDER = 4
LONGEST_QR_CHARACTERS = 2_000  # a code with more is not read from a phone's screen
EACH_MS = 700  # long enough for a scanner that looks twice a second


def write_code(text: str, picture: Path) -> None:
    """A PNG, or a moving GIF of parts. Refusal E_OVERSIZE where no phone would read it."""
    moving = picture.suffix.lower() == ".gif"
    if len(text) <= LONGEST_QR_CHARACTERS and not moving:
        code_of(text).save(picture, "PNG")
        return
    if not moving or len(text) > MAX_PARTS * PIECE_CHARACTERS:
        raise too_long(text)
    frames = [code_of(part) for part in split_text(text)]
    size = max(frame.width for frame in frames)
    shown = [centred(frame, size) for frame in frames]
    shown[0].save(picture, "GIF", save_all=True, append_images=shown[1:], duration=EACH_MS, loop=0)


def code_of(text: str) -> Image.Image:
    buffer = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(buffer, kind="png", scale=QR_SCALE_PX, border=QR_BORDER)
    return Image.open(buffer).convert("L")


def centred(code: Image.Image, size: int) -> Image.Image:
    paper = Image.new("L", (size, size), 255)
    paper.paste(code, ((size - code.width) // 2, (size - code.height) // 2))
    return paper


def too_long(text: str) -> Refusal:
    if len(text) > MAX_PARTS * PIECE_CHARACTERS:
        return Refusal(
            "E_OVERSIZE",
            Phrase("这条指令太长，放不进二维码。", "The order is too long for QR codes."),
            Phrase("请用 --to 写成文件。", "Write it to a file with --to."),
        )
    return Refusal(
        "E_OVERSIZE",
        Phrase("这条指令太长，一个二维码放不下。", "The order is too long for one QR code."),
        Phrase(
            "请写成 .gif(多个二维码轮流显示)，或用 --to 写成文件。",
            "Name a .gif (several codes in turn), or write it to a file with --to.",
        ),
    )
