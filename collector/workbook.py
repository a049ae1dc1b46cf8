"""The monthly report as a workbook an official can sign: one sheet per page, made to be printed.

The same run gives the same bytes: nothing in the file depends on when or where it was written.
Data cells hold values, never formulas; ids are text. Lay-out only; what stands in the cells comes
from `pages`.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from collector.page_layout import REPEATED_COLUMNS, lay_out, row_pt
from collector.pages.page import Cell, Column, Look, Page, sums
from collector.period import shown_briefly
from collector.reconcile import Run
from collector.units import KG_PER_T, MS_PER_HOUR
from weighbook.phrase import Phrase

TITLE_ROW, SUBTITLE_ROW, HEADING_ROW, FIRST_ROW = 0, 1, 2, 3
FROZEN_COLUMNS = REPEATED_COLUMNS
LONGEST_CELL = 32_000  # characters; the format ends at 32,767
SONG, HEI = "宋体", "黑体"
INK, RULE, SHADE = "#1F2937", "#9CA3AF", "#E5ECF4"

NUMBER_FORMATS = {
    # The last two characters keep a number a little off the line.
    Look.COUNT: "#,##0_ ",
    Look.TONNES: "#,##0.000_ ",
    Look.HOURS: "#,##0.00_ ",
}
REVISIONS = {
    "R1": Phrase("初核稿", "provisional"),
    "R2": Phrase("定稿", "final"),
}
CORRECTED = Phrase("更正稿", "corrected")
SIGNATURES = ("编制人:", "复核人:", "负责人(签章):", "日期:      年    月    日")


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook, by the look of a value; `total` for the closing line."""

    title: Any
    subtitle: Any
    heading: Any
    small: Any
    signature: Any
    body: dict[Look, Any]
    total: dict[Look, Any]


def workbook(run: Run, pages: Iterable[Page], bureau: Phrase) -> bytes:
    """The .xlsx file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False})
    book.set_properties(
        {
            "title": f"矿产品销售监管月报 {run.period.name} {run.revision}",
            "author": bureau.zh,
            "comments": f"result {run.result_sha256}",
            # The month's end: a file of the same run has the same bytes on any day.
            "created": datetime.fromtimestamp(run.period.to_ms // 1000, UTC).replace(tzinfo=None),
        }
    )
    styles = make_styles(book)
    for page in pages:
        write_page(book.add_worksheet(f"{page.number} {page.title.zh}"), page, styles)
        write_frame(book.worksheets()[-1], page, styles, (run, bureau))
    book.close()
    return file.getvalue()


def make_styles(book: Any) -> Styles:
    ink = {"font_name": SONG, "font_color": INK, "font_size": 10}
    cell = {**ink, "border": 1, "border_color": RULE, "valign": "vcenter"}

    def looks(extra: dict[str, Any]) -> dict[Look, Any]:
        numbers = {
            look: book.add_format({**cell, "num_format": form, "align": "right", **extra})
            for look, form in NUMBER_FORMATS.items()
        }
        words = {"num_format": "@", "text_wrap": True}
        centred = book.add_format({**cell, **words, "align": "center", **extra})
        left = book.add_format({**cell, **words, "align": "left", "indent": 1, **extra})
        return {**numbers, Look.TEXT: left, Look.TIME: centred, Look.DAY: centred}

    return Styles(
        title=book.add_format({**ink, "font_name": HEI, "font_size": 18, "valign": "vcenter"}),
        subtitle=book.add_format({**ink, "font_size": 11, "valign": "vcenter"}),
        heading=book.add_format(
            {**cell, "font_name": HEI, "bg_color": SHADE, "align": "center", "text_wrap": True}
        ),
        small=book.add_format({**ink, "font_size": 8, "font_color": "#6B7280"}),
        signature=book.add_format({**ink, "font_size": 11}),
        body=looks({}),
        total=looks({"bold": True, "top": 2, "bg_color": SHADE}),
    )


def write_page(sheet: Any, page: Page, styles: Styles) -> None:
    """Headings and rows."""
    headings = [f"{column.zh}\n{column.en}" for column in page.columns]
    sheet.set_row(HEADING_ROW, row_pt(page.columns, headings))
    for place, (column, heading) in enumerate(zip(page.columns, headings, strict=True)):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEADING_ROW, place, heading, styles.heading)
    for number, row in enumerate(page.rows, start=FIRST_ROW):
        sheet.set_row(number, row_pt(page.columns, row))
        write_row(sheet, number, zip(page.columns, row, strict=True), styles.body)
    if page.summed:
        closing: list[Cell] = list(sums(page))
        closing[1 if page.columns[0].width < len("合计") * 4 else 0] = "合计"
        write_row(
            sheet, FIRST_ROW + len(page.rows), zip(page.columns, closing, strict=True), styles.total
        )


def write_row(
    sheet: Any, number: int, cells: Iterable[tuple[Column, Cell]], styles: dict[Look, Any]
) -> None:
    for place, (column, cell) in enumerate(cells):
        style = styles[column.look]
        if cell is None:
            sheet.write_blank(number, place, None, style)
        elif isinstance(cell, str):
            sheet.write_string(number, place, cell[:LONGEST_CELL], style)
        elif column.look is Look.TIME:
            sheet.write_string(number, place, shown_briefly(cell), style)
        else:
            sheet.write_number(number, place, scaled(cell, column.look), style)


def scaled(value: int, look: Look) -> int | Decimal:
    """The number in the unit of its heading."""
    if look is Look.TONNES:
        return Decimal(value) / KG_PER_T
    if look is Look.HOURS:
        return (Decimal(value) / MS_PER_HOUR).quantize(Decimal("0.01"))
    return value


def write_frame(sheet: Any, page: Page, styles: Styles, about: tuple[Run, Phrase]) -> None:
    """Title above, remark and signatures below, and everything paper needs."""
    run, bureau = about
    revision = REVISIONS.get(run.revision, CORRECTED)
    county = bureau.zh.removesuffix("能源局")
    sheet.set_row(TITLE_ROW, 30)
    sheet.set_row(SUBTITLE_ROW, 20)
    title = f"{county}矿产品销售监管月报 — {page.title.zh} {page.title.en}"
    sheet.write_string(TITLE_ROW, 0, title, styles.title)
    year, month = run.period.name.split("-")
    sheet.write_string(
        SUBTITLE_ROW,
        0,
        f"所属期:{year}年{int(month)}月    版次:{run.revision} {revision.zh} ({revision.en})"
        f"    编制单位:{bureau.zh} {bureau.en}",
        styles.subtitle,
    )
    below = FIRST_ROW + len(page.rows) + (2 if page.summed else 1)
    layout = lay_out(page.columns)
    # The leading columns stand on both sheets; what closes the page stands on the first only.
    start = REPEATED_COLUMNS if layout.sheets > 1 else 0
    sheet.write_string(below, start, f"{page.remark.zh} {page.remark.en}", styles.small)
    result = f"结果校验 SHA-256: {run.result_sha256}    依据数据 SHA-256: {run.inputs_sha256}"
    sheet.write_string(below + 1, start, result, styles.small)
    sheet.set_row(below + 3, 26)
    places = signature_columns(page.columns[start : layout.first])
    for words, place in zip(SIGNATURES, places, strict=True):
        sheet.write_string(below + 3, start + place, words, styles.signature)
    lay_out_paper(sheet, page, run)


def signature_columns(columns: tuple[Column, ...]) -> list[int]:
    """Four columns spread over the width of the page."""
    quarter = sum(column.width for column in columns) // len(SIGNATURES)
    places: list[int] = []
    passed = due = 0
    for place, column in enumerate(columns):
        if passed >= due and len(places) < len(SIGNATURES):
            places.append(place)
            due += quarter
        passed += column.width
    return places + list(range(places[-1] + 1, places[-1] + 1 + len(SIGNATURES) - len(places)))


def lay_out_paper(sheet: Any, page: Page, run: Run) -> None:
    layout = lay_out(page.columns)
    sheet.freeze_panes(FIRST_ROW, FROZEN_COLUMNS)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(layout.paper)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(layout.sheets, 0)
    if layout.sheets > 1:
        sheet.repeat_columns(0, REPEATED_COLUMNS - 1)
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_footer(f"&L{run.period.name} {run.revision}&C第 &P 页,共 &N 页&R{page.title.zh}")
    if page.rows:
        last = FIRST_ROW + len(page.rows) - 1
        sheet.autofilter(HEADING_ROW, 0, last, len(page.columns) - 1)
