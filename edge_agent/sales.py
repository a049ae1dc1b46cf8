"""The decision on the load that stands on the deck: reserve, sell, or refuse with every reason.

Made once weight, ticket, plate and pictures are there, or have been waited for long enough. First
the book, then the barrier, then the slip; the shell stops at the first act that fails.
"""

from dataclasses import replace
from functools import partial

from edge_agent.acts import GiveSlip, OpenBarrier
from edge_agent.announcements import PLATE_WANTED, SALE_DONE, TARE_DONE, WEIGH_AGAIN
from edge_agent.causes import CAMERA_CODES
from edge_agent.deck_rules import judge, reasons
from edge_agent.facts import Facts, Objection
from edge_agent.flag_rules import FLAGS, flags
from edge_agent.interlock import room_kg
from edge_agent.passage import Passage, Progress, advance
from edge_agent.plates import read_plate
from edge_agent.refusals import refusal_phrase
from edge_agent.sessions import find_session
from edge_agent.settling import STABLE, Stage
from edge_agent.turn import Lane, Step, Turn, decide_now, in_turn, tell
from edge_agent.vehicles import NEVER_SEEN
from edge_agent.weighing import Outcome, plate_of, record_passage, ticket_of
from weighbook.records import Kind


def settle_passage(lane: Lane) -> Turn:
    """Decide, if there is something to decide and all of it is there."""
    passage = lane.passage
    if passage is None or not _can_decide(lane, passage):
        return Turn(lane)
    if passage.ready_ms is None:
        passage = replace(passage, ready_ms=lane.now.mono_ms)
        asked = ticket_of(passage) is not None and plate_of(lane, passage) is None
        lane = replace(lane, passage=passage)
        if asked:
            return tell(lane, PLATE_WANTED, "PLATE_WANTED")
    if _waits_for_plate(lane, passage) or _waits_for_pictures(lane, passage):
        return Turn(lane)
    facts = gather(lane, passage)
    objections = judge(facts, lane.site)
    if objections:
        return _refuse(lane, passage, facts, objections)
    return (_sell if facts.is_gross else _reserve)(lane, passage, facts)


def gather(lane: Lane, passage: Passage) -> Facts:
    """Everything the rules may ask about, looked up now."""
    capture = lane.settling.capture
    assert capture is not None
    assert passage.shown is not None
    ticket, seen = ticket_of(passage), plate_of(lane, passage)
    number = None if ticket is None else ticket.ticket_no
    plate = None if seen is None else seen.plate
    session = find_session(lane.ledger, number, plate, lane.now.wall_ms, lane.site)
    vehicle = lane.ledger.vehicles.get(plate or "", NEVER_SEEN)
    # A plate that only the ticket names is no truck that anybody has seen.
    seen_truck = vehicle if passage.sighted is not None else NEVER_SEEN
    on_stored_tare = session.is_on_stored_tare(capture.weight_kg, seen_truck, lane.site)
    is_gross = session.is_gross(capture.weight_kg, vehicle, lane.site)
    shot = passage.shot
    taken = () if shot is None else shot.pictures or ()
    return Facts(
        now_ms=lane.now.wall_ms,
        is_gross=is_gross or on_stored_tare,
        weight_kg=capture.weight_kg,
        is_stable=capture.stability == STABLE,
        zero_kg=lane.settling.zero_kg,
        plate=plate,
        axles=None if seen is None else seen.axles,
        ticket=ticket,
        ticket_plate=_plate_on(ticket.plate if ticket is not None else None),
        bad_ticket=passage.shown.objection,
        second_ticket=passage.second_ticket,
        state=session.state,
        session=session.of_plate,
        is_lapsed=session.is_lapsed,
        is_revoked=number in lane.ledger.revoked_tickets,
        pictures=frozenset(camera for camera, _ in taken),
        excused=frozenset(s for c, s in lane.decision.covered_by if c in CAMERA_CODES),
        sales_open=lane.decision.open,
        uncovered=lane.decision.uncovered,
        is_interrupted=passage.is_interrupted,
        room_kg=room_kg(lane.decision, lane.ledger.permits.values()),
        now_kg=lane.settling.weight_kg,
        vehicle=vehicle,
        on_stored_tare=on_stored_tare,
        also_seen=passage.also_seen,
        note=None if seen is None else seen.note,
    )


def _can_decide(lane: Lane, passage: Passage) -> bool:
    return (
        passage.progress is Progress.WAITING
        and not passage.is_test
        and lane.settling.stage is Stage.CAPTURED
        and lane.settling.capture is not None
        and lane.settling.weight_kg is not None
        and passage.shown is not None
    )


def _waits_for_plate(lane: Lane, passage: Passage) -> bool:
    if ticket_of(passage) is None or plate_of(lane, passage) is not None:
        return False
    assert passage.ready_ms is not None
    return lane.now.mono_ms - passage.ready_ms < lane.site.plate_wait_ms


def _waits_for_pictures(lane: Lane, passage: Passage) -> bool:
    shot = passage.shot
    if shot is None or shot.pictures is not None or not lane.site.deck_cameras:
        return False
    return lane.now.mono_ms - shot.asked_ms < lane.site.picture_wait_ms


def _reserve(lane: Lane, passage: Passage, facts: Facts) -> Turn:
    permits, odd = decide_now(lane).permits, flags(facts, lane.site)
    accepted = Outcome("accepted", odd, tare_kg=facts.weight_kg, permits=permits)
    told = TARE_DONE.fill(tare_kg=facts.weight_kg, plate=facts.plate)
    return in_turn(
        _moved(lane, passage, "reserve"),
        partial(record_passage, passage=passage, kind=Kind.TARE, outcome=accepted),
        lambda now: Turn(now, (OpenBarrier(),)),
        partial(tell, phrase=told, code="TARE_DONE"),
        *_told(odd),
    )


def _sell(lane: Lane, passage: Passage, facts: Facts) -> Turn:
    decision = decide_now(lane)
    # The rules have asked already; nothing is sold on the word of an older decision.
    assert decision.open
    assert facts.ticket is not None
    assert facts.net_kg is not None
    assert facts.plate is not None
    assert passage.shown is not None
    odd = flags(facts, lane.site)
    accepted = Outcome(
        "accepted",
        odd,
        tare_kg=facts.tare_kg,
        gross_kg=facts.weight_kg,
        tare_seq=facts.tare_seq,
        permits=decision.permits,
        tare_uses=facts.vehicle.uses + 1 if facts.on_stored_tare else None,
        retry_of=facts.vehicle.over_seq,
    )
    net_kg = facts.net_kg
    check = passage.shown.digest[:8]
    slip = GiveSlip(facts.plate, facts.ticket.product, net_kg, facts.ticket.ticket_no, check)
    told = SALE_DONE.fill(net_kg=net_kg, plate=facts.plate)
    return in_turn(
        _moved(lane, passage, "sell"),
        partial(record_passage, passage=passage, kind=Kind.SALE, outcome=accepted),
        lambda now: Turn(now, (OpenBarrier(), slip)),
        partial(tell, phrase=told, code="SALE_DONE"),
        *_told(odd),
    )


def _refuse(lane: Lane, passage: Passage, facts: Facts, objections: tuple[Objection, ...]) -> Turn:
    refused = Outcome(
        "refused",
        reasons(objections),
        tare_kg=facts.tare_kg,
        gross_kg=facts.weight_kg if facts.is_gross else None,
        tare_seq=facts.tare_seq,
        retry_of=facts.vehicle.over_seq if facts.is_gross else None,
    )
    again = (
        (partial(tell, phrase=WEIGH_AGAIN, code="WEIGH_AGAIN", level="warn"),)
        if facts.is_interrupted
        else ()
    )
    tried = replace(passage, attempts=passage.attempts + 1)
    return in_turn(
        _moved(lane, tried, "refuse"),
        partial(record_passage, passage=passage, kind=Kind.REFUSED, outcome=refused),
        *(partial(tell, phrase=refusal_phrase(o), code=o.code, level="warn") for o in objections),
        *again,
    )


def _told(codes: tuple[str, ...]) -> tuple[Step, ...]:
    return tuple(partial(tell, phrase=FLAGS[code], code=code, level="warn") for code in codes)


def _moved(lane: Lane, passage: Passage, step: str) -> Lane:
    return replace(lane, passage=advance(passage, step))


def _plate_on(text: str | None) -> str | None:
    return None if text is None else read_plate(text) or text
