"""A weighbridge without devices: the real agent down to disk and line, fed by a script.

The rig keeps its own time, which goes as fast as the script asks and begins where the book ends.
Its barrier is a log: each opening is a line with the seq of the record it follows, on disk before
the next act.
"""

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from drivers.scales.protocol import Said
from drivers.scales.protocols import yaohua_tf0
from edge_agent import lane as lane_fold
from edge_agent.acts import Tell
from edge_agent.book import Book
from edge_agent.clockwork import boot_id, mono_ms, now
from edge_agent.config import AgentConfig, site_settings
from edge_agent.daemon import STOP_LIMIT_S, Agent
from edge_agent.events import (
    BookChecked,
    CameraSeen,
    CodeRead,
    Event,
    Moment,
    PicturesTaken,
    ScaleRead,
    StopAsked,
    Verdict,
)
from edge_agent.evidence import Evidence
from edge_agent.herald import Herald
from edge_agent.inbox import Inbox
from edge_agent.opening import open_ledger
from edge_agent.performer import Hands, perform
from edge_agent.sight import Sight
from edge_agent.site import Site, hold, load_account
from edge_agent.slip_desk import SlipDesk
from edge_agent.turn import Lane
from edge_agent.uplink import Uplink
from edge_agent.workers import Workers
from weighbook import cbor
from weighbook.keys import SigningKey

FRAME_MS = 100
LONG_STEP_MS = 900
CAMERA_EVERY_MS = 2_000
CAMERA = "deck"
WELL = (Verdict("CAMERA_LOST", True, "ok", "ok"), Verdict("CAMERA_FROZEN", True, "ok", "ok"))
EMPTY_KG, LOADED_KG = 15_000, 45_000


class LogGate:
    """A barrier that writes down each opening; `shut` counts the closings."""

    def __init__(self, log: Path, book: Book) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._book = book
        self.shut = 0

    def open(self) -> None:
        os.write(self._log, b"%d\n" % self._book.head.seq)
        os.fsync(self._log)

    def close(self) -> None:
        self.shut += 1


def opened_after(log: Path) -> list[int]:
    """The seq of the record each opening followed."""
    return [int(line) for line in log.read_text().split()] if log.exists() else []


class Rig:
    """One run of the agent on `config`'s place. `wall_ms`: what its clock shows at the start."""

    def __init__(
        self, config: AgentConfig, *, online: bool = True, wall_ms: int | None = None
    ) -> None:
        self.state = config.state
        site = Site(config.state)
        self._held: int | None = hold(site)
        key = SigningKey.load(site.key)
        self.book = Book(site.book, key, boot_id())
        registry = cbor.decode(self.book.fact("registry"), max_bytes=1 << 20)
        opened = open_ledger(self.book)
        self.fault = opened.fault
        self.inbox, evidence = Inbox(), Evidence(site.evidence)
        self._picture = evidence.keep(b"the deck at %d" % mono_ms())
        self.told: deque[Tell] = deque(maxlen=50)
        self.gate = LogGate(site.folder / "barrier.log", self.book)
        self._asked: list[int] = []
        account = load_account(site)
        assert account is not None
        uplink = Uplink(account, config.weighbridge, site.book, self.inbox.post) if online else None
        desk = SlipDesk(site.slips, key)
        herald = Herald(site.folder, self.book, key, uplink, desk)
        hands = Hands(
            book=self.book,
            evidence=evidence,
            slips=desk,
            gate=self.gate,
            photograph=self._asked.append,
            tell=self.told.append,
            report=herald.report,
        )
        self.at = _later(now(), opened.ledger.newest_ms)
        if wall_ms is not None:
            self.at = Moment(wall_ms, self.at.mono_ms)
        settings = site_settings(config, registry, "rig", bytes(32))
        lane, acts = lane_fold.start(settings, opened.ledger, self.at)
        lane = perform(hands, lane, acts).lane
        bodies = (("uplink", uplink.run),) if uplink is not None else ()
        workers = Workers(bodies, mono_ms)
        sight = Sight((), evidence, self.inbox.post)
        self.agent = Agent(
            config, self.inbox, hands, herald, sight, workers, opened, lane, deque(maxlen=1)
        )
        self.weight_kg = 0
        self._camera_ms = 0
        workers.start()

    @property
    def lane(self) -> Lane:
        return self.agent.lane

    @property
    def is_open(self) -> bool:
        return self.lane.decision.open

    @property
    def causes(self) -> set[str]:
        return {code for code, _ in self.lane.ledger.standing}

    # -- what happens ------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """One event, then the pictures it asked for, then what the line has brought."""
        self.agent.take(event)
        while self._asked:
            number = self._asked.pop(0)
            self.agent.take(PicturesTaken(self.at, number, ((CAMERA, self._picture),)))
        while (arrived := self.inbox.take(0)) is not None:
            self.agent.take(replace(arrived, now=self.at))
        self.agent.herald.tell(self.lane, ())

    def wait(self, for_ms: int, step_ms: int = FRAME_MS) -> None:
        """Time goes by: frames come, and the camera is seen."""
        for _ in range(max(1, for_ms // step_ms)):
            self.at = Moment(self.at.wall_ms + step_ms, self.at.mono_ms + step_ms)
            if self.at.mono_ms - self._camera_ms >= CAMERA_EVERY_MS:
                self._camera_ms = self.at.mono_ms
                self.take(CameraSeen(self.at, CAMERA, WELL))
            frame = yaohua_tf0.encode(Said(self.weight_kg))
            self.take(ScaleRead(self.at, self.weight_kg, None, None, frame))

    def check_book(self) -> None:
        """What the daemon does every few seconds."""
        detail = self.agent._book_fault()
        self.take(BookChecked(self.at, ok=detail is None, detail=detail or ""))

    def prove(self) -> None:
        """Until all that stood since the start has been disproved."""
        self.check_book()
        self.wait(11_700, LONG_STEP_MS)

    def cross(self, plate: str, code: bytes, kg: int) -> None:
        """A truck with a card and a ticket drives on, is weighed, and leaves."""
        self.scan(b"VP1:" + plate.encode() + b":6")
        self.scan(code)
        self.weight_kg = kg
        self.wait(1_000)
        self.weight_kg = 0
        self.wait(500)

    def sell(self, plate: str, code: bytes) -> None:
        self.cross(plate, code, EMPTY_KG)
        self.cross(plate, code, LOADED_KG)

    def scan(self, code: bytes) -> None:
        self.take(CodeRead(self.at, "window", code))

    def stop(self) -> None:
        """An orderly stop, as SIGTERM asks for."""
        self.agent.take(StopAsked(self.at, "SIGTERM"))
        self.agent.herald.leave(self.lane, ())
        self.leave()

    def leave(self) -> None:
        """Without a word in the book, as after a kill; for rigs within the test's own process."""
        self.agent.workers.end(STOP_LIMIT_S)
        self.book.close()
        if self._held is not None:
            os.close(self._held)
        self._held = None


def trade(rig: Rig, tickets: Sequence[tuple[str, bytes]]) -> bool:
    """The next thing a truck does, by what the book says; False when all tickets are used.

    Each ticket is shown a third time, by another truck, right after its sale.
    """
    for number, (ticket_no, code) in enumerate(tickets):
        state = rig.lane.ledger.tickets.get(ticket_no)
        if state is not None and state.used:
            continue
        plate = f"蒙K{number:05d}"
        if state is None:
            rig.cross(plate, code, EMPTY_KG)
        else:
            rig.cross(plate, code, LOADED_KG)
            rig.cross(f"蒙Z{number:05d}", code, EMPTY_KG)
        return True
    return False


def _later(real: Moment, newest_ms: int) -> Moment:
    """The real time, or just after the newest record where the book runs ahead of it."""
    ahead_ms = max(0, newest_ms + 1 - real.wall_ms)
    return Moment(real.wall_ms + ahead_ms, real.mono_ms + ahead_ms)
