"""The month as a workbook: opened by another library, as an office would find it."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from collector.pages.page import Column, Look, Page
from collector.period import read_month
from collector.reconcile import Run
from collector.tables import register
from collector.workbook import LONGEST_CELL, signature_columns, workbook
from tests.collector.exports import exported
from weighbook.phrase import Phrase

NAME = "month-2026-07-R1.xlsx"
BUREAU = Phrase("鄂托克旗能源局", "Otog Banner Energy Bureau")
SHEETS = ["1 总表", "2 票证收发存台账", "3 过磅明细汇总", "6 停机停销与恢复审批表", "8 问题清单",
          "11 数据质量"]  # fmt: skip
FORMULA = '=HYPERLINK("http://evil")'


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(exported() / NAME)


def run() -> Run:
    """A run that found nothing, for pages made by hand."""
    return Run(read_month("2026-07"), "R2", 1, (), (), "1" * 64, "2" * 64, register({}), {})


def page_of(*rows: tuple[str | int | None, ...], summed: bool = True) -> Page:
    columns = (
        Column("name", "名称", "Name", Look.TEXT, 20),
        Column("loads", "车次", "Loads", Look.COUNT, 10),
        Column("net_kg", "净重(吨)", "Net (t)", Look.TONNES, 14),
        Column("shut_ms", "停销(小时)", "Closed (h)", Look.HOURS, 12),
        Column("at_ms", "时间", "At", Look.TIME, 20),
    )
    return Page(1, "x", Phrase("页", "page"), columns, rows, summed, Phrase("注", "remark"))


def written(page: Page) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(run(), [page], BUREAU))).worksheets[0]


def test_the_sheets_are_those_of_the_report(book: Any) -> None:
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS)
def test_each_sheet_says_what_month_and_has_a_place_to_sign(book: Any, name: str) -> None:
    texts = [str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value]
    assert texts[0].startswith("鄂托克旗矿产品销售监管月报")
    assert "2026年7月" in texts[1]
    assert "初核稿 (provisional)" in texts[1]
    signed = [text.split(":")[0] for text in texts[-4:]]
    assert signed == ["编制人", "复核人", "负责人(签章)", "日期"]
    assert any("SHA-256" in text for text in texts)


@pytest.mark.parametrize("name", SHEETS)
def test_each_sheet_is_made_for_paper(book: Any, name: str) -> None:
    sheet = book[name]
    assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "C4")
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.fitToWidth in (None, 1, 2)
    assert "第 &P 页" in str(sheet.oddFooter.center.text)


def test_headings_are_in_both_languages_with_their_units(book: Any) -> None:
    headings = [cell.value for cell in book["3 过磅明细汇总"][3]]
    assert "净重(吨)\nNet (t)" in headings
    assert all("\n" in heading for heading in headings)


def test_identifiers_are_text_and_weights_are_numbers(book: Any) -> None:
    row = book["1 总表"][4]
    assert (row[2].value, row[2].number_format) == ("91150624MA0XXXXX1A", "@")
    assert (row[10].value, row[10].number_format) == (333.8, "#,##0.000_ ")


def test_columns_that_nothing_was_imported_for_stay_empty_to_the_last_line(book: Any) -> None:
    sheet = book["1 总表"]
    output = next(cell.column for cell in sheet[3] if "本月产量" in cell.value)
    assert [sheet.cell(row, output).value for row in (4, 5)] == [None, None]


def test_no_cell_holds_a_formula(book: Any) -> None:
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    sheet = written(page_of((FORMULA, 1, 1, 1, 1)))
    assert (sheet["A4"].value, sheet["A4"].data_type) == (FORMULA, "s")


def test_values_are_shown_in_the_unit_of_their_heading() -> None:
    sheet = written(page_of(("甲", 3, 33_380, 5_400_000, 1_782_835_260_000)))
    assert [cell.value for cell in sheet[4]] == ["甲", 3, 33.38, 1.5, "2026-07-01 00:01:00"]


def test_a_page_closes_with_its_sums() -> None:
    sheet = written(page_of(("甲", 3, 1_000, None, 1), ("乙", None, 500, None, 1)))
    assert [cell.value for cell in sheet[6]] == ["合计", 3, 1.5, None, None]


def test_a_page_of_nothing_is_still_a_page() -> None:
    sheet = written(page_of(summed=False))
    assert sheet["A3"].value == "名称\nName"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(written(page_of(("长" * 40_000, 1, 1, 1, 1)))["A4"].value) == LONGEST_CELL


def test_rows_are_as_high_as_their_texts() -> None:
    sheet = written(page_of(("一行", 1, 1, 1, 1), ("一\n二\n三", 1, 1, 1, 1)))
    assert sheet.row_dimensions[5].height > 2 * sheet.row_dimensions[4].height


def test_nothing_in_the_file_tells_when_or_where_it_was_written() -> None:
    archive = zipfile.ZipFile(exported() / NAME)
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-07-31T16:00:00Z") == 2
    assert "2026-07" in core


def test_four_signatures_find_room_on_the_narrowest_page() -> None:
    column = Column("x", "x", "x", Look.TEXT, 10)
    for many in (1, 2, 5, 30):
        places = signature_columns((column,) * many)
        assert len(set(places)) == 4
        assert places == sorted(places)
