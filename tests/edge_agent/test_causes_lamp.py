"""A lamp whose relay fails: told at once, no fault of a camera, and not for ever."""

from dataclasses import replace

from edge_agent.events import DeviceBack, DeviceLost
from tests.edge_agent.story import SITE, Story
from weighbook.orders import Action, Release

SHORT_MS = 60_000
STEP_MS = 1_000


def dark(for_ms: int, lamp: str = "lamp") -> Story:
    """Sales were open, then the relay of a lamp failed."""
    story = Story(site=replace(SITE, lamps=("lamp",), short_ms=SHORT_MS)).opened()
    story.play(DeviceLost(story.moment(), lamp, "P_ABSENT"))
    return story.wait(for_ms, STEP_MS)


def test_a_lamp_that_fails_is_told_and_sales_go_on() -> None:
    story = dark(SHORT_MS - STEP_MS)
    assert "DEVICE_LOST" in story.told()
    assert story.is_open


def test_without_it_for_long_the_site_is_not_the_one_that_was_approved() -> None:
    story = dark(SHORT_MS + STEP_MS)
    assert set(story.lane.ledger.standing) == {("SITE", "lamp")}
    assert not story.is_open


def test_a_lamp_that_is_back_in_time_is_forgotten() -> None:
    story = dark(SHORT_MS // 2)
    story.play(DeviceBack(story.moment(), "lamp"))
    assert story.wait(SHORT_MS, STEP_MS).is_open


def test_it_counts_from_the_first_failure() -> None:
    story = dark(SHORT_MS // 2)
    for _ in range(3):
        story.play(DeviceLost(story.moment(), "lamp", "P_BUSY"))
    assert not story.wait(SHORT_MS // 2 + 2 * STEP_MS, STEP_MS).is_open


def test_back_again_it_waits_for_the_bureau() -> None:
    story = dark(SHORT_MS + STEP_MS)
    story.play(DeviceBack(story.moment(), "lamp"))
    assert not story.wait(5_000, STEP_MS).is_open
    story.order(Action.RELEASE, Release(("SITE",), "the board was replaced"))
    assert story.wait(2_000, STEP_MS).is_open


def test_what_is_no_lamp_of_this_site_closes_nothing() -> None:
    assert dark(SHORT_MS + STEP_MS, "lamp@deck").is_open
