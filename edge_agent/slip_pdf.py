"""A slip as a page: the same words and code as on the roll, for a printer of the office."""

from collections.abc import Sequence
from pathlib import Path

import segno
from fpdf import FPDF

from terminal.fonts import CHINESE, LATIN, PACKAGE
from weighbook.phrase import Phrase, Refusal

WIDTH_MM, MARGIN_MM, LINE_MM, CODE_MM, POINTS = 80, 6, 6, 52, 11
QUIET_MODULES = 4


def draw_slip(path: Path, lines: Sequence[str], code: str) -> None:
    """A page 80 mm wide and as long as it takes. Errors: Refusal E_FONT, OSError."""
    chinese = next((one for one in map(Path, CHINESE) if one.is_file()), None)
    if chinese is None:
        raise Refusal(
            "E_FONT",
            Phrase("本机没有可打印中文的字体。", "This machine has no font to print Chinese with."),
            Phrase(f"请安装 Debian 软件包 {PACKAGE}。", f"Install the Debian package {PACKAGE}."),
        )
    length = 2 * MARGIN_MM + LINE_MM * 2 * len(lines) + CODE_MM
    page = FPDF(unit="mm", format=(WIDTH_MM, length))
    page.set_auto_page_break(False)  # the library's way
    page.set_margin(MARGIN_MM)
    page.add_page()
    page.add_font("words", fname=str(chinese))
    latin = next((one for one in map(Path, LATIN) if one.is_file()), None)
    if latin is not None:
        page.add_font("latin", fname=str(latin))
        page.set_fallback_fonts(["latin"])
    page.set_font("words", size=POINTS)
    for line in lines:
        page.multi_cell(0, LINE_MM, line, new_x="LMARGIN", new_y="NEXT")
    _draw_code(page, code)
    page.output(str(path))


def _draw_code(page: FPDF, code: str) -> None:
    matrix = tuple(segno.make_qr(code, error="m").matrix)
    side = CODE_MM / (len(matrix) + 2 * QUIET_MODULES)
    left, top = (WIDTH_MM - CODE_MM) / 2, page.get_y()
    page.set_fill_color(0)
    for row, modules in enumerate(matrix, QUIET_MODULES):
        for column, dark in enumerate(modules, QUIET_MODULES):
            if dark:
                page.rect(left + column * side, top + row * side, side, side, style="F")
