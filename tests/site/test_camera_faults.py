"""Every fault of a camera over real RTSP: found by its own check, in time, and gone when mended.

All cameras run at once, each with its own reading process; the table is printed at the end.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from tests.site.camera_calms import WATCHES
from tests.site.camera_post import LOOK_S, Course, Found, Post, Row, Stand, Watch
from tests.site.camera_rows import COURSES, STORIES, Told
from tests.site.conftest import Table

LIMIT_S = 150.0
SLACK_S = 1.0  # this machine does other things, too; the table shows what was measured
ROWS = {row.name: row for _, rows in COURSES.values() for row in rows}
CALMS = {calm.name: calm for _, calms in WATCHES.values() for calm in calms}
TOLD = {story.name: story for story in STORIES}

pytestmark = pytest.mark.timeout(300)


class Seen(NamedTuple):
    """What became of every row, and of everything that passed."""

    found: dict[str, Found]
    calms: dict[str, set[str]]


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    with ExitStack() as stack:

        def post(name: str, stand: Stand) -> Post:
            made = Post(name, stand)
            stack.callback(made.stop)
            return made

        courses = [Course(post(name, stand), rows) for name, (stand, rows) in COURSES.items()]
        watches = [Watch(post(name, stand), calms) for name, (stand, calms) in WATCHES.items()]
        lead(*courses, *watches)
        yield Seen(
            {name: one for course in courses for name, one in course.found.items()},
            {name: one for watch in watches for name, one in watch.found.items()},
        )


def lead(*led: Course | Watch) -> None:
    """All at once, four looks a second, until everything is over."""
    began_s = due_s = time.monotonic()
    while not all(one.is_over for one in led) and due_s - began_s < LIMIT_S:
        for one in led:
            one.step()
        due_s = max(due_s + LOOK_S, time.monotonic())
        time.sleep(max(0.0, due_s - time.monotonic()))


@pytest.fixture(scope="module")
def found(seen: Seen) -> dict[str, Found]:
    return seen.found


@pytest.mark.parametrize("name", ROWS)
def test_a_fault_is_found_in_time_and_by_its_own_check(name: str, found: dict[str, Found]) -> None:
    row = ROWS[name]
    assert row.not_before_s <= found[name].closed_s <= found[name].found_s
    assert found[name].found_s <= row.target_s + SLACK_S


@pytest.mark.parametrize("name", ROWS)
def test_what_was_mended_is_in_order_again(name: str, found: dict[str, Found]) -> None:
    assert found[name].back_s <= ROWS[name].back_s + SLACK_S


@pytest.mark.parametrize("name", CALMS)
def test_what_passes_before_a_camera_closes_nothing(name: str, seen: Seen) -> None:
    assert seen.calms[name] == set()


@pytest.mark.parametrize("name", TOLD)
def test_what_takes_minutes_is_found_in_played_time(name: str) -> None:
    assert TOLD[name].tell() <= 1000 * TOLD[name].target_s


def test_the_table_of_faults(seen: Seen, table: Table) -> None:
    rows = [line(row, seen.found.get(name, Found())) for name, row in ROWS.items()]
    table("faults of a camera over RTSP", [HEAD, *rows, *map(told, STORIES)])
    calms = [f"{name:<30}{', '.join(sorted(seen.calms.get(name, {'?'}))) or '-'}" for name in CALMS]
    table("what passes before a camera over RTSP: false faults", calms)
    assert set(ROWS) | set(CALMS) == seen.found.keys() | seen.calms.keys()


HEAD = f"{'fault':<30}{'found':>8}{'target':>8}{'back':>8}{'target':>8}  cause"


def line(row: Row, one: Found) -> str:
    more = sorted(one.causes - {row.code})
    also = f" (with {', '.join(more)})" if more else ""
    return (
        f"{row.name:<30}{one.found_s:>6.1f} s{row.target_s:>6.1f} s"
        f"{one.back_s:>6.1f} s{row.back_s:>6.1f} s  {row.code} {row.check}{also}"
    )


def told(story: Told) -> str:
    played_s = story.tell() / 1000
    return (
        f"{story.name:<30}{played_s:>6.1f} s{story.target_s:>6.1f} s"
        f"{'':>16}  {story.code} {story.check} (played time)"
    )
