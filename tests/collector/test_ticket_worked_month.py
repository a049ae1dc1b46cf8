"""The worked month: 120 in hand, 2,000 received, 124 left; and three ways in which it can fail.

One unticketed load, a deck that reports one ticket more, and more papers back than were used: each
is found by the rule that is there for it.
"""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from collector.home import Home, create_home, open_home
from collector.loading import load
from collector.reconcile import collect
from collector.rules import (
    k1_tickets_and_weighings,
    k3_edge_balance,
    k3_ticket_identity,
    posting_notes,
    w01_unticketed_passages,
)
from collector.schema import transaction
from collector.tables import register
from collector.ticket_balance import accounts, residuals, use_identity
from collector.ticket_copies import Recovered, read_copies, recover_copies
from collector.ticket_entries import Stamp, move
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from tests.collector.month_samples import (
    DAY_MS,
    LOAD,
    OFFICERS,
    PASSAGE,
    PERIOD,
    Book,
    Month,
    enrolled,
    register_mine,
)
from weighbook.records import Kind, Weighing

USED, RESERVED, RECOVERED = 1_985, 4, 1_979
ENDS = (("void", 6), ("expire", 4), ("lost", 1))
JUNE = OFFICERS._replace(at_ms=PERIOD.from_ms - DAY_MS)
END = Stamp(PERIOD.to_ms - 1_000, "officer-1", "officer-2", "paper-9")
RULES = (
    k1_tickets_and_weighings,
    k3_edge_balance,
    k3_ticket_identity,
    posting_notes,
    w01_unticketed_passages,
)


class Made(NamedTuple):
    book: Book
    sold: list[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The month as it went, in a home of its own: made once, worked upon in copies."""
    path = tmp_path_factory.mktemp("worked") / "home"
    home = create_home(path, now_ms=lambda: PERIOD.to_ms + 2 * DAY_MS)
    with transaction(home.db):
        register_mine(home)  # 30 received in July
        book = enrolled(home, "W1")  # and 10 of them allocated
        hand_out(home)
        sold = work(book)
    home.close()
    return Made(book, sold)


def hand_out(home: Home) -> None:
    """The other 2,090: in hand since June, or received in July; all but forty at the deck."""
    numbers = stock_in(home.db, Batch("COAL", "150624", 26, 2), 2_090, JUNE)
    issue(home.db, numbers[:120], "E1", JUNE)
    issue(home.db, numbers[120:], "E1", OFFICERS)
    times = (PERIOD.from_ms // 1000, PERIOD.to_ms // 1000)
    grant = Grant("OTG-EB", "COAL", "E1", "W1", "RAW", 36_000, *times)
    allocate(home.db, numbers[:2_070], grant, home.key("ticket"), OFFICERS)


def work(book: Book) -> list[str]:
    """What became of the 2,080 tickets at the deck; the numbers that were used."""
    db = book.home.db
    rows = db.execute("SELECT ticket_no, digest FROM tickets WHERE weighbridge = 'W1' ORDER BY 1")
    placed = {row["ticket_no"]: bytes(row["digest"]) for row in rows}
    numbers = iter(placed)
    sold = [next(numbers) for _ in range(USED)]
    for number in sold:
        book.write(Kind.SALE, load_of(number, placed[number]), after_ms=20_000)
    for place in range(RESERVED):
        number = next(numbers)
        tare = replace(load_of(number, placed[number]), plate=f"蒙K{place}", net_kg=None)
        book.write(Kind.TARE, tare, after_ms=20_000)
    for name, count in ENDS:
        move(db, [next(numbers) for _ in range(count)], name, END)
    bring_back(book.home, sold[:RECOVERED])
    return sold


def load_of(number: str, scanned: bytes) -> Weighing:
    return replace(LOAD, ticket_no=number, ticket_digest=scanned)


def bring_back(home: Home, papers: Iterable[str]) -> Recovered:
    data = "\n".join(papers).encode()
    return recover_copies(home.db, data, read_copies(data, home.ring()), END)


@pytest.fixture
def month(made: Made, tmp_path: Path) -> Month:
    shutil.copytree(made.book.home.path, tmp_path / "home")
    book = replace(made.book, home=open_home(tmp_path / "home"))
    book.report(reserved=RESERVED, used=USED)
    return Month(book.home, book, book)


def found(month: Month) -> set[tuple[str, str, int, int]]:
    tables = register(load(month.home.db, PERIOD))
    rows = [rule.findings(tables, PERIOD).to_pyarrow().to_pylist() for rule in RULES]
    return {
        (one.code, one.measured.unit, one.measured.value, one.expected.value)
        for one in collect(chain.from_iterable(rows), PERIOD)
    }


def test_the_month_closes_at_124_and_no_rule_finds_anything(month: Month) -> None:
    first, last = "2026-07-01", "2026-07-31"
    hand = next(one for one in accounts(month.home.db, first, last) if one.holder == "E1")
    flows = {name: count for name, count in hand.flows.items() if count}
    assert (hand.opening, hand.closing, hand.residual) == (120, 124, 0)
    assert flows == {"received": 2_000, "used": USED, "void": 6, "expired": 4, "lost": 1}
    rows = month.home.db.execute("SELECT state, sum(count) FROM ticket_balances GROUP BY 1")
    counts = dict(map(tuple, rows))
    assert (counts["ISSUED"], counts["ALLOCATED"], counts["RESERVED"]) == (40, 80, RESERVED)
    assert residuals(month.home.db) == {}
    assert found(month) == set()


def test_1985_were_used_1979_recovered_and_six_are_out(month: Month) -> None:
    told = use_identity(month.home.db)
    assert (told["used"], told["recovered"], told["outstanding"]) == (USED, RECOVERED, 6)
    assert told["residual"] == 0


def test_one_sale_more_than_tickets_used_is_found_by_the_count_and_by_the_deck(
    month: Month,
) -> None:
    month.one.write(Kind.SALE, LOAD)
    assert found(month) == {
        ("F-T11", "sales", USED + 1, USED),
        ("F-T09", "tickets_used", USED + 1, USED),
    }


def test_a_load_that_crosses_without_a_ticket_is_found_as_such(month: Month) -> None:
    month.one.write(Kind.PASSAGE, PASSAGE)
    assert found(month) == {("F-W01", "passages_without_ticket", 1, 0)}


def test_a_deck_that_reports_125_is_found_by_the_balance(month: Month) -> None:
    month.one.report(reserved=RESERVED + 1, used=USED)
    assert found(month) == {("F-T09", "tickets_reserved", RESERVED + 1, RESERVED)}


def test_1990_papers_of_1985_tickets_are_found_as_clones(month: Month, made: Made) -> None:
    outstanding, cloned = made.sold[RECOVERED:], made.sold[:5]
    done = bring_back(month.home, [*outstanding, *cloned])
    assert (len(done.numbers), [one.code for one in done.odd]) == (6, ["F-T06"] * 5)
    assert use_identity(month.home.db)["recovered"] == USED
    assert found(month) == {("F-T06", "ledger_notes", 5, 0)}
