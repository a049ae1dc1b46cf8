"""The burned-in clock is found wherever it is written, and nothing else is taken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.clock_finder import Shot, find_clock
from drivers.cameras.developing import Box
from tests.drivers.clock_films import Filmed, Layout, film

LAYOUTS = {
    "top left": Layout(),
    "bottom right": Layout(at=(-8, -10)),
    "top right on a plate": Layout(at=(-8, 24), plate=True),
    "middle of the bottom": Layout(at=(200, -8)),
    "the date after the time": Layout(text="{h:02}:{m:02}:{s:02} 2026-01-02"),
    "a name before it": Layout(text="DECK-1 {h:02}:{m:02}:{s:02}", plate=True),
    "with tenths of a second": Layout(text="{h:02}:{m:02}:{s:02}.{tenth}", plate=True),
    "small in a large picture": Layout(size=(1920, 1080), scale=0.9),
    "large": Layout(size=(1280, 720), scale=2.0, at=(20, 80)),
    "tiny": Layout(size=(704, 576), scale=0.45),
    "in a bad JPEG": Layout(quality=40),
    "with a truck passing": Layout(truck=True),
    "with a lamp blinking every second": Layout(blinks=True),
    "two pictures a second": Layout(fps=2),
    "one snapshot a second": Layout(fps=1, seconds=12),
    "one keyframe every two seconds": Layout(fps=0.5, seconds=20),
}


def found_in(layout: Layout, filmed: Filmed) -> Box | None:
    return find_clock(filmed.shots, layout.size)


def covered(truth: Box, box: Box) -> tuple[int, int]:
    """How much of the truth the box has, and how many times as large it is, in percent."""
    across = min(truth.x + truth.width, box.x + box.width) - max(truth.x, box.x)
    down = min(truth.y + truth.height, box.y + box.height) - max(truth.y, box.y)
    area = truth.width * truth.height
    return 100 * max(0, across) * max(0, down) // area, 100 * box.width * box.height // area


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_clock_is_found(name: str) -> None:
    layout = LAYOUTS[name]
    filmed = film(layout)
    box = found_in(layout, filmed)
    assert box is not None
    share, size = covered(filmed.truth, box)
    assert share >= 85, (filmed.truth, box)
    assert size <= 300, (filmed.truth, box)


@pytest.mark.parametrize(
    "layout",
    [
        Layout(text=""),
        Layout(text="", truck=True),
        Layout(text="", truck=True, fps=1, seconds=12),
        Layout(text="", blinks=True),
        Layout(text="2026-01-02 12:00:00"),
    ],
    ids=["an empty yard", "a truck", "a truck in snapshots", "a lamp", "a clock that stands"],
)
def test_what_is_no_clock_is_not_taken_for_one(layout: Layout) -> None:
    assert found_in(layout, film(layout)) is None


def test_too_few_seconds_tell_nothing() -> None:
    layout = Layout(seconds=5)
    assert found_in(layout, film(layout)) is None
    assert find_clock([], (640, 360)) is None


STEADY = film(Layout())


@given(st.lists(st.integers(0, 400), min_size=len(STEADY.shots), max_size=len(STEADY.shots)))
@settings(max_examples=10, deadline=None)
def test_times_that_run_anyhow_are_no_error(steps: list[int]) -> None:
    shots = [Shot(sum(steps[:n]), shot.grey) for n, shot in enumerate(STEADY.shots)]
    box = find_clock(shots, (640, 360))
    assert box is None or box.x + box.width <= 640
