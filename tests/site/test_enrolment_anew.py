"""A weighbridge enrolled anew after a repair: its new book is empty, and opens nothing by that."""

from pathlib import Path

import pytest

from collector import orders
from collector.decoding import Owners
from collector.order_loading import Signed, suspension_rows
from collector.restating import outstanding, to_say_again
from collector.ticket_closing import close_tickets
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, allocate, issue, pick, stock_in
from collector.ticket_states import State
from tests.collector.ledgers import grant
from tests.collector.sites import ENTERPRISE, make_bureau
from tests.edge_agent.story import DAY, HOUR, T0
from tests.site.deck_by_hand import Deck, enrolled, register
from weighbook.envelope import payload_of
from weighbook.orders import Action, Enrol, Lift, Permit, Revoke, Suspend, order_of
from weighbook.phone import Ask
from weighbook.tickets import Ticket, ticket_of

PLACE = "W01"


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    bureau = make_bureau(tmp_path)
    bureau.wall.now_ms = T0 - 10_000
    register(bureau, PLACE)
    bureau.wall.now_ms = T0 - 5_000
    return enrolled(bureau, PLACE)


def anew(deck: Deck) -> Deck:
    """Its disk is replaced."""
    deck.bureau.wall.now_ms = deck.story.at.wall_ms + HOUR
    return enrolled(deck.bureau, PLACE)


def said(deck: Deck) -> list[object]:
    """The orders that follow the enrolment in its bundle."""
    return [order_of(payload_of(message)).args for message in deck.following]


def follow(deck: Deck) -> None:
    for message in deck.following:
        deck.bring(message)
    deck.story.wait(1_000)


def tickets(deck: Deck, count: int = 3) -> list[Ticket]:
    """Signed for this deck."""
    home, stamp = deck.home, Stamp(T0 - 1_000, "officer-1", "officer-2")
    numbers = stock_in(home.db, Batch("COAL", "150624", 26, 1), count, stamp)
    issue(home.db, numbers, ENTERPRISE, stamp)
    chosen = pick(home.db, State.ISSUED, "COAL", ENTERPRISE, count)
    allocate(home.db, chosen, grant(T0 - 1_000), home.key("ticket"), stamp)
    rows = home.db.execute("SELECT message FROM tickets ORDER BY ticket_no").fetchall()
    return [ticket_of(payload_of(row["message"])) for row in rows]


def test_a_suspension_outlives_the_book_and_is_lifted_by_its_first_number(deck: Deck) -> None:
    number = deck.sign(Action.SUSPEND, Suspend("欠费"))
    deck.bring_all()
    fresh = anew(deck)
    assert said(fresh) == [Suspend("欠费", None, number)]
    assert fresh.story.causes == {"ORDER"}
    follow(fresh)
    assert (fresh.story.is_open, set(fresh.story.lane.ledger.suspensions)) == (False, {number})
    fresh.sign(Action.LIFT, Lift(number))
    fresh.bring_all()
    assert fresh.story.wait(1_000).is_open


def test_nothing_is_sold_before_all_of_it_is_heard(deck: Deck) -> None:
    deck.sign(Action.REVOKE, Revoke(kid=bytes(8)))
    fresh = anew(deck)
    assert not fresh.story.is_open
    assert fresh.story.restart().opened().causes == {"ORDER"}
    follow(fresh)
    assert fresh.story.is_open


def test_a_used_ticket_stays_used_and_a_lost_one_lost(deck: Deck) -> None:
    used, lost, good = tickets(deck)
    db, stamp = deck.home.db, Stamp(T0, "officer-1", "officer-2")
    db.execute("UPDATE tickets SET state = 'USED' WHERE ticket_no = ?", (used.ticket_no,))
    close_tickets(deck.home, "lost", [lost.ticket_no], stamp, "test")
    assert outstanding(db, PLACE, T0) == 1
    fresh = anew(deck)
    assert said(fresh) == [Revoke(tickets=(used.ticket_no, lost.ticket_no))]
    follow(fresh)
    revoked = fresh.story.lane.ledger.revoked_tickets
    assert set(revoked) == {used.ticket_no, lost.ticket_no}
    assert good.ticket_no not in revoked


def test_what_is_over_is_not_said_again(deck: Deck) -> None:
    first = deck.sign(Action.SUSPEND, Suspend("a", T0 + HOUR))
    second = deck.sign(Action.SUSPEND, Suspend("b"))
    deck.sign(Action.LIFT, Lift(second))
    deck.sign(Action.PERMIT, Permit(("POWER",), "", 9, 9_000), T0 + DAY)
    db = deck.home.db
    assert to_say_again(db, PLACE, T0) == ((Action.SUSPEND, Suspend("a", T0 + HOUR, first)),)
    assert to_say_again(db, PLACE, T0 + HOUR) == ()


def test_a_first_enrolment_owes_nothing(deck: Deck) -> None:
    args = order_of(payload_of(deck.signed[0])).args
    assert isinstance(args, Enrol)
    assert (args.owed, deck.following) == (None, ())
    assert args.phone == deck.home.phone_key().public


def test_a_third_book_hears_it_under_the_first_number_too(deck: Deck) -> None:
    number = deck.sign(Action.SUSPEND, Suspend("欠费"))
    third = anew(anew(deck))
    assert said(third) == [Suspend("欠费", None, number)]


def test_the_month_counts_one_suspension_to_one_end(deck: Deck) -> None:
    number = deck.sign(Action.SUSPEND, Suspend("欠费"))
    fresh = anew(deck)
    lifted_ms = fresh.story.at.wall_ms
    fresh.sign(Action.LIFT, Lift(number))
    stored = orders.listed(deck.home.db, PLACE)
    signed = [Signed(order_of(payload_of(each.message)), "a", "b") for each in stored]
    ends = [row[4] for row in suspension_rows(signed, Owners({}))]
    assert ends == [lifted_ms, lifted_ms]


def test_a_code_of_the_old_book_is_of_no_use_to_the_new_one(deck: Deck) -> None:
    lease = Ask(Action.LEASE, (), 72)
    given = deck.call(lease)
    fresh = anew(deck)
    fresh.ask(lease)
    fresh.answer(given)
    assert not fresh.story.lane.ledger.phoned
    fresh.story.skip(60_000)
    again = fresh.call(lease)
    fresh.answer(again)
    assert set(fresh.story.lane.ledger.phoned) == {again.number}
