"""The lane's whole state, and how a step is put together from smaller ones.

A step is a function from a lane to a `Turn`: the new lane, and what the shell shall do, in order.
`write` is the only way to the book: the ledger takes the line at once, the shell makes it durable.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from immutables import Map

from edge_agent.acts import Act, Tell, Write
from edge_agent.events import Moment
from edge_agent.interlock import CauseKey, Decision, decide
from edge_agent.ledger import note
from edge_agent.ledger_state import Ledger, Standing
from edge_agent.passage import Passage, Shown, Sighted
from edge_agent.phone_call import PhoneLine
from edge_agent.settings import SiteSettings, with_policy
from edge_agent.settling import Settling
from edge_agent.tamper.shape import NO_MEMORY, Memory
from edge_agent.watch import Watch
from edge_agent.witness import Prelude
from weighbook.parts import Gathered
from weighbook.phrase import Phrase
from weighbook.records import Body, ClockChange, Kind, ReceiptSeen


@dataclass(frozen=True)
class Held:
    """Codes read for a truck that is not on the deck yet, and until when they are good."""

    shown: Shown | None = None
    shown_until_ms: int = 0
    sighted: Sighted | None = None
    sighted_until_ms: int = 0


@dataclass(frozen=True)
class Lane:
    """`ledger`: as asked of the shell; `booked`: as the shell has recorded.

    `prelude`: what was heard over the empty deck; `left`: the load that has gone, until the deck's
    zero is known; `memory`: earlier arrivals. `adrift`: ledger and book differed, a write failed;
    nothing more is written until the book is good again, and `unwritten` keeps the causes raised
    meanwhile. `test_until_ms`: (monotonic) of test mode. `heard`: the newest receipt, recorded or
    not. `phone`: the call to the bureau.
    `parts`: of a text that takes several codes.
    """

    home: SiteSettings
    ledger: Ledger
    booked: Ledger
    watch: Watch
    now: Moment
    settling: Settling = Settling()
    passage: Passage | None = None
    left: Passage | None = None
    prelude: Prelude = Prelude()
    memory: Memory = NO_MEMORY
    next_no: int = 1
    test_until_ms: int = 0
    held: Held = Held()
    heard: ReceiptSeen | None = None
    phone: PhoneLine = field(default_factory=PhoneLine)
    parts: Gathered = field(default_factory=Gathered)
    told_digests: tuple[bytes, ...] = ()
    adrift: bool = False
    unwritten: Map[CauseKey, Standing] = Map()
    was_open: bool | None = None
    stopped: bool = False
    decision: Decision = field(
        default_factory=lambda: Decision(open=False, standing=(), covered_by={}, uncovered=())
    )

    @property
    def site(self) -> SiteSettings:
        return with_policy(self.home, self.ledger.policy)


class Turn(NamedTuple):
    lane: Lane
    acts: tuple[Act, ...] = ()


Step = Callable[[Lane], Turn]


def in_turn(lane: Lane, *steps: Step) -> Turn:
    """Each step on the lane the one before left behind; their acts in the same order."""
    acts: tuple[Act, ...] = ()
    for step in steps:
        lane, more = step(lane)
        acts += more
    return Turn(lane, acts)


def write(lane: Lane, kind: Kind, body: Body) -> Turn:
    """One line more. A clock that trembles is held; one that ran back is said to have, first."""
    if lane.adrift:
        return Turn(lane)
    wall_ms, last_ms = lane.now.wall_ms, lane.ledger.last_ms
    if last_ms - wall_ms > lane.site.clock_back_ms and kind is not Kind.CLOCK:
        ran_back = partial(_append, kind=Kind.CLOCK, body=ClockChange(last_ms, wall_ms, "back"))
        return in_turn(lane, ran_back, partial(_append, kind=kind, body=body))
    return _append(lane, kind, body)


def _append(lane: Lane, kind: Kind, body: Body) -> Turn:
    wall_ms, last_ms = lane.now.wall_ms, lane.ledger.last_ms
    trembles = 0 < last_ms - wall_ms <= lane.site.clock_back_ms
    at = Moment(last_ms if trembles else wall_ms, lane.now.mono_ms)
    ledger = note(lane.ledger, kind, body, at.wall_ms)
    return Turn(replace(lane, ledger=ledger), (Write(kind, body, at),))


def tell(lane: Lane, phrase: Phrase, code: str, level: str = "info") -> Turn:
    return Turn(lane, (Tell(phrase, code, level),))


def decide_now(lane: Lane) -> Decision:
    ledger = lane.ledger
    return decide(
        ledger.standing.values(),
        ledger.permits.values(),
        ledger.suspensions.values(),
        lane.now.wall_ms,
    )


def newest_receipt(lane: Lane) -> ReceiptSeen | None:
    known = [seen for seen in (lane.ledger.receipt, lane.heard) if seen is not None]
    return max(known, key=lambda seen: seen.at_ms, default=None)


def signed_ms(lane: Lane) -> int:
    """The newest time anybody but this machine has signed."""
    heard = lane.heard.at_ms if lane.heard is not None else 0
    return max(lane.ledger.signed_ms, heard)


def lease_until_ms(lane: Lane) -> int:
    """Until when sales may go on without hearing from the collector."""
    receipt = newest_receipt(lane)
    by_contact = (
        lane.ledger.genesis_ms + lane.site.lease_ms if receipt is None else receipt.lease_until_ms
    )
    return max(by_contact, lane.ledger.lease_until_ms)
