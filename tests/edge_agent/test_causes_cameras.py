"""Causes of cameras beyond the plain fault: not yet proven, another check's word, and cheats."""

from edge_agent.causes import START
from edge_agent.events import Verdict
from edge_agent.settings import MINUTE_MS
from tests.edge_agent.story import WELL, Story, opened
from weighbook.orders import Action, Release
from weighbook.records import CauseChange

UNPROVEN = Verdict("CAMERA_LOST", False, "unproven: moved", "ok", unproven=True)


def well_but(*found: Verdict) -> tuple[Verdict, ...]:
    codes = {verdict.code for verdict in found}
    return (*found, *(verdict for verdict in WELL if verdict.code not in codes))


def raised(story: Story, code: str) -> list[str]:
    found = [r.body for r in story.records if isinstance(r.body, CauseChange)]
    return [one.measured for one in found if (one.code, one.change) == (code, "raised")]


def test_a_camera_that_proves_itself_in_time_raises_no_fault() -> None:
    story = Story()
    story.cameras["deck"] = well_but(UNPROVEN)
    story.opened()
    assert "CAMERA_LOST" in story.causes
    assert set(raised(story, "CAMERA_LOST")) == {START}
    story.cameras["deck"] = WELL
    assert story.wait(1_000).is_open


def test_a_camera_unproven_after_a_minute_says_what_is_not_proven() -> None:
    story = Story()
    story.cameras["deck"] = well_but(UNPROVEN)
    story.opened().skip(MINUTE_MS)
    assert raised(story, "CAMERA_LOST")[-1] == "unproven: moved"


def test_a_fault_is_disproved_by_its_own_check_alone() -> None:
    story = opened()
    story.cameras["deck"] = well_but(Verdict("CAMERA_MOVED", False, "moved: 9", "4"))
    story.wait(1_000).restart()
    story.cameras["deck"] = tuple(one for one in WELL if one.code != "CAMERA_MOVED")
    assert story.opened().causes == {"CAMERA_MOVED"}
    story.cameras["deck"] = WELL
    assert story.wait(1_000).is_open


def test_a_recording_is_no_short_fault_however_soon_it_is_over() -> None:
    story = opened()
    story.cameras["deck"] = well_but(Verdict("CAMERA_FROZEN", False, "replayed: 1", "0"))
    story.wait(1_000)
    story.cameras["deck"] = WELL
    assert story.wait(1_000).causes == {"APPROVAL"}
    story.order(Action.RELEASE, Release(("CAMERA_FROZEN",), "seen on the spot"))
    assert story.wait(1_000).is_open


def test_a_fault_that_turns_out_a_recording_is_recorded_as_one() -> None:
    story = opened()
    for measured in ("picture_stands: 0", "replayed: 1", "replayed: 2", "picture_stands: 0"):
        story.cameras["deck"] = well_but(Verdict("CAMERA_FROZEN", False, measured, "0"))
        story.wait(1_000)
    assert raised(story, "CAMERA_FROZEN") == ["picture_stands: 0", "replayed: 1"]
    story.cameras["deck"] = WELL
    assert story.wait(1_000).causes == {"APPROVAL"}
