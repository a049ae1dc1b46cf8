"""One simulated camera over real RTSP with its reading process, judged as the agent judges.

`Post` looks; `Course` leads a post through rows of faults: each is struck when the camera is in
order, mended when it was found, and timed both ways.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from msgspec import structs

from drivers.cameras.calibrated import CalibrationForm
from drivers.cameras.film import Form, Look
from drivers.cameras.judged import Around
from drivers.cameras.judging.calibration import Calibration
from drivers.cameras.judging.facts import DeviceClock, Round, Surroundings
from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.memory import Setting
from drivers.cameras.judging.verdict import LOST, SLOW, State
from drivers.cameras.reader import now_ms
from drivers.cameras.rtsp_simulator import RtspCamera
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from edge_agent.camera_case import Heard, begin_case, judge, told

LOOK_S = 0.25  # as the agent looks
HURRY_MS = 3_000
FPS = 8
FORM = Form(fps=FPS, gop=FPS)
CLOCK = (0, 0, 322, 32)  # the whole plate
EMPTY = Surroundings(hour=10, deck_empty=True)
ASKED_MS = 1_000
LEARNT = {"sharp_share_milli", "clock_usual_micro", "difference_usual_milli"}


def in_order(at_ms: int) -> Surroundings:
    """An empty deck; the camera's clock is right, and it shows the lamp, each time it is asked."""
    asked_ms = at_ms // ASKED_MS * ASKED_MS
    return replace(EMPTY, device_clock=DeviceClock(asked_ms, 0), challenge=Round(asked_ms, 0))


def hurried(limits: Limits) -> Limits:
    """What it takes to find a fault stays as it is; to be believed again is made short."""
    shorter = {
        name: structs.replace(
            rule,
            leave_ms=min(rule.leave_ms, HURRY_MS),
            prove_ms=min(rule.prove_ms, HURRY_MS),
        )
        for name in limits.__struct_fields__
        if isinstance(rule := getattr(limits, name), Hysteresis)
    }
    return structs.replace(limits, floor_fps_milli=FPS * 500, **shorter)


HD = hurried(Limits())
SMALL = structs.replace(HD, min_width=FORM.size[0], min_height=FORM.size[1])


@dataclass(frozen=True)
class Stand:
    """What a post is: its stream, its limits, what was commissioned, its login."""

    form: Form = FORM
    limits: Limits = SMALL
    calibration: CalibrationForm | None = None
    login: str | None = None


class Post:
    """A camera that plays, and who watches it."""

    def __init__(self, name: str, stand: Stand) -> None:
        self.camera = RtspCamera(form=stand.form, login=stand.login)
        times = stand.form.size[0] // FORM.size[0]
        box = None if stand.calibration else ",".join(str(side * times) for side in CLOCK)
        settings = CameraSettings(name, self.camera.url, box, stand.limits, stand.calibration)
        form = stand.calibration
        fixed = Calibration() if form is None else Calibration(form.width, form.height, form.codec)
        self.watcher = CameraWatcher(settings)
        self.watcher.start()
        self.setting = Setting(fixed, stand.limits)
        self.case = begin_case(self.setting)
        self.around: Callable[[int], Surroundings] = in_order
        self.tended = True
        self.away_until_s = 0.0
        self.closed: set[str] = set()
        self.faults: set[str] = set()

    def look(self) -> None:
        """One look of the agent; while somebody keeps it from looking, none."""
        if time.monotonic() < self.away_until_s:
            return
        at_ms = now_ms()
        around = self.around(at_ms)
        if self.tended:
            self.watcher.tend(at_ms)
        self.watcher.tell(
            Around(around.hour, around.deck_empty, around.swing_ms, around.others_dim)
        )
        heard = Heard(at_ms, self.watcher.seen(), self.watcher.judged(), around)
        self.case = judge(self.case, heard, self.setting)
        self.closed = {one.code for one in told(self.case) if not one.ok}
        self.faults = {one.check for one in self.case.checked if one.state is State.FAULT}

    @property
    def is_settled(self) -> bool:
        """In order, and what is usual for it is known."""
        judged = self.case.judged
        return not self.closed and judged is not None and judged.figures.keys() >= LEARNT

    def show(self, **look: object) -> None:
        self.camera.show(replace(Look(), **look))  # type: ignore[arg-type]  # any of its fields

    def signal_reader(self, number: signal.Signals) -> None:
        assert self.watcher.process_id is not None
        os.kill(self.watcher.process_id, number)

    def stop(self) -> None:
        self.watcher.stop()
        self.camera.stop()


Act = Callable[[Post], None]


def play(post: Post) -> None:
    """All is well again."""
    post.around = in_order
    post.camera.play()


@dataclass(frozen=True)
class Row:
    """One fault: how it is struck, by which check it must be found, and when."""

    name: str
    code: str
    check: str
    target_s: float
    strike: Act
    back_s: float
    mend: Act = play
    not_before_s: float = 0.0


@dataclass
class Found:
    """Seconds until its check found it, until its cause closed sales, until that was gone."""

    found_s: float = float("inf")
    closed_s: float = float("inf")
    back_s: float = float("inf")
    causes: set[str] = field(default_factory=set)


class Course:
    """A post led through its rows. `step` after every look."""

    def __init__(self, post: Post, rows: tuple[Row, ...]) -> None:
        self.post = post
        self.found: dict[str, Found] = {}
        self._rows = list(rows)
        self._row: Row | None = None
        self._struck_s = 0.0
        self._mended_s: float | None = None

    @property
    def is_over(self) -> bool:
        return self._row is None and not self._rows

    def step(self) -> None:
        """Strikes, finds, mends, goes on."""
        self.post.look()
        row, at_s = self._row, time.monotonic()
        if row is None:
            if self._rows and self.post.is_settled:
                self._strike(self._rows.pop(0), at_s)
        elif self._mended_s is None:
            self._search(row, at_s)
        elif row.code not in self.post.closed:
            self.found[row.name].back_s = at_s - self._mended_s
            self._row = None

    def _strike(self, row: Row, at_s: float) -> None:
        self._row, self._struck_s, self._mended_s = row, at_s, None
        self.found[row.name] = Found()
        row.strike(self.post)

    def _search(self, row: Row, at_s: float) -> None:
        found, closed = self.found[row.name], self.post.closed
        found.causes |= closed
        if row.code in closed:
            found.closed_s = min(found.closed_s, at_s - self._struck_s)
        if row.code in closed and row.check in self.post.faults:
            found.found_s = at_s - self._struck_s
            self._mended_s = at_s
            row.mend(self.post)


@dataclass(frozen=True)
class Calm:
    """Something that passes, and for how long; no fault, so nothing may close."""

    name: str
    seconds: float
    strike: Act


class Watch:
    """A post that things pass by. `found`: which causes of the picture closed sales meanwhile.

    How fast frames come is the affair of the machine that simulates so many cameras.
    """

    def __init__(self, post: Post, calms: tuple[Calm, ...]) -> None:
        self.post = post
        self.found: dict[str, set[str]] = {}
        self._calms = list(calms)
        self._until_s: float | None = None

    @property
    def is_over(self) -> bool:
        return not self._calms

    def step(self) -> None:
        """Looks; begins with what comes next when its time has come."""
        self.post.look()
        at_s = time.monotonic()
        if self._until_s is None or self.is_over:
            if self.post.is_settled and not self.is_over:
                self._begin(at_s)
            return
        self.found[self._calms[0].name] |= self.post.closed - {LOST, SLOW}
        if at_s >= self._until_s:
            self._calms.pop(0)
            if self._calms:
                self._begin(at_s)

    def _begin(self, at_s: float) -> None:
        self._until_s = at_s + self._calms[0].seconds
        self.found[self._calms[0].name] = set()
        self._calms[0].strike(self.post)
