"""CSV for offices: opened by a spreadsheet without harm, read by a program without loss."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.csv_files import DANGEROUS, neutral, page_csv, table_csv
from collector.pages.page import Column, Look, Page
from tests.collector.exports import exported
from weighbook.phrase import Phrase

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
COLUMNS = (
    Column("plate", "车号", "Plate", Look.TEXT, 10),
    Column("net_kg", "净重(吨)", "Net (t)", Look.TONNES, 10),
    Column("at_ms", "时间", "At", Look.TIME, 20),
)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def page(*rows: tuple[str | int | None, ...]) -> Page:
    return Page(3, "x", Phrase("页", "page"), COLUMNS, rows, False, Phrase("", ""))


def test_a_file_begins_with_the_mark_and_ends_its_lines_as_offices_do() -> None:
    data = page_csv(page(("蒙K12345", 33_380, None)))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2


def test_headings_carry_the_key_with_its_unit_and_values_are_whole() -> None:
    rows = read(page_csv(page(("蒙K12345", 33_380, 1_782_835_260_000))))
    assert rows[0] == ["车号 plate", "净重 net_kg", "时间 at_ms"]
    assert rows[1] == ["蒙K12345", "33380", "2026-07-01T00:01:00+08:00"]


def test_no_data_is_an_empty_field_and_zero_is_a_zero() -> None:
    assert read(page_csv(page((None, 0, None))))[1] == ["", "0", ""]


def test_moments_of_a_table_are_times_and_lengths_are_not() -> None:
    table = pa.table({"at_ms": [1_782_835_260_000], "dark_ms": [90]})
    assert read(table_csv(table))[1] == ["2026-07-01T00:01:00+08:00", "90"]


@pytest.mark.parametrize("start", DANGEROUS)
def test_nothing_a_stranger_wrote_is_a_formula(start: str) -> None:
    rows = read(page_csv(page((f"{start}cmd|' /C calc'!A0", 1, None))))
    assert rows[1][0].startswith("'")


@given(TEXT)
def test_every_text_comes_back_as_it_was_but_for_the_apostrophe(text: str) -> None:
    (cell,) = read(page_csv(page((text, None, None))))[1][:1]
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert cell == neutral(text)


def test_the_exported_files_are_all_like_that() -> None:
    for path in (exported() / "csv").iterdir():
        rows = read(path.read_bytes())
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert {len(row) for row in rows} == {len(rows[0])}
