"""Completes a calibration by itself: the first night picture of a camera commissioned by day.

A technician comes by day, and hours later the camera turns to infrared, which looks so different
that sales would close until somebody came again. So the agent takes that one picture: under settled
infrared, over an empty deck, of a view that is not quite another, and signs it with its own key. It
is recorded and sent like any calibration, and a second night is never taken this way.
"""

import hashlib
import time
from pathlib import Path
from typing import NamedTuple

import structlog

from drivers.cameras.calibrated import CalibrationForm, read_picture
from drivers.cameras.developing import Developed, develop, to_grey
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.measures.scene import field_of, scene_milli
from drivers.cameras.judging.measures.sharpness import sharp_milli
from drivers.cameras.picture_folder import decoded
from edge_agent.calibration_draft import Night, Signer, with_night
from edge_agent.calibration_file import Shelf
from weighbook.calibrations import sign_calibration
from weighbook.keys import SigningKey

SETTLED_MS = 20_000  # longer than a switch to infrared mutes the checks of the picture
AGAIN_MS = 600_000
BY = "edge-agent"

log = structlog.get_logger(__name__)


class Dusk(NamedTuple):
    """What is seen of one camera now. `deck_empty`: True too where it does not see the deck."""

    jpeg: bytes | None
    deck_empty: bool
    now_ms: int


class FirstNight:
    """Looks at cameras without a night reference; each is tried every ten minutes at most."""

    def __init__(self, key: SigningKey, software: str, limits: Limits) -> None:
        self._key = key
        self._software = software
        self._limits = limits
        self._infrared_ms: dict[str, int] = {}
        self._tried_ms: dict[str, int] = {}

    def look(
        self, camera: str, digest: bytes, form: CalibrationForm, dusk: Dusk, shelf: Shelf
    ) -> bytes | None:
        """The signed calibration with its night, picture kept, once it is time; else None.

        Errors: Refusal (the base is no longer whole), OSError.
        """
        developed = self._settled(camera, dusk)
        if developed is None or self._rests(camera, dusk.now_ms):
            return None
        self._tried_ms[camera] = dusk.now_ms
        related = _likeness(developed, form)
        if related < self._limits.scene_related_milli:
            log.warning("no night reference: another view", camera=camera, scene_milli=related)
            return None
        return self._completed(camera, digest, developed, shelf)

    def _settled(self, camera: str, dusk: Dusk) -> Developed | None:
        """The picture, if infrared has lasted; whatever interrupts it begins the wait again."""
        picture = None if dusk.jpeg is None or not dusk.deck_empty else decoded(dusk.jpeg)
        if picture is None or dusk.jpeg is None:
            self._infrared_ms.pop(camera, None)
            return None
        developed = develop(picture, dusk.jpeg, None)
        if developed is None or not self._is_night(developed):
            self._infrared_ms.pop(camera, None)
            return None
        since_ms = self._infrared_ms.setdefault(camera, dusk.now_ms)
        return developed if dusk.now_ms - since_ms >= SETTLED_MS else None

    def _is_night(self, developed: Developed) -> bool:
        """A black or white picture has no colour either, and shows nothing."""
        spread_milli = 1000 * float(developed.grey.std())
        infrared = developed.is_colour_milli < self._limits.infrared_milli
        return infrared and spread_milli >= self._limits.flat_milli

    def _rests(self, camera: str, now_ms: int) -> bool:
        tried_ms = self._tried_ms.get(camera)
        return tried_ms is not None and now_ms - tried_ms < AGAIN_MS

    def _completed(self, camera: str, digest: bytes, developed: Developed, shelf: Shelf) -> bytes:
        base = shelf.fetch(digest)
        picture = hashlib.sha256(developed.jpeg).digest()
        at_ms = time.time_ns() // 1_000_000
        signer = Signer(base.weighbridge, base.epoch, camera, BY, self._software, at_ms)
        size = developed.width, developed.height
        night = Night(picture, *size, base.stream.codec, sharp_milli(developed.grey))
        new = with_night(base, signer, night, digest)
        shelf.evidence.keep(developed.jpeg)
        return sign_calibration(new, self._key)


def _likeness(developed: Developed, form: CalibrationForm) -> int:
    """The best agreement with what was commissioned by day; 0 where none can be read."""
    now, best = field_of(developed.grey), 0
    for one in form.references:
        picture = decoded(read_picture(Path(one.path)))
        if picture is not None and one.colour:
            best = max(best, scene_milli(now, field_of(to_grey(picture)), form.masks))
    return best
