"""CSV as offices read it: UTF-8 with BOM, CRLF, ISO times with their offset, whole kilograms.

Headings carry the Chinese name and the key with its unit. Text that a spreadsheet would take for a
formula gets an apostrophe in front, so nothing a driver or an enterprise wrote can be executed.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import pyarrow as pa

from collector.pages.page import Cell, Look, Page
from collector.period import shown

BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def page_csv(page: Page) -> bytes:
    """One page of the report; values in their own unit, not in the unit they are shown in."""
    headings = [f"{without_unit(column.zh)} {column.key}" for column in page.columns]
    looks = [column.look for column in page.columns]
    rows = ([plain(cell, look) for cell, look in zip(row, looks, strict=True)] for row in page.rows)
    return written(headings, rows)


def table_csv(table: pa.Table) -> bytes:
    """One analytic table; columns that end in `_ms` and mean a moment are ISO times."""
    names = table.column_names
    looks = [
        Look.TIME if name in ("at_ms", "received_ms", "used_at_ms") else Look.TEXT for name in names
    ]
    columns = [table.column(name).to_pylist() for name in names]
    rows = (
        [plain(cell, look) for cell, look in zip(row, looks, strict=True)]
        for row in zip(*columns, strict=True)
    )
    return written(names, rows)


def written(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return (BOM + text.getvalue()).encode()


def plain(cell: Cell, look: Look) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, int):
        return shown(cell) if look is Look.TIME else cell
    return neutral(cell)


def neutral(text: str) -> str:
    """The text, never a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def without_unit(heading: str) -> str:
    """The heading without its unit of display: the key beside it names the unit of the value."""
    return heading.split("(")[0]
