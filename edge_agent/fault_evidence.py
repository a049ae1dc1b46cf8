"""The evidence of a camera's fault, as the core sees it: asked for once, and booked when it came.

The cause is recorded first and never waits: its evidence is a later record of the same cause, also
when the cause has gone by then. What was asked for and never booked, because the power went or the
disk was full, is asked for again.
"""

from functools import partial

from edge_agent.acts import EvidenceBooked, GatherEvidence
from edge_agent.causes import CAMERA_CODES, START
from edge_agent.events import EvidenceTaken, Fault
from edge_agent.ledger_state import Standing
from edge_agent.turn import Lane, Turn, in_turn, write
from weighbook.records import CauseChange, Kind


def ask_evidence(lane: Lane, cause: Standing, was: Standing | None) -> Turn:
    """For a fault that is new; `was`: what stood before. One that says more of itself is known."""
    is_new = was is None or was.measured == START
    return Turn(lane, (GatherEvidence(_fault(cause)),) if is_new and _owes(lane, cause) else ())


def ask_evidence_owed(lane: Lane, *, late: bool = False) -> Turn:
    """For every fault that stands and whose evidence is not in the book; one may be asked twice."""
    owed = [cause for _, cause in sorted(lane.ledger.standing.items()) if _owes(lane, cause)]
    return Turn(lane, tuple(GatherEvidence(_fault(cause), late) for cause in owed))


def take_evidence(lane: Lane, event: EvidenceTaken) -> Turn:
    """One record more, and whoever gathered it may let go. It is told again while none is taken."""
    if lane.adrift:
        return Turn(lane)
    booked = Turn(lane, (EvidenceBooked(event.fault),))
    if event.fault in lane.ledger.evidenced or event.fault.code not in CAMERA_CODES:
        return booked
    return in_turn(
        lane,
        partial(write, kind=Kind.CAUSE, body=_change(event)),
        lambda now: Turn(now, booked.acts),
    )


def _change(event: EvidenceTaken) -> CauseChange:
    code, subject, since_ms = event.fault
    size = sum(size_bytes for *_, size_bytes in event.pieces)
    measured = f"{len(event.pieces)} files, {size} bytes"
    return CauseChange(
        code,
        subject,
        "evidence",
        since_ms,
        measured,
        "",
        evidence=event.pieces,
        missing=event.missing or None,
    )


def _owes(lane: Lane, cause: Standing) -> bool:
    is_fault = cause.code in CAMERA_CODES and cause.measured != START
    is_ours = cause.subject in lane.site.cameras
    return is_fault and is_ours and _fault(cause) not in lane.ledger.evidenced


def _fault(cause: Standing) -> Fault:
    return Fault(cause.code, cause.subject, cause.since_ms)
