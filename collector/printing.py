"""Printing tickets: A4 sheets for the counter, pictures for a driver's phone.

The same tickets always give the same bytes: files carry no clock and no random id.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from collector.ticket_faces import Face, faces, font_path
from collector.ticket_picture import draw_picture
from collector.ticket_sheet import draw_sheets

__all__ = ["Face", "Told", "faces", "font_path", "write_pictures", "write_sheets"]

Told = Callable[[Sequence[Face]], Iterable[Face]]  # gives them one by one, and may show how far


def write_sheets(printed: Sequence[Face], target: Path, told: Told = iter) -> None:
    """One PDF, eight tickets a page, codes at level Q. Refusal E_FONT without a font."""
    data = draw_sheets(printed, font_path(), told)
    target.write_bytes(data)


def write_pictures(printed: Sequence[Face], folder: Path, told: Told = iter) -> None:
    """One PNG per ticket, named by its number, codes at level M. Refusal E_FONT without a font."""
    font = font_path()
    folder.mkdir(parents=True, exist_ok=True)
    for face in told(printed):
        draw_picture(face, font).save(folder / f"{face.ticket_no}.png", optimize=True)
