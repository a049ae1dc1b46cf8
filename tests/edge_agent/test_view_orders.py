"""A view that the bureau orders: one officer, the next order, a camera of ours, ten minutes."""

import pytest

from edge_agent.events import OrderArrived
from edge_agent.ledger_state import Viewing
from edge_agent.order_effects import MAX_VIEWS
from tests.edge_agent.story import OFFICERS, Story, opened
from weighbook.orders import Action, View
from weighbook.records import Kind, OrderSeen

MINUTE_MS = 60_000


def asked(story: Story, minutes: int = 10, camera: str = "deck", **changes: object) -> bytes:
    """A view of so many minutes from now, signed by one officer."""
    plain = {"expires_ms": story.at.wall_ms + minutes * MINUTE_MS} | changes
    return story.signed(Action.VIEW, View(camera, minutes), OFFICERS[:1], **plain)


def arrive(story: Story, message: bytes) -> tuple[str, str | None]:
    """What the book says of it: its outcome, and why."""
    story.play(OrderArrived(story.moment(), message))
    seen = story.bodies(Kind.ORDER)[-1]
    assert isinstance(seen, OrderSeen)
    return seen.outcome, seen.reason


def test_one_officer_sees_a_camera_and_sales_go_on() -> None:
    story = opened()
    from_ms = story.at.wall_ms
    assert arrive(story, asked(story, 3)) == ("applied", None)
    view = Viewing(2, "deck", from_ms, from_ms + 3 * MINUTE_MS)
    assert story.lane.booked.views == (view,)
    assert story.is_open


def test_a_restart_knows_when_it_ends() -> None:
    story = opened()
    arrive(story, asked(story))
    before = story.lane.booked.views
    story.restart(after_ms=MINUTE_MS)
    assert story.lane.booked.views == before
    assert before[0].until_ms - story.at.wall_ms < 9 * MINUTE_MS + 1


def test_a_view_that_comes_too_late_is_refused_and_the_next_order_is_taken() -> None:
    story = opened()
    message = asked(story, 1)
    story.skip(MINUTE_MS)
    assert arrive(story, message) == ("refused", "E_ORDER_EXPIRED")
    assert story.lane.booked.views == ()
    assert arrive(story, asked(story)) == ("applied", None)


def test_the_same_view_again_is_refused() -> None:
    story = opened()
    first = asked(story)
    arrive(story, first)
    arrive(story, asked(story, camera="road"))
    assert arrive(story, first) == ("refused", "E_ORDER_REPLAYED")
    assert [view.camera for view in story.lane.booked.views] == ["deck", "road"]


@pytest.mark.parametrize(
    ("minutes", "camera", "changes"),
    [
        (10, "shed", {}),
        (11, "deck", {}),
        (0, "deck", {"expires_ms": None}),
        (10, "deck", {"expires_ms": None}),
        (5, "deck", {"expires_ms": 2**50}),
    ],
)
def test_no_other_camera_and_no_longer_view(
    minutes: int, camera: str, changes: dict[str, object]
) -> None:
    story = opened()
    assert arrive(story, asked(story, minutes, camera, **changes)) == ("refused", "E_ORDER_ARGS")
    assert story.lane.booked.views == ()


def test_the_newest_few_are_remembered() -> None:
    story = opened()
    for _ in range(MAX_VIEWS + 2):
        arrive(story, asked(story))
    numbers = [view.number for view in story.lane.booked.views]
    assert numbers == list(range(4, 4 + MAX_VIEWS))
