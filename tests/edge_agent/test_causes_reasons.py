"""Why a camera is lost: in its cause and its record, told when found, and not over and over."""

import pytest

from edge_agent.cause_words import cause_words
from edge_agent.events import CameraSeen, Verdict
from edge_agent.reason_words import REASONS
from edge_agent.reasons import NOTHING_TO_SAY, Reason, with_reason
from tests.edge_agent.story import LOOK_MS, WELL, Story, opened
from weighbook.records import CauseChange

TOLD = [reason for reason in Reason if reason not in NOTHING_TO_SAY]


def lost(reason: Reason | None, age: str = "2.600 s") -> tuple[Verdict, ...]:
    measured = with_reason(f"lost: age {age}", reason)
    found = (Verdict("CAMERA_LOST", False, measured, "age 2.500 s"),)
    return found + tuple(one for one in WELL if one.code != "CAMERA_LOST")


def see(story: Story, *reasons: Reason | None) -> list[str]:
    """Looks at the deck's camera, one after the other; what was recorded of it."""
    for number, reason in enumerate(reasons):
        verdicts = lost(reason, f"{number}.000 s")
        story.play(CameraSeen(story.moment(LOOK_MS), "deck", verdicts))
    found = [r.body for r in story.records if isinstance(r.body, CauseChange)]
    return [c.measured for c in found if (c.code, c.limit) == ("CAMERA_LOST", "age 2.500 s")]


def test_a_reason_that_is_known_stands_in_the_record() -> None:
    assert see(opened(), Reason.NETWORK) == ["lost: age 0.000 s; why: network"]


def test_a_reason_that_is_found_later_is_one_line_more_and_since_stays() -> None:
    story = opened()
    began_ms = story.at.wall_ms + LOOK_MS
    assert see(story, None, None, Reason.HUNG, Reason.HUNG, None, Reason.HUNG) == [
        "lost: age 0.000 s",
        "lost: age 2.000 s; why: hung",
    ]
    assert story.lane.ledger.standing["CAMERA_LOST", "deck"].since_ms == began_ms


def test_another_reason_is_told_as_well() -> None:
    story = opened()
    assert len(see(story, Reason.POWER_OR_CABLE, Reason.SERVICE_DOWN)) == 2
    assert "视频服务" in story.words("CAMERA_LOST")


def test_a_cheat_is_not_talked_over_by_a_reason() -> None:
    story = opened()
    cheat = Verdict("CAMERA_LOST", False, "challenge: wrong 8", "age 2.500 s")
    story.play(CameraSeen(story.moment(LOOK_MS), "deck", (cheat,)))
    assert see(story, Reason.HUNG) == ["challenge: wrong 8"]


def test_looks_that_stop_are_our_own_fault() -> None:
    story = opened().lose("deck")
    assert story.lane.ledger.standing["CAMERA_LOST", "deck"].measured.endswith("; why: own_pc")
    assert "this PC itself was late" in story.words("CAMERA_LOST")


def test_a_camera_that_is_back_is_cleared_as_ever() -> None:
    story = opened()
    see(story, Reason.MAINS)
    assert story.regain("deck").is_open


@pytest.mark.parametrize("reason", TOLD)
def test_the_operator_reads_the_reason_and_what_to_do_about_it(reason: Reason) -> None:
    what, remedy = cause_words("CAMERA_LOST", "deck", with_reason("lost: age 3 s", reason))
    assert what.zh == f"摄像头 deck 没有画面：{REASONS[reason].what.zh}"
    assert what.en == f"Camera deck gives no picture: {REASONS[reason].what.en}"
    assert remedy == REASONS[reason].remedy


def test_without_a_reason_the_check_speaks() -> None:
    assert cause_words("CAMERA_LOST", "deck", "lost: age 3 s").what.en.endswith("no data come")
