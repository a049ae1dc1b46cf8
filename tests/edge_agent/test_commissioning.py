"""Calibrations as they arrive: recorded, in force or awaiting the bureau, and never ignored."""

from dataclasses import replace

import pytest

from edge_agent.acts import KeepCalibration, Report, Tell, Write
from edge_agent.events import CalibrationArrived, CalibrationChecked, OrderArrived
from tests.edge_agent.story import AGENT, BRIDGE, OFFICERS, STRANGER, Story
from tests.weighbook.test_calibrations import CALIBRATION
from weighbook.calibrations import CameraCalibration, ReferencePicture, sign_calibration
from weighbook.commissioning import Commissioned
from weighbook.envelope import digest
from weighbook.keys import SigningKey
from weighbook.orders import Action, Release
from weighbook.records import Calibration, Kind

DAY = ReferencePicture(bytes(range(32)), 1_790_000_000_000, colour=True)
NIGHT = ReferencePicture(bytes(32), 1_790_040_000_000, colour=False)
BY_DAY = replace(
    CALIBRATION, weighbridge=BRIDGE, references=(DAY,), sharp_infrared_milli=None, before=None
)
WITH_NIGHT = replace(BY_DAY, references=(DAY, NIGHT), sharp_infrared_milli=1_000)
TURNED = replace(BY_DAY, platform=(0, 0, 100, 100))
SITE = Release(("SITE",), "inspected")


def told(story: Story, calibration: CameraCalibration, key: SigningKey = AGENT) -> list[str]:
    """The calibration arrives; the codes of what is said of it."""
    message = sign_calibration(calibration, key)
    acts = story.play(CalibrationArrived(story.moment(), message))
    return [act.code for act in acts if isinstance(act, Tell)]


def of_deck(story: Story) -> Commissioned:
    found = story.lane.ledger.calibrations["deck"]
    assert story.folded().calibrations["deck"] == found
    return found


def name_of(calibration: CameraCalibration) -> bytes:
    return digest(sign_calibration(calibration, AGENT))


def awaited(story: Story) -> bytes | None:
    known = of_deck(story).awaits
    return None if known is None else known.digest


def test_the_first_calibration_of_a_camera_is_in_force_and_in_the_book() -> None:
    story = Story().opened()
    assert told(story, BY_DAY) == ["CALIBRATION"]
    body = story.records[-1].body
    assert isinstance(body, Calibration)
    assert (body.device, body.evidence) == ("deck", name_of(BY_DAY))
    assert body.pictures == (("colour", DAY.picture),)
    assert of_deck(story).in_force.digest == name_of(BY_DAY)
    assert story.is_open


def test_it_is_evidence_before_it_is_in_the_book_and_the_bureau_hears_at_once() -> None:
    story = Story().opened()
    message = sign_calibration(BY_DAY, AGENT)
    acts = story.play(CalibrationArrived(story.moment(), message))
    kept, written = acts[0], acts[1]
    assert kept == KeepCalibration(message)
    assert isinstance(written, Write)
    assert written.kind is Kind.CALIBRATION
    assert acts[-1] == Report()


def test_calibrating_again_changes_nothing_until_the_bureau_approves_the_site() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, TURNED)
    assert of_deck(story).in_force.digest == name_of(BY_DAY)
    assert awaited(story) == name_of(TURNED)
    story.order(Action.RELEASE, SITE)
    assert of_deck(story) == Commissioned(of_deck(story).in_force)
    assert of_deck(story).in_force.digest == name_of(TURNED)


def test_another_release_approves_no_calibration() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, TURNED)
    story.order(Action.RELEASE, Release(("APPROVAL", "CAMERA_MOVED"), "mended"))
    assert of_deck(story).in_force.digest == name_of(BY_DAY)


def test_one_officer_alone_cannot_approve() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, TURNED)
    order = story.signed(Action.RELEASE, SITE, OFFICERS[:1])
    story.play(OrderArrived(story.moment(), order))
    assert awaited(story) == name_of(TURNED)


def test_what_was_calibrated_after_the_approval_was_signed_is_not_approved() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    signed_ms = story.at.wall_ms
    story.wait(1_000)
    told(story, TURNED)
    story.order(Action.RELEASE, SITE, at_ms=signed_ms)
    assert awaited(story) == name_of(TURNED)


def test_the_newest_of_several_is_what_awaits() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, TURNED)
    told(story, replace(TURNED, masks=()))
    assert awaited(story) == name_of(replace(TURNED, masks=()))


def test_the_first_night_completes_a_calibration_at_once() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, WITH_NIGHT)
    assert of_deck(story).in_force.digest == name_of(WITH_NIGHT)
    assert awaited(story) is None


@pytest.mark.parametrize(
    "second",
    [
        replace(WITH_NIGHT, references=(DAY, replace(NIGHT, picture=bytes([1]) * 32))),
        replace(WITH_NIGHT, masks=((0, 0, 1000, 1000),)),
        BY_DAY,
    ],
    ids=["another night", "other areas with it", "back to the day"],
)
def test_a_second_night_or_more_than_the_night_awaits_approval(second: CameraCalibration) -> None:
    story = Story().opened()
    told(story, BY_DAY)
    told(story, WITH_NIGHT)
    told(story, replace(second, at_ms=7))
    assert of_deck(story).in_force.digest == name_of(WITH_NIGHT)
    assert awaited(story) == name_of(replace(second, at_ms=7))


def test_the_same_calibration_twice_is_recorded_once() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    records = len(story.records)
    assert told(story, BY_DAY) == ["CALIBRATION_KNOWN"]
    assert len(story.records) == records


@pytest.mark.parametrize(
    ("calibration", "key", "code"),
    [
        (BY_DAY, STRANGER, "E_KID"),
        (BY_DAY, OFFICERS[0], "E_ROLE"),
        (replace(BY_DAY, weighbridge="WB-02"), AGENT, "E_ROLE"),
        (replace(BY_DAY, camera="shed"), AGENT, "E_CALIBRATION_FOREIGN"),
        (replace(BY_DAY, epoch=2), AGENT, "E_CALIBRATION_FOREIGN"),
    ],
    ids=["stranger", "officer", "other weighbridge", "no such camera", "other epoch"],
)
def test_what_is_not_ours_is_refused(
    calibration: CameraCalibration, key: SigningKey, code: str
) -> None:
    story = Story().opened()
    records = len(story.records)
    assert told(story, calibration, key) == [code]
    assert not story.lane.ledger.calibrations
    assert len(story.records) == records


def test_bytes_that_are_no_calibration_are_refused() -> None:
    story = Story().opened()
    acts = story.play(CalibrationArrived(story.moment(), b"\xd2\x84nonsense"))
    assert [act.code for act in acts if isinstance(act, Tell)] == ["E_CBOR"]


def test_one_that_cannot_be_loaded_closes_sales_until_the_bureau_approves() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    story.play(CalibrationChecked(story.moment(), "deck", "E_SIG: does not verify"))
    assert not story.is_open
    cause = story.lane.ledger.standing["SITE", "deck"]
    assert cause.measured == "E_SIG: does not verify"
    story.play(CalibrationChecked(story.moment(), "deck", None))
    assert not story.wait(1_000).is_open
    story.order(Action.RELEASE, SITE)
    assert story.wait(1_000).is_open


def test_the_bureaus_word_does_not_mend_a_calibration_that_is_still_broken() -> None:
    story = Story().opened()
    told(story, BY_DAY)
    story.play(CalibrationChecked(story.moment(), "deck", "E_CALIBRATION: missing"))
    story.order(Action.RELEASE, SITE)
    assert not story.wait(1_000).is_open


def test_without_a_book_that_can_be_written_it_waits() -> None:
    story = Story().opened()
    story.fails = True
    story.drive_on(30_000)
    story.drive_off()
    assert told(story, BY_DAY) == ["CALIBRATION_WAITS"]
    assert not story.lane.ledger.calibrations
