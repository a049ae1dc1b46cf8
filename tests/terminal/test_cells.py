"""Text on a grid of cells, where a Chinese character takes two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.cells import crop, fill, fill_before, width_of

TEXT = st.text(st.sampled_from("a5 重量，｛…·"), max_size=30)


def test_a_chinese_character_is_two_cells_wide() -> None:
    assert width_of("重量 kg") == 7
    assert width_of("，") == 2


def test_blanks_fill_what_is_left() -> None:
    assert fill("毛重", 6) == "毛重  "
    assert fill_before("毛重", 6) == "  毛重"


def test_nothing_is_cut_off_by_filling() -> None:
    assert fill("毛重", 3) == fill_before("毛重", 3) == "毛重"


@pytest.mark.parametrize(
    ("cells", "shown"), [(9, "重量 gro…"), (4, "重…"), (3, "重…"), (1, "…"), (0, "")]
)
def test_what_is_too_long_ends_in_a_mark(cells: int, shown: str) -> None:
    assert crop("重量 gross", cells) == shown


@given(TEXT, st.integers(0, 40))
def test_cropped_text_never_needs_more_room_than_there_is(text: str, cells: int) -> None:
    assert width_of(crop(text, cells)) <= cells


@given(TEXT, st.integers(0, 40))
def test_text_that_fits_stays_as_it_is(text: str, room: int) -> None:
    assert crop(text, width_of(text) + room) == text
