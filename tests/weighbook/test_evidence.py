"""What a record names as evidence, for whoever sends it and whoever looks for it."""

from tests.weighbook.sample import weighing
from weighbook.evidence import evidence_of
from weighbook.records import Calibration, Control

ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))


def test_a_weighing_names_its_curve_its_frames_and_its_pictures_once_each() -> None:
    body = weighing(curve=ONE, frames=TWO, pictures=(("deck", THREE), ("road", THREE)))
    assert evidence_of(body) == (ONE, TWO, THREE)
    assert evidence_of(weighing(curve=None, frames=None, pictures=())) == ()


def test_a_cameras_calibration_names_itself_and_its_pictures() -> None:
    assert evidence_of(Calibration("deck", ONE, (("colour", TWO),), THREE)) == (ONE, TWO)


def test_a_scales_calibration_and_other_records_name_nothing() -> None:
    assert evidence_of(Calibration("scale", ONE)) == ()
    assert evidence_of(Control(bytes(8))) == ()
