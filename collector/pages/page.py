"""What a page of the monthly report is: a title, typed columns, rows. Pure data.

Values are what was measured (kilograms, milliseconds, text); how a kind of value looks is the
business of the writer, so the workbook and the CSV files say the same. None is an empty cell: no
data is not a zero.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from weighbook.phrase import Phrase

Cell = str | int | None


class Look(StrEnum):
    """How a value is to be shown."""

    TEXT = "text"
    COUNT = "count"
    TONNES = "tonnes"  # value in kilograms
    HOURS = "hours"  # value in milliseconds
    TIME = "time"  # milliseconds since 1970 UTC
    DAY = "day"


class Column(NamedTuple):
    """`key` carries the unit of the value; the headings carry the unit it is shown in."""

    key: str
    zh: str
    en: str
    look: Look
    width: int


class Page(NamedTuple):
    """One sheet. `summed`: a line of sums of its numbers closes it."""

    number: int
    slug: str
    title: Phrase
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summed: bool
    remark: Phrase


SUMMED_LOOKS = (Look.COUNT, Look.TONNES, Look.HOURS)


def sums(page: Page) -> tuple[int | None, ...]:
    """The sum of each numeric column, None where it has no number: no data is not a zero."""
    found: list[int | None] = []
    for place, column in enumerate(page.columns):
        numbers = [cell for row in page.rows if isinstance(cell := row[place], int)]
        found.append(sum(numbers) if numbers and column.look in SUMMED_LOOKS else None)
    return tuple(found)


def lines(expression: Any) -> list[dict[str, Any]]:
    """The rows of an Ibis expression as maps, in no particular order."""
    found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    return found


def in_order(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows sorted by their cells, empty cells first."""
    return tuple(
        sorted(rows, key=lambda row: [(cell is not None, str(type(cell)), cell) for cell in row])
    )
