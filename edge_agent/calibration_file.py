"""Calibrations on disk: signed messages and their pictures in the evidence store, by hash.

Which one is in force is for the book to say; here it is fetched by that digest and believed only if
it is whole, signed by this weighbridge's key, of this camera, and its pictures are there. What does
not fit is refused with a word for it: a cause stands then, and sales are closed.
"""

from pathlib import Path
from typing import NamedTuple

from drivers.cameras.calibrated import (
    CalibrationForm,
    ReferenceForm,
    calibration_of,
    form_of,
    line_of,
    read_picture,
)
from drivers.cameras.judging.measures.scene import Area
from edge_agent.evidence import Evidence
from edge_agent.ledger import key_ring
from edge_agent.ledger_state import Ledger
from weighbook.calibrations import CameraCalibration, Four, open_calibration
from weighbook.envelope import digest as digest_of
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal


class Loaded(NamedTuple):
    """A camera's calibration as its reading process takes it, or why it cannot be used."""

    form: CalibrationForm | None
    fault: str | None


class Shelf(NamedTuple):
    """Where calibrations lie and whose signature counts."""

    evidence: Evidence
    ring: KeyRing
    weighbridge: str

    def fetch(self, digest: bytes) -> CameraCalibration:
        """The calibration of that digest, verified. Errors: Refusal E_CALIBRATION, E_SIG …"""
        message = self._read(digest)
        found = open_calibration(message, self.ring)
        if found.weighbridge != self.weighbridge:
            raise unusable(f"{found.weighbridge} ≠ {self.weighbridge}")
        return found

    def load(self, camera: str, digest: bytes) -> CalibrationForm:
        """Ready for use, its pictures looked at. Errors: Refusal."""
        found = self.fetch(digest)
        if found.camera != camera:
            raise unusable(f"{found.camera} ≠ {camera}")
        try:
            form = form_from(found, self.evidence)
            calibration_of(form)
        except ValueError as error:
            raise unusable(str(error)) from error
        return form

    def _read(self, digest: bytes) -> bytes:
        path = self.evidence.find(digest)
        if path is None:
            raise unusable(f"{digest.hex()[:16]} is missing")
        try:
            message = read_picture(path)
        except ValueError as error:
            raise unusable(str(error)) from error
        if digest_of(message) != digest:
            raise unusable(f"{digest.hex()[:16]} was altered")
        return message


def shelf_of(ledger: Ledger, evidence: Evidence) -> Shelf:
    return Shelf(evidence, key_ring(ledger), ledger.weighbridge)


def load(shelf: Shelf, ledger: Ledger, camera: str) -> Loaded:
    """What is in force of a camera; neither form nor fault where it was never calibrated."""
    known = ledger.calibrations.get(camera)
    if known is None:
        return Loaded(None, None)
    try:
        return Loaded(shelf.load(camera, known.in_force.digest), None)
    except Refusal as refusal:
        return Loaded(None, f"{refusal.code}: {refusal.what.en}")


def form_from(found: CameraCalibration, evidence: Evidence) -> CalibrationForm:
    """Its areas, and where its pictures lie. Errors: ValueError."""
    stream = found.stream
    form = CalibrationForm(
        width=stream.width,
        height=stream.height,
        codec=stream.codec,
        clock_box=found.clock_box,
        platform=_area(found.platform),
        lamp=_area(found.lamp),
        masks=tuple(Area(*mask) for mask in found.masks),
        references=tuple(
            ReferenceForm(
                str(_picture(evidence, one.picture)), one.picture.hex(), one.at_ms, one.colour
            )
            for one in found.references
        ),
        sharp_colour_milli=found.sharp_colour_milli,
        sharp_infrared_milli=found.sharp_infrared_milli,
    )
    return form_of(line_of(form))  # as strictly as the reading process will take it


def _area(four: Four | None) -> Area | None:
    return None if four is None else Area(*four)


def _picture(evidence: Evidence, digest: bytes) -> Path:
    path = evidence.find(digest)
    if path is None:
        raise ValueError(f"picture {digest.hex()[:16]} is missing")
    return path


def unusable(detail: str) -> Refusal:
    return Refusal(
        "E_CALIBRATION",
        Phrase(f"标定不能使用：{detail}。", f"The calibration cannot be used: {detail}."),
        Phrase(
            "请用 edge-agent camera calibrate 重新标定，并请能源局批准现场。",
            "Calibrate again with edge-agent camera calibrate; the bureau approves the site.",
        ),
    )
