"""A story that is really carried out: real book, evidence and slips, and a barrier that counts."""

from dataclasses import dataclass, field

from edge_agent import lane as agent
from edge_agent.acts import Act, Tell, Write
from edge_agent.book import Book, Context, Line
from edge_agent.book_file import BookFailed
from edge_agent.events import BookChecked, PicturesTaken, Tick
from edge_agent.evidence import Evidence
from edge_agent.opening import open_ledger
from edge_agent.performer import Hands, Keepers, NoKeepers, perform
from edge_agent.slip_desk import SlipDesk
from edge_agent.turn import Lane
from tests.edge_agent.places import BOOT, PICTURE, Place
from tests.edge_agent.story import AGENT, SITE, Story
from weighbook.records import Kind
from weighbook.tickets import Ticket


@dataclass
class Barrier:
    """How often it was asked to open and to close."""

    opened: int = 0
    closed: int = 0

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        self.closed += 1


class FaultyBook(Book):
    """Fails once, at the next record of `fails_at`: before it is written, or after."""

    fails_at: Kind | None = None
    after_effect = False

    def append(self, write: Write, context: Context) -> Line:
        if write.kind is not self.fails_at:
            return super().append(write, context)
        self.fails_at = None
        if self.after_effect:
            head = self.head
            super().append(write, context)
            self.head = head
        raise BookFailed("disk I/O error")


@dataclass
class Post(Story):
    """`place` is where it all lies. `failures`: what the performer could not do."""

    place: Place = field(kw_only=True)
    failures: list[str] = field(default_factory=list)
    reports: int = 0
    keepers: Keepers = field(default_factory=NoKeepers)

    def __post_init__(self) -> None:
        site = self.place.site
        self.book = FaultyBook(site.book, AGENT, BOOT)
        self.evidence = Evidence(site.evidence)
        self.barrier = Barrier()
        self.slips = SlipDesk(site.slips, AGENT)
        self.heard: list[Tell] = []
        self._asked: list[int] = []
        self.hands = Hands(
            self.book,
            self.evidence,
            self.slips,
            self.barrier,
            self._asked.append,
            self.heard.append,
            self._report,
            self.keepers,
        )
        self.start()

    def start(self) -> None:
        ledger = open_ledger(self.book).ledger
        self.lane, acts = agent.start(SITE, ledger, self.at)
        self._do(acts)

    def opened(self) -> "Post":
        self.mend()
        self.wait(12_000)
        return self

    def drive(self, shown: Ticket, weight_kg: int) -> None:
        """A truck with that ticket, on and off again."""
        self.scan(shown)
        self.drive_on(weight_kg)
        self.drive_off()

    def mend(self) -> None:
        """What the agent does when the store may be well again."""
        for line in self.book.newer_than(self.lane.booked.seq):
            self.lane = agent.recorded(self.lane, line.record, line.digest)
        self.play(BookChecked(self.moment(), True, "ok"), Tick(self.moment()))

    def _report(self, _lane: Lane) -> None:
        self.reports += 1

    def _do(self, acts: tuple[Act, ...]) -> None:
        self.acts += acts
        done = perform(self.hands, self.lane, acts)
        self.lane = done.lane
        if done.failure is not None:
            self.failures.append(done.failure)
            self.play(BookChecked(self.at, False, done.failure))
        asked, self._asked[:] = list(self._asked), []
        for number in asked:
            taken = (("deck", self.evidence.keep(PICTURE)), ("road", self.evidence.keep(PICTURE)))
            self.play(PicturesTaken(self.at, number, taken))

    def booked(self, kind: Kind) -> int:
        """How many records of that kind the book really holds."""
        return sum(line.record.kind is kind for line in self.book.lines())
