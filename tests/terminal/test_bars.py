"""A chart of blocks: what is high, low, absent and beyond can be told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.bars import BLOCKS, bars

VALUES = st.lists(st.none() | st.integers(-(10**6), 10**7), max_size=200)


def column(value: int | None, height: int, top: int) -> str:
    """One column, from the ground up."""
    return "".join(reversed([row[0] for row in bars([value], height, top)]))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "  "),
        (1, "▁ "),
        (8, "█ "),
        (9, "█▁"),
        (12, "█▄"),
        (16, "██"),
        (99, "██"),
        (-5, "  "),
        (None, "· "),
    ],
)
def test_a_value_is_as_high_as_its_share(value: int | None, shown: str) -> None:
    assert column(value, 2, 16) == shown


def test_no_value_is_not_taken_for_a_zero() -> None:
    assert column(None, 3, 100) != column(0, 3, 100)


def test_columns_keep_their_order() -> None:
    assert bars([0, 50, 100], 1, 100) == [" ▄█"]


def test_without_a_top_nothing_stands() -> None:
    assert bars([5, None], 2, 0) == ["  ", " ·"]


@given(VALUES, st.integers(1, 12), st.integers(1, 10**6))
def test_it_is_always_a_full_rectangle_of_known_blocks(
    values: list[int | None], height: int, top: int
) -> None:
    rows = bars(values, height, top)
    assert [len(row) for row in rows] == [len(values)] * height
    assert set("".join(rows)) <= {*BLOCKS, "·"}


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_more_is_never_drawn_lower(one: int, other: int) -> None:
    low, high = (sum(map(BLOCKS.index, column(v, 5, 1_000))) for v in sorted((one, other)))
    assert low <= high
