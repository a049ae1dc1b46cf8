"""An order too long for one code is scanned as several, in any order, and applied once."""

import random

import pytest

from edge_agent.code_forms import form_of
from edge_agent.events import CodeRead
from tests.edge_agent.story import Story, opened
from weighbook.orders import MAX_TICKETS, Action, Revoke, Suspend, order_text
from weighbook.parts import split_text

MANY = Revoke(tickets=tuple(f"{n:020d}" for n in range(MAX_TICKETS)))


def scan(story: Story, *texts: str) -> list[str]:
    before = len(story.told())
    for text in texts:
        story.play(CodeRead(story.moment(), "gate", text.encode()))
    return story.told()[before:]


def parts_of(story: Story) -> list[str]:
    return list(split_text(order_text(story.signed(Action.REVOKE, MANY))))


def test_an_order_for_hundreds_of_tickets_comes_by_a_moving_picture() -> None:
    story = opened()
    parts = parts_of(story)
    random.Random(5).shuffle(parts)
    told = scan(story, *parts, *parts)
    assert told == ["PART_TAKEN"] * (len(parts) - 1) + ["REVOKE"] + ["PART_TAKEN"] * (
        len(parts) - 1
    ) + ["E_ORDER_REPLAYED"]
    assert len(story.lane.ledger.revoked_tickets) == MAX_TICKETS


def test_a_scanner_that_sees_a_part_again_says_nothing() -> None:
    story = opened()
    first, *_ = parts_of(story)
    assert scan(story, first, first, first) == ["PART_TAKEN"]


@pytest.mark.parametrize("text", ["WP1:", "WP1:hello", "WP1:" + "A" * 16 + ".9.2.X"])
def test_what_is_no_part_is_said_and_forgotten(text: str) -> None:
    story = opened()
    assert scan(story, text) == ["E_PARTS"]
    assert story.is_open


def test_parts_of_something_else_are_no_order() -> None:
    story = opened()
    assert scan(story, *split_text("WT1:" + "A" * 900))[-1] == "E_PARTS"


def test_a_short_order_may_come_in_parts_too() -> None:
    story = opened()
    scan(story, *split_text(order_text(story.signed(Action.SUSPEND, Suspend("x")))))
    assert not story.is_open


def test_a_part_is_known_for_one() -> None:
    text = split_text("WO1:" + "A" * 900)[1]
    assert (form_of(text.encode()).kind.en, form_of(text.encode()).says) == (
        "one part of several",
        "2 / 2",
    )
    assert form_of(b"WP1:x").whole is False
