"""Lets old evidence go from this disk, once an hour, as far as the collector holds it.

A worker of its own. What may go (pruning.py) is asked for at the collector file by file, told to
the core, and goes only when the core has recorded it: never silently. While the book or the clock
is in doubt nothing goes. What is too much and may not go is told, once a day. What a kill left
behind the record is, by then, named by nobody, and goes when it is old enough.
"""

import queue
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx
import structlog

from edge_agent.book_file import BookFailed
from edge_agent.clockwork import now
from edge_agent.config import DiskConfig
from edge_agent.events import DiskCrowded, Event, PruneProposed
from edge_agent.evidence import Evidence, free_mib
from edge_agent.evidence_names import held_files, read_names, size_of
from edge_agent.ledger_state import Ledger
from edge_agent.picture_answers import Result, judge_head
from edge_agent.pictures_uplink import PicturesSettings, make_client
from edge_agent.pruning import DAY_MS, MAX_FILES, Bounds, Held, Range, choose, range_of, supposed
from edge_agent.workers import Stop

EVERY_S = 3_600.0
AGAIN_S = 60.0  # while the disk is nearly full
GRANT_S = 30.0
GRANT_LOOK_S = 0.5
MIB = 1 << 20
DOUBTS = frozenset({"BOOK", "CLOCK"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """The book, the evidence beside it, and how much of it is wanted."""

    book: Path
    evidence: Evidence
    disk: DiskConfig


class Plan(NamedTuple):
    """What goes, and what stays although it is too much."""

    chosen: tuple[Held, ...]
    span: Range
    used_bytes: int
    too_much_bytes: int


class Pruner:
    """`tell` and `prune` are called by the deciding thread, `run` is the worker's body."""

    def __init__(
        self, place: Place, settings: PicturesSettings | None, post: Callable[[Event], bool]
    ) -> None:
        self._place = place
        self._settings = settings
        self._post = post
        self._ledger: Ledger | None = None
        self._granted: queue.Queue[int] = queue.Queue(4)
        self._told_ms: int | None = None
        self.grant_s = GRANT_S

    def tell(self, ledger: Ledger) -> None:
        """What the book says now. Never waits."""
        self._ledger = ledger

    def prune(self, last: int) -> None:
        """The book says that evidence up to that record may be gone. Never waits."""
        with suppress(queue.Full):
            self._granted.put_nowait(last)

    def run(self, stop: Stop) -> None:
        """Once an hour until `stop`; more often while there is more to do or no room."""
        pause_s = AGAIN_S
        while not stop.wait(pause_s):
            try:
                pause_s = AGAIN_S if self.round(stop) or self._lacks_mib() > 0 else EVERY_S
            except (OSError, ValueError, BookFailed, httpx.HTTPError, httpx.InvalidURL) as error:
                log.warning("no evidence was pruned", why=str(error))
                pause_s = EVERY_S

    def round(self, stop: Stop) -> bool:
        """Whether anything went. Errors: OSError, BookFailed, ValueError, httpx.InvalidURL."""
        ledger = self._ledger
        if ledger is None or any(code in DOUBTS for code, _ in ledger.standing):
            return False
        plan = self._plan(ledger, stop)
        if plan is None:
            return False
        if plan.too_much_bytes > 0:
            self._tell_crowded(plan)
        if not plan.chosen or not self._is_granted(plan, stop):
            return False
        for one in plan.chosen:
            self._place.evidence.forget(one.digest)
        size = size_of(plan.chosen)
        log.info("evidence was pruned", files=len(plan.chosen), bytes=size, up_to=plan.span.last)
        return True

    def _plan(self, ledger: Ledger, stop: Stop) -> Plan | None:
        before = Range(*ledger.pruned)
        names = read_names(self._place.book, before.first, stop)
        if names is None:
            return None
        receipt_seq = 0 if ledger.receipt is None else ledger.receipt.seq
        files = held_files(self._place.evidence, names, receipt_seq)
        disk, used, lacks_mib = self._place.disk, size_of(files), self._lacks_mib()
        largest = min(disk.evidence_mib * MIB, used - lacks_mib * MIB)
        bounds, now_ms = Bounds(disk.keep_days * DAY_MS, largest), now().wall_ms
        wanted = choose(supposed(files), now_ms, bounds)
        confirmed = self._confirmed(wanted, stop)
        known = [one._replace(is_confirmed=one.digest in confirmed) for one in files]
        chosen = choose(known, now_ms, bounds)
        left = used - size_of(chosen) - largest
        too_much = left if len(chosen) < MAX_FILES else 0  # else the next round goes on
        return Plan(chosen, range_of(files, chosen, before), used, too_much)

    def _confirmed(self, wanted: tuple[Held, ...], stop: Stop) -> frozenset[bytes]:
        """What the collector says it has, as far as it can be asked."""
        if self._settings is None or not any(one.seq is not None for one in wanted):
            return frozenset()
        found = set()
        with make_client(self._settings) as client, suppress(httpx.HTTPError):
            for one in wanted:
                if stop.is_set():
                    break
                if one.seq is not None and is_there(client, one):
                    found.add(one.digest)
        return frozenset(found)

    def _is_granted(self, plan: Plan, stop: Stop) -> bool:
        """Tell the core, and wait until it has recorded it."""
        while not self._granted.empty():
            self._granted.get_nowait()
        unnamed = sum(one.seq is None for one in plan.chosen)
        size = size_of(plan.chosen)
        self._post(PruneProposed(now(), *plan.span, len(plan.chosen), size, unnamed))
        until_s = time.monotonic() + self.grant_s
        while not stop.is_set() and time.monotonic() < until_s:
            with suppress(queue.Empty):
                return self._granted.get(timeout=GRANT_LOOK_S) == plan.span.last
        return False

    def _lacks_mib(self) -> int:
        """How much more room there should be: twice what closes sales."""
        return max(0, 2 * self._place.disk.min_free_mib - free_mib(self._place.evidence.folder))

    def _tell_crowded(self, plan: Plan) -> None:
        at = now()
        if self._told_ms is not None and at.mono_ms - self._told_ms < DAY_MS:
            return
        self._told_ms = at.mono_ms
        used_mib, too_much_mib = plan.used_bytes // MIB, -(-plan.too_much_bytes // MIB)
        self._post(DiskCrowded(at, used_mib, too_much_mib))


def is_there(client: httpx.Client, one: Held) -> bool:
    """Whether the collector has the whole of it. Errors: httpx.HTTPError."""
    answer = client.head(f"/pictures/{one.digest.hex()}")
    told = answer.headers.get("Content-Length")
    return judge_head(answer.status_code, told, one.size_bytes) is Result.THERE
