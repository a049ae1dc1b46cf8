"""Watches any source to its end for a technician: opens it, lets it be judged, tells each change.

A file that holds no video, a folder without pictures and a stream that never comes are findings,
and no errors: the outcome says so.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.cameras.developing import Box
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.memory import Setting
from drivers.cameras.picture_folder import PictureFolder
from drivers.cameras.recording import Recording
from drivers.cameras.slot import NONE
from drivers.cameras.sources import FILE as PLAIN_FILE
from drivers.cameras.sources import FOLDER as PLAIN_FOLDER
from drivers.cameras.sources import NotOpened, Picture, kind_of
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from edge_agent.camera_dark import Dark, calibration_by
from edge_agent.camera_live import Live, Times
from edge_agent.camera_media import Looked, Played, Shown, Unread, play_folder, play_recording
from edge_agent.camera_outcome import FILE, FOLDER, STREAM, Outcome
from edge_agent.camera_report import mask
from edge_agent.camera_trail import Trail
from edge_agent.camera_trial import HD_HEIGHT, Change, Trial, trial_limits

KINDS = {PLAIN_FILE: FILE, PLAIN_FOLDER: FOLDER}
MOST_UNREAD = 100_000

Tell = Callable[[Change, int], None]


@dataclass(frozen=True, eq=False)
class Wanted:
    """What to watch and how. `seconds` None: a recording to its end."""

    source: str
    seconds: int | None = None
    open_s: int = 10
    box: Box | None = None
    reference: Picture | None = None
    min_height: int = HD_HEIGHT

    @property
    def kind(self) -> str:
        return KINDS.get(kind_of(self.source), STREAM)


@dataclass
class Watching:
    """One watching as it goes on. `tell` hears each change, and when the watching began."""

    wanted: Wanted
    tell: Tell = lambda _change, _began_ms: None
    trail: Trail | None = None
    picture: Picture | None = None
    unread: list[str] = field(default_factory=list)
    media_ms: int = 0

    def __post_init__(self) -> None:
        wanted = self.wanted
        limits = trial_limits(wanted.min_height, recorded=wanted.kind != STREAM)
        calibration, shape = Calibration(), None
        if wanted.reference is not None:
            calibration, shape = calibration_by(wanted.reference, wanted.box, limits)
        self.trial = Trial(Setting(calibration, limits))
        self.dark = Dark(wanted.box, shape)
        self.began_ms = time.time_ns() // 1_000_000
        self.hour = time.localtime().tm_hour

    def watch(self) -> Outcome:
        """To the end of the source or of the time."""
        began_s = time.monotonic()
        watch = {FILE: self._file, FOLDER: self._folder, STREAM: self._stream}[self.wanted.kind]
        try:
            outcome = watch()
        except NotOpened as refused:
            outcome = replace(self._outcome(), found_state=refused.state)
        self._told(self.trial.end(self.media_ms))
        return replace(
            outcome,
            spans=tuple(self.trial.spans),
            last_state=self.trial.state,
            took_ms=round(1000 * (time.monotonic() - began_s)),
        )

    def _file(self) -> Outcome:
        recording = Recording(Path(self.wanted.source))
        try:
            self._take(play_recording(recording, self.trial, self.dark, self.hour, self._limit_ms))
        finally:
            recording.close()
        return replace(
            self._outcome(),
            packets=recording.packets,
            codec=recording.codec,
            gop_ms=recording.gop_ms,
            damaged=recording.damaged,
            promised_ms=None if self._limit_ms is not None else recording.promised_ms,
        )

    def _folder(self) -> Outcome:
        folder = PictureFolder(Path(self.wanted.source))
        self._take(play_folder(folder, self.trial, self.dark, self.hour, self._limit_ms))
        return replace(self._outcome(), packets=self.trial.pictures, codec=folder.codec)

    def _stream(self) -> Outcome:
        wanted = self.wanted
        box = wanted.box
        text = None if box is None else f"{box.x},{box.y},{box.width},{box.height}"
        watcher = CameraWatcher(CameraSettings("diag", wanted.source, text))
        live = Live(watcher, Times(wanted.open_s, wanted.seconds or 0))
        try:
            watcher.start()
            self._take(live.play(self.trial, self.dark, self.hour))
        finally:
            watcher.stop()
        seen = live.seen
        self.media_ms = live.ended_ms
        return replace(
            self._outcome(),
            packets=seen.packets,
            codec=seen.codec,
            gop_ms=None if seen.gop_ms == NONE else seen.gop_ms,
            found_state=seen.state,
        )

    @property
    def _limit_ms(self) -> int | None:
        return None if self.wanted.seconds is None else 1_000 * self.wanted.seconds

    def _take(self, played: Iterable[Played]) -> None:
        for one in played:
            self.media_ms = max(self.media_ms, one.at_ms)
            if isinstance(one, Unread):
                self.unread = [*self.unread, one.name][:MOST_UNREAD]
                continue
            if isinstance(one, Shown):
                self.picture = one.picture
            self._keep(one)
            self._told(one.change)

    def _keep(self, one: Shown | Looked) -> None:
        if self.trail is None:
            return
        if isinstance(one, Looked):
            self.trail.looked(one.at_ms, one.age_ms, one.fps_milli)
            slow = self.trial.memory.standings["slow"].limit or {}
            self.trail.fps_limit_milli = slow.get("fps_milli")
        elif self.trial.memory.measured is not None:
            figures = self.trial.memory.measured.figures()
            self.trail.saw(one.at_ms, figures, one.picture)

    def _told(self, change: Change | None) -> None:
        if change is None:
            return
        if self.trail is not None:
            self.trail.changed(change)
        self.tell(change, self.began_ms)

    def _outcome(self) -> Outcome:
        height, width = (0, 0) if self.picture is None else self.picture.shape[:2]
        return Outcome(
            source=mask(self.wanted.source),
            kind=self.wanted.kind,
            began_ms=self.began_ms,
            spans=(),
            last_state=self.trial.state,
            unproven=self.trial.unproven,
            media_ms=self.media_ms,
            pictures=self.trial.pictures,
            width=width,
            height=height,
            unread=tuple(self.unread),
        )
