"""Each line of the notice's table of moves: who, from where to where, and what refuses it.

The table's rows stand here as they are written; each is made on a real ledger, with too few
officers, and with what it forbids.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from collector.home import open_home
from collector.orders import find as find_order
from collector.period import read_month
from collector.reconcile import collect
from collector.rules import k13_received
from collector.tables import as_arrow, register
from collector.ticket_batches import Batch, generate, stock_in, take_in
from collector.ticket_closing import check_period, close_tickets
from collector.ticket_copies import Copy, recover_copies
from collector.ticket_entries import Stamp, move
from collector.ticket_ledger import allocate, issue, set_free
from collector.ticket_states import State, find
from edge_agent.deck_rules import judge, reasons
from edge_agent.facts import Facts, Objection
from edge_agent.ledger_state import TicketState
from tests.collector.commands import BOTH, BY, ticketed_desk
from tests.collector.ledgers import (
    ENTERPRISE,
    KEY,
    PLACE,
    START_MS,
    empty_ledger,
    grant,
    post,
    stamp,
    state_of,
    weighed,
)
from tests.edge_agent.story import SITE, T0, ticket
from weighbook.orders import Action, Revoke, open_order
from weighbook.phrase import Refusal
from weighbook.records import Kind

S = State
MONTH = read_month("2026-09")
PLATE = "蒙K12345"
GOOD = ticket()
SESSION = TicketState(GOOD.ticket_no, False, PLATE, 15_000, 12, T0 - 1_000, "RAW")
TARE = Facts(
    now_ms=T0,
    is_gross=False,
    weight_kg=15_000,
    is_stable=True,
    zero_kg=0,
    plate=PLATE,
    axles=6,
    ticket=GOOD,
    ticket_plate=PLATE,
    pictures=frozenset({"deck"}),
    sales_open=True,
)
GROSS = replace(TARE, is_gross=True, weight_kg=48_000, state=SESSION, session=GOOD.ticket_no)


class Row(NamedTuple):
    """One line of the table: the states a ticket is taken from, its move, and where it ends."""

    name: str
    move: str
    starts: tuple[State | None, ...]
    end: State
    officers: int
    errors: tuple[str, ...] = ()


UNUSED = (S.ISSUED, S.ALLOCATED, S.RESERVED)
ROWS = (
    Row("– → GENERATED", "generate", (None,), S.GENERATED, 2, ("E_RANGE_OVERLAP",)),
    Row("GENERATED → STOCKED", "stock-in", (S.GENERATED,), S.STOCKED, 2, ("E_BATCH_HASH",)),
    Row("STOCKED → ISSUED", "issue", (S.STOCKED,), S.ISSUED, 2, ("E_SUSPENDED", "E_QUOTA")),
    Row("ISSUED → ALLOCATED", "allocate", (S.ISSUED,), S.ALLOCATED, 1, ("E_WB",)),
    Row("ALLOCATED → RESERVED", "reserve", (S.ALLOCATED,), S.RESERVED, 0,
        ("E_SIG", "E_EXPIRED", "E_SPENT", "E_FAMILY", "E_PRODUCT", "E_OPEN_SESSION")),
    Row("RESERVED → ALLOCATED", "unreserve", (S.RESERVED,), S.ALLOCATED, 0, ("E_TARE_OLD",)),
    Row("RESERVED → USED", "use", (S.RESERVED,), S.USED, 0,
        ("E_QTY", "E_OVERLOAD", "E_HALT", "E_UNSTABLE")),
    Row("USED → RECEIVED", "receive", (S.USED,), S.RECEIVED, 0, ("F-R09",)),
    Row("USED/RECEIVED → RECOVERED", "recover", (S.USED, S.RECEIVED), S.RECOVERED, 1, ("F-T06",)),
    Row("RECOVERED → CANCELLED", "cancel", (S.RECOVERED,), S.CANCELLED, 2, ("E_PERIOD_OPEN",)),
    Row("ISSUED → RETURNED", "return", (S.ISSUED,), S.STOCKED, 1, ("E_USED",)),
    Row("ALLOCATED → RETURNED", "return", (S.ALLOCATED,), S.RETURNED, 1, ("E_STATE",)),
    Row("ISSUED/ALLOCATED/RESERVED → VOID", "void", UNUSED, S.VOID, 1, ("E_USED",)),
    Row("any unused → EXPIRED", "expire", (S.ALLOCATED, S.RESERVED, S.FROZEN), S.EXPIRED, 0),
    Row("any unused → LOST", "lost", (*UNUSED, S.FROZEN), S.LOST, 1, ("REVOKE",)),
    Row("any unused → FROZEN", "freeze", UNUSED, S.FROZEN, 1, ("REVOKE",)),
    Row("USED → (reversal)", "write-off", (S.USED,), S.DISPUTED, 2, ("E_USED",)),
)  # fmt: skip
BY_NAME = {row.name: row for row in ROWS}
CASES = [(row.name, start) for row in ROWS for start in row.starts]
OF_TWO = [(name, start) for name, start in CASES if BY_NAME[name].officers == 2]
ERRORS = [(row.name, code) for row in ROWS for code in row.errors]


def bring(db: sqlite3.Connection, state: State | None) -> str:
    """A ticket that stands in `state`, by the shortest lawful way."""
    listed = generate(db, Batch("COAL", "150624", 26, 1), 1, stamp())
    number = listed.decode().splitlines()[1]
    ways: Mapping[State, tuple[State, Callable[[], object]]] = {
        S.STOCKED: (S.GENERATED, lambda: take_in(db, listed, stamp())),
        S.ISSUED: (S.STOCKED, lambda: issue(db, [number], ENTERPRISE, stamp())),
        S.ALLOCATED: (S.ISSUED, lambda: allocate(db, [number], grant(), KEY, stamp())),
        S.RESERVED: (S.ALLOCATED, lambda: post(db, record(db, number, Kind.TARE, 1))),
        S.USED: (S.RESERVED, lambda: post(db, record(db, number, Kind.SALE, 2))),
        S.RECEIVED: (S.USED, lambda: move(db, [number], "receive", stamp())),
        S.RECOVERED: (S.USED, lambda: move(db, [number], "recover", stamp())),
        S.FROZEN: (S.ALLOCATED, lambda: move(db, [number], "freeze", stamp())),
    }
    path: list[Callable[[], object]] = []
    while state is not None and state in ways:
        state, step = ways[state]
        path.insert(0, step)
    for step in path:
        step()
    return number


def record(db: sqlite3.Connection, number: str, kind: Kind, seq: int) -> Any:
    return weighed(db, number, kind, START_MS + seq, seq, PLACE)


def make(db: sqlite3.Connection, name: str, number: str, by: Stamp) -> None:
    """The move as its own people make it."""
    if name == "generate":
        stock_in(db, Batch("COAL", "150624", 26, 2), 1, by)
    elif name == "issue":
        issue(db, [number], ENTERPRISE, by)
    elif name == "allocate":
        allocate(db, [number], grant(), KEY, by)
    elif name in ("reserve", "use"):
        post(db, record(db, number, Kind.SALE if name == "use" else Kind.TARE, 9))
    else:
        move(db, [number], name, by)


def held(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT state, sum(count) FROM ticket_balances GROUP BY 1")
    return {state: count for state, count in rows if count}


@pytest.mark.parametrize(("name", "start"), CASES)
def test_a_row_takes_one_ticket_from_its_state_to_the_next(name: str, start: State | None) -> None:
    row, db = BY_NAME[name], empty_ledger()
    line = find(row.move, start, row.end)
    assert line is not None
    assert line.signers == row.officers
    number = bring(db, start)
    if start is not None:
        assert held(db) == {start.value: 1}
        make(db, row.move, number, stamp(START_MS + 9))
    assert held(db) == {row.end.value: 1}


@pytest.mark.parametrize(("name", "start"), OF_TWO)
@pytest.mark.parametrize("second", [None, "officer-1"])
def test_a_row_of_two_officers_is_refused_to_one(
    name: str, start: State | None, second: str | None
) -> None:
    row, db = BY_NAME[name], empty_ledger()
    number = "" if start is None else bring(db, start)
    alone = stamp()._replace(by2=second)
    with pytest.raises(Refusal, match="E_TWO_SIGNERS"):
        make(db, row.move, number, alone)


@pytest.mark.parametrize("start", UNUSED)
def test_a_frozen_ticket_thaws_to_where_it_was(start: State) -> None:
    db = empty_ledger()
    number = bring(db, start)
    move(db, [number], "freeze", stamp())
    with pytest.raises(Refusal, match="E_FROZEN"):
        move(db, [number], "void", stamp())
    move(db, [number], "thaw", stamp())
    assert state_of(db, number) == start.value


def of_ledger(act: Callable[[sqlite3.Connection], object]) -> Callable[[Path], set[str]]:
    """The codes an act upon an empty ledger ends in."""

    def ask(_folder: Path) -> set[str]:
        with pytest.raises(Refusal) as refused:
            act(empty_ledger())
        return {refused.value.code}

    return ask


def of_deck(facts: Facts, **change: object) -> Callable[[Path], set[str]]:
    """What the deck says of a weighing; the rest of it is good."""
    asked = replace(facts, **change)  # type: ignore[arg-type] # names of real fields
    return lambda _folder: set(reasons(judge(asked, SITE)))


def of_desk(*words: object, before: tuple[object, ...] = ()) -> Callable[[Path], set[str]]:
    """The refusal of a command, after another one."""

    def ask(folder: Path) -> set[str]:
        desk = ticketed_desk(folder)
        desk.told("ticket", "stock-in", "--count", 1, *BOTH)
        if before:
            desk.told(*before, *BY)
        return {desk.refusal(*words)}

    return ask


def twice(db: sqlite3.Connection) -> None:
    for _ in range(2):
        stock_in(db, Batch("COAL", "150624", 26, 1), 1, stamp())


def received_apart(_folder: Path) -> set[str]:
    """A load that came a tonne short."""
    rows = [("W1", "E1", "T1", "B1", 33_380, 32_380, 1, None)]
    tables = register({"received": as_arrow("received", rows)})
    found = collect(k13_received.findings(tables, MONTH).to_pyarrow().to_pylist(), MONTH)
    return {one.code for one in found}


def cloned(_folder: Path) -> set[str]:
    db = empty_ledger()
    number = bring(db, S.USED)
    done = recover_copies(db, b"x", [Copy(1, number, (b"other" * 7,))], stamp())
    return {one.code for one in done.odd}


def told_to_the_deck(name: str) -> Callable[[Path], set[str]]:
    """The order by which the deck hears of it, if it names the ticket."""

    def ask(folder: Path) -> set[str]:
        desk = ticketed_desk(folder)
        home = open_home(desk.home, desk.wall)
        row = home.db.execute("SELECT ticket_no FROM tickets ORDER BY 1").fetchone()
        by = Stamp(desk.wall.now_ms, "officer-1", "officer-2", "paper")
        close_tickets(home, name, [row["ticket_no"]], by, "test")
        order, _ = open_order(find_order(home.db, "W01", 2).message, home.ring(), None)
        home.close()
        assert order.args == Revoke(ticket_no=row["ticket_no"])
        return {str(order.action)} & {str(Action.REVOKE)}

    return ask


def after(state: State, name: str) -> Callable[[Path], set[str]]:
    return of_ledger(lambda db: move(db, [bring(db, state)], name, stamp()))


ISSUE = ("ticket", "issue", "--enterprise", "E01", *BOTH)
SUSPEND = ("enterprise", "change", "E01", "--state", "suspended")
ALLOCATE = ("ticket", "allocate", "--weighbridge", "W01", "--product", "RAW", "--count", 1, *BY)
STOP_DECK = ("weighbridge", "change", "W01", "--state", "suspended")
FORGED: dict[str, object] = {"ticket": None, "bad_ticket": Objection("E_SIG")}
ASK: Mapping[tuple[str, str], Callable[[Path], set[str]]] = {
    ("– → GENERATED", "E_RANGE_OVERLAP"): of_ledger(twice),
    ("GENERATED → STOCKED", "E_BATCH_HASH"): of_ledger(lambda db: take_in(db, b"x", stamp())),
    ("STOCKED → ISSUED", "E_SUSPENDED"): of_desk(*ISSUE, "--count", 1, before=SUSPEND),
    ("STOCKED → ISSUED", "E_QUOTA"): of_desk(*ISSUE, "--count", 20_000),
    ("ISSUED → ALLOCATED", "E_WB"): of_desk(*ALLOCATE, "--max-net-kg", 1, before=STOP_DECK),
    ("ALLOCATED → RESERVED", "E_SIG"): of_deck(TARE, **FORGED),
    ("ALLOCATED → RESERVED", "E_EXPIRED"): of_deck(TARE, ticket=ticket(expires_s=T0 // 1_000)),
    ("ALLOCATED → RESERVED", "E_SPENT"): of_deck(
        TARE, state=SESSION._replace(used=True), session=None
    ),
    ("ALLOCATED → RESERVED", "E_FAMILY"): of_deck(TARE, ticket=ticket(family="NONCOAL")),
    ("ALLOCATED → RESERVED", "E_PRODUCT"): of_deck(TARE, ticket=ticket(product="GANGUE")),
    ("ALLOCATED → RESERVED", "E_OPEN_SESSION"): of_deck(TARE, session="another"),
    ("RESERVED → ALLOCATED", "E_TARE_OLD"): of_deck(GROSS, is_lapsed=True),
    ("RESERVED → USED", "E_QTY"): of_deck(GROSS, ticket=ticket(max_net_kg=32_980)),
    ("RESERVED → USED", "E_OVERLOAD"): of_deck(GROSS, weight_kg=49_020),
    ("RESERVED → USED", "E_HALT"): of_deck(GROSS, sales_open=False),
    ("RESERVED → USED", "E_UNSTABLE"): of_deck(GROSS, is_stable=False),
    ("USED → RECEIVED", "F-R09"): received_apart,
    ("USED/RECEIVED → RECOVERED", "F-T06"): cloned,
    ("RECOVERED → CANCELLED", "E_PERIOD_OPEN"): of_ledger(
        lambda db: check_period(db, MONTH.name, MONTH.to_ms)
    ),
    ("ISSUED → RETURNED", "E_USED"): after(S.USED, "return"),
    ("ALLOCATED → RETURNED", "E_STATE"): after(S.RESERVED, "return"),
    ("ISSUED/ALLOCATED/RESERVED → VOID", "E_USED"): after(S.USED, "void"),
    ("any unused → LOST", "REVOKE"): told_to_the_deck("lost"),
    ("any unused → FROZEN", "REVOKE"): told_to_the_deck("freeze"),
    ("USED → (reversal)", "E_USED"): after(S.RECOVERED, "write-off"),
}


@pytest.mark.parametrize(("name", "code"), ERRORS)
def test_what_a_row_forbids_ends_in_its_code(name: str, code: str, tmp_path: Path) -> None:
    assert ASK[name, code](tmp_path) == {code}


def test_a_truck_that_does_not_come_back_sets_its_ticket_free_after_a_day() -> None:
    db = empty_ledger()
    number = bring(db, S.RESERVED)
    day_ms = 24 * 3_600_000
    assert set_free(db, START_MS + 1 + day_ms, 24) == 0
    assert set_free(db, START_MS + 2 + day_ms, 24) == 1
    assert state_of(db, number) == "ALLOCATED"
