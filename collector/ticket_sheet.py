"""Ticket sheets: A4 pages of eight tickets each, codes as vectors at 0.5 mm a module or more."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from fpdf import FPDF

from collector.ticket_faces import QUIET_MODULES, Face, Matrix, latin_path, matrix
from weighbook.phrase import Phrase, Refusal

PAGE_W_MM, PAGE_H_MM = 210.0, 297.0
COLUMNS, ROWS = 2, 4
PER_PAGE = COLUMNS * ROWS
TICKET_W_MM, TICKET_H_MM = 98.0, 70.0
LEFT_MM = (PAGE_W_MM - COLUMNS * TICKET_W_MM) / 2
TOP_MM = (PAGE_H_MM - ROWS * TICKET_H_MM) / 2
FRAME_MM = 2.0
CODE_MM = 46.0
LEAST_MODULE_MM = 0.5
CUT_MM = 4.0
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
BLACK, GRAY = (20, 20, 20), (105, 105, 105)
HAN, LATIN = "han", "latin"
CORE_LATIN = "helvetica"
PAD_MM = 2.4
FACT_MM = 6.3
FACTS_MM = 44.2  # from the first label to the foot
ASCENT_MM_PER_PT = 0.31  # from the top of a letter to its baseline
FOOT = "一票一车，限本磅房使用；涂改、转让无效。One truck, this weighbridge only; void if altered."


def draw_sheets(
    printed: Sequence[Face],
    font: Path,
    told: Callable[[Sequence[Face]], Iterable[Face]] = iter,
) -> bytes:
    """The PDF of these tickets, in order; `told` may show progress."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_creation_date(EPOCH)
    pdf.set_title("矿产品销售票证 Mineral sales tickets")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.add_font(HAN, fname=str(font))
    if (latin := latin_path()) is not None:
        pdf.add_font(LATIN, fname=str(latin))
    for place, face in enumerate(told(printed)):
        spot = place % PER_PAGE
        if spot == 0:
            pdf.add_page()
            draw_cuts(pdf)
        x = LEFT_MM + (spot % COLUMNS) * TICKET_W_MM
        y = TOP_MM + (spot // COLUMNS) * TICKET_H_MM
        draw_ticket(pdf, face, x, y)
    return bytes(pdf.output())


def draw_cuts(pdf: FPDF) -> None:
    """Short marks at the page's edges, where a guillotine goes."""
    pdf.set_draw_color(*GRAY)
    pdf.set_line_width(0.1)
    for column in range(COLUMNS + 1):
        x = LEFT_MM + column * TICKET_W_MM
        pdf.line(x, TOP_MM - CUT_MM, x, TOP_MM - 1)
        pdf.line(x, PAGE_H_MM - TOP_MM + 1, x, PAGE_H_MM - TOP_MM + CUT_MM)
    for row in range(ROWS + 1):
        y = TOP_MM + row * TICKET_H_MM
        pdf.line(LEFT_MM - CUT_MM, y, LEFT_MM - 1, y)
        pdf.line(PAGE_W_MM - LEFT_MM + 1, y, PAGE_W_MM - LEFT_MM + CUT_MM, y)


def draw_ticket(pdf: FPDF, face: Face, x: float, y: float) -> None:
    draw_frame(pdf, face, x, y)
    draw_title(pdf, face, x, y)
    code = matrix(face.text, "Q")
    draw_code(pdf, code, x + TICKET_W_MM - FRAME_MM - 1.2 - CODE_MM, y + 13.2)
    draw_facts(pdf, face, x + FRAME_MM + 2.4, y + 15.2)
    draw_foot(pdf, face, x, y + 59.6)


def draw_frame(pdf: FPDF, face: Face, x: float, y: float) -> None:
    pdf.set_draw_color(*face.ink)
    for inset, width in ((FRAME_MM, 0.6), (FRAME_MM + 0.9, 0.15)):
        pdf.set_line_width(width)
        pdf.rect(x + inset, y + inset, TICKET_W_MM - 2 * inset, TICKET_H_MM - 2 * inset)


def draw_title(pdf: FPDF, face: Face, x: float, y: float) -> None:
    left, right = x + FRAME_MM + PAD_MM, x + TICKET_W_MM - FRAME_MM - PAD_MM
    write(pdf, face.issuer.zh, (left, y + 4.4), 7.5, face.ink)
    write(pdf, face.issuer.en, (left, y + 8.4), 5.0, GRAY)
    for text, top, size, ink in (
        (face.title.zh, 3.6, 14.0, face.ink),
        (face.title.en, 9.2, 5.0, GRAY),
    ):
        write(pdf, text, (right - width_of(pdf, text, size), y + top), size, ink)
    pdf.set_draw_color(*face.ink)
    pdf.set_line_width(0.25)
    pdf.line(left, y + 12.2, right, y + 12.2)


def draw_facts(pdf: FPDF, face: Face, x: float, y: float) -> None:
    """Label above value: Chinese carries, English follows small."""
    room = TICKET_W_MM - CODE_MM - 2 * (FRAME_MM + PAD_MM)
    facts = face.facts()
    step = min(FACT_MM, FACTS_MM / len(facts))
    for place, (label, value) in enumerate(facts):
        top = y + place * step
        write(pdf, f"{label.zh} {label.en}", (x, top), 4.6, GRAY)
        after = write(pdf, value.zh, (x, top + 2.0), fitting(pdf, value.zh, 8.0, room), BLACK)
        left = room - (after - x) - 1.2
        if value.en and width_of(pdf, value.en, 4.6) <= left:
            write(pdf, value.en, (after + 1.2, top + 3.0), 4.6, GRAY)


def draw_foot(pdf: FPDF, face: Face, x: float, y: float) -> None:
    left, right = x + FRAME_MM + PAD_MM, x + TICKET_W_MM - FRAME_MM - PAD_MM
    pdf.set_draw_color(*face.ink)
    pdf.set_line_width(0.15)
    pdf.line(left, y, right, y)
    write(pdf, f"No. {face.spaced_no}", (left, y + 1.4), 8.0, face.ink)
    write(pdf, "经办人(章) Officer", (right - 37, y + 1.6), 5.0, GRAY)
    pdf.line(right - 21, y + 4.6, right, y + 4.6)
    write(pdf, FOOT, (left, y + 5.2), 4.4, GRAY)


def draw_code(pdf: FPDF, code: Matrix, x: float, y: float) -> None:
    """Modules as filled runs; the square includes its quiet zone. Refusal E_CODE."""
    module = CODE_MM / (len(code) + 2 * QUIET_MODULES)
    if module < LEAST_MODULE_MM:
        raise Refusal(
            "E_CODE",
            Phrase(
                f"票面内容过长，二维码在纸上小于每格 {LEAST_MODULE_MM} 毫米。",
                f"The ticket says too much for a code of {LEAST_MODULE_MM} mm a module.",
            ),
            Phrase(
                "请用 --to 目录 改发手机图片，或改用较短的编号。",
                "Give phone pictures with --to DIR, or use shorter ids.",
            ),
        )
    pdf.set_fill_color(0, 0, 0)
    for row, line in enumerate(code):
        for start, length in dark_runs(line):
            pdf.rect(
                x + (QUIET_MODULES + start) * module,
                y + (QUIET_MODULES + row) * module,
                length * module,
                module,
                style="F",
            )


def dark_runs(line: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    place = 0
    for dark, group in groupby(line):
        length = len(list(group))
        if dark:
            yield place, length
        place += length


def fitting(pdf: FPDF, text: str, size: float, room: float) -> float:
    """The size at which `text` fits into `room` mm, never above `size`."""
    width = width_of(pdf, text, size)
    return size if width <= room else size * room / width


def width_of(pdf: FPDF, text: str, size: float) -> float:
    total = 0.0
    for font, run in font_runs(pdf, text):
        pdf.set_font(font, size=size)
        total += float(pdf.get_string_width(run))
    return total


def write(
    pdf: FPDF, text: str, spot: tuple[float, float], size: float, ink: tuple[int, int, int]
) -> float:
    """Draw `text` with its top left at `spot`; returns where it ends."""
    x, y = spot
    pdf.set_text_color(*ink)
    for font, run in font_runs(pdf, text):
        pdf.set_font(font, size=size)
        # Both fonts stand on one baseline, whatever their own heights.
        pdf.text(x, y + size * ASCENT_MM_PER_PT, run)
        x += float(pdf.get_string_width(run))
    return x


def font_runs(pdf: FPDF, text: str) -> Iterator[tuple[str, str]]:
    """The text cut where its font changes: the Chinese font has no Latin letters."""
    letters = LATIN if LATIN in pdf.fonts else CORE_LATIN
    for latin, group in groupby(text, key=str.isascii):
        yield (letters if latin else HAN), "".join(group)
