"""A washery's month: opening, in, out, left; shares against bands; what the month's rule says."""

import sqlite3
from datetime import date

import pytest

from collector.period import Period, read_month
from collector.reconcile import collect
from collector.rules import k12_yields as rule
from collector.tables import as_arrow, register
from collector.washery import Band
from collector.washery_month import Month, months, yield_rows
from tests.collector.ledgers import START_MS
from tests.collector.washeries import WASHERY, WASHERY_DECK, raw, sell, washed, washery_ledger

NET_KG = 33_380
SEPTEMBER, OCTOBER = read_month("2026-09"), read_month("2026-10")
BAND = Band("*", "WASHED", date(2026, 1, 1), "test", 300, 600)


@pytest.fixture
def db() -> sqlite3.Connection:
    return washery_ledger()


def told(db: sqlite3.Connection, period: Period = SEPTEMBER, *bands: Band) -> Month:
    return next(one for one in months(db, period, bands) if one.enterprise == WASHERY)


def out(db: sqlite3.Connection, parents: list[str], loads: int = 1, product: str = "WASHED",
        at_ms: int = START_MS) -> None:  # fmt: skip
    for number in washed(db, parents, loads, product):
        sell(db, number, at_ms, WASHERY_DECK)


def test_what_came_and_went_makes_what_is_left(db: sqlite3.Connection) -> None:
    parents = raw(db, 4)
    out(db, parents, 2)
    out(db, [], 1, "GANGUE")
    month = told(db)
    assert (month.opening_kg, month.input_kg, month.output_kg) == (0, 4 * NET_KG, 3 * NET_KG)
    assert (month.left_kg, month.is_judged, month.ok) == (NET_KG, True, True)
    lines = {line.product: (line.loads, line.explained_kg) for line in month.lines}
    assert lines == {"WASHED": (2, 2 * NET_KG), "GANGUE": (1, 0)}


def test_what_was_left_is_carried_into_the_next_month(db: sqlite3.Connection) -> None:
    raw(db, 3)
    out(db, [], 1)
    out(db, [], 1, at_ms=OCTOBER.from_ms)
    month = told(db, OCTOBER)
    assert (month.opening_kg, month.input_kg, month.left_kg) == (2 * NET_KG, 0, NET_KG)


def test_more_out_than_ever_came_in_is_found(db: sqlite3.Connection) -> None:
    raw(db, 1)
    out(db, [], 2)
    month = told(db)
    assert (month.left_kg, month.is_over, month.ok) == (-NET_KG, True, False)


@pytest.mark.parametrize(
    ("loads", "verdict", "share"), [(0, "low", 0), (1, "ok", 500), (2, "high", 1_000)]
)
def test_a_share_is_judged_by_its_band(
    db: sqlite3.Connection, loads: int, verdict: str, share: int
) -> None:
    raw(db, 2)
    for _ in range(loads):
        out(db, [])
    (line,) = told(db, SEPTEMBER, BAND).lines
    assert (line.verdict, line.share_permille) == (verdict, share)


def test_without_a_band_no_share_is_judged(db: sqlite3.Connection) -> None:
    raw(db, 1)
    out(db, [])
    (line,) = told(db).lines
    assert (line.verdict, line.share_permille) == ("", 1_000)


def test_who_has_coal_of_its_own_is_not_judged(db: sqlite3.Connection) -> None:
    out(db, [], 2)
    db.execute("DROP TRIGGER enterprises_never_changed")
    db.execute("UPDATE enterprises SET capacity_t = 900000 WHERE enterprise = ?", (WASHERY,))
    month = told(db, SEPTEMBER, BAND)
    assert (month.left_kg, month.is_judged, month.ok) == (-2 * NET_KG, False, True)


def test_the_month_finds_what_the_query_shows(db: sqlite3.Connection) -> None:
    raw(db, 1)
    out(db, [], 2)
    rows = yield_rows(months(db, SEPTEMBER, (BAND,)))
    tables = register({"yields": as_arrow("yields", rows)})
    found = list(collect(rule.findings(tables, SEPTEMBER).to_pyarrow().to_pylist(), SEPTEMBER))
    assert {(one.code, one.measured, one.expected.value) for one in found} == {
        ("F-R08", ("share_permille", 2_000), 600),
        ("F-R08", ("net_kg_out", 2 * NET_KG), NET_KG),
    }
    assert {one.subject for one in found} == {WASHERY}
