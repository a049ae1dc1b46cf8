"""Calibrations as they arrive, and whether those in force hold: the core's part of commissioning.

A calibration must be signed by this weighbridge's own key and name one of its cameras. A camera's
first counts from its record on, and so does the night picture that completes it. Whoever could
calibrate again at will could turn a camera away and have that called right: every other one waits,
recorded and reported, until the bureau approves the site, and what was in force stays so.
"""

from edge_agent.acts import KeepCalibration, Report
from edge_agent.announcements import (
    CALIBRATION_AWAITS,
    CALIBRATION_IN_FORCE,
    CALIBRATION_KNOWN,
    CALIBRATION_REFUSED,
    CALIBRATION_WAITS,
)
from edge_agent.ledger import key_ring
from edge_agent.turn import Lane, Turn, tell, write
from weighbook.calibrations import CameraCalibration, day_digest, open_calibration
from weighbook.commissioning import COLOUR, INFRARED
from weighbook.envelope import digest
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Calibration, Kind

FOREIGN = Phrase("它属于另一个磅房或摄像头", "it is of another weighbridge or camera")


def take_calibration(lane: Lane, message: bytes) -> Turn:
    """One signed calibration: its record, what it means, and word to the bureau at once."""
    if lane.adrift:
        return tell(lane, CALIBRATION_WAITS, "CALIBRATION_WAITS", "alarm")
    try:
        calibration = open_calibration(message, key_ring(lane.ledger))
    except Refusal as refusal:
        return _refuse(lane, refusal.code, refusal.what)
    camera = calibration.camera
    ours = (lane.ledger.weighbridge, lane.ledger.epoch)
    if (calibration.weighbridge, calibration.epoch) != ours or camera not in lane.site.cameras:
        return _refuse(lane, "E_CALIBRATION_FOREIGN", FOREIGN)
    new = digest(message)
    if new in _known(lane, camera):
        return tell(lane, CALIBRATION_KNOWN.fill(camera=camera), "CALIBRATION_KNOWN")
    body = Calibration(camera, new, pictures_of(calibration), day_digest(calibration))
    after, acts = write(lane, Kind.CALIBRATION, body)
    counts = after.ledger.calibrations[camera].in_force.digest == new
    words = CALIBRATION_IN_FORCE if counts else CALIBRATION_AWAITS
    after, told = tell(after, words.fill(camera=camera), "CALIBRATION", "warn")
    return Turn(after, (KeepCalibration(message), *acts, *told, Report()))


def _known(lane: Lane, camera: str) -> set[bytes]:
    """The digests of what is in force and what awaits approval."""
    known = lane.ledger.calibrations.get(camera)
    if known is None:
        return set()
    return {one.digest for one in (known.in_force, known.awaits) if one is not None}


def pictures_of(calibration: CameraCalibration) -> tuple[tuple[str, bytes], ...]:
    """Its reference pictures, each by its light, as a record names them."""
    return tuple(
        (COLOUR if one.colour else INFRARED, one.picture) for one in calibration.references
    )


def _refuse(lane: Lane, code: str, why: Phrase) -> Turn:
    words = CALIBRATION_REFUSED.fill(zh=why.zh.rstrip("。"), en=why.en.rstrip("."))
    return tell(lane, words, code, "alarm")
