"""A judged month made by hand: only the rows a page is to show, in the order of the schema."""

from typing import Any

from collector.finding import Amount, Finding
from collector.pages.page import Page
from collector.period import read_month
from collector.reconcile import Run
from collector.tables import Row, as_arrow, register
from collector.totals import totals_of

PERIOD = read_month("2026-07")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ENTERPRISES = [("E1", "乌兰煤矿", "91150624MA0XXXXX1A", "C15", "一号井", 1_200_000)]
WEIGHBRIDGES = [("W1", "E1", "一号磅", "C-17"), ("W2", "E1", "二号磅", "")]
PRODUCTS = [("RAW", "COAL", "原煤")]


def run_with(findings: tuple[Finding, ...] = (), **rows: list[Row]) -> Run:
    """A run over these tables; the registry is there unless a test brings its own."""
    registry: dict[str, list[Row]] = {
        "enterprises": [*ENTERPRISES],
        "weighbridges": [*WEIGHBRIDGES],
        "products": [*PRODUCTS],
    }
    arrow = {name: as_arrow(name, table) for name, table in {**registry, **rows}.items()}
    tables = register(arrow)
    return Run(PERIOD, "R1", 1, findings, (), "1" * 64, "2" * 64, tables, arrow)


def totalled(run: Run) -> Run:
    """The run with its totals, which cost more than all its tables."""
    return run._replace(totals=totals_of(run.tables, run.period))


def finding(code: str, subject: str, evidence: tuple[str, ...] = ()) -> Finding:
    one = Amount("tickets", 1)
    return Finding(code, subject, "2026-07", one, Amount("tickets", 0), one, evidence)


def maps(page: Page) -> list[dict[str, Any]]:
    """The rows of a page by the keys of its columns."""
    keys = [column.key for column in page.columns]
    return [dict(zip(keys, row, strict=True)) for row in page.rows]
