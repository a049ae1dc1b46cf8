"""A scale that is not the registered one keeps its weighbridge closed (C36)."""

from dataclasses import replace

from edge_agent.cause_words import cause_phrase
from tests.edge_agent.story import SITE, Story
from weighbook.orders import Action, Release

EXCHANGED = replace(SITE, registered_indicator="D2008 No.7", indicator="D2008 No.8")
RIGHT = replace(EXCHANGED, indicator="D2008 No.7")


def test_c36_another_indicator_is_halted_before_the_next_truck() -> None:
    story = Story(site=EXCHANGED).opened()
    assert not story.is_open
    (cause,) = story.lane.ledger.standing.values()
    assert (cause.code, cause.subject) == ("SITE", "scale")
    assert (cause.measured, cause.limit) == ("D2008 No.8", "D2008 No.7")
    told = cause_phrase("SITE", "scale", cause.measured, cause.limit)
    assert "仪表" in told.zh
    assert "register" in told.en


def test_c36_the_registered_one_is_not() -> None:
    assert Story(site=RIGHT).opened().is_open


def test_c36_no_release_makes_the_wrong_scale_right() -> None:
    story = Story(site=EXCHANGED).opened()
    story.order(Action.RELEASE, Release(("SITE",), "looked at it"))
    assert not story.wait(1_000).is_open


def test_c36_back_on_its_own_scale_the_bureau_still_has_to_agree() -> None:
    story = Story(site=EXCHANGED).opened()
    story.site = RIGHT
    assert not story.restart().opened().is_open
    story.order(Action.RELEASE, Release(("SITE",), "looked at it"))
    assert story.wait(1_000).is_open


def test_c36_a_bundle_that_names_no_indicator_asks_for_none() -> None:
    assert Story(site=replace(SITE, indicator="any")).opened().is_open
