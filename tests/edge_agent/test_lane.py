"""A run from start to stop: the order of acts, a book that lags behind, restarts in between."""

import pytest

from edge_agent import lane as agent
from edge_agent.acts import CloseBarrier, OpenBarrier, Report, Write
from edge_agent.events import BookChecked, DeviceBack, DeviceLost, StopAsked, Tick
from tests.edge_agent.story import HOUR, Story, opened, ticket
from weighbook.orders import Action, Release
from weighbook.records import Dark, Kind, Started


def broken(story: Story) -> Story:
    """The disk takes no more: the next line that is asked for is not there."""
    story.fails = True
    return story.lose("road")


# -- start and stop ------------------------------------------------------------------------------


def test_a_run_begins_with_the_barrier_closed_and_a_line_that_says_so() -> None:
    story = Story()
    acts = [a for a in story.acts if isinstance(a, CloseBarrier | Write)]
    assert isinstance(acts[0], CloseBarrier)
    assert isinstance(acts[1], Write)
    assert acts[1].kind is Kind.STARTED


def test_nothing_opens_during_the_start() -> None:
    story = Story()
    story.scan(ticket())
    story.drive_on(15_000)
    assert story.openings() == 0


def test_a_stop_closes_the_barrier_first_and_reports_last() -> None:
    story = opened()
    acts = story.play(StopAsked(story.moment(), "maintenance"))
    assert isinstance(acts[0], CloseBarrier)
    assert isinstance(acts[-1], Report)
    assert story.records[-1].kind is Kind.STOPPED


def test_after_a_stop_nothing_happens_any_more() -> None:
    story = opened()
    story.play(StopAsked(story.moment(), "maintenance"))
    count = len(story.records)
    story.scan(ticket())
    story.drive_on(15_000)
    assert len(story.records) == count
    assert story.openings() == 0


@pytest.mark.parametrize("orderly", [True, False])
def test_the_next_run_says_how_the_last_one_ended(orderly: bool) -> None:
    story = opened()
    if orderly:
        story.play(StopAsked(story.moment(), "maintenance"))
    story.restart()
    started, dark = story.bodies(Kind.STARTED)[-1], story.bodies(Kind.DARK)[-1]
    assert isinstance(started, Started)
    assert isinstance(dark, Dark)
    assert (started.clean, dark.clean) == (orderly, orderly)


def test_a_first_run_has_no_dark_interval_before_it() -> None:
    assert not Story().bodies(Kind.DARK)


def test_the_dark_interval_begins_where_the_agent_was_last_seen_alive() -> None:
    story = opened()
    seen_ms = story.at.wall_ms
    story.at = story.moment(HOUR)
    _, acts = agent.start(story.site, story.folded(), story.at, seen_ms=seen_ms)
    (dark,) = [a.body for a in acts if isinstance(a, Write) and isinstance(a.body, Dark)]
    assert (dark.from_ms, dark.to_ms) == (seen_ms, story.at.wall_ms)


def test_a_weighing_that_a_power_cut_interrupts_is_weighed_again() -> None:
    story = opened().tare_and_load(ticket())
    story.weight_kg = 48_000
    story.wait(1_000).restart().opened()
    assert story.kinds() == [Kind.TARE]
    story.drive_off().wait(4_000)
    assert story.pass_with(ticket(), 48_000).net_kg == 33_000


# -- the book lags behind ------------------------------------------------------------------------


def test_a_line_that_was_not_written_closes_sales() -> None:
    story = broken(opened())
    story.regain("road")
    assert "BOOK" in story.causes
    assert not story.is_open


def test_while_the_book_fails_nothing_more_is_asked_of_it() -> None:
    story = broken(opened())
    story.acts.clear()
    story.drive_on(48_000).drive_off()
    assert not list(story.of(Write))


def test_causes_of_that_time_are_written_when_the_book_is_good_again() -> None:
    story = broken(opened())
    story.fails = False
    story.play(BookChecked(story.moment(), True, "ok"))
    assert story.changes("CAMERA_LOST")[-1] == "raised"
    assert story.changes("BOOK")[-1] == "raised"
    assert story.lane.ledger.standing == story.folded().standing


def test_a_book_that_failed_is_released_by_the_bureau() -> None:
    story = broken(opened())
    story.fails = False
    story.play(BookChecked(story.moment(), True, "ok"))
    story.regain("road")
    story.order(Action.RELEASE, Release(("BOOK",), "disk exchanged"))
    assert story.is_open
    assert story.pass_with(ticket(), 15_000).decision == "accepted"


def test_the_ledger_is_always_the_fold_of_the_book() -> None:
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    story.lose().regain()
    assert story.lane.ledger == story.folded()


# -- devices -------------------------------------------------------------------------------------


def test_a_lost_device_is_told() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "barrier", "unplugged"))
    assert story.told()[-1] == "DEVICE_LOST"
    assert "barrier" in story.words("DEVICE_LOST")


def test_a_barrier_or_scanner_that_is_lost_closes_no_sales() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "barrier", "gone"))
    story.play(DeviceLost(story.moment(), "window", "gone"))
    assert story.is_open


def test_a_device_that_is_back_is_told() -> None:
    story = opened()
    story.play(DeviceBack(story.moment(), "window"))
    assert story.told()[-1] == "DEVICE_BACK"


def test_time_alone_opens_no_barrier() -> None:
    story = opened().drive_on(48_000)
    for _ in range(30):
        story.play(Tick(story.moment(100)))
    assert OpenBarrier() not in story.acts
