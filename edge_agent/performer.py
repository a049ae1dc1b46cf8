"""Carries out what the core asks, in the order asked, and stops at the first act that fails.

Evidence, papers and records must succeed: a failure ends the row and is told to the core, which
closes sales. The barrier, the slip and words come after the record they follow, and their failure
takes nothing back: it is reported as a lost device, and the slip can be printed again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import structlog

from edge_agent import lane as agent
from edge_agent.acts import (
    Act,
    CloseBarrier,
    EvidenceBooked,
    GatherEvidence,
    GiveSlip,
    KeepCalibration,
    KeepCurve,
    KeepKeySet,
    KeepOrder,
    KeepReceipt,
    KeepScan,
    OpenBarrier,
    Photograph,
    Prune,
    Report,
    ReprintSlip,
    Tell,
    Write,
)
from edge_agent.book import Book, Context
from edge_agent.book_file import BookFailed
from edge_agent.events import Fault, Moment
from edge_agent.evidence import Evidence
from edge_agent.ledger import note
from edge_agent.ledger_state import Ledger
from edge_agent.slip_desk import SlipDesk
from edge_agent.turn import Lane, signed_ms
from weighbook.records import Anchor

log = structlog.get_logger(__name__)


class Gate(Protocol):
    """The barrier, or none. Neither call waits for the relay."""

    def open(self) -> None: ...
    def close(self) -> None: ...


class Keepers(Protocol):
    """Whoever gathers evidence and lets it go. No call waits."""

    def gather(self, fault: Fault, at: Moment, *, late: bool) -> None: ...
    def booked(self, fault: Fault) -> None: ...
    def prune(self, last: int) -> None: ...


class NoKeepers:
    """Where there is no evidence to look after."""

    def gather(self, fault: Fault, at: Moment, *, late: bool) -> None: ...
    def booked(self, fault: Fault) -> None: ...
    def prune(self, last: int) -> None: ...


class Hands(NamedTuple):
    """What acts are carried out with."""

    book: Book
    evidence: Evidence
    slips: SlipDesk
    gate: Gate
    photograph: Callable[[int], None]
    tell: Callable[[Tell], None]
    report: Callable[[Lane], None]
    keepers: Keepers = NoKeepers()


class Performed(NamedTuple):
    """The lane after what was done; `failure` None: all of it was."""

    lane: Lane
    failure: str | None


def perform(hands: Hands, lane: Lane, acts: tuple[Act, ...]) -> Performed:
    """All acts, or those up to the first that failed."""
    for act in acts:
        try:
            lane = DOERS[type(act)](hands, lane, act)
        except (BookFailed, OSError) as failure:
            log.warning("an act failed", act=type(act).__name__, error=str(failure))
            return Performed(lane, f"{type(act).__name__}: {failure}")
    return Performed(lane, None)


def _write(hands: Hands, lane: Lane, act: Write) -> Lane:
    line = hands.book.append(act, context_of(lane, act))
    return agent.recorded(lane, line.record, line.digest)


def _keep_curve(hands: Hands, lane: Lane, act: KeepCurve) -> Lane:
    hands.evidence.keep(act.curve)
    hands.evidence.keep(act.frames)
    return lane


def _keep_calibration(hands: Hands, lane: Lane, act: KeepCalibration) -> Lane:
    hands.evidence.keep(act.message)
    return lane


def _keep_scan(hands: Hands, lane: Lane, act: KeepScan) -> Lane:
    hands.evidence.keep(act.raw)
    return lane


def _keep(hands: Hands, lane: Lane, act: KeepOrder | KeepReceipt | KeepKeySet) -> Lane:
    hands.book.keep(act)
    return lane


def _photograph(hands: Hands, lane: Lane, act: Photograph) -> Lane:
    hands.photograph(act.passage_no)
    return lane


def _gather(hands: Hands, lane: Lane, act: GatherEvidence) -> Lane:
    hands.keepers.gather(act.fault, lane.now, late=act.late)
    return lane


def _evidence_booked(hands: Hands, lane: Lane, act: EvidenceBooked) -> Lane:
    hands.keepers.booked(act.fault)
    return lane


def _prune(hands: Hands, lane: Lane, act: Prune) -> Lane:
    hands.keepers.prune(act.last)
    return lane


def _open(hands: Hands, lane: Lane, _act: OpenBarrier) -> Lane:
    hands.gate.open()
    return lane


def _close(hands: Hands, lane: Lane, _act: CloseBarrier) -> Lane:
    hands.gate.close()
    return lane


def _give_slip(hands: Hands, lane: Lane, act: GiveSlip) -> Lane:
    try:
        hands.slips.give(act, hands.book.head, lane.now.wall_ms)
    except OSError as error:
        log.warning("the slip was not printed", ticket=act.ticket_no, error=str(error))
    return lane


def _reprint_slip(hands: Hands, lane: Lane, act: ReprintSlip) -> Lane:
    try:
        found = hands.book.newer_than(act.seq - 1)
        hands.slips.give_again(found[0].record, found[0].digest, act.copy)
    except (OSError, ValueError, IndexError) as error:
        log.warning("the slip was not printed again", seq=act.seq, error=str(error))
    return lane


def _tell(hands: Hands, lane: Lane, act: Tell) -> Lane:
    hands.tell(act)
    return lane


def _report(hands: Hands, lane: Lane, _act: Report) -> Lane:
    hands.report(lane)
    return lane


DOERS: dict[type, Callable[[Hands, Lane, Any], Lane]] = {
    Write: _write,
    KeepCurve: _keep_curve,
    KeepCalibration: _keep_calibration,
    KeepScan: _keep_scan,
    KeepOrder: _keep,
    KeepReceipt: _keep,
    KeepKeySet: _keep,
    Photograph: _photograph,
    GatherEvidence: _gather,
    EvidenceBooked: _evidence_booked,
    Prune: _prune,
    OpenBarrier: _open,
    CloseBarrier: _close,
    GiveSlip: _give_slip,
    ReprintSlip: _reprint_slip,
    Tell: _tell,
    Report: _report,
}


def context_of(lane: Lane, act: Write) -> Context:
    """What the next record quotes: the orders applied with it, and the newest receipt held."""
    after = note(lane.booked, act.kind, act.body, act.at.wall_ms)
    return Context(after.order_number, anchor_of(lane.booked), signed_ms(lane))


def anchor_of(ledger: Ledger) -> Anchor | None:
    if ledger.receipt is None:
        return None
    head = ledger.digests.get(ledger.receipt.seq)
    return None if head is None else Anchor(ledger.receipt.seq, head)
