"""`collector ticket balance --day`: any past day, to the ticket what its entries add up to."""

import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from collector.ticket_entries import Stamp, move
from tests.collector.commands import Desk, ticketed_desk
from tests.collector.month_samples import LOAD, PERIOD, Month, honest_month
from tests.collector.sites import Wall
from weighbook.records import Kind

DAY_MS = 86_400_000
DAYS = ("2026-07-01", "2026-07-02", "2026-07-05", "2026-07-08", "2026-07-31")
IN_HAND = "('ISSUED', 'ALLOCATED', 'RESERVED', 'FROZEN')"
IN_STOCK = "('STOCKED', 'RETURNED')"


@pytest.fixture
def month(tmp_path: Path) -> Month:
    """The honest July of one mine; on the 5th and the 8th tickets are taken out."""
    month = honest_month(tmp_path)
    moves = (("void", 4, "ISSUED"), ("freeze", 4, "ALLOCATED"), ("return", 7, "ISSUED"))
    for name, day, state in moves:
        rows = month.home.db.execute(
            "SELECT ticket_no FROM tickets WHERE state = ? LIMIT 3", (state,)
        )
        numbers = [row["ticket_no"] for row in rows]
        at_ms = PERIOD.from_ms + day * DAY_MS + 1_000
        move(month.home.db, numbers, name, Stamp(at_ms, "officer-1", "officer-2", "paper-9"))
    return month


@pytest.fixture
def desk(month: Month) -> Desk:
    return Desk(month.home.path.parent, Wall(PERIOD.to_ms + DAY_MS))


def summed(db: sqlite3.Connection, holder: str, day: str) -> int:
    """What stands with a holder at a day's end, entry by entry."""
    states = IN_STOCK if holder == "bureau" else IN_HAND
    total = 0
    for column, state, sign in (("holder_to", "to_state", 1), ("holder_from", "from_state", -1)):
        row = db.execute(
            f"SELECT count(*) FROM ticket_entries WHERE day <= ? AND {state} IN {states}"
            f" AND ({column} = ? OR {column} LIKE ?)",
            (day, holder, f"{holder}/%"),
        ).fetchone()
        total += sign * int(row[0])
    return total


def balance(desk: Desk, *words: str) -> dict[str, dict[str, Any]]:
    return {row["holder"]: row for row in desk.rows("ticket", "balance", *words)}


@pytest.mark.parametrize("day", DAYS)
def test_a_past_day_is_the_sum_of_its_entries(month: Month, desk: Desk, day: str) -> None:
    rows = balance(desk, "--day", day)
    assert set(rows) == {"bureau", "E1", "E1/W1", "E1/W2"}
    for holder, row in rows.items():
        assert row["closing"] == summed(month.home.db, holder, day)
        assert row["residual"] == 0


def test_each_day_opens_as_the_day_before_it_closed(desk: Desk) -> None:
    days = [f"2026-07-{number:02d}" for number in range(1, 10)]
    told = [balance(desk, "--day", day) for day in days]
    for before, after in pairwise(told):
        for holder, row in before.items():
            assert after[holder]["opening"] == row["closing"]


def test_the_days_add_up_to_their_span(desk: Desk) -> None:
    days = [balance(desk, "--day", f"2026-07-{number:02d}") for number in range(1, 10)]
    span = balance(desk, "--from", "2026-07-01", "--to", "2026-07-09")
    for holder, row in span.items():
        for name, count in row["flows"].items():
            assert sum(day[holder]["flows"][name] for day in days if holder in day) == count


def test_what_a_deck_counts_itself_stands_beside_the_ledger(desk: Desk) -> None:
    row = balance(desk, "--day", "2026-07-02")["E1/W1"]
    assert row["deck"] == {"reported_used": 4, "ledger_used": 4}
    assert balance(desk, "--day", "2026-07-01")["E1/W1"]["deck"] is None
    assert "4 / 4" in desk.told("ticket", "balance", "--day", "2026-07-02")


def test_a_deck_that_counts_one_more_is_found_on_its_day_and_not_before(
    month: Month, desk: Desk
) -> None:
    month.one.now_ms = PERIOD.from_ms + 9 * DAY_MS
    month.one.write(Kind.SALE, LOAD)
    assert desk.run("ticket", "balance", "--day", "2026-07-09").exit_code == 0
    result = desk.run("ticket", "balance", "--day", "2026-07-10")
    assert result.exit_code == 1
    assert "F-T09" in result.stderr
    assert "W1" in result.stderr


def test_a_day_is_one_day(tmp_path: Path) -> None:
    desk = ticketed_desk(tmp_path)
    words = ("ticket", "balance", "--day", "2026-09-01")
    assert desk.refusal(*words, "--to", "2026-09-02") == "E_OPTIONS"
    assert desk.refusal("ticket", "balance", "--day", "2026-02-30") == "E_TIME"
