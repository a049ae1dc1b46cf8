"""Writes that fail, and writes that fail after they took effect: each at every kind of record.

The failures are SQLite's own: a statement that is not allowed, one that is not allowed to look at
what it wrote, a file that may not grow. What must hold: no barrier without its record, no ticket
twice, sales closed until the bureau releases them, and a book that is whole.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge_agent.events import OrderArrived, Tick
from tests.site import proofs
from tests.site.county import County, open_county
from tests.site.places import count, make_place
from tests.site.rig import EMPTY_KG, LOADED_KG, Rig, trade
from weighbook.records import Kind

PLATE, OTHER, BRIDGE = "蒙K00000", "蒙K54321", "WB-1"
INSERTED, SELECTED = 18, 21  # SQLITE_INSERT, SQLITE_SELECT
Allowed = Callable[[int, str | None, str | None, str | None, str | None], int]


def fail(action: int, table: str | None, _2: str | None, _3: str | None, _by: str | None) -> int:
    """Nothing more is written to the records."""
    return sqlite3.SQLITE_DENY if (action, table) == (INSERTED, "records") else sqlite3.SQLITE_OK


def fail_late(action: int, _1: str | None, _2: str | None, _3: str | None, by: str | None) -> int:
    """What was written cannot be read back. (`by`: the guards may still look.)"""
    return sqlite3.SQLITE_DENY if action == SELECTED and by is None else sqlite3.SQLITE_OK


FAULTS: dict[str, Allowed] = {"failed": fail, "failed after it took effect": fail_late}


class Deck:
    """A rig whose store can be made to fail, with tickets at hand."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county = county
        self.config = make_place(folder, BRIDGE)
        self.state = self.config.state
        county.enrol(self.config)
        self.tickets = county.tickets(BRIDGE, 30)
        self.code = self.tickets[0][1]
        self.rig = Rig(self.config, online=False)
        self.rig.prove()
        assert self.rig.is_open

    def fail(self, fault: Allowed) -> None:
        self.rig.book._db.set_authorizer(fault)

    def mend(self) -> None:
        """The disk is well again, and the daemon looks at it."""
        self.rig.book._db.set_authorizer(None)
        self.rig.check_book()

    def release(self) -> None:
        """The bureau has looked at it, too."""
        message = self.county.release(BRIDGE, "BOOK")
        self.rig.take(OrderArrived(self.rig.at, message))
        self.rig.wait(300)

    def restart(self) -> None:
        self.rig.leave()
        self.rig = Rig(self.config, online=False)


@pytest.fixture
def deck(tmp_path: Path) -> Iterator[Deck]:
    with open_county(tmp_path / "county") as county:
        made = Deck(county, tmp_path / "deck")
        yield made
        made.rig.leave()


def tare(deck: Deck) -> None:
    deck.rig.cross(PLATE, deck.code, EMPTY_KG)


def sale(deck: Deck) -> None:
    deck.rig.cross(PLATE, deck.code, LOADED_KG)


def refusal(deck: Deck) -> None:
    deck.rig.cross(OTHER, deck.code, EMPTY_KG)


def passage(deck: Deck) -> None:
    deck.rig.weight_kg = LOADED_KG
    deck.rig.wait(1_000)
    deck.rig.weight_kg = 0
    deck.rig.wait(500)


def cause(deck: Deck) -> None:
    """The indicator falls silent."""
    deck.rig.at = deck.rig.at._replace(
        wall_ms=deck.rig.at.wall_ms + 6_000, mono_ms=deck.rig.at.mono_ms + 6_000
    )
    deck.rig.take(Tick(deck.rig.at))


def sell_out(deck: Deck, tickets: int) -> None:
    """Every ticket is sold once, whatever was tried before."""
    for _ in range(2 * tickets):
        trade(deck.rig, deck.tickets[:tickets])
    assert count(deck.state, Kind.SALE) == tickets


Step = Callable[[Deck], None]
# What fails, what went before it, and the kind of its record.
WRITES: dict[str, tuple[Step, tuple[Step, ...], Kind]] = {
    "tare": (tare, (), Kind.TARE),
    "sale": (sale, (tare,), Kind.SALE),
    "refusal": (refusal, (tare,), Kind.REFUSED),
    "passage": (passage, (), Kind.PASSAGE),
    "cause": (cause, (), Kind.CAUSE),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", WRITES)
def test_after_a_failed_write_nothing_is_sold_until_the_bureau_says_so(
    deck: Deck, write: str, fault: str
) -> None:
    step, before, kind = WRITES[write]
    for earlier in before:
        earlier(deck)
    opened, written = proofs.barrier_followed_the_book(deck.state), count(deck.state, kind)
    deck.fail(FAULTS[fault])
    step(deck)
    assert not deck.rig.is_open
    assert "BOOK" in deck.rig.causes
    assert (count(deck.state, kind) > written) is (fault != "failed")
    deck.mend()
    sale(deck)
    assert proofs.barrier_followed_the_book(deck.state) == opened
    assert not deck.rig.is_open


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", WRITES)
def test_after_a_failed_write_the_day_goes_on_and_a_ticket_is_used_once(
    deck: Deck, write: str, fault: str
) -> None:
    step, before, _ = WRITES[write]
    for earlier in before:
        earlier(deck)
    deck.fail(FAULTS[fault])
    step(deck)
    deck.mend()
    deck.release()
    deck.rig.prove()
    assert deck.rig.is_open, deck.rig.causes
    sell_out(deck, 3)
    assert proofs.book_is_whole(deck.state) == deck.rig.lane.booked.seq


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_took_effect_after_all_is_known_after_a_restart(
    deck: Deck, write: str
) -> None:
    step, before, _ = WRITES[write]
    for earlier in before:
        earlier(deck)
    deck.fail(fail_late)
    step(deck)
    deck.restart()
    deck.rig.prove()
    sell_out(deck, 2)
    proofs.barrier_followed_the_book(deck.state)
    proofs.book_is_whole(deck.state)


def test_a_disk_that_fills_up_closes_sales_and_leaves_a_whole_book(deck: Deck) -> None:
    db = deck.rig.book._db
    pages = int(db.execute("PRAGMA page_count").fetchone()[0])
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    while deck.rig.is_open:
        assert trade(deck.rig, deck.tickets)
    assert "full" in next(c.measured for c in deck.rig.lane.ledger.standing.values())
    for _ in range(3):
        trade(deck.rig, deck.tickets)
    openings = proofs.barrier_followed_the_book(deck.state)
    assert openings <= count(deck.state, Kind.TARE) + count(deck.state, Kind.SALE)
    proofs.book_is_whole(deck.state)


def test_a_sale_whose_evidence_cannot_be_kept_is_not_made(deck: Deck) -> None:
    tare(deck)
    shutil.move(deck.state / "evidence", deck.state / "moved")
    (deck.state / "evidence").write_text("no folder")
    opened = proofs.barrier_followed_the_book(deck.state)
    sale(deck)
    assert count(deck.state, Kind.SALE) == 0
    assert proofs.barrier_followed_the_book(deck.state) == opened
    assert not deck.rig.is_open


def test_a_slip_that_cannot_be_printed_takes_no_sale_back(deck: Deck) -> None:
    tare(deck)
    shutil.rmtree(deck.state / "slips")
    (deck.state / "slips").write_text("no folder")
    sale(deck)
    assert count(deck.state, Kind.SALE) == 1
    assert deck.rig.is_open
