"""One passage: a load's stay on the deck, and what is known and decided about it.

`PROGRESS` is the whole life of it. A refused load may try again in the same stay (another ticket, a
plate given late), at most `MAX_ATTEMPTS` times; an accepted one is done until it has left.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from edge_agent.curve import Curve
from edge_agent.events import Moment
from edge_agent.facts import Objection
from edge_agent.tamper.trace import Suspicion
from edge_agent.witness import Heard
from weighbook.tickets import Ticket

MAX_ATTEMPTS = 5  # decisions per stay
MAX_ALSO_SEEN = 4


class Progress(Enum):
    WAITING = "waiting"
    TARED = "tared"
    SOLD = "sold"
    REFUSED = "refused"
    GONE = "gone"


PROGRESS: dict[Progress, dict[str, Progress]] = {
    Progress.WAITING: {
        "reserve": Progress.TARED,
        "sell": Progress.SOLD,
        "refuse": Progress.REFUSED,
        "leave": Progress.GONE,
    },
    Progress.REFUSED: {"retry": Progress.WAITING, "leave": Progress.GONE},
    Progress.TARED: {"leave": Progress.GONE},
    Progress.SOLD: {"leave": Progress.GONE},
    Progress.GONE: {},
}


class Shown(NamedTuple):
    """A code that was shown as a ticket: the ticket, or the objection to it. Digest of the scan."""

    ticket: Ticket | None
    objection: Objection | None
    digest: bytes


class Sighted(NamedTuple):
    """A plate, where it came from, and the axles where the source knows them.

    `note`: why this truck takes over a ticket that names another.
    """

    plate: str
    source: str
    axles: int | None = None
    note: str | None = None


class Shot(NamedTuple):
    """A set of pictures asked for: `pictures` None until they came."""

    number: int
    asked_ms: int
    pictures: tuple[tuple[str, bytes], ...] | None = None


@dataclass(frozen=True)
class Passage:
    """`early`: pictures of a heavy load arriving. `shot`: those of the capture, which a sale needs.

    `was_open`, `was_closed`: how sales stood at any time of the stay; both means interrupted.
    `ready_ms`: when weight and ticket first were there together. `zero_kg`: the empty deck before;
    `is_zeroed`: it was seen since the last load. `found`: what the tamper checks found.
    `also_seen`: plates named before the newest one, and by whom. `is_test`: weighed in test mode.
    `recorded`: the seq of its newest record; `is_remembered`: its arrival joined the memory.
    """

    number: int
    began: Moment
    progress: Progress = Progress.WAITING
    peak_kg: int = 0
    later_peak_kg: int = 0
    heard: Heard = Heard()
    zero_kg: int | None = None
    is_zeroed: bool = True
    found: tuple[Suspicion, ...] = ()
    shown: Shown | None = None
    second_ticket: bool = False
    sighted: Sighted | None = None
    also_seen: tuple[tuple[str, str], ...] = ()
    is_test: bool = False
    early: Shot | None = None
    shot: Shot | None = None
    ready_ms: int | None = None
    was_open: bool = False
    was_closed: bool = False
    attempts: int = 0
    recorded: int | None = None
    is_remembered: bool = False

    @property
    def curve(self) -> Curve:
        return self.heard.curve

    @property
    def is_interrupted(self) -> bool:
        return self.was_open and self.was_closed

    @property
    def pictures(self) -> tuple[tuple[str, bytes], ...]:
        """Those of the capture; where there are none, those of the arrival."""
        shots = (self.shot, self.early)
        return next((s.pictures for s in shots if s is not None and s.pictures), ())

    @property
    def is_tried_out(self) -> bool:
        return self.progress is Progress.REFUSED and self.attempts >= MAX_ATTEMPTS

    @property
    def accepts_codes(self) -> bool:
        return self.progress in (Progress.WAITING, Progress.REFUSED)


def codes_of(passage: Passage) -> tuple[str, ...]:
    """What the tamper checks found, each code once, for the record's reasons."""
    return tuple(dict.fromkeys(suspicion.code for suspicion in passage.found))


def advance(passage: Passage, step: str) -> Passage:
    return replace(passage, progress=PROGRESS[passage.progress][step])


def show_ticket(passage: Passage, shown: Shown) -> Passage:
    """A code was shown for this load. The same again changes nothing; a bad one hides no good."""
    if was_shown(passage, shown):
        return passage
    if passage.progress is Progress.REFUSED:
        return _retry(replace(passage, shown=shown, second_ticket=False))
    if passage.shown is None or passage.shown.ticket is None:
        return replace(passage, shown=shown)
    if shown.ticket is None:
        return passage
    return replace(passage, second_ticket=True)


def was_shown(passage: Passage, shown: Shown) -> bool:
    """Whether this adds nothing. Of two tickets refused together, one alone is a new try."""
    if passage.progress is Progress.REFUSED and passage.second_ticket:
        return False
    return passage.shown is not None and passage.shown.digest == shown.digest


def sight(passage: Passage, sighted: Sighted) -> Passage:
    """A plate was given; the newest counts. A new one gives a refused load another try."""
    before = passage.sighted
    if before is not None and before.plate == sighted.plate and not sighted.note:
        return passage
    also = passage.also_seen
    if before is not None and before.plate != sighted.plate:
        also = (*also, (before.plate, before.source))[-MAX_ALSO_SEEN:]
    elif before is not None and sighted.axles is None:
        sighted = sighted._replace(axles=before.axles)
    seen = replace(passage, sighted=sighted, also_seen=also)
    return _retry(seen) if seen.progress is Progress.REFUSED and seen.shown is not None else seen


def take_pictures(
    passage: Passage, number: int, pictures: tuple[tuple[str, bytes], ...]
) -> Passage:
    if passage.shot is not None and passage.shot.number == number:
        return replace(passage, shot=passage.shot._replace(pictures=pictures))
    if passage.early is not None and passage.early.number == number:
        return replace(passage, early=passage.early._replace(pictures=pictures))
    return passage


def _retry(passage: Passage) -> Passage:
    if passage.attempts >= MAX_ATTEMPTS:
        return passage
    return replace(advance(passage, "retry"), ready_ms=None)
