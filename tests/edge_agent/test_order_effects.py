"""What an order may not do: release what came after it, be young again, or leave things unsaid."""

from dataclasses import replace
from hashlib import sha256

import pytest

from edge_agent import ledger as book
from edge_agent.events import Moment, OrderArrived
from edge_agent.ledger_state import Ledger
from edge_agent.order_effects import CLOCKS_APART_MS
from tests.edge_agent.story import (
    AGENT,
    BRIDGE,
    DAY,
    HOUR,
    KEYS,
    MINE,
    OFFICERS,
    ROOT,
    Story,
    opened,
)
from weighbook.orders import Action, Enrol, Order, Release, Revoke, Suspend, sign_order
from weighbook.records import Genesis, Kind, OrderSeen

RELEASE = (Action.RELEASE, Release(("APPROVAL",), "seen to"))


def awaiting(story: Story) -> Story:
    """The deck's camera was lost for an hour and is back: the bureau must approve."""
    return story.lose("deck", 2_000).skip(HOUR).regain("deck").wait(12_000)


@pytest.mark.parametrize(("before_ms", "opens"), [(CLOCKS_APART_MS, True), (2 * HOUR, False)])
def test_a_release_ends_nothing_that_began_after_it_was_signed(before_ms: int, opens: bool) -> None:
    story = awaiting(opened())
    (cause,) = story.lane.ledger.standing.values()
    story.order(*RELEASE, at_ms=cause.since_ms - before_ms)
    assert story.wait(1_000).is_open is opens


def test_a_release_kept_back_opens_nothing_later() -> None:
    story = opened()
    kept_back = story.signed(*RELEASE)
    story = awaiting(story)
    story.play(OrderArrived(story.moment(), kept_back))
    assert story.wait(1_000).causes == {"APPROVAL"}


def test_a_clock_set_back_does_not_make_an_order_young_again() -> None:
    story = opened()
    message = story.signed(Action.SUSPEND, Suspend("x"), expires_ms=story.at.wall_ms + HOUR)
    story.at = story.moment(2 * HOUR)
    story.receipt()
    story.at = Moment(story.at.wall_ms - 2 * HOUR, story.at.mono_ms + 1_000)
    story.play(OrderArrived(story.moment(), message))
    (seen,) = story.bodies(Kind.ORDER)
    assert isinstance(seen, OrderSeen)
    assert seen.reason == "E_ORDER_EXPIRED"


def enrolled_anew(owed: int | None) -> Ledger:
    args = Enrol(BRIDGE, MINE, 2, AGENT.public.cose_key, DAY, None, owed)
    order = Order(BRIDGE, 7, bytes(32), BRIDGE, Action.ENROL, 0, None, 1, args)
    digest = sha256(sign_order(order, OFFICERS[:1])).digest()
    ledger = book.blank(BRIDGE, ROOT.public, KEYS, {digest: order})
    return book.note(ledger, Kind.GENESIS, Genesis(digest, AGENT.public.cose_key, 1), 1)


def test_an_enrolment_says_what_must_be_heard_before_anything_is_sold() -> None:
    assert (enrolled_anew(9).owed, enrolled_anew(9).order_number) == (9, 7)
    assert enrolled_anew(None).owed == 0


def test_until_then_sales_are_closed_and_afterwards_open_by_themselves() -> None:
    story = opened()
    owing = replace(story.lane.ledger, owed=2)
    story.lane = replace(story.lane, ledger=owing, booked=owing)
    story.wait(1_000)
    assert story.causes == {"ORDER"}
    story.order(Action.REVOKE, Revoke("T"))
    assert story.wait(1_000).is_open
