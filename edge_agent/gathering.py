"""Gathers the evidence of cameras' faults: pictures, film and figures, in a thread of its own.

A fault that is asked for gets a job, which first asks for the seconds of film before it and keeps
the last good picture, then the first bad ones as they come, and half a minute later its figures;
then all of it goes among the evidence and is told, again and again until the book has it. What
there is none of is told as missing, with why. Nobody waits for any of it, and all of it is bounded:
jobs, films an hour, room on disk. What a kill broke off is told by the next run, as far as it came.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Protocol

import structlog

from edge_agent.camera_history import AFTER_MS, History, history_file
from edge_agent.clockwork import now
from edge_agent.events import Event, EvidenceTaken, Fault, Moment
from edge_agent.evidence import Evidence
from edge_agent.fault_draft import BAD, FILM, GOOD, HISTORY, KINDS, Draft, drafts_in
from edge_agent.fault_films import Films, reason
from edge_agent.workers import Stop

STEP_S = 0.2
MAX_JOBS = 16
MAX_REFUSED = 256
AGAIN_MS = 30_000
MAX_BAD = 3
NOTHING_CAME = {
    GOOD: "no good picture before",
    BAD: "no picture came",
    FILM: "no film came",
    HISTORY: "no figures",
}

log = structlog.get_logger(__name__)


class Cameras(Protocol):
    """Whoever watches the cameras. Neither waits; None and False: there is none."""

    def history(self, camera: str) -> History | None: ...
    def film(self, camera: str, path: Path) -> bool: ...


class Pace(NamedTuple):
    """How long a job lasts, and how long the answer of the book is waited for."""

    after_ms: int = AFTER_MS
    again_ms: int = AGAIN_MS


@dataclass
class Job:
    """One fault. `began`: when it was found; `film`: where it is to appear; `told`: its answer.

    `standing`: it was asked for, not only found in a folder: more of it may come.
    """

    fault: Fault
    draft: Draft
    began: Moment
    late: bool = False
    standing: bool = True
    is_begun: bool = False
    film: Path | None = None
    missing: dict[str, str] = field(default_factory=dict)
    told: EvidenceTaken | None = None
    told_ms: int = 0


class Gatherer:
    """`gather` and `booked` are called by the deciding thread, `run` is the worker's body."""

    def __init__(
        self,
        folder: Path,
        evidence: Evidence,
        cameras: Cameras,
        post: Callable[[Event], bool],
        min_free_mib: int = 0,
    ) -> None:
        self.pace = Pace()
        self._folder = folder
        self._evidence = evidence
        self._cameras = cameras
        self._post = post
        self._lock = threading.Lock()
        self._asked: list[Job] = []
        self._booked: deque[Fault] = deque(maxlen=MAX_REFUSED)
        self._jobs: dict[Fault, Job] = {}
        self._refused: dict[Fault, int] = {}  # and when it was last told
        self._films = Films(cameras.film, min_free_mib)

    def gather(self, fault: Fault, at: Moment, *, late: bool) -> None:
        """A fault that was found at that time; the same one again changes nothing."""
        with self._lock:
            if (known := self._jobs.get(fault)) is not None:
                known.standing = True
                return
            if any(job.fault == fault for job in self._asked):
                return
            if len(self._jobs) + len(self._asked) < MAX_JOBS:
                self._asked.append(Job(fault, Draft(self._folder, fault), at, late=late))
                return
            if len(self._refused) < MAX_REFUSED:
                self._refused.setdefault(fault, -AGAIN_MS)
        log.warning("no evidence: too many faults at once", fault=tuple(fault))

    def booked(self, fault: Fault) -> None:
        """The book names it."""
        self._booked.append(fault)

    def run(self, stop: Stop) -> None:
        """Until `stop`; what is not told by then is told by the next run."""
        self.resume(now())
        while not stop.wait(STEP_S):
            self.step(now())

    def resume(self, at: Moment) -> None:
        """What an earlier run left: as much of it as there is."""
        try:
            left = list(drafts_in(self._folder))
        except OSError as error:
            log.warning("what was gathered earlier cannot be read", error=str(error))
            return
        with self._lock:
            for draft in left[: MAX_JOBS - len(self._jobs)]:
                if all(job.fault != draft.fault for job in self._asked):
                    job = Job(draft.fault, draft, at, late=True, standing=False)
                    self._jobs.setdefault(draft.fault, job)

    def step(self, at: Moment) -> None:
        """Everything that is due."""
        with self._lock:
            asked, self._asked = self._asked, []
            for job in asked:
                self._jobs[job.fault] = job
        while self._booked:
            self._let_go(self._booked.popleft())
        for job in list(self._jobs.values()):
            self._advance(job, at)
        for fault, told_ms in list(self._refused.items()):
            if at.mono_ms - told_ms >= self.pace.again_ms:
                self._refused[fault] = at.mono_ms
                missing = tuple((kind, "too many faults at once") for kind in KINDS)
                self._post(EvidenceTaken(at, fault, (), missing))

    def _let_go(self, fault: Fault) -> None:
        self._refused.pop(fault, None)
        with self._lock:
            job = self._jobs.pop(fault, None)
        if job is not None:
            job.draft.remove()

    def _advance(self, job: Job, at: Moment) -> None:
        if job.told is None:
            history = self._cameras.history(job.fault.subject)
            if not job.is_begun:
                job.is_begun = True
                self._begin(job, history, at)
            self._share_film(job)
            if job.standing and history is not None:
                self._save_bad(job, history)
            if job.standing and at.mono_ms - job.began.mono_ms < self.pace.after_ms:
                return
            self._finish(job, history, at)
        if job.told is not None and at.mono_ms - job.told_ms >= self.pace.again_ms:
            job.told_ms = at.mono_ms
            self._post(replace(job.told, now=at))

    def _begin(self, job: Job, history: History | None, at: Moment) -> None:
        """What was before the fault: of one of an earlier run only what was kept then."""
        if job.late:
            job.missing |= {GOOD: "lost with the run before", FILM: "lost with the run before"}
            return
        if history is not None and history.good is not None:
            self._save(job, GOOD, history.good.at.wall_ms, history.good.jpeg)
        self._ask_film(job, at)

    def _ask_film(self, job: Job, at: Moment) -> None:
        try:
            path = job.draft.path(FILM, job.began.wall_ms)
        except OSError as error:
            job.missing[FILM] = reason(error)
            return
        job.film, why = self._films.before(job.fault.subject, path, at.mono_ms)
        if job.film is None:
            job.missing[FILM] = why

    def _save_bad(self, job: Job, history: History) -> None:
        kept = {piece.at_ms for piece in job.draft.pieces() if piece.kind == BAD}
        for picture in history.bad:
            if len(kept) < MAX_BAD and picture.at.wall_ms not in kept:
                self._save(job, BAD, picture.at.wall_ms, picture.jpeg)
                kept.add(picture.at.wall_ms)

    def _finish(self, job: Job, history: History | None, at: Moment) -> None:
        rows = () if history is None else history.around(job.began.mono_ms)
        if rows and job.standing:
            data = history_file(job.fault.subject, job.fault.since_ms, rows)
            self._save(job, HISTORY, job.began.wall_ms, data)
        try:
            pieces = job.draft.keep(self._evidence)
        except OSError as error:
            log.warning("evidence was not kept", fault=tuple(job.fault), error=str(error))
            pieces = ()
            job.missing |= dict.fromkeys(KINDS, reason(error))
        known = {kind for kind, *_ in pieces}
        why = NOTHING_CAME | job.missing
        missing = tuple((kind, why[kind]) for kind in KINDS if kind not in known)
        if missing:
            log.warning("evidence is missing", fault=tuple(job.fault), **dict(missing))
        job.told = EvidenceTaken(at, job.fault, pieces, missing)
        job.told_ms = at.mono_ms - self.pace.again_ms

    def _share_film(self, job: Job) -> None:
        """The film of another fault of this moment, as soon as it is there."""
        if job.film is None or job.film.parent == job.draft.folder or not job.film.exists():
            return
        target = job.draft.path(FILM, int(job.film.name.split(".")[1]))
        try:
            target.hardlink_to(job.film)
        except OSError as error:
            job.missing[FILM] = reason(error)
        job.film = target

    def _save(self, job: Job, kind: str, at_ms: int, data: bytes) -> None:
        try:
            job.draft.save(kind, at_ms, data)
        except OSError as error:
            log.warning("a piece of evidence was not kept", kind=kind, error=str(error))
            job.missing[kind] = reason(error)
