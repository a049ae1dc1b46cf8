"""The evidence of a fault in the fold: the cause first, asked once, booked whenever it comes."""

import pytest

from edge_agent.acts import EvidenceBooked, GatherEvidence, Report, Write
from edge_agent.events import BookChecked, EvidenceTaken, Fault, Verdict
from tests.edge_agent.story import T0, WELL, Story, opened
from weighbook.records import CauseChange

PIECES = (("good", T0, bytes(32), 120_000), ("film", T0, bytes(range(32)), 15_000_000))
MISSING = (("bad", "no picture came"),)


def asked(story: Story) -> list[GatherEvidence]:
    return list(story.of(GatherEvidence))


def lost() -> tuple[Story, Fault]:
    """A camera fell silent; its fault."""
    story = opened()
    story.acts.clear()
    story.lose()
    cause = story.lane.ledger.standing["CAMERA_LOST", "deck"]
    return story, Fault("CAMERA_LOST", "deck", cause.since_ms)


def answer(story: Story, fault: Fault) -> None:
    story.play(EvidenceTaken(story.moment(), fault, PIECES, MISSING))


def evidence(story: Story) -> list[CauseChange]:
    found = [r.body for r in story.records if isinstance(r.body, CauseChange)]
    return [change for change in found if change.change == "evidence"]


def test_the_cause_is_written_first_and_the_evidence_asked_for_behind_it() -> None:
    story, fault = lost()
    kinds = [type(act) for act in story.acts if isinstance(act, Write | GatherEvidence | Report)]
    assert kinds == [Write, GatherEvidence, Report]
    assert asked(story) == [GatherEvidence(fault)]


def test_a_start_and_a_scale_have_no_such_evidence() -> None:
    story = Story()
    story.weight_kg = None
    assert asked(story.wait(20_000)) == []


def test_a_camera_that_never_came_is_a_fault_after_its_minute() -> None:
    story = Story()
    story.cameras.pop("deck")
    story.opened().skip(60_000)
    assert [act.fault.subject for act in asked(story)] == ["deck"]


def test_a_fault_is_asked_for_once_whatever_more_it_says_of_itself() -> None:
    story = opened()
    story.acts.clear()
    for measured in ("picture_stands: 0", "replayed: 1", "picture_stands: 2"):
        bad = Verdict("CAMERA_FROZEN", False, measured, "0")
        rest = tuple(one for one in WELL if one.code != "CAMERA_FROZEN")
        story.cameras["deck"] = (bad, *rest)
        story.wait(1_000)
    assert len(story.changes("CAMERA_FROZEN")) == 2
    assert len(asked(story)) == 1


def test_what_came_is_one_record_that_changes_nothing_else() -> None:
    story, fault = lost()
    before = story.lane.ledger.standing
    answer(story, fault)
    (change,) = evidence(story)
    assert (change.evidence, change.missing, change.since_ms) == (PIECES, MISSING, fault.since_ms)
    assert change.measured == "2 files, 15120000 bytes"
    assert story.lane.ledger.standing == before == story.folded().standing
    assert list(story.of(EvidenceBooked)) == [EvidenceBooked(fault)]


def test_an_answer_told_again_is_no_second_record_but_answered() -> None:
    story, fault = lost()
    answer(story, fault)
    answer(story, fault)
    assert len(evidence(story)) == 1
    assert list(story.of(EvidenceBooked)) == [EvidenceBooked(fault)] * 2


def test_evidence_of_a_fault_that_is_over_is_booked_all_the_same() -> None:
    story, fault = lost()
    story.regain()
    answer(story, fault)
    assert story.is_open
    assert len(evidence(story)) == 1


def test_a_fault_that_comes_again_is_another_one() -> None:
    story, _ = lost()
    story.regain().lose()
    assert len({act.fault for act in asked(story)}) == 2


def test_after_a_restart_a_fault_without_evidence_is_asked_for_as_a_late_one() -> None:
    story, fault = lost()
    story.acts.clear()
    story.restart()
    assert asked(story) == [GatherEvidence(fault, late=True)]


def test_after_a_restart_a_fault_with_its_evidence_is_not_asked_for() -> None:
    story, fault = lost()
    answer(story, fault)
    story.acts.clear()
    assert asked(story.restart()) == []


@pytest.mark.parametrize("is_mended", [False, True])
def test_a_book_that_takes_no_line_gets_it_when_it_is_told_again(is_mended: bool) -> None:
    story, fault = lost()
    story.fails = True
    answer(story, fault)
    story.wait(1_000)
    story.fails = False
    if is_mended:
        story.play(BookChecked(story.moment(), True, "ok"))
    answer(story, fault)
    assert len(evidence(story)) == int(is_mended)
    assert (EvidenceBooked(fault) in list(story.of(EvidenceBooked))) or not is_mended


def test_a_cause_whose_line_failed_has_its_evidence_asked_for_all_the_same() -> None:
    story = opened()
    story.acts.clear()
    story.fails = True
    story.lose()
    assert {act.fault.code for act in asked(story)} == {"CAMERA_LOST"}
    assert not any(act.late for act in asked(story))


def test_a_cause_that_is_no_camera_s_is_not_written_for_whoever_asks() -> None:
    story = opened()
    answer(story, Fault("BOOK", "store", T0))
    assert evidence(story) == []
