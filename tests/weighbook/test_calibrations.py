"""A camera's calibration: signed by its weighbridge alone, and refused when it was altered."""

from dataclasses import replace

import pytest

from tests.weighbook.keys import AGENT, BRIDGE, COLLECTOR, RING
from tests.weighbook.refusing import refused
from weighbook import cbor
from weighbook.calibrations import (
    CameraCalibration,
    MovedBy,
    ReferencePicture,
    Stream,
    day_digest,
    has_night,
    open_calibration,
    sign_calibration,
)
from weighbook.envelope import Typ, sign
from weighbook.schema import encode_fields

CALIBRATION = CameraCalibration(
    version=1,
    weighbridge=BRIDGE,
    epoch=1,
    camera="deck",
    at_ms=1_790_000_000_000,
    by="王工",
    software="weighhouse 0.1.0",
    stream=Stream(1920, 1080, "h264", 25_000, 2_000),
    clock_box=(16, 20, 700, 60),
    platform=(200, 400, 800, 900),
    lamp=(900, 40, 930, 90),
    masks=((0, 0, 400, 90), (700, 0, 1000, 300)),
    references=(
        ReferencePicture(bytes(range(32)), 1_790_000_000_000, colour=True),
        ReferencePicture(bytes(32), 1_790_040_000_000, colour=False),
    ),
    sharp_colour_milli=1_850,
    sharp_infrared_milli=1_010,
    before=bytes(32),
    moved=MovedBy(412, -1_250, 300, -40, 2),
    identity="DS-2CD3T46 SN0012",
)


def test_what_was_signed_comes_back() -> None:
    assert open_calibration(sign_calibration(CALIBRATION, AGENT), RING) == CALIBRATION


def test_only_a_weighbridges_key_may_sign_one() -> None:
    message = sign_calibration(CALIBRATION, COLLECTOR)
    assert refused(lambda: open_calibration(message, RING)) == "E_ROLE"


def test_a_weighbridge_does_not_speak_for_another() -> None:
    message = sign_calibration(replace(CALIBRATION, weighbridge="WB-99"), AGENT)
    assert refused(lambda: open_calibration(message, RING)) == "E_ROLE"


@pytest.mark.parametrize("place", [20, 60, 120, 200, -1])
def test_one_bit_of_it_changed_is_refused(place: int) -> None:
    message = bytearray(sign_calibration(CALIBRATION, AGENT))
    message[place] ^= 1
    assert refused(lambda: open_calibration(bytes(message), RING)) is not None


@pytest.mark.parametrize("change", [{1: 2}, {12: [[1, 2, 3]]}, {13: [{1: b"", 2: 1, 3: True}]}])
def test_a_form_of_another_kind_is_refused(change: dict[int, object]) -> None:
    payload = encode_fields(CALIBRATION) | change
    message = sign(payload, Typ.CALIBRATION, AGENT)
    assert refused(lambda: open_calibration(message, RING)) == "E_SCHEMA"


def test_one_with_every_field_full_has_room() -> None:
    full = replace(
        CALIBRATION,
        masks=CALIBRATION.masks * 16,
        references=CALIBRATION.references * 4,
        by="某" * 64,
        identity="某" * 128,
    )
    assert open_calibration(sign_calibration(full, AGENT), RING) == full
    assert len(cbor.encode(encode_fields(full))) < 2_500


def test_a_night_picture_leaves_the_day_as_it_was() -> None:
    by_day = replace(
        CALIBRATION, references=CALIBRATION.references[:1], sharp_infrared_milli=None, at_ms=1
    )
    assert day_digest(by_day) == day_digest(CALIBRATION)
    assert (has_night(by_day), has_night(CALIBRATION)) == (False, True)


@pytest.mark.parametrize(
    "change",
    [
        {"masks": ()},
        {"platform": None},
        {"clock_box": (0, 0, 1, 1)},
        {"sharp_colour_milli": 1},
        {"references": CALIBRATION.references[1:]},
        {"camera": "road"},
        {"stream": Stream(1280, 720, "h264", None, None)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_everything_else_is_another_day(change: dict[str, object]) -> None:
    changed = replace(CALIBRATION, **change)  # type: ignore[arg-type]  # a test names real fields
    assert day_digest(changed) != day_digest(CALIBRATION)
