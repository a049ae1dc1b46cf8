"""The ledger as a month sees it: entries within, balances at both ends, what decks reported."""

from dataclasses import replace
from pathlib import Path

import pytest

from collector.decoding import Owners
from collector.ledger_loading import ledger_balance, places, read_ledger
from collector.period import Period, read_month
from collector.tables import SCHEMAS
from collector.ticket_entries import Stamp, move
from tests.collector.month_samples import LOAD, OFFICERS, PERIOD, Month, honest_month
from weighbook.records import Kind

OWNERS = Owners({"W1": "E1", "W2": "E1"})
JUNE, AUGUST = read_month("2026-06"), read_month("2026-08")


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return honest_month(tmp_path)


def read(month: Month, table: str, period: Period = PERIOD) -> list[dict[str, object]]:
    names = [column.split(":")[0] for column in SCHEMAS[table].split()]
    rows = read_ledger(month.home.db, period, OWNERS)[table]
    return [dict(zip(names, row, strict=True)) for row in rows]


def balance(month: Month, moment: str, period: Period = PERIOD) -> dict[object, int]:
    counts: dict[object, int] = {}
    for row in read(month, "balances", period):
        if row["moment"] == moment:
            counts[row["state"]] = counts.get(row["state"], 0) + int(str(row["tickets"]))
    return counts


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (None, ("", "")),
        ("bureau", ("", "")),
        ("E1", ("E1", "")),
        ("E1/W1", ("E1", "W1")),
    ],
)
def test_a_holder_is_an_enterprise_a_weighbridge_or_neither(
    holder: str | None, expected: tuple[str, str]
) -> None:
    assert places(holder) == expected


def test_a_month_opens_as_the_one_before_it_closed(month: Month) -> None:
    assert balance(month, "open") == balance(month, "close", JUNE) == {}
    assert balance(month, "close") == balance(month, "open", AUGUST)


def test_every_ticket_stands_somewhere_at_the_end(month: Month) -> None:
    closing = balance(month, "close")
    assert closing == {"STOCKED": 10, "ISSUED": 10, "ALLOCATED": 12, "USED": 8}


def test_opening_and_entries_make_the_closing_balance(month: Month) -> None:
    counted = balance(month, "open")
    for entry in read(month, "entries"):
        for state, step in ((entry["from_state"], -1), (entry["to_state"], 1)):
            counted[state] = counted.get(state, 0) + step
    counted.pop("", None)
    assert {state: n for state, n in counted.items() if n} == balance(month, "close")


def test_entries_of_other_months_are_not_in_this_one(month: Month) -> None:
    stamp = Stamp(PERIOD.to_ms, "officer-1", "officer-2", "paper-9")
    number = month.home.db.execute("SELECT ticket_no FROM tickets WHERE state = 'ISSUED'")
    move(month.home.db, [number.fetchone()[0]], "void", stamp)
    assert "void" not in {entry["move"] for entry in read(month, "entries")}
    assert [entry["move"] for entry in read(month, "entries", AUGUST)] == ["void"]


def test_tickets_used_carry_their_sale(month: Month) -> None:
    used = read(month, "tickets")
    assert len(used) == 8
    assert {(row["enterprise"], row["net_kg"]) for row in used} == {("E1", 33_380)}


def test_a_ticket_whose_state_is_not_its_last_entrys_is_astray(month: Month) -> None:
    assert read(month, "astray") == []
    month.home.db.execute(
        "UPDATE tickets SET state = 'USED' WHERE ticket_no IN"
        " (SELECT ticket_no FROM tickets WHERE state = 'ISSUED' LIMIT 1)"
    )
    (astray,) = read(month, "astray")
    assert (astray["state"], astray["entry_state"]) == ("USED", "ISSUED")


def test_a_reported_balance_is_set_beside_the_ledgers(month: Month) -> None:
    month.one.report(reserved=1, used=4)
    (row,) = read(month, "reported")
    assert (row["reserved"], row["used"]) == (1, 4)
    assert (row["ledger_reserved"], row["ledger_used"]) == (0, 4)


def test_a_report_about_records_not_held_is_not_compared(month: Month) -> None:
    month.one.skip()
    month.one.report(reserved=0, used=5)
    assert read(month, "reported") == []


def test_a_report_of_another_month_is_not_compared(month: Month) -> None:
    month.one.report(reserved=0, used=4)
    assert read(month, "reported", AUGUST) == []


def test_the_balance_of_a_book_counts_its_open_sessions_and_its_uses(month: Month) -> None:
    db = month.home.db
    assert ledger_balance(db, "W1", 1) == (0, 4)
    ticket_no, scanned = next(month.one.tickets)
    tare = replace(LOAD, gross_kg=None, net_kg=None, ticket_no=ticket_no, ticket_digest=scanned)
    month.one.write(Kind.TARE, tare)
    assert ledger_balance(db, "W1", 1) == (1, 4)
    assert ledger_balance(db, "W1", 2) == (0, 0)


def test_a_reserved_ticket_that_is_closed_stays_reserved_at_its_deck(month: Month) -> None:
    ticket_no, scanned = next(month.one.tickets)
    tare = replace(LOAD, gross_kg=None, net_kg=None, ticket_no=ticket_no, ticket_digest=scanned)
    month.one.write(Kind.TARE, tare)
    move(month.home.db, [ticket_no], "void", OFFICERS)
    assert ledger_balance(month.home.db, "W1", 1) == (1, 4)
