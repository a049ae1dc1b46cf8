"""The bureau's orders to one deck, lost, doubled, turned round, cut, forged and turned back.

Whatever becomes of the stream, the deck stands where the bureau's orders up to the newest one it
holds have put it, and sells only if those allow it.
"""

import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collector.phone_orders import Given
from edge_agent.interlock import is_valid
from tests.collector.sites import Bureau, make_bureau
from tests.edge_agent.story import HOUR, OFFICERS, T0
from tests.site.deck_by_hand import SIGNERS, Deck, enrolled, register
from weighbook.envelope import payload_of
from weighbook.orders import (
    Action,
    Lease,
    Lift,
    Order,
    Permit,
    Release,
    Revoke,
    Suspend,
    Thaw,
    order_of,
    sign_order,
)
from weighbook.phone import Ask

MADE = tempfile.TemporaryDirectory(prefix="order-stream-")
NUMBERS = count(1)
TICKETS = ("A" * 20, "B" * 20, "C" * 20)
EVERYTHING = ("CAMERA_LOST", "APPROVAL", "BOOK")
RELAXING = (Action.LIFT, Action.RELEASE, Action.PERMIT)
ANOTHER_PAST = bytes(31) + b"\1"
PHONE_PERMIT = Ask(Action.PERMIT, ("CAMERA_LOST",), 8, 20, 600_000)
PHONE_LEASE = Ask(Action.LEASE, (), 72)


@cache
def county() -> Bureau:
    made = make_bureau(Path(MADE.name))
    made.home.db.execute("PRAGMA synchronous = OFF")  # nothing is killed here
    return made


class OrderStream(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        bureau, place = county(), f"W{next(NUMBERS):04d}"
        bureau.wall.now_ms = T0 - 10_000
        register(bureau, place)
        bureau.wall.now_ms = T0 - 5_000
        self.deck: Deck = enrolled(bureau, place)
        self.newest = self.deck.number
        self.given: list[Given] = []
        self.lost = False

    def orders(self) -> list[Order]:
        return [order_of(payload_of(message)) for message in self.deck.signed]

    def standing(self, upto: int) -> set[int]:
        """The suspensions in force after the order of that number."""
        found: set[int] = set()
        for order in self.orders()[:upto]:
            if isinstance(order.args, Suspend):
                found.add(order.number)
            elif isinstance(order.args, Lift):
                found.discard(order.args.order)
        return found

    def revoked(self, upto: int) -> set[str]:
        found: set[str] = set()
        for order in self.orders()[:upto]:
            if isinstance(order.args, Revoke):
                found.update(order.args.all_tickets)
            elif isinstance(order.args, Thaw):
                found.difference_update(order.args.tickets)
        return found

    # -- the bureau ------------------------------------------------------------------------------

    @rule()
    def it_suspends(self) -> None:
        self.deck.sign(Action.SUSPEND, Suspend("inspection"))

    @rule()
    def it_lifts(self) -> None:
        if standing := self.standing(len(self.deck.signed)):
            self.deck.sign(Action.LIFT, Lift(min(standing)))

    @rule(hours=st.sampled_from([1, 24]))
    def it_permits(self, hours: int) -> None:
        args = Permit(("CAMERA_LOST",), "an officer on site", 20, 600_000)
        self.deck.sign(Action.PERMIT, args, self.deck.story.at.wall_ms + hours * HOUR)

    @rule()
    def it_releases(self) -> None:
        self.deck.sign(Action.RELEASE, Release(EVERYTHING, "seen to"))

    @rule()
    def it_leases(self) -> None:
        self.deck.sign(Action.LEASE, Lease(self.deck.story.at.wall_ms + 72 * HOUR))

    @rule(which=st.sets(st.sampled_from(TICKETS), min_size=1))
    def it_revokes(self, which: set[str]) -> None:
        self.deck.sign(Action.REVOKE, Revoke(tickets=tuple(sorted(which))))

    @rule(which=st.sampled_from(TICKETS))
    def it_thaws(self, which: str) -> None:
        self.deck.sign(Action.THAW, Thaw((which,)))

    # -- the telephone ---------------------------------------------------------------------------

    @rule(ask=st.sampled_from([PHONE_PERMIT, PHONE_LEASE]), typed=st.booleans())
    def it_is_called(self, ask: Ask, typed: bool) -> None:
        missing = self.orders()[self.deck.number :]
        called = {given.number for given in self.given}
        if {order.number for order in missing} <= called:
            given = self.deck.call(ask)
            self.given.append(given)
            if typed:
                self.deck.answer(given)

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def an_old_code_is_typed(self, data: st.DataObject) -> None:
        before = self.deck.story.lane.ledger.permits
        self.deck.ask(PHONE_PERMIT)
        self.deck.answer(data.draw(st.sampled_from(self.given)))
        assert self.deck.story.lane.ledger.permits == before

    # -- the way ---------------------------------------------------------------------------------

    @rule(data=st.data())
    def any_order_comes(self, data: st.DataObject) -> None:
        """In any order, once more, or not at all."""
        self.deck.bring(data.draw(st.sampled_from(self.deck.signed)))

    @rule()
    def the_next_order_comes(self) -> None:
        if len(self.deck.signed) > self.deck.number:
            self.deck.bring(self.deck.signed[self.deck.number])

    @rule(data=st.data())
    def a_cut_or_bent_order_comes(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.deck.signed))
        place = data.draw(st.integers(0, len(message) - 1))
        bent = message[:place] + bytes([message[place] ^ 1]) + message[place + 1 :]
        number = self.deck.number
        for spoiled in (message[:place], bent):
            self.deck.bring(spoiled)
        assert self.deck.number == number

    @rule(
        action=st.sampled_from([Action.LIFT, Action.RELEASE, Action.PERMIT]),
        ahead=st.integers(-1, 3),
    )
    def a_bureau_put_back_from_a_copy_signs(self, action: Action, ahead: int) -> None:
        """Both officers' true keys, another past: never the next link unless it is the next."""
        ledger, at_ms = self.deck.story.lane.ledger, self.deck.story.at.wall_ms
        args: Any = {
            Action.LIFT: Lift(min(ledger.suspensions, default=2)),
            Action.RELEASE: Release(EVERYTHING, "old"),
            Action.PERMIT: Permit(("CAMERA_LOST",), "old", 9, 9_000_000),
        }[action]
        place, number = self.deck.place, ledger.order_number + ahead
        until_ms = at_ms + HOUR
        other = Order(
            place, max(1, number), bytes(31) + b"\1", place, action, at_ms, until_ms, at_ms, args
        )
        keys = tuple(self.deck.home.officer_key(officer) for officer in SIGNERS)
        self.deck.bring(sign_order(other, keys))
        self.deck.bring(sign_order(other, OFFICERS))
        assert self.deck.number == ledger.order_number

    # -- the deck --------------------------------------------------------------------------------

    @rule(lost=st.booleans())
    def its_camera_is_lost_or_back(self, lost: bool) -> None:
        self.lost = lost
        self.deck.story.lose("deck") if lost else self.deck.story.regain("deck").wait(12_000)

    @rule(for_ms=st.sampled_from([5_000, 2 * HOUR]))
    def it_restarts(self, for_ms: int) -> None:
        self.deck.story.restart(for_ms).opened()

    @rule(data=st.data())
    def its_book_is_put_back_from_a_copy(self, data: st.DataObject) -> None:
        told = self.deck.story
        keep = data.draw(st.integers(1, len(told.records)))
        told.records, told.digests = told.records[:keep], told.digests[:keep]
        told.restart().opened()
        self.newest = self.deck.number

    # -- always ----------------------------------------------------------------------------------

    @invariant()
    def it_stands_where_the_orders_it_holds_have_put_it(self) -> None:
        ledger = self.deck.story.lane.ledger
        assert set(ledger.suspensions) == self.standing(self.deck.number)
        assert set(ledger.revoked_tickets) == self.revoked(self.deck.number)
        known = set(range(1, self.deck.number + 1)) | {given.number for given in self.given}
        assert set(ledger.permits) <= known
        assert not ledger.denied
        assert self.deck.number >= self.newest
        self.newest = self.deck.number

    @invariant()
    def it_sells_only_if_they_allow_it(self) -> None:
        told = self.deck.story
        if not told.is_open:
            return
        assert not self.standing(self.deck.number)
        permits = told.lane.ledger.permits.values()
        assert not self.lost or any(is_valid(permit, told.at.wall_ms) for permit in permits)

    def teardown(self) -> None:
        """Once all has come in order, bureau and deck agree, and each order was applied once."""
        self.deck.bring_all()
        assert self.deck.number == len(self.deck.signed)
        assert set(self.deck.story.lane.ledger.suspensions) == self.standing(self.deck.number)
        assert not self.deck.story.lane.ledger.phoned


TestOrderStream = OrderStream.TestCase
TestOrderStream.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
