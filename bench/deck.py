"""A deck whose trucks exist on paper only: the real lane, performer, book, evidence and slips.

Time goes as the frames say, so a stay of half a minute costs a few milliseconds; what is timed is
timed by the caller. Nothing stands in for a part of the product but the devices themselves.
"""

import os
from dataclasses import dataclass, field

from bench.site import AXLES, DECK, PLATE, Place
from edge_agent import lane as agent
from edge_agent.acts import Act
from edge_agent.config import site_settings
from edge_agent.events import (
    BookChecked,
    CameraSeen,
    CodeRead,
    Event,
    Moment,
    PicturesTaken,
    ScaleRead,
    Tick,
    Verdict,
)
from edge_agent.evidence import Evidence
from edge_agent.opening import open_ledger
from edge_agent.performer import Hands, perform
from edge_agent.settling import Stage
from edge_agent.slip_desk import SlipDesk
from edge_agent.turn import Lane
from weighbook import cbor

FRAME_MS = 125
OPENING_MS = 15_000
LEAVING_MS = 4_000
LONGEST_SETTLING_FRAMES = 100
PICTURE_BYTES = 150_000  # of a deck picture, 1280 × 720
CARD = f"VP1:{PLATE}:{AXLES}".encode()
WELL = tuple(
    Verdict(code, ok=True, measured="ok", limit="ok") for code in ("CAMERA_LOST", "CAMERA_FROZEN")
)


@dataclass
class Gate:
    """A barrier that only counts."""

    opened: int = 0

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        pass


@dataclass
class Deck:
    """One weighbridge that sells. `asked`: photographs that are asked for and not answered."""

    place: Place
    lane: Lane
    hands: Hands
    gate: Gate
    slips: SlipDesk
    asked: list[int]
    at: Moment
    weight_kg: int = 0
    seen: list[bytes] = field(default_factory=list)

    def play(self, event: Event) -> tuple[Act, ...]:
        """One event as the daemon takes it: through the lane, then its acts."""
        self.at = event.now
        self.lane, acts = agent.step(self.lane, event)
        done = perform(self.hands, self.lane, acts)
        assert done.failure is None, done.failure
        self.lane = done.lane
        return acts

    def answer(self) -> None:
        """Pictures for whatever asks for them, kept as the agent keeps them."""
        while self.asked:
            number = self.asked.pop(0)
            kept = self.hands.evidence.keep(self.seen.pop() if self.seen else picture())
            self.play(PicturesTaken(self.at, number, ((DECK, kept),)))

    def pass_time(self, for_ms: int) -> None:
        """Frames, cameras and ticks as they come."""
        for number in range(for_ms // FRAME_MS):
            self.play(self.frame())
            self.answer()
            if number % 8 == 0:
                self.play(CameraSeen(self.at, DECK, WELL))
                self.play(Tick(self.at))

    def frame(self) -> ScaleRead:
        """What the indicator says next."""
        now = Moment(self.at.wall_ms + FRAME_MS, self.at.mono_ms + FRAME_MS)
        raw = b"%08d" % self.weight_kg
        return ScaleRead(now, self.weight_kg, stable=True, reason=None, raw=raw)

    def scan(self, raw: bytes) -> CodeRead:
        return CodeRead(self.at, "window", raw)

    def drive_on(self, weight_kg: int) -> ScaleRead:
        """A truck comes and shows its card; the frame that will settle it, not played yet."""
        self.weight_kg = weight_kg
        self.play(self.frame())
        self.play(self.scan(CARD))
        for _ in range(LONGEST_SETTLING_FRAMES):
            self.answer()
            frame = self.frame()
            if agent.step(self.lane, frame)[0].settling.stage is Stage.CAPTURED:
                self.seen.append(picture())
                return frame
            self.play(frame)
            self.play(CameraSeen(self.at, DECK, WELL))
        raise AssertionError("the deck does not settle")

    @property
    def newest_bytes(self) -> int:
        """How long the newest record is as signed."""
        book = self.hands.book
        return len(next(book.lines(book.head.seq - 1)).message)

    def drive_off(self) -> None:
        self.weight_kg = 0
        self.pass_time(LEAVING_MS)


def picture() -> bytes:
    """A picture nobody has seen before, as large as the camera's."""
    return os.urandom(PICTURE_BYTES)


def open_deck(place: Place) -> Deck:
    """The weighbridge of `place`, started as the daemon starts it, until it sells."""
    book, gate, asked = place.book(), Gate(), list[int]()
    registry = cbor.decode(book.fact("registry"), max_bytes=1 << 20)
    settings = site_settings(place.config, registry, "weighhouse 0.1.0", bytes(32))
    opened = open_ledger(book)
    assert opened.fault is None, opened.fault
    for number in range(256):  # after its first days every folder of evidence is there
        (place.site.evidence / f"{number:02x}").mkdir(parents=True, exist_ok=True)
    slips = SlipDesk(place.site.slips, place.key)
    hands = Hands(
        book=book,
        evidence=Evidence(place.site.evidence),
        slips=slips,
        gate=gate,
        photograph=asked.append,
        tell=lambda _told: None,
        report=lambda _lane: None,
    )
    now_ms = place.bureau.now_ms()
    at = Moment(now_ms, now_ms)
    lane, acts = agent.start(settings, opened.ledger, at)
    deck = Deck(place, perform(hands, lane, acts).lane, hands, gate, slips, asked, at)
    deck.play(BookChecked(at, ok=True, detail=""))
    deck.pass_time(OPENING_MS)
    assert deck.lane.decision.open, deck.lane.decision
    return deck
