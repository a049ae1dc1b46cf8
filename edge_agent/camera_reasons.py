"""Asks, while a camera gives nothing, why: probes by threads of their own, one reason for each.

`look` is called with every look at a camera and never waits: it puts questions into a bounded
queue and takes what answers are there; a slow probe is just not there yet. Nobody is asked while
pictures come, and no probe ever logs in, for cameras lock accounts.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from drivers.cameras.judging.facts import FETCHED
from drivers.cameras.judging.verdict import LOST, State
from drivers.cameras.slot import NONE, Seen
from edge_agent.camera_case import CameraCase
from edge_agent.camera_probes import Answer, Job, Target, is_there, jobs_of, target_of
from edge_agent.config import CameraConfig
from edge_agent.events import Verdict
from edge_agent.reason_table import Probes, is_gone, reason_of
from edge_agent.reasons import AT_FIRST_HAND, NOTHING_TO_SAY, Reason, with_reason
from edge_agent.workers import Body, Stop

EVERY_MS = 5_000
OVERDUE_MS = 2_000  # then a round is judged by the answers that are there
SETTLE_MS = 30_000  # one reason gives way to another at most this often
PLAYS_MS, FETCHES_MS = 1_000, 2_000
THREADS_EACH, MAX_THREADS = 3, 12
TAKE_S = 0.5

log = structlog.get_logger(__name__)


class Stream(NamedTuple):
    """A camera at one look. `suspect`: nothing comes, and it is time to ask why."""

    suspect: bool
    plays: bool
    late: bool
    state: str


@dataclass
class Inquiry:
    """What is known of one camera. `number` is that of its newest round of questions."""

    target: Target | None
    stream: Stream = field(default_factory=lambda: Stream(False, False, False, ""))  # noqa: FBT003 # a plain record
    number: int = 0
    began_ms: int | None = None
    owed: int = 0
    found: Answer = field(default_factory=dict)
    judged: Answer = field(default_factory=dict)
    reason: Reason | None = None
    reason_ms: int = 0


class Reasons:
    """All cameras of a site. `bodies`: its threads. `mains`: whether the site has mains power."""

    def __init__(
        self,
        cameras: Iterable[CameraConfig] = (),
        mains: Callable[[], bool | None] = lambda: None,
    ) -> None:
        self._cameras = {one.name: Inquiry(target_of(one.source)) for one in cameras}
        self._mains = mains
        self._busy = threading.Lock()
        self._jobs: queue.Queue[tuple[str, int, Job]] = queue.Queue(
            max(1, THREADS_EACH * len(self._cameras))
        )

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        asked = sum(one.target is not None for one in self._cameras.values())
        threads = min(MAX_THREADS, THREADS_EACH * asked)
        return tuple((f"probe {number}", self._run) for number in range(threads))

    def look(self, camera: str, stream: Stream, at_ms: int) -> Reason | None:
        """One look. None: nothing is wrong with it, or nothing is known yet."""
        with self._busy:
            inquiry = self._cameras.get(camera)
            if inquiry is None:
                return None
            inquiry.stream = stream
            if not (stream.suspect or stream.late):
                _forget(inquiry)
                return None
            if stream.suspect:
                self._ask(camera, inquiry, at_ms)
            self._settle(camera, inquiry, at_ms)
            return inquiry.reason

    def of(self, camera: str) -> Reason | None:
        """The newest."""
        with self._busy:
            inquiry = self._cameras.get(camera)
            return None if inquiry is None else inquiry.reason

    def _ask(self, camera: str, inquiry: Inquiry, at_ms: int) -> None:
        """A round of questions, if it is time; one that finds no room is left out."""
        target, began_ms = inquiry.target, inquiry.began_ms
        if target is None or (began_ms is not None and at_ms - began_ms < EVERY_MS):
            return
        inquiry.number += 1
        inquiry.began_ms, inquiry.owed, inquiry.found = at_ms, 0, {}
        for job in jobs_of(target):
            try:
                self._jobs.put_nowait((camera, inquiry.number, job))
            except queue.Full:
                break
            inquiry.owed += 1

    def _settle(self, camera: str, inquiry: Inquiry, at_ms: int) -> None:
        began_ms = inquiry.began_ms
        if began_ms is not None and (inquiry.owed == 0 or at_ms - began_ms >= OVERDUE_MS):
            inquiry.judged = inquiry.found
        reason = reason_of(self._probes(camera, inquiry))
        if not takes_over(reason, inquiry.reason, at_ms - inquiry.reason_ms):
            return
        inquiry.reason, inquiry.reason_ms = reason, at_ms
        log.warning("why a camera gives nothing", camera=camera, why=reason.value, **inquiry.judged)

    def _probes(self, camera: str, inquiry: Inquiry) -> Probes:
        stream, others = inquiry.stream, self._others(camera)
        known = Probes(stream.late, stream.plays, stream.state, others=others, mains=self._mains())
        return known._replace(**inquiry.judged)

    def _others(self, camera: str) -> bool | None:
        """Whether other cameras are reached; None: there are none, or it is not known."""
        others = [one for name, one in self._cameras.items() if name != camera and one.target]
        if any(one.stream.plays or is_there(one.judged) for one in others):
            return True
        gone = [is_gone(Probes(**one.judged)) for one in others if one.stream.suspect]
        return False if others and len(gone) == len(others) and all(gone) else None

    def _run(self, stop: Stop) -> None:
        """Answers questions until the end; the body of each thread."""
        while not stop.wait(0):
            try:
                camera, number, job = self._jobs.get(timeout=TAKE_S)
            except queue.Empty:
                continue
            answer = job()
            with self._busy:
                inquiry = self._cameras[camera]
                if inquiry.number == number:
                    inquiry.owed -= 1
                    inquiry.found.update(answer)


NO_REASONS = Reasons()


def stream_of(case: CameraCase, seen: Seen, now_ms: int) -> Stream:
    """How a camera stands for those who ask why."""
    states = {one.check: one.state for one in case.checked}
    limit_ms = FETCHES_MS if seen.codec in FETCHED else PLAYS_MS
    plays = seen.packet_ms != NONE and now_ms - seen.packet_ms <= limit_ms
    doubted = any(states.get(name) is not State.OK for name in ("lost", "refused"))
    late = any(states.get(name) is State.FAULT for name in ("watcher", "unseen"))
    return Stream(doubted and not plays, plays, late, seen.state)


def reasoned(verdicts: Iterable[Verdict], reason: Reason | None) -> tuple[Verdict, ...]:
    """The verdicts; that the camera is lost, with why."""
    return tuple(
        one
        if one.ok or one.code != LOST
        else one._replace(measured=with_reason(one.measured, reason))
        for one in verdicts
    )


def takes_over(reason: Reason, before: Reason | None, since_ms: int) -> bool:
    """Whether a reason takes another's place: often enough to be true, not so often as to dance."""
    if before is None or before in NOTHING_TO_SAY:
        return reason not in NOTHING_TO_SAY
    if reason is before or reason is Reason.UNKNOWN:
        return False
    return since_ms >= SETTLE_MS or (reason in AT_FIRST_HAND and before not in AT_FIRST_HAND)


def _forget(inquiry: Inquiry) -> None:
    """Answers still out are those of a fault that is over; when it was asked counts on."""
    if inquiry.reason is not None or inquiry.owed or inquiry.judged:
        inquiry.number += 1
        inquiry.owed, inquiry.found, inquiry.judged = 0, {}, {}
        inquiry.reason = None
