"""Paper: a page is never printed too small to be read, and no line of a text is hidden."""

from hypothesis import given
from hypothesis import strategies as st

from collector.page_layout import (
    A3,
    A4,
    LARGEST_ROW_PT,
    LEAST_SCALE,
    LINE_PT,
    PADDING_PT,
    PAPER_PX,
    lay_out,
    lines_of,
    row_pt,
    width_px,
)
from collector.pages.overview import COLUMNS as OVERVIEW
from collector.pages.page import Column, Look
from collector.pages.weighings import COLUMNS as WEIGHINGS


def columns(*widths: int) -> tuple[Column, ...]:
    return tuple(Column("x", "名", "x", Look.TEXT, width) for width in widths)


def test_a_narrow_page_lies_on_a4_and_a_wide_one_on_a3() -> None:
    assert lay_out(WEIGHINGS) == (A4, 1, len(WEIGHINGS))
    assert lay_out(columns(*[20] * 12))[:2] == (A3, 1)


def test_the_overview_takes_two_sheets_and_is_signed_on_the_first() -> None:
    layout = lay_out(OVERVIEW)
    assert (layout.paper, layout.sheets) == (A3, 2)
    assert 4 < layout.first < len(OVERVIEW) / 2


@given(st.lists(st.integers(4, 60), min_size=1, max_size=20))
def test_one_sheet_is_never_reduced_below_what_can_be_read(widths: list[int]) -> None:
    page = columns(*widths)
    layout = lay_out(page)
    if layout.sheets == 1:
        assert 100 * PAPER_PX[layout.paper] >= LEAST_SCALE * width_px(page)
    else:
        assert 2 * width_px(page[: layout.first]) < width_px(page)


def test_chinese_takes_two_places_and_every_line_its_own() -> None:
    assert lines_of("abcdefgh", 10) == 1
    assert lines_of("煤炭销售", 10) == 1
    assert lines_of("煤炭销售票", 10) == 2
    assert lines_of("a\n\nb", 10) == 3


def test_a_row_is_as_high_as_its_longest_text_within_bounds() -> None:
    two = columns(10, 10)
    assert row_pt(two, ("a", None)) == LINE_PT + PADDING_PT
    assert row_pt(two, ("a", "一\n二\n三")) > row_pt(two, ("一\n二", 5))
    assert row_pt(two, ("x" * 100_000, None)) == LARGEST_ROW_PT
