"""What happens when causes come and go: barrier, book, report; permits, approvals, reopening."""

import pytest

from edge_agent.acts import Act, CloseBarrier, OpenBarrier, Report, Write
from edge_agent.events import BookChecked, CameraSeen, DeviceLost, StopAsked, Verdict
from edge_agent.settings import HOUR_MS, MINUTE_MS
from tests.edge_agent.story import DAY, HOUR, WELL, Story, opened, ticket
from weighbook.orders import Action, Permit, Release, Suspend
from weighbook.records import CauseChange, Dark, Kind

SHORT_MS = 30 * MINUTE_MS
LOST = ("CAMERA_LOST",)


def lost(story: Story) -> list[Act]:
    return story.play(DeviceLost(story.moment(), "deck", "gone"))


def permitted(story: Story, *causes: str, trucks: int = 50, kg: int = 2_000_000) -> Story:
    story.order(Action.PERMIT, Permit(causes, "an officer on site", trucks, kg))
    return story


def sell(story: Story, serial: int, gross_kg: int = 48_000) -> Story:
    """One truck more, both passes."""
    shown = ticket(serial, plate=f"蒙K{serial:05d}")
    story.pass_with(shown, 15_000)
    story.pass_with(shown, gross_kg)
    return story


# -- closing -------------------------------------------------------------------------------------


def test_the_barrier_closes_before_anything_is_written() -> None:
    acts = lost(opened())
    order = [type(a) for a in acts if isinstance(a, CloseBarrier | Write | Report)]
    assert order == [CloseBarrier, Write, Report]


def test_a_suspension_closes_the_barrier_and_is_reported_at_once() -> None:
    story = opened()
    acts = story.order(Action.SUSPEND, Suspend("inspection"))
    assert {CloseBarrier, Report} <= {type(act) for act in acts}
    assert OpenBarrier not in {type(act) for act in acts}


def test_closing_is_one_line_with_what_was_measured_and_the_limit() -> None:
    story = opened()
    lost(story)
    change = story.records[-1].body
    assert change == CauseChange(
        "CAMERA_LOST", "deck", "raised", story.at.wall_ms, "gone", "3000 ms", None
    )


def test_the_operator_is_told_the_cause_and_its_remedy() -> None:
    story = opened()
    lost(story)
    told = story.words("CAMERA_LOST")
    assert "检查摄像头电源" in told
    assert "check its power" in told
    assert "SALES_CLOSED" in story.told()


def test_a_cause_that_stands_is_recorded_once() -> None:
    story = opened().lose().skip(10 * MINUTE_MS)
    assert story.changes("CAMERA_LOST").count("raised") == 3  # at the start, of both; and now


def test_a_second_cause_is_recorded_while_the_first_stands() -> None:
    story = opened().lose()
    story.lose("road")
    assert len(story.lane.ledger.standing) == 2


def test_reopening_needs_the_last_cause_to_go() -> None:
    story = opened().lose("deck").lose("road").regain("deck")
    assert not story.is_open
    assert story.regain("road").is_open


def test_reopening_is_recorded_and_reported() -> None:
    story = opened().lose()
    acts = story.play(CameraSeen(story.moment(), "deck", WELL))
    assert story.changes("CAMERA_LOST")[-1] == "cleared"
    assert any(isinstance(act, Report) for act in acts)
    assert story.told()[-1] == "SALES_OPEN"


def test_flickering_measurements_make_no_new_lines() -> None:
    story = opened().lose()
    count = len(story.records)
    for age in range(20):
        verdict = Verdict("CAMERA_LOST", False, f"{age} s", "2.5 s")
        story.play(CameraSeen(story.moment(100), "deck", (verdict,)))
    assert len(story.records) == count


# -- permits -------------------------------------------------------------------------------------


def test_a_permit_opens_sales_in_spite_of_its_causes() -> None:
    story = permitted(opened().lose("road"), *LOST)
    assert story.is_open
    assert story.causes == {"CAMERA_LOST"}
    assert story.changes("CAMERA_LOST")[-1] == "covered"


def test_every_weighing_under_a_permit_names_it() -> None:
    story = permitted(opened().lose("road"), *LOST)
    sell(story, 1)
    assert [w.permits for w in story.weighings()] == [(2,), (2,)]


def test_without_need_of_a_permit_none_is_named() -> None:
    story = sell(permitted(opened(), *LOST), 1)
    assert [w.permits for w in story.weighings()] == [(), ()]
    assert story.lane.ledger.permits[2].trucks == 0


def test_under_a_permit_the_lost_camera_owes_no_picture() -> None:
    story = permitted(opened(deck_cameras=("deck", "road")).lose("deck"), *LOST)
    sell(story, 1)
    assert story.kinds() == [Kind.TARE, Kind.SALE]
    assert [camera for camera, _ in story.last.pictures] == ["road"]


def test_under_a_permit_the_other_cameras_owe_theirs() -> None:
    story = permitted(opened(deck_cameras=("deck", "road")).lose("deck"), *LOST)
    story.pictures = False
    story.scan(ticket())
    story.drive_on(15_000).wait(11_000)
    assert story.last.reasons == ("E_PICTURE",)


def test_a_permit_ends_with_its_trucks() -> None:
    story = permitted(opened().lose("road"), *LOST, trucks=2)
    sell(sell(story, 1), 2)
    assert not story.is_open
    assert story.changes("CAMERA_LOST")[-1] == "uncovered"
    story.drive_on(15_000)
    story.scan(ticket(3))
    assert story.last.reasons == ("E_HALT",)


def test_the_last_truck_of_a_permit_still_passes_the_barrier() -> None:
    story = permitted(opened().lose("road"), *LOST, trucks=1)
    story.tare_and_load(ticket())
    story.acts.clear()
    story.scan(ticket())
    story.drive_on(48_000)
    barrier = [a for a in story.acts if isinstance(a, OpenBarrier | CloseBarrier)]
    assert barrier == [OpenBarrier()]


def test_a_permit_ends_with_its_tonnes() -> None:
    story = permitted(opened().lose("road"), *LOST, kg=40_000)
    assert sell(story, 1).last.net_kg == 33_000
    assert sell(story, 2).last.reasons == ("E_HALT", "E_PERMIT")
    assert sell(story, 3, gross_kg=22_000).last.net_kg == 7_000
    assert not story.is_open


def test_a_permit_ends_with_its_time() -> None:
    story = opened().lose("road")
    until = story.at.wall_ms + MINUTE_MS
    story.order(Action.PERMIT, Permit(LOST, "", 50, 2_000_000), expires_ms=until)
    assert story.wait(59_000).is_open
    assert not story.wait(1_500).is_open


def test_a_permit_does_not_count_before_its_time() -> None:
    story = opened().lose("road")
    begins = story.at.wall_ms + MINUTE_MS
    story.order(Action.PERMIT, Permit(LOST, "", 50, 2_000_000), not_before_ms=begins)
    assert not story.is_open
    assert story.wait(61_000).is_open


def test_a_fresh_permit_is_not_held_back_by_the_rest_of_an_old_one() -> None:
    story = permitted(opened().lose("road"), *LOST, kg=40_000)
    sell(story, 1)
    permitted(story, *LOST)
    assert sell(story, 2).last.permits == (3,)


def test_a_permit_counts_on_after_a_restart() -> None:
    story = permitted(opened().lose("road"), *LOST, trucks=2)
    sell(story, 1)
    assert story.restart().opened().is_open
    assert not sell(story, 2).is_open


def test_a_permit_for_one_cause_leaves_the_other_standing() -> None:
    story = permitted(opened().lose("road"), "LEASE")
    assert not story.is_open


@pytest.mark.parametrize("code", ["ORDER", "CLOCK", "BOOK", "SCALE_SILENT"])
def test_what_no_permit_can_cover_stays_closed(code: str) -> None:
    story = permitted(opened(), code)
    if code == "ORDER":
        story.order(Action.SUSPEND, Suspend("inspection"))
    elif code == "CLOCK":
        story.at = story.at._replace(wall_ms=story.at.wall_ms - HOUR)
        story.wait(1_000)
    elif code == "BOOK":
        story.play(BookChecked(story.moment(), False, "disk full"))
    else:
        story.play(DeviceLost(story.moment(), "scale", "gone"))
    assert story.causes == {code}
    assert not story.is_open


def test_a_permit_covers_the_end_of_the_lease() -> None:
    story = opened().rest(4 * DAY)
    assert permitted(story, "LEASE").is_open


def test_a_permit_covers_a_pending_approval() -> None:
    story = opened().lose().skip(SHORT_MS).regain()
    assert story.causes == {"APPROVAL"}
    assert permitted(story, "APPROVAL").is_open


# -- approval ------------------------------------------------------------------------------------


def test_a_short_fault_reopens_by_itself() -> None:
    story = opened().lose().skip(SHORT_MS - 10_000)
    assert story.regain().is_open


def test_a_long_fault_needs_the_bureaus_release_though_the_device_works() -> None:
    story = opened().lose().skip(SHORT_MS).regain()
    assert story.causes == {"APPROVAL"}
    story.order(Action.RELEASE, Release(("CAMERA_LOST",), "seen to"))
    assert story.is_open


@pytest.mark.parametrize(("lasted_ms", "is_long"), [(SHORT_MS, False), (SHORT_MS + 1_000, True)])
def test_the_short_time_is_thirty_minutes_to_the_second(lasted_ms: int, is_long: bool) -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "deck", "gone"))
    story.play(CameraSeen(story.moment(lasted_ms), "deck", WELL))
    assert (("APPROVAL", "CAMERA_LOST:deck") in story.lane.ledger.standing) is is_long


def test_a_release_of_one_cause_does_not_release_another() -> None:
    story = opened().lose().skip(SHORT_MS).regain()
    story.order(Action.RELEASE, Release(("SCALE_SILENT",), "the wrong one"))
    assert story.causes == {"APPROVAL"}


def test_a_long_dark_interval_needs_a_release() -> None:
    story = opened().restart(HOUR_MS).opened()
    assert story.causes == {"APPROVAL"}
    dark = story.bodies(Kind.DARK)[-1]
    assert isinstance(dark, Dark)
    assert not dark.clean
    assert dark.to_ms - dark.from_ms > HOUR_MS - MINUTE_MS
    story.order(Action.RELEASE, Release(("APPROVAL",), "power was cut"))
    assert story.is_open


def test_a_short_dark_interval_is_recorded_and_reopens() -> None:
    story = opened().restart(MINUTE_MS).opened()
    assert story.is_open
    assert len(story.bodies(Kind.DARK)) == 1


def test_after_an_orderly_stop_no_approval_is_needed() -> None:
    assert opened().rest(HOUR).is_open


def test_a_start_that_was_broken_off_is_no_long_fault() -> None:
    story = Story()
    story.play(StopAsked(story.moment(), "too early"))
    assert story.restart(HOUR).opened().is_open


def test_a_second_dark_interval_adds_to_the_approval_that_is_owed() -> None:
    story = opened().restart(HOUR).restart(HOUR).opened()
    assert story.changes("APPROVAL") == ["raised"]
    assert len(story.bodies(Kind.DARK)) == 2
