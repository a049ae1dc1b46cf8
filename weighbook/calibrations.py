"""A camera's calibration as signed evidence: what was commissioned, by whom, with which pictures.

The weighbridge's own key signs it; that it counts is for the book to say, whose CALIBRATION record
names its digest, and for the bureau, which looks at its pictures. Areas are [left, top, right,
bottom] in 1/1000 of the picture; the clock's box is [x, y, width, height] in pixels.
"""

import hashlib
from dataclasses import dataclass, replace

from weighbook import cbor
from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.receipts import require_subject
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields

VERSION = 1
MAX_CALIBRATION_BYTES = 8 * 1024

Four = tuple[int, int, int, int]


@dataclass(frozen=True)
class Stream:
    """What the camera gave when it was commissioned; frames a second in 1/1000."""

    width: int
    height: int
    codec: str
    fps_milli: int | None
    gop_ms: int | None


@dataclass(frozen=True)
class ReferencePicture:
    """One reference picture by its SHA-256. `colour`: not under infrared."""

    picture: bytes
    at_ms: int
    colour: bool


@dataclass(frozen=True)
class MovedBy:
    """How the new picture lies against the one before: pixels of a 480 wide picture, in 1/1000."""

    points: int
    x_milli: int
    y_milli: int
    turn_milli: int
    zoom_milli: int


@dataclass(frozen=True)
class CameraCalibration:
    """`before`: digest of the calibration it is to replace; `moved`: None where nothing could be

    compared. `identity`: model, serial number, firmware, as far as somebody wrote them down.
    """

    version: int
    weighbridge: str
    epoch: int
    camera: str
    at_ms: int
    by: str
    software: str
    stream: Stream
    clock_box: Four | None
    platform: Four | None
    lamp: Four | None
    masks: tuple[Four, ...]
    references: tuple[ReferencePicture, ...]
    sharp_colour_milli: int | None
    sharp_infrared_milli: int | None
    before: bytes | None
    moved: MovedBy | None
    identity: str | None


def sign_calibration(calibration: CameraCalibration, key: SigningKey) -> bytes:
    """The calibration as a message."""
    return sign(encode_fields(calibration), Typ.CALIBRATION, key)


def open_calibration(message: bytes, ring: KeyRing) -> CameraCalibration:
    """The calibration, if that weighbridge's own key signed it. Errors: Refusal."""
    limit = MAX_CALIBRATION_BYTES
    opened = open_message(message, Typ.CALIBRATION, ring, at_s=None, max_bytes=limit)
    calibration = decode_fields(CameraCalibration, opened.payload)
    require_subject(opened.subject, calibration.weighbridge)
    if calibration.version != VERSION:
        raise refuse("E_SCHEMA", "version")
    if any(len(one.picture) != 32 for one in calibration.references):
        raise refuse("E_SCHEMA", "picture")
    return calibration


def day_digest(calibration: CameraCalibration) -> bytes:
    """SHA-256 of what stays the same when only a night picture is added to a calibration."""
    day = replace(
        calibration,
        at_ms=0,
        by="",
        software="",
        references=tuple(one for one in calibration.references if one.colour),
        sharp_infrared_milli=None,
        before=None,
        moved=None,
        identity=None,
    )
    return hashlib.sha256(cbor.encode(encode_fields(day))).digest()


def has_night(calibration: CameraCalibration) -> bool:
    """Whether it knows the camera's view under infrared."""
    return any(not one.colour for one in calibration.references)
