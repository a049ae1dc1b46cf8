"""The cameras of a site: one thread that tends their watchers, judges them and reads codes.

`photograph` is answered from the newest pictures; a camera without a fresh one is simply not in the
answer. Decoding and looking happen in the watchers' own processes and can never hold this thread
up.
"""

import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.judged import Around, Judged
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import Surroundings
from drivers.cameras.judging.limits import Limits
from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.systemic import others_dim
from drivers.cameras.slot import NONE
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from drivers.scanners.camera_scanner import CameraScanner
from edge_agent.camera_case import CameraCase, Heard, begin_case, judge, told
from edge_agent.camera_history import History, stream_figures
from edge_agent.camera_reasons import NO_REASONS, Reasons, reasoned, stream_of
from edge_agent.clockwork import now
from edge_agent.config import CameraConfig, ScannerConfig
from edge_agent.deck_context import DeckContext, is_empty, weighed
from edge_agent.events import CameraSeen, CodeRead, Event, Moment, PicturesTaken, ScaleRead
from edge_agent.evidence import Evidence
from edge_agent.first_night import Dusk
from edge_agent.foreign_tickets import installed
from edge_agent.lamp import Lamps
from edge_agent.lamp_config import lamp_area
from edge_agent.onvif_watch import OnvifWatch, seconded
from edge_agent.workers import Stop

LOOK_S = 0.25
SCAN_S = 0.5
MAX_ASKED = 16
EMPTY_KG = 400
SILENT_MS = 5_000

DEFAULT_LIMITS = Limits()
NOTHING_FIXED: Mapping[str, CalibrationForm] = {}
NO_LAMPS = Lamps()
NO_ONVIF = OnvifWatch()

log = structlog.get_logger(__name__)


@dataclass
class Camera:
    """One camera under watch."""

    config: CameraConfig
    setting: Setting
    watcher: CameraWatcher
    case: CameraCase
    state: str = ""
    picture_ms: int = NONE
    shares: dict[str, int] = field(default_factory=dict)
    history: History = field(default_factory=History)


class Judging(NamedTuple):
    """What the site's cameras are judged by; a calibration by the camera's name."""

    limits: Limits = DEFAULT_LIMITS
    calibrations: Mapping[str, CalibrationForm] = NOTHING_FIXED
    lamps: Lamps = NO_LAMPS
    onvif: OnvifWatch = NO_ONVIF
    reasons: Reasons = NO_REASONS


BY_DEFAULT = Judging()


class Sight:
    """All cameras of one site. `start`, then `look` and `answer` in threads, then `stop`."""

    def __init__(
        self,
        cameras: tuple[CameraConfig, ...],
        evidence: Evidence,
        post: Callable[[Event], bool],
        judging: Judging = BY_DEFAULT,
    ) -> None:
        self._judging = judging
        self._cameras = {c.name: _camera(c, judging) for c in cameras}
        self._lamps = judging.lamps
        self._onvif = judging.onvif
        self._evidence = evidence
        self._post = post
        self._deck = DeckContext()
        self._asked: queue.Queue[int] = queue.Queue(MAX_ASKED)

    def start(self) -> None:
        for camera in self._cameras.values():
            camera.watcher.start()

    def stop(self) -> None:
        for camera in self._cameras.values():
            camera.watcher.stop()

    def watcher(self, name: str) -> CameraWatcher:
        return self._cameras[name].watcher

    def find(self, name: str) -> CameraWatcher | None:
        """None: there is no such camera here."""
        camera = self._cameras.get(name)
        return None if camera is None else camera.watcher

    def calibrate(self, camera: str, form: CalibrationForm) -> None:
        """From now on it is judged by this, and has everything to prove again. Any thread may."""
        judging = self._judging._replace(calibrations={camera: form})
        before = self._cameras[camera]
        # Whoever looks starts its process: it would end with the thread that calls here.
        self._cameras[camera] = replace(_camera(before.config, judging), history=before.history)
        before.watcher.stop()

    def history(self, camera: str) -> History | None:
        """What is remembered of it. Any thread may ask."""
        one = self._cameras.get(camera)
        return None if one is None else one.history

    def film(self, camera: str, path: Path) -> bool:
        """Have its last seconds written there; False: nobody can be asked. Any thread may."""
        watcher = self.find(camera)
        return watcher is not None and watcher.keep_film(path)

    def dusk(self, camera: str) -> Dusk:
        """What it shows now, and whether nothing stands before it; a silent scale does not know."""
        one, now_ms = self._cameras[camera], now().mono_ms
        empty = is_empty(self._deck, EMPTY_KG, SILENT_MS, now_ms)
        return Dusk(one.watcher.picture(now_ms), not one.config.deck or empty is True, now_ms)

    def weigh(self, event: Event) -> None:
        """What the scale says, for those who look at the deck. Called by the scale's thread."""
        if isinstance(event, ScaleRead) and event.reading_kg is not None:
            self._deck = weighed(self._deck, event.reading_kg, event.now.mono_ms)

    def photograph(self, number: int) -> None:
        """Ask for the deck's pictures; a question too many is left out, and so refused later."""
        try:
            self._asked.put_nowait(number)
        except queue.Full:
            log.warning("no picture: too many are asked for", number=number)

    def look(self, stop: Stop) -> None:
        """Judge every camera four times a second."""
        while not stop.wait(LOOK_S):
            hour, deck = time.localtime().tm_hour, self._deck
            for camera in self._cameras.values():
                at = now()
                self._look_at(camera, at, self._around(camera, deck, hour, at))

    def answer(self, stop: Stop) -> None:
        """Keep the deck's pictures when asked for."""
        while not stop.is_set():
            try:
                number = self._asked.get(timeout=0.5)
            except queue.Empty:
                continue
            self._post(PicturesTaken(now(), number, tuple(self._taken())))

    def scan(self, scanner: ScannerConfig, stop: Stop) -> None:
        """Read codes held up to a camera; the same code within two seconds is one."""
        reader, foreign = CameraScanner(), installed()
        while not stop.wait(SCAN_S):
            at = now()
            picture = self.watcher(scanner.camera).picture(at.mono_ms)
            if picture is None:
                continue
            for text in reader.read(picture, at.mono_ms):
                self._post(CodeRead(at, scanner.name, text, foreign.read(text)))

    def _look_at(self, camera: Camera, at: Moment, around: Surroundings) -> None:
        watcher = camera.watcher
        watcher.tend(at.mono_ms)
        watcher.tell(Around(around.hour, around.deck_empty, around.swing_ms, around.others_dim))
        seen = watcher.seen()
        if seen.state != camera.state:
            camera.state = seen.state
            log.info("a camera changed", camera=watcher.name, state=seen.state)
        judged = watcher.judged()
        camera.case = judge(camera.case, Heard(at.mono_ms, seen, judged, around), camera.setting)
        picture, stream = partial(_picture_of, watcher, judged), stream_figures(seen, at.mono_ms)
        well = not camera.case.is_suspect
        camera.history = camera.history.take(at, judged, picture, ok=well, stream=stream)
        camera.shares = {} if judged is None else judged.figures
        if judged is not None:
            self._lamps.see(watcher.name, judged.at_ms, judged.figures.get("lamp_milli"))
        is_new = seen.picture_ms != camera.picture_ms and seen.difference_milli != NONE
        camera.picture_ms = seen.picture_ms
        moved = seen.difference_milli if is_new else None
        why = self._judging.reasons.look(
            watcher.name, stream_of(camera.case, seen, at.mono_ms), at.mono_ms
        )
        verdicts = seconded(told(camera.case), self._onvif.tampered(watcher.name))
        verdicts = reasoned(verdicts, why)
        self._post(CameraSeen(at, watcher.name, verdicts, moved))

    def _around(self, camera: Camera, deck: DeckContext, hour: int, at: Moment) -> Surroundings:
        contrasts = {
            name: one.shares.get("contrast_share_milli") for name, one in self._cameras.items()
        }
        dim = others_dim(contrasts, camera.config.name, camera.setting.limits)
        ended = self._lamps.round(camera.config.name)
        clock = self._onvif.device_clock(camera.config.name)
        if not camera.config.deck:
            return Surroundings(hour, others_dim=dim, device_clock=clock, challenge=ended)
        empty = is_empty(deck, EMPTY_KG, SILENT_MS, at.mono_ms)
        return Surroundings(hour, empty, deck.swing_ms, dim, clock, ended)

    def _taken(self) -> list[tuple[str, bytes]]:
        taken = []
        for name, camera in self._cameras.items():
            picture = camera.watcher.picture(now().mono_ms) if camera.config.deck else None
            if picture is None:
                continue
            try:
                taken.append((name, self._evidence.keep(picture)))
            except OSError as error:
                log.warning("a picture was not kept", camera=name, error=str(error))
        return taken


def _picture_of(watcher: CameraWatcher, judged: Judged | None) -> bytes | None:
    """The picture that was judged; None when a newer one is there already, or it is old."""
    jpeg = watcher.picture(now().mono_ms)
    return jpeg if watcher.judged() == judged else None


def _camera(config: CameraConfig, judging: Judging) -> Camera:
    """The stream is judged here by what was commissioned of it; the picture in its process."""
    limits, form = judging.limits, judging.calibrations.get(config.name)
    stream = Calibration() if form is None else Calibration(form.width, form.height, form.codec)
    setting = Setting(stream, limits)
    clock, lamp = config.clock_box or None, lamp_area(config.lamp_box)
    settings = CameraSettings(config.name, config.source, clock, limits, form, lamp)
    return Camera(config, setting, CameraWatcher(settings), begin_case(setting))
