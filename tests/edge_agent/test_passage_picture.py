"""The picture of a passage shows what the agent itself captured, and what it did not."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.scales.truck import Move, weight_at
from edge_agent.events import ScaleRead
from edge_agent.passage_picture import BAND, HEIGHT, PLATEAU, WIDTH, draw
from edge_agent.passage_seen import (
    BEFORE_MS,
    MAX_POINTS,
    NO_PASSAGE,
    NOT_SETTLED,
    OFF_DIVISION,
    Follower,
    Seen,
    follow,
)
from edge_agent.settling import STABLE, UNSTABLE, Capture, Settling, feed
from tests.edge_agent.heard import FRAME_MS, frame
from tests.edge_agent.story import SITE

TITLE = "yaohua-tf0  /dev/ttyUSB0"


def truck(kg: int, from_ms: int = 10_000, stays_ms: int = 9_000) -> Iterator[ScaleRead]:
    """An empty deck, the truck on it, an empty deck for a while."""
    move = Move(kg, from_ms, leaves_ms=from_ms + stays_ms)
    end_ms = from_ms + stays_ms + 6_000
    for at_ms in range(from_ms - 10_000, end_ms, FRAME_MS):
        yield frame(at_ms, weight_at(move, at_ms, SITE.division_kg))


def frames(weights: Iterable[int | None]) -> list[ScaleRead]:
    return [frame((n + 1) * FRAME_MS, kg) for n, kg in enumerate(weights)]


def captured(events: Iterable[ScaleRead]) -> Capture | None:
    """What the settling alone makes of them."""
    settling = Settling()
    for event in events:
        settling = feed(settling, event, SITE)
        if settling.capture is not None:
            return settling.capture
    return None


def picture(seen: Seen) -> Image.Image:
    return Image.open(io.BytesIO(draw(seen, SITE, TITLE))).convert("RGB")


def colours(image: Image.Image) -> set[str]:
    found = image.getcolors(WIDTH * HEIGHT) or []
    return {f"#{bytes(colour).hex()}" for _, colour in found if isinstance(colour, tuple)}


def test_the_capture_is_the_agents_own() -> None:
    seen = follow(truck(48_620), SITE)
    assert seen.capture == captured(truck(48_620))
    assert (seen.settled_kg, seen.came) == (48_620, True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([None, 0, 20, 400, 1_000, 15_000, 15_020]), max_size=12))
def test_whatever_comes_the_capture_is_the_agents_own(weights: list[int | None]) -> None:
    events = frames(kg for weight in weights for kg in repeat(weight, 12))
    assert follow(events, SITE).capture == captured(events)


def test_a_little_of_the_empty_deck_before_the_truck_is_kept() -> None:
    seen = follow(truck(48_620), SITE)
    assert 10_000 - BEFORE_MS <= seen.points[0][0] <= 10_000
    assert seen.points[0][1] == 0


def test_only_the_first_captured_passage_is_followed() -> None:
    seen = follow([*truck(48_620), *truck(20_000, from_ms=60_000)], SITE)
    assert seen.settled_kg == 48_620
    assert seen.points[-1][0] < 30_000


def test_a_tractor_that_crosses_does_not_take_the_trucks_place() -> None:
    crossing = truck(2_000, stays_ms=1_500)
    seen = follow([*crossing, *truck(48_620, from_ms=60_000)], SITE)
    assert seen.settled_kg == 48_620
    assert seen.points[0][0] >= 60_000 - BEFORE_MS


def test_a_truck_that_only_crosses_is_shown_when_nothing_better_comes() -> None:
    seen = follow(truck(48_620, stays_ms=2_500), SITE)
    assert max(kg for _, kg in seen.points) > 40_000
    assert seen.verdict(SITE) == NOT_SETTLED


def test_a_truck_still_on_the_deck_is_shown_as_far_as_it_went() -> None:
    seen = follow((event for event in truck(48_620) if event.now.mono_ms < 17_000), SITE)
    assert seen.settled_kg == 48_620


def test_a_load_that_never_settles_is_no_sale() -> None:
    seen = follow(frames(15_000 + 500 * (n % 2) for n in range(400)), SITE)
    assert seen.capture is not None
    assert seen.capture.stability == UNSTABLE
    assert (seen.settled_kg, seen.verdict(SITE)) == (None, NOT_SETTLED)


def test_an_empty_deck_is_no_passage() -> None:
    seen = follow(frames([0] * 100), SITE)
    assert (seen.came, seen.capture, seen.verdict(SITE)) == (False, None, NO_PASSAGE)


@pytest.mark.parametrize("weights", [[15_010], [15_000, 15_010], [15_010, 15_010, 15_000]])
def test_a_wrong_division_is_named_as_the_cause(weights: list[int]) -> None:
    assert follow(frames(weights * 40), SITE).verdict(SITE) == OFF_DIVISION.fill(kg=20)


def test_what_is_kept_has_a_bound() -> None:
    follower = Follower(SITE)
    for event in frames([15_000 + 500 * (n % 2) for n in range(MAX_POINTS + 50)]):
        follower.take(event)
    assert len(follower.seen.points) == MAX_POINTS


def test_a_long_empty_deck_does_not_use_up_the_room_for_the_truck() -> None:
    follower = Follower(SITE)
    empty = (frame(at_ms, 0, stable=False) for at_ms in range(0, (MAX_POINTS + 1) * 100, 100))
    for event in (*empty, *truck(48_620, from_ms=3_000_000)):
        follower.take(event)
    assert follower.seen.settled_kg == 48_620
    assert max(kg for _, kg in follower.seen.points) >= 48_620


def test_the_verdict_is_in_both_languages() -> None:
    verdict = follow(truck(48_620), SITE).verdict(SITE)
    assert verdict == ("稳定重量 48,620 千克", "capture 48,620 kg")


@pytest.mark.parametrize(
    "seen",
    [
        follow(truck(48_620), SITE),
        follow(truck(48_620, stays_ms=1_500), SITE),
        follow(frames([0] * 50), SITE),
        follow(frames([None] * 50), SITE),
        follow(frames([-40, -60, 0]), SITE),
        Seen(),
        Seen(((5, 15_000),)),
        Seen(((0, 999_999), (86_400_000, -999_999)), came=True),
    ],
    ids=["settled", "crossing", "empty", "no weight", "below zero", "nothing", "one", "far apart"],
)
def test_a_picture_is_a_png_of_its_size_whatever_came(seen: Seen) -> None:
    assert draw(seen, SITE, TITLE)[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture(seen).size == (WIDTH, HEIGHT)


def test_plateau_and_band_are_drawn_for_a_settled_load_alone() -> None:
    settled, crossing = follow(truck(48_620), SITE), follow(truck(48_620, stays_ms=1_500), SITE)
    assert {PLATEAU, BAND} <= colours(picture(settled))
    assert not {PLATEAU, BAND} & colours(picture(crossing))


def test_another_passage_is_another_picture() -> None:
    pictures = {draw(follow(truck(kg), SITE), SITE, TITLE) for kg in (48_620, 48_640, 20_000)}
    assert len(pictures) == 3


def test_the_same_passage_is_the_same_picture() -> None:
    assert draw(follow(truck(48_620), SITE), SITE, TITLE) == draw(
        follow(truck(48_620), SITE), SITE, TITLE
    )


def test_a_gap_in_the_line_is_a_gap_in_the_curve() -> None:
    points = tuple((at_ms, 10_000) for at_ms in range(0, 10_000, 100))
    broken = tuple(point for point in points if not 4_000 < point[0] < 6_000)
    middle = (WIDTH - 150) // 2 + 110
    whole, torn = (picture(Seen(some, came=True)) for some in (points, broken))
    columns = [{image.getpixel((middle, y)) for y in range(115, 600)} for image in (whole, torn)]
    assert columns[0] - columns[1] == {(0x0B, 0x61, 0xA4)}


def test_another_division_is_another_band() -> None:
    seen = follow(truck(48_600), SITE)
    assert seen.capture is not None
    assert seen.capture.stability == STABLE
    fine = replace(SITE, division_kg=10)
    assert draw(seen, SITE, TITLE) != draw(seen, fine, TITLE)
