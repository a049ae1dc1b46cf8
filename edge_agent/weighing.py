"""A passage as a record: the body of a weighing, and its curve and frames kept before it."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from edge_agent.acts import KeepCurve
from edge_agent.announcements import NOT_RECORDED
from edge_agent.curve import encode_curve, encode_frames
from edge_agent.passage import Passage, Sighted, codes_of
from edge_agent.plates import read_plate
from edge_agent.settling import Capture
from edge_agent.turn import Lane, Turn, in_turn, tell, write
from weighbook.records import Kind, Stability, Weighing
from weighbook.tickets import Ticket


class Outcome(NamedTuple):
    """`decision`: "accepted", "refused" or "recorded"; weights where they apply."""

    decision: str
    reasons: tuple[str, ...] = ()
    tare_kg: int | None = None
    gross_kg: int | None = None
    tare_seq: int | None = None
    permits: tuple[int, ...] = ()
    tare_uses: int | None = None
    retry_of: int | None = None

    @property
    def net_kg(self) -> int | None:
        if self.gross_kg is None or self.tare_kg is None:
            return None
        return self.gross_kg - self.tare_kg


def record_passage(lane: Lane, passage: Passage, kind: Kind, outcome: Outcome) -> Turn:
    """Evidence first, then the line that names it."""
    if lane.adrift:
        return tell(lane, NOT_RECORDED, "NOT_RECORDED", "alarm")
    capture = lane.settling.capture
    window = () if capture is None else capture.window
    curve = encode_curve(passage.curve, lane.site.division_kg, lane.settling.zero_kg)
    frames = encode_frames((sample.mono_ms, sample.raw) for sample in window)
    body = _body(lane, passage, outcome, (sha256(curve).digest(), sha256(frames).digest()))
    return in_turn(
        lane,
        lambda now: Turn(now, (KeepCurve(passage.number, curve, frames),)),
        partial(write, kind=kind, body=body),
        partial(_remember, number=passage.number),
    )


def _remember(lane: Lane, number: int) -> Turn:
    """Which record speaks of the load on the deck, for what is found out later."""
    passage = lane.passage
    if passage is None or passage.number != number:
        return Turn(lane)
    return Turn(replace(lane, passage=replace(passage, recorded=lane.ledger.seq)))


def plate_of(lane: Lane, passage: Passage) -> Sighted | None:
    """The plate as given; else the one reserved for; else as on the ticket."""
    ticket = ticket_of(passage)
    state = None if ticket is None else lane.ledger.tickets.get(ticket.ticket_no)
    reserved = None if state is None or state.used else state
    if passage.sighted is not None:
        is_known = state is not None and state.plate == passage.sighted.plate
        if passage.sighted.axles is None and state is not None and is_known:
            return passage.sighted._replace(axles=state.axles)
        return passage.sighted
    if ticket is not None and ticket.plate is not None:
        printed = read_plate(ticket.plate) or ticket.plate
        if reserved is None or reserved.plate == printed:
            return Sighted(printed, "ticket", None if state is None else state.axles)
    return None if reserved is None else Sighted(reserved.plate, "session", reserved.axles)


def ticket_of(passage: Passage) -> Ticket | None:
    return None if passage.shown is None else passage.shown.ticket


def _body(lane: Lane, passage: Passage, outcome: Outcome, kept: tuple[bytes, bytes]) -> Weighing:
    site, ticket, seen = lane.site, ticket_of(passage), plate_of(lane, passage)
    capture: Capture | None = lane.settling.capture
    return Weighing(
        weight_kg=None if capture is None else capture.weight_kg,
        tare_kg=outcome.tare_kg,
        gross_kg=outcome.gross_kg,
        net_kg=outcome.net_kg,
        peak_kg=passage.peak_kg,
        division_kg=site.division_kg,
        indicator=site.indicator,
        certificate=site.certificate,
        stability=int(Stability.NONE) if capture is None else capture.stability,
        curve=kept[0],
        frames=kept[1],
        pictures=passage.pictures,
        plate=None if seen is None else seen.plate,
        plate_source=None if seen is None else seen.source,
        ticket_plate=None if ticket is None else ticket.plate,
        ticket_no=None if ticket is None else ticket.ticket_no,
        ticket_digest=None if passage.shown is None else passage.shown.digest,
        decision=outcome.decision,
        reasons=tuple(dict.fromkeys((*outcome.reasons, *codes_of(passage)))),
        operator=site.operator,
        software=site.software,
        product=None if ticket is None else ticket.product,
        enterprise=None if ticket is None else ticket.enterprise,
        began_ms=passage.began.wall_ms,
        tare_seq=outcome.tare_seq,
        permits=outcome.permits,
        axles=None if seen is None else seen.axles,
        halted=passage.was_closed or not lane.decision.open,
        tare_uses=outcome.tare_uses,
        retry_of=outcome.retry_of,
        also_seen=passage.also_seen or None,
        note=None if seen is None else seen.note,
    )
