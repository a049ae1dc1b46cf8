"""Every fault of a camera over real RTSP: found by its own check, in time, and gone when mended.

All cameras run at once, each with its own reading process; the table is printed at the end.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.site.camera_post import LOOK_S, Course, Found, Post, Row
from tests.site.camera_rows import COURSES, STORIES, Told
from tests.site.conftest import Table

LIMIT_S = 150.0
SLACK_S = 1.0  # this machine does other things, too; the table shows what was measured
ROWS = {row.name: row for _, rows in COURSES.values() for row in rows}
TOLD = {story.name: story for story in STORIES}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, Found]]:
    with ExitStack() as stack:
        courses = []
        for name, (stand, rows) in COURSES.items():
            post = Post(name, stand)
            stack.callback(post.stop)
            courses.append(Course(post, rows))
        began_s = due_s = time.monotonic()
        while not all(course.is_over for course in courses) and due_s - began_s < LIMIT_S:
            for course in courses:
                course.step()
            due_s = max(due_s + LOOK_S, time.monotonic())
            time.sleep(max(0.0, due_s - time.monotonic()))
        yield {name: one for course in courses for name, one in course.found.items()}


@pytest.mark.parametrize("name", ROWS)
def test_a_fault_is_found_in_time_and_by_its_own_check(name: str, found: dict[str, Found]) -> None:
    row = ROWS[name]
    assert row.not_before_s <= found[name].closed_s <= found[name].found_s
    assert found[name].found_s <= row.target_s + SLACK_S


@pytest.mark.parametrize("name", ROWS)
def test_what_was_mended_is_in_order_again(name: str, found: dict[str, Found]) -> None:
    assert found[name].back_s <= ROWS[name].back_s + SLACK_S


@pytest.mark.parametrize("name", TOLD)
def test_what_takes_minutes_is_found_in_played_time(name: str) -> None:
    assert TOLD[name].tell() <= 1000 * TOLD[name].target_s


def test_the_table_of_faults(found: dict[str, Found], table: Table) -> None:
    table("faults of a camera over RTSP", [HEAD, *map(line, ROWS.values(), map(found.get, ROWS)),
                                           *map(told, STORIES)])  # fmt: skip
    assert found.keys() == ROWS.keys()


HEAD = f"{'fault':<30}{'found':>8}{'target':>8}{'back':>8}{'target':>8}  cause"


def line(row: Row, one: Found | None) -> str:
    one = one or Found()
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
