"""Keeps the cameras judged by the calibrations that the book says are in force.

`begin` loads them at the start; from then on a worker compares what the deciding thread last told
with what it loaded, and puts a newly approved one into service. One that cannot be loaded is
reported to the core, which closes sales, and the camera goes on being judged as before. One that
lacks a night is completed at the first dusk.
"""

from collections.abc import Callable
from typing import Protocol

import structlog

from drivers.cameras.calibrated import CalibrationForm
from edge_agent.calibration_file import load, shelf_of
from edge_agent.clockwork import now
from edge_agent.events import CalibrationArrived, CalibrationChecked, Event
from edge_agent.evidence import Evidence
from edge_agent.first_night import Dusk, FirstNight
from edge_agent.ledger_state import Ledger
from edge_agent.workers import Stop
from weighbook.phrase import Refusal

LOOK_S = 1.0
DUSK_EVERY = 10  # looks

log = structlog.get_logger(__name__)


class Judges(Protocol):
    """Whoever judges cameras."""

    def calibrate(self, camera: str, form: CalibrationForm) -> None: ...
    def dusk(self, camera: str) -> Dusk: ...


class InForce:
    """The calibrations of one site's cameras."""

    def __init__(
        self,
        cameras: tuple[str, ...],
        evidence: Evidence,
        post: Callable[[Event], bool],
        first_night: FirstNight,
    ) -> None:
        self._cameras = cameras
        self._first_night = first_night
        self._evidence = evidence
        self._post = post
        self._loaded: dict[str, bytes] = {}
        self._forms: dict[str, CalibrationForm] = {}
        self._ledger: Ledger | None = None

    def begin(self, ledger: Ledger) -> dict[str, CalibrationForm]:
        """Those that can be used, by camera; what is wrong with the others is posted."""
        self._ledger = ledger
        found = {name: self._load(ledger, name) for name in self._cameras}
        return {name: form for name, form in found.items() if form is not None}

    def tell(self, ledger: Ledger) -> None:
        """What the book says now. Called by the deciding thread, and never waits."""
        self._ledger = ledger

    def run(self, judges: Judges, stop: Stop) -> None:
        """Follows the book until `stop`; the body of a thread."""
        looks = 0
        while not stop.wait(LOOK_S):
            self.follow(judges)
            looks += 1
            if looks % DUSK_EVERY == 0:
                self.complete(judges)

    def follow(self, judges: Judges) -> None:
        """Puts into service what is in force and was not loaded yet."""
        ledger = self._ledger
        if ledger is None:
            return
        for name in self._cameras:
            known = ledger.calibrations.get(name)
            if known is None or self._loaded.get(name) == known.in_force.digest:
                continue
            form = self._load(ledger, name)
            if form is not None:
                judges.calibrate(name, form)
                log.info(
                    "a calibration is in force", camera=name, digest=known.in_force.digest.hex()
                )

    def complete(self, judges: Judges) -> None:
        """Takes the first night of every camera that still lacks one, when it has come."""
        ledger = self._ledger
        if ledger is None:
            return
        for name, form in self._forms.items():
            known = ledger.calibrations[name].in_force
            if known.has_night or self._loaded.get(name) != known.digest:
                continue
            shelf, dusk = shelf_of(ledger, self._evidence), judges.dusk(name)
            try:
                message = self._first_night.look(name, known.digest, form, dusk, shelf)
            except (Refusal, OSError, ValueError) as error:
                log.warning("no night reference was taken", camera=name, error=str(error))
                continue
            if message is not None:
                self._post(CalibrationArrived(now(), message))

    def _load(self, ledger: Ledger, name: str) -> CalibrationForm | None:
        """Tried once for each digest: whoever mends a file on disk starts the agent again."""
        known = ledger.calibrations.get(name)
        if known is None:
            return None
        self._loaded[name] = known.in_force.digest
        form, fault = load(shelf_of(ledger, self._evidence), ledger, name)
        if fault is not None:
            log.error("a calibration cannot be used", camera=name, fault=fault)
        if form is not None:
            self._forms[name] = form
        self._post(CalibrationChecked(now(), name, fault))
        return form
