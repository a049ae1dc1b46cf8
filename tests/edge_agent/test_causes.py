"""Every cause: how it is raised, what it shows, and what it takes to clear it."""

import pytest

from edge_agent.causes import CAMERA_CODES
from edge_agent.events import (
    BookChecked,
    CameraSeen,
    DeviceBack,
    DeviceLost,
    ScaleRead,
    Verdict,
)
from edge_agent.settings import MINUTE_MS
from tests.edge_agent.story import DAY, HOUR, T0, WELL, Story, opened
from weighbook.orders import Action, Lease, Lift, Release, Suspend
from weighbook.records import CauseChange


def fault(code: str) -> tuple[Verdict, ...]:
    """What a watcher says of a camera that gives pictures with this fault."""
    found = (Verdict(code, False, "5.2 s", "<= 2.5 s"),)
    return found + tuple(v for v in WELL if v.code != code)


def shown(story: Story, code: str) -> CauseChange:
    """The newest change of a cause, as recorded."""
    found = [r.body for r in story.records if isinstance(r.body, CauseChange)]
    return [change for change in found if change.code == code][-1]


# -- start ---------------------------------------------------------------------------------------


def test_at_the_start_everything_that_is_not_disproved_stands() -> None:
    story = Story()
    assert story.causes == {"CAMERA_LOST", "SCALE_SILENT", "BOOK"}
    assert not story.is_open


def test_sales_open_when_cameras_scale_and_book_are_proven() -> None:
    story = Story().opened()
    assert story.is_open
    assert story.told()[-1] == "SALES_OPEN"


@pytest.mark.parametrize("missing", ["deck", "road"])
def test_one_camera_that_was_never_seen_keeps_sales_closed(missing: str) -> None:
    story = Story()
    del story.cameras[missing]
    assert story.opened().causes == {"CAMERA_LOST"}


def test_a_scale_that_never_showed_zero_keeps_sales_closed() -> None:
    story = Story(weight_kg=15_000)
    assert story.opened().causes == {"SCALE_SILENT"}


def test_a_book_that_was_not_checked_keeps_sales_closed() -> None:
    assert Story().wait(12_000).causes == {"BOOK"}


def test_what_does_not_prove_itself_within_a_minute_is_a_fault() -> None:
    story = Story()
    del story.cameras["deck"]
    story.opened().skip(MINUTE_MS)
    assert shown(story, "CAMERA_LOST").measured == "none since start"
    assert shown(story, "CAMERA_LOST").since_ms == T0


def test_a_camera_that_was_frozen_before_the_start_has_still_to_prove_itself() -> None:
    story = opened()
    story.cameras["deck"] = fault("CAMERA_FROZEN")
    story.wait(1_000).restart()
    assert "CAMERA_FROZEN" in story.causes
    story.cameras["deck"] = WELL
    assert story.opened().is_open


def test_restarts_do_not_make_a_long_fault_short() -> None:
    story = opened()
    story.cameras["deck"] = fault("CAMERA_FROZEN")
    story.skip(20 * MINUTE_MS)
    story.restart().opened().skip(11 * MINUTE_MS)
    story.regain()
    assert story.causes == {"APPROVAL"}


# -- cameras -------------------------------------------------------------------------------------


@pytest.mark.parametrize("camera", ["deck", "road"])
def test_any_camera_that_falls_silent_closes_sales(camera: str) -> None:
    story = opened().lose(camera)
    assert story.causes == {"CAMERA_LOST"}
    assert shown(story, "CAMERA_LOST").subject == camera


def test_a_camera_is_silent_after_its_lease() -> None:
    story = opened()
    del story.cameras["deck"]
    story.wait(2_500)
    assert story.is_open
    assert not story.wait(1_000).is_open


def test_a_camera_whose_watcher_is_gone_closes_sales_at_once() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "deck", "process ended"))
    assert not story.is_open
    assert shown(story, "CAMERA_LOST").measured == "process ended"


def test_a_camera_that_is_back_has_yet_to_be_seen() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "deck", "gone"), DeviceBack(story.moment(), "deck"))
    assert not story.is_open
    assert story.regain().is_open


@pytest.mark.parametrize("code", sorted(CAMERA_CODES))
def test_every_verdict_of_a_watcher_becomes_its_cause(code: str) -> None:
    story = opened()
    story.cameras["deck"] = fault(code)
    story.wait(1_000)
    assert story.causes == {code}
    change = shown(story, code)
    assert (change.subject, change.measured, change.limit) == ("deck", "5.2 s", "<= 2.5 s")
    assert story.regain().is_open


def test_a_verdict_nobody_knows_closes_sales_all_the_same() -> None:
    story = opened()
    story.cameras["deck"] = (*WELL, Verdict("CAMERA_ODD", False, "?", "?"))
    assert story.wait(1_000).causes == {"CAMERA_LOST"}


def test_a_watcher_that_does_not_say_whether_there_are_pictures_proves_none() -> None:
    story = Story()
    story.cameras["deck"] = tuple(one for one in WELL if one.code != "CAMERA_LOST")
    assert story.opened().causes == {"CAMERA_LOST"}


def test_a_camera_nobody_registered_proves_nothing() -> None:
    story = opened().lose("road")
    story.play(CameraSeen(story.moment(), "attic", WELL))
    assert story.causes == {"CAMERA_LOST"}


def test_a_frozen_camera_that_is_unplugged_has_not_thawed() -> None:
    story = opened()
    story.cameras["deck"] = fault("CAMERA_FROZEN")
    story.wait(1_000)
    story.play(DeviceLost(story.moment(), "deck", "unplugged"))
    assert story.causes == {"CAMERA_FROZEN", "CAMERA_LOST"}


# -- scale ---------------------------------------------------------------------------------------


def test_a_silent_scale_closes_sales_after_five_seconds() -> None:
    story = opened()
    story.weight_kg = None
    assert story.wait(4_500).is_open
    assert story.wait(1_000).causes == {"SCALE_SILENT"}


def test_frames_that_hold_no_weight_are_silence() -> None:
    story = opened()
    story.weight_kg = None
    for _ in range(12):
        story.wait(500)
        story.play(ScaleRead(story.moment(), None, None, "dashes", b"----"))
    assert story.causes == {"SCALE_SILENT"}


def test_weights_off_the_division_are_silence() -> None:
    story = opened()
    story.weight_kg = 7
    assert story.wait(6_000).causes == {"SCALE_SILENT"}


def test_the_scale_is_believed_after_ten_seconds_and_a_zero() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "scale", "unplugged"))
    assert not story.wait(9_000).is_open
    assert story.wait(2_000).is_open


def test_a_truck_on_the_deck_hides_the_zero() -> None:
    story = opened()
    story.play(DeviceLost(story.moment(), "scale", "unplugged"))
    story.weight_kg = 48_000
    assert not story.wait(15_000).is_open
    assert story.drive_off().wait(4_000).is_open


# -- book ----------------------------------------------------------------------------------------


def test_a_store_that_fails_closes_sales_until_the_bureau_releases_it() -> None:
    story = opened()
    story.play(BookChecked(story.moment(), False, "disk nearly full"))
    story.play(BookChecked(story.moment(), True, "ok"))
    assert story.causes == {"BOOK"}
    assert shown(story, "BOOK").measured == "disk nearly full"
    story.order(Action.RELEASE, Release(("BOOK",), "disk exchanged"))
    assert story.is_open


def test_a_release_does_not_open_while_the_store_still_fails() -> None:
    story = opened()
    story.play(BookChecked(story.moment(), False, "disk nearly full"))
    story.order(Action.RELEASE, Release(("BOOK",), "too early"))
    assert story.wait(1_000).causes == {"BOOK"}


def test_a_receipt_for_records_we_do_not_have_means_an_old_book() -> None:
    story = opened()
    story.receipt(seq=len(story.records) + 7)
    assert story.wait(1_000).causes == {"BOOK"}
    assert shown(story, "BOOK").subject == "head"


def test_a_receipt_for_another_head_means_a_second_book() -> None:
    story = opened()
    story.receipt(head=b"\1" * 32)
    assert story.wait(1_000).causes == {"BOOK"}


def test_a_restart_does_not_forgive_the_book() -> None:
    story = opened()
    story.receipt(head=b"\1" * 32)
    story.wait(1_000).restart()
    assert "BOOK" in story.opened().causes


def test_an_order_missing_from_the_store_closes_sales() -> None:
    story = opened()
    story.order(Action.RELEASE, Release(("BOOK",), "nothing"))
    story.orders.pop()
    assert story.restart().opened().causes == {"BOOK"}
    assert story.lane.ledger.standing["BOOK", "orders"].measured == "missing 2"


def test_a_release_of_something_else_brings_no_order_back() -> None:
    story = opened()
    story.order(Action.RELEASE, Release(("APPROVAL",), "nothing"))
    story.orders.pop()
    story.restart().opened()
    story.order(Action.RELEASE, Release(("APPROVAL",), "nothing"))
    assert story.lane.ledger.missing_orders == (2,)
    story.order(Action.RELEASE, Release(("BOOK",), "the copy is brought back"))
    assert story.is_open


# -- lease ---------------------------------------------------------------------------------------


def test_the_lease_ends_without_contact() -> None:
    story = opened()
    story.receipt()
    story.rest(3 * DAY - MINUTE_MS)
    assert story.is_open
    assert story.skip(MINUTE_MS).causes == {"LEASE"}


def test_contact_renews_the_lease() -> None:
    story = opened().rest(4 * DAY)
    assert story.causes == {"LEASE"}
    story.receipt()
    assert story.wait(1_000).is_open


def test_a_signed_extension_renews_the_lease() -> None:
    story = opened().rest(4 * DAY)
    story.order(Action.LEASE, Lease(story.at.wall_ms + MINUTE_MS))
    assert story.is_open
    assert story.skip(MINUTE_MS + 1_000).causes == {"LEASE"}


def test_a_shorter_extension_does_not_end_the_lease() -> None:
    story = opened().rest(4 * DAY)
    story.order(Action.LEASE, Lease(story.at.wall_ms + HOUR))
    story.order(Action.LEASE, Lease(story.at.wall_ms))
    assert story.wait(1_000).is_open


# -- order ---------------------------------------------------------------------------------------


def test_a_suspension_stands_until_its_end() -> None:
    story = opened()
    story.order(Action.SUSPEND, Suspend("inspection", story.at.wall_ms + MINUTE_MS))
    assert story.causes == {"ORDER"}
    assert not story.wait(50_000).is_open
    assert story.wait(11_000).is_open


def test_a_suspension_without_an_end_stands_until_it_is_lifted() -> None:
    story = opened()
    story.order(Action.SUSPEND, Suspend("inspection"))
    number = story.lane.ledger.order_number
    assert story.skip(5 * MINUTE_MS).causes == {"ORDER"}
    story.order(Action.LIFT, Lift(number))
    assert story.is_open


def test_a_suspension_for_tomorrow_closes_nothing_today() -> None:
    story = opened()
    begins = story.at.wall_ms + MINUTE_MS
    story.order(Action.SUSPEND, Suspend("inspection"), not_before_ms=begins)
    assert story.is_open
    assert story.wait(61_000).causes == {"ORDER"}


def test_a_suspension_outlives_a_restart() -> None:
    story = opened()
    story.order(Action.SUSPEND, Suspend("inspection"))
    assert story.restart().opened().causes == {"ORDER"}
