"""The cause CLOCK: the wall clock against the monotonic one, our own book, and signed time."""

import pytest

from edge_agent.events import DeviceLost, Moment, OrderArrived, Tick
from edge_agent.settings import MINUTE_MS
from tests.edge_agent.story import DAY, HOUR, KEYS, OFFICERS, ROOT, TICKETS, Story, opened, ticket
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, sign_keyset
from weighbook.orders import Action, KeySetArgs, Policy, Release, Suspend
from weighbook.records import CauseChange, ClockChange, OrderSeen


def leap(story: Story, wall_ms: int, mono_ms: int = 1_000) -> Story:
    """The wall clock is set by so much more than really went by."""
    story.at = Moment(story.at.wall_ms + wall_ms + mono_ms, story.at.mono_ms + mono_ms)
    story.play(Tick(story.at))
    return story


def test_a_clock_set_back_closes_sales() -> None:
    story = leap(opened(), -HOUR)
    assert story.causes == {"CLOCK"}
    assert [c.reason for c in clocks(story)] == ["back"]


def subject(story: Story) -> str:
    """Of the newest CLOCK cause."""
    found = [r.body for r in story.records if isinstance(r.body, CauseChange)]
    return [change.subject for change in found if change.code == "CLOCK"][-1]


def clocks(story: Story) -> list[ClockChange]:
    return [r.body for r in story.records if isinstance(r.body, ClockChange)]


@pytest.mark.parametrize(("jump_ms", "is_open"), [(119_000, True), (121_000, False)])
def test_a_clock_may_not_run_ahead_of_the_monotonic_one(jump_ms: int, is_open: bool) -> None:
    assert leap(opened(), jump_ms).is_open is is_open


def test_a_jump_ahead_is_a_line_of_its_own() -> None:
    (jump,) = clocks(leap(opened(), HOUR))
    assert (jump.to_ms - jump.from_ms, jump.reason) == (HOUR, "jump")


def test_a_clock_that_trembles_is_held() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "deck", "gone"))
    leap(story, -1_500, 0)
    story.play(DeviceLost(story.moment(), "road", "gone"))
    times = [record.at_ms for record in story.records]
    assert times == sorted(times)
    assert "CLOCK" not in story.causes


def test_setting_the_clock_right_again_is_not_enough() -> None:
    story = leap(leap(opened(), HOUR), -HOUR)
    assert story.wait(5_000).causes == {"CLOCK"}


def test_signed_time_close_to_ours_clears_the_clock() -> None:
    story = leap(leap(opened(), HOUR), -HOUR)
    story.receipt()
    assert story.wait(1_000).is_open
    assert clocks(story)[-1].reason == "trusted"


def test_signed_time_far_from_ours_does_not() -> None:
    story = leap(opened(), HOUR)
    story.receipt(at_ms=story.at.wall_ms - HOUR)
    assert story.wait(1_000).causes == {"CLOCK"}


def test_an_order_that_was_kept_back_does_not_prove_the_time() -> None:
    story = opened()
    kept = story.signed(Action.POLICY, Policy((("tolerance_kg", 0),)))
    story.rest(2 * DAY)
    leap(story, -2 * DAY)
    story.play(OrderArrived(story.moment(), kept))
    assert story.lane.ledger.order_number == 2
    assert story.wait(1_000).causes == {"CLOCK"}


def test_two_officers_may_release_a_clock_that_is_right() -> None:
    story = leap(leap(opened(), HOUR), -HOUR)
    story.order(Action.RELEASE, Release(("CLOCK",), "compared by telephone"))
    assert story.wait(1_000).is_open


def test_no_release_makes_a_wrong_clock_right() -> None:
    story = leap(opened(), HOUR)
    signed_ms = story.at.wall_ms - HOUR
    story.order(Action.RELEASE, Release(("CLOCK",), ""), at_ms=signed_ms)
    assert story.wait(1_000).causes == {"CLOCK"}


def test_a_clock_behind_signed_time_closes_sales() -> None:
    story = opened()
    story.receipt(at_ms=story.at.wall_ms + 10 * MINUTE_MS)
    assert story.wait(1_000).causes == {"CLOCK"}
    assert subject(story) == "signed"


def test_a_clock_set_back_before_the_start_is_noticed() -> None:
    story = opened()
    story.at = Moment(story.at.wall_ms - DAY, 1_000)
    story.restart()
    assert "CLOCK" in story.opened().causes


def test_a_clock_set_back_does_not_make_a_long_fault_short() -> None:
    story = opened().lose().skip(25 * MINUTE_MS)
    leap(story, -HOUR).skip(10 * MINUTE_MS).regain()
    leap(story, HOUR)
    story.receipt()
    assert story.wait(1_000).causes == {"APPROVAL"}


def test_a_clock_set_back_over_a_quiet_time_is_noticed_too() -> None:
    story = leap(opened().skip(5 * MINUTE_MS), -3 * MINUTE_MS)
    assert story.causes == {"CLOCK"}
    assert subject(story) == "jump"


def test_an_order_from_the_future_means_that_our_clock_is_behind() -> None:
    story = opened()
    ahead_ms = story.at.wall_ms + 10 * MINUTE_MS
    story.order(Action.POLICY, Policy((("tolerance_kg", 0),)), at_ms=ahead_ms)
    assert story.causes == {"CLOCK"}


def ending(key: SigningKey, role: str, subject: str) -> Story:
    """The key ends in a minute, and by the collector's clock that minute has gone."""
    story = opened()
    to_s = story.at.wall_ms // 1_000 + 60
    keyset = KEYS.with_entry(KeyEntry(key.public, (role,), subject, 0, to_s))
    story.order(Action.KEYSET, KeySetArgs(sign_keyset(keyset, ROOT)))
    story.receipt(at_ms=story.at.wall_ms + 100_000)
    assert story.is_open
    return story


def test_a_key_that_ended_by_signed_time_issues_no_tickets() -> None:
    story = ending(TICKETS, "ticket", "bureau").drive_on(15_000)
    story.scan(ticket())
    assert story.last.reasons == ("E_SIG", "E_KEY_TIME")


def test_a_key_that_ended_by_signed_time_gives_no_orders() -> None:
    story = ending(OFFICERS[0], "order", "officer-1")
    message = story.signed(Action.SUSPEND, Suspend("late"), OFFICERS[:1])
    story.play(OrderArrived(story.moment(), message))
    seen = story.records[-1].body
    assert isinstance(seen, OrderSeen)
    assert seen.reason == "E_KEY_TIME"
