"""Closing tickets: revoked at their deck in the same breath, and months closed only when over."""

from itertools import chain
from pathlib import Path

import pytest

from collector.home import open_home
from collector.orders import find
from collector.ticket_closing import (
    MAX_REVOKED_AT_ONCE,
    check_period,
    close_tickets,
    note_reconciled,
    summary,
    used_in,
)
from collector.ticket_entries import Stamp
from collector.ticket_states import State
from tests.collector.commands import registered_desk, ticketed_desk
from tests.collector.ledgers import allocated, empty_ledger
from tests.collector.month_samples import PERIOD
from tests.collector.sites import PLACE
from weighbook.orders import MAX_TICKETS, Action, Revoke, Thaw, open_order
from weighbook.phrase import Refusal


def actions_and_states(folder: Path, move: str, count: int) -> tuple[list[str], list[str]]:
    """The orders signed and the states left after `move` with so many of five tickets."""
    desk = ticketed_desk(folder)
    home = open_home(desk.home, desk.wall)
    rows = home.db.execute("SELECT ticket_no FROM tickets ORDER BY ticket_no").fetchall()
    stamp = Stamp(desk.wall.now_ms, "officer-1", "officer-2", "paper")
    close_tickets(home, move, [row["ticket_no"] for row in rows[:count]], stamp, "test")
    orders = home.db.execute("SELECT action FROM orders WHERE action != 'ENROL'").fetchall()
    states = home.db.execute("SELECT state FROM tickets ORDER BY ticket_no").fetchall()
    home.close()
    return [row["action"] for row in orders], [row["state"] for row in states]


@pytest.mark.parametrize("move", ["return", "void", "lost", "freeze"])
@pytest.mark.parametrize("count", [1, 2])
def test_signed_tickets_that_are_closed_are_revoked_by_one_order(
    tmp_path: Path, move: str, count: int
) -> None:
    orders, states = actions_and_states(tmp_path, move, count)
    assert orders == [Action.REVOKE]
    assert states.count("ALLOCATED") == 5 - count


def test_a_thaw_is_told_by_an_order_of_both_officers(tmp_path: Path) -> None:
    desk = ticketed_desk(tmp_path)
    home = open_home(desk.home, desk.wall)
    stamp = Stamp(desk.wall.now_ms, "officer-1", "officer-2", "paper")
    numbers = [row[0] for row in home.db.execute("SELECT ticket_no FROM tickets ORDER BY 1")]
    close_tickets(home, "freeze", numbers, stamp, "test")
    assert close_tickets(home, "thaw", numbers, stamp, "test") == 1
    order, opened = open_order(find(home.db, PLACE, 3).message, home.ring(), None)
    assert order.args == Thaw(tuple(numbers))
    assert opened.signers == ("officer-1", "officer-2")
    home.close()


def test_many_tickets_take_few_orders_that_fit_a_message(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    home = open_home(desk.home, desk.wall)
    numbers = allocated(home.db, MAX_TICKETS + 1)
    home.db.execute("UPDATE tickets SET message = x'00', weighbridge = ?", (PLACE,))
    stamp = Stamp(desk.wall.now_ms, "officer-1", "officer-2", "paper")
    assert close_tickets(home, "lost", numbers, stamp, "test") == 2
    opened = [open_order(find(home.db, PLACE, n).message, home.ring(), None)[0] for n in (2, 3)]
    told = [args.all_tickets for order in opened if isinstance(args := order.args, Revoke)]
    assert [len(tickets) for tickets in told] == [MAX_TICKETS, 1]
    assert sorted(chain(*told)) == sorted(numbers)
    home.close()


def test_more_than_a_deck_can_read_at_once_moves_nothing(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    home = open_home(desk.home, desk.wall)
    stamp = Stamp(desk.wall.now_ms, "officer-1", "officer-2", "paper")
    numbers = allocated(home.db, MAX_REVOKED_AT_ONCE + 1)
    with pytest.raises(Refusal, match="E_COUNT"):
        close_tickets(home, "void", numbers, stamp, "test")
    found = home.db.execute("SELECT DISTINCT state FROM tickets").fetchall()
    assert [row["state"] for row in found] == ["ALLOCATED"]
    home.close()


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), (["A"], "A"), (["B", "A", "C"], "A…C (3)")]
)
def test_a_log_line_of_many_tickets_is_short(numbers: list[str], words: str) -> None:
    assert summary(numbers) == words


@pytest.mark.parametrize(
    ("reconciled_ms", "now_ms", "closes"),
    [
        (None, PERIOD.to_ms, False),
        (PERIOD.to_ms - 1, PERIOD.to_ms, False),
        (PERIOD.to_ms, PERIOD.to_ms, True),
        (PERIOD.to_ms, PERIOD.to_ms - 1, False),
    ],
)
def test_a_month_closes_when_it_is_over_and_was_judged_since(
    reconciled_ms: int | None, now_ms: int, closes: bool
) -> None:
    db = empty_ledger()
    if reconciled_ms is not None:
        note_reconciled(db, PERIOD.name, 1, "earlier")
        note_reconciled(db, PERIOD.name, reconciled_ms, "later")
    if closes:
        check_period(db, PERIOD.name, now_ms)
    else:
        with pytest.raises(Refusal, match="E_PERIOD_OPEN"):
            check_period(db, PERIOD.name, now_ms)


def test_used_tickets_are_found_by_the_month_of_their_use() -> None:
    db = empty_ledger()
    for number, at_ms in (("A", PERIOD.from_ms - 1), ("B", PERIOD.from_ms), ("C", PERIOD.to_ms)):
        db.execute(
            "INSERT INTO tickets (ticket_no, family, batch, state, enterprise, used_at_ms)"
            " VALUES (?, 'COAL', 'x', 'USED', 'E1', ?)",
            (number, at_ms),
        )
    assert used_in(db, PERIOD.name, (State.USED,), None) == ["B"]
    assert used_in(db, PERIOD.name, (State.USED,), "E2") == []
    assert used_in(db, PERIOD.name, (State.RECOVERED,), None) == []
