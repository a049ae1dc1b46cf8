"""How a page of the report lies on paper: which paper, how many sheets, how high its rows. Pure.

Print that is reduced below LEAST_SCALE cannot be read at a desk; a page that would need it takes
larger paper, then a second sheet beside the first with the leading columns repeated.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collector.pages.page import Cell, Column

A3, A4 = 8, 9
PAPER_PX = {A4: 1_045, A3: 1_511}  # printable width, landscape, at 96 dots an inch
LEAST_SCALE = 70  # percent: 10 points become 7
REPEATED_COLUMNS = 2
CHARACTER_PX, EDGE_PX = 7, 5  # of a column that is so many characters wide
LINE_PT, PADDING_PT, LARGEST_ROW_PT = 13.5, 5.0, 400.0


class Layout(NamedTuple):
    """`sheets` side by side; the first `first` columns stand on the first sheet for certain."""

    paper: int
    sheets: int
    first: int


def lay_out(columns: Sequence[Column]) -> Layout:
    """The smallest paper, and the fewest sheets, that keep the page readable."""
    whole = width_px(columns)
    for paper in (A4, A3):
        if 100 * PAPER_PX[paper] >= LEAST_SCALE * whole:
            return Layout(paper, 1, len(columns))
    # Where the cut falls depends on the reader's fonts: what must not be cut keeps well before it.
    return Layout(A3, 2, within(columns, whole * 2 // 5))


def within(columns: Sequence[Column], px: int) -> int:
    """How many of the leading columns are not wider than that together."""
    return sum(width_px(columns[: place + 1]) <= px for place in range(len(columns)))


def width_px(columns: Iterable[Column]) -> int:
    return sum(column.width * CHARACTER_PX + EDGE_PX for column in columns)


def row_pt(columns: Sequence[Column], cells: Sequence[Cell]) -> float:
    """The height in points that shows every line of every text of a row."""
    texts = zip(columns, cells, strict=True)
    lines = max(
        (lines_of(cell, column.width) for column, cell in texts if isinstance(cell, str)), default=1
    )
    return min(lines * LINE_PT + PADDING_PT, LARGEST_ROW_PT)


def lines_of(text: str, width: int) -> int:
    """Lines the text takes in a column of so many characters; Chinese counts double."""
    room = max(width - 2, 2)
    return sum(max(1, math.ceil(columns_of(line) / room)) for line in text.split("\n"))


def columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
