"""Codes and plates as they are read: tickets, orders and vehicle cards.

A code read while a truck can use it goes to its passage; over an empty deck, or behind a truck that
is done, it is held for the next one. While sales are closed no ticket is accepted.
"""

from dataclasses import replace
from functools import partial
from hashlib import sha256

from edge_agent.acts import KeepScan
from edge_agent.announcements import (
    DRIVE_OFF,
    HELD,
    HELD_DROPPED,
    PLATE_TAKEN,
    TICKET_TAKEN,
    TICKET_WANTED,
    TICKET_WANTED_AGAIN,
)
from edge_agent.bureau import take_order
from edge_agent.events import CodeRead, PlateGiven
from edge_agent.facts import Objection
from edge_agent.ledger import key_ring
from edge_agent.part_scans import take_part
from edge_agent.passage import Passage, Shown, Sighted, show_ticket, sight, was_shown
from edge_agent.plates import read_card, read_plate
from edge_agent.refusals import refusal_phrase
from edge_agent.sessions import open_ticket_of
from edge_agent.settling import Stage
from edge_agent.trial_mode import is_on
from edge_agent.turn import Lane, Turn, in_turn, signed_ms, tell
from edge_agent.weighing import plate_of
from weighbook.keyset import KeyRing
from weighbook.parts import PART
from weighbook.phrase import Refusal
from weighbook.texts import ORDER, TICKET, read_text
from weighbook.tickets import Ticket, open_ticket
from weighbook.waybills import open_waybill

CARD = b"VP1:"
UNKNOWN = Objection("E_CODE_UNKNOWN")

# Refusals of the envelope: who signed, and whether. All others mean that it is no ticket at all.
SIGNATURE_CODES = frozenset(
    {"E_HEADER", "E_TYP", "E_KID", "E_ROLE", "E_KEY_TIME", "E_ALG", "E_HIGH_S", "E_SIG"}
)


def take_code(lane: Lane, event: CodeRead) -> Turn:
    """One scanned text, by what it begins with."""
    raw = event.raw.strip()
    if raw.startswith(CARD):
        return _take_card(lane, raw)
    if raw.startswith(PART.encode()):
        return take_part(lane, raw.decode("ascii", "replace"))
    try:
        prefix, message = read_text(raw)
    except Refusal as refusal:
        if event.foreign is not None:
            return _take_foreign(lane, raw, event.foreign)
        if not raw.startswith(TICKET.encode()):
            return _take_shown(lane, Shown(None, UNKNOWN, sha256(raw).digest()))
        bad = Objection("E_TICKET_FORMAT", also=refusal.code)
        return _take_shown(lane, Shown(None, bad, sha256(raw).digest()))
    if prefix == ORDER:
        return take_order(lane, message)
    if prefix != TICKET:
        return _take_shown(lane, Shown(None, UNKNOWN, sha256(raw).digest()))
    return _take_shown(lane, read_ticket(lane, raw, message))


def _take_foreign(lane: Lane, raw: bytes, foreign: tuple[str, str]) -> Turn:
    """Not ours, but known: refused by its name, and kept as it came."""
    system, number = foreign
    objection = Objection("E_FOREIGN_TICKET", {"system": system, "number": number})
    shown = Shown(None, objection, sha256(raw).digest())
    if _was_just_read(lane, shown):
        return Turn(lane)
    turn = _take_shown(lane, shown)
    return Turn(turn.lane, (KeepScan(raw), *turn.acts))


def read_ticket(lane: Lane, raw: bytes, message: bytes) -> Shown:
    """The ticket in a scanned code, or why there is none; digest of the scanned text."""
    at_s = max(lane.now.wall_ms, signed_ms(lane)) // 1_000
    digest = sha256(raw).digest()
    ring: KeyRing = key_ring(lane.ledger)
    try:
        return Shown(_opened(lane, message, ring, at_s), None, digest)
    except Refusal as refusal:
        code = "E_SIG" if refusal.code in SIGNATURE_CODES else "E_TICKET_FORMAT"
        also = None if refusal.code == code else refusal.code
        return Shown(None, Objection(code, also=also), digest)


def _opened(lane: Lane, message: bytes, ring: KeyRing, at_s: int) -> Ticket:
    """The bureau's ticket, or a waybill of our own where policy has it. Errors: Refusal."""
    site = lane.site
    try:
        return open_ticket(message, ring, at_s)
    except Refusal as refusal:
        if refusal.code != "E_ROLE" or not site.ewaybill_batch:
            raise
    return open_waybill(message, ring, at_s, site.weighbridge, site.ewaybill_batch)


def take_plate(lane: Lane, event: PlateGiven) -> Turn:
    plate = read_plate(event.plate)
    if plate is None:
        return tell(lane, refusal_phrase(UNKNOWN), UNKNOWN.code, "warn")
    return _take_sighted(lane, Sighted(plate, event.source, note=event.note))


def expire_held(lane: Lane) -> Turn:
    """Drop what was held too long for a truck that did not come."""
    held, now_ms = lane.held, lane.now.mono_ms
    late_ticket = held.shown is not None and now_ms >= held.shown_until_ms
    late_plate = held.sighted is not None and now_ms >= held.sighted_until_ms
    if not late_ticket and not late_plate:
        return Turn(lane)
    kept = replace(
        held,
        shown=None if late_ticket else held.shown,
        sighted=None if late_plate else held.sighted,
    )
    return tell(replace(lane, held=kept), HELD_DROPPED, "HELD_DROPPED", "warn")


def give_held(lane: Lane, passage: Passage) -> Lane:
    """A truck came: what was held is for it, unless it came too late."""
    held, now_ms = lane.held, lane.now.mono_ms
    if held.shown is not None and now_ms < held.shown_until_ms:
        passage = show_ticket(passage, held.shown)
    if held.sighted is not None and now_ms < held.sighted_until_ms:
        passage = sight(passage, held.sighted)
    return replace(lane, held=type(held)(), passage=passage)


def _take_card(lane: Lane, raw: bytes) -> Turn:
    vehicle = read_card(raw)
    if vehicle is None:
        return tell(lane, refusal_phrase(UNKNOWN), UNKNOWN.code, "warn")
    return _take_sighted(lane, Sighted(vehicle.plate, "card", vehicle.axles))


def _taker(lane: Lane) -> Passage | None:
    """The passage a code read now belongs to; None: it is for the next truck."""
    passage = lane.passage
    if passage is None or lane.settling.stage is Stage.LEAVING or not passage.accepts_codes:
        return None
    return passage


def _take_shown(lane: Lane, shown: Shown) -> Turn:
    if _was_just_read(lane, shown):
        return Turn(lane)
    passage = _taker(lane)
    if passage.is_test if passage is not None else is_on(lane):
        return tell(lane, refusal_phrase(Objection("E_TEST")), "E_TEST", "warn")
    told = _about_ticket(lane, shown)
    if passage is not None:
        return in_turn(replace(lane, passage=show_ticket(passage, shown)), told, _end_of_tries)
    if shown.ticket is None or not lane.decision.open:
        return told(lane)
    until_ms = lane.now.mono_ms + lane.site.held_ms
    held = replace(lane.held, shown=shown, shown_until_ms=until_ms)
    return in_turn(replace(lane, held=held), told, partial(tell, phrase=HELD, code="HELD"))


def _was_just_read(lane: Lane, shown: Shown) -> bool:
    """Scanners repeat a code as long as they see it."""
    if lane.held.shown is not None and lane.held.shown.digest == shown.digest:
        return True
    return lane.passage is not None and was_shown(lane.passage, shown)


def _about_ticket(lane: Lane, shown: Shown) -> partial[Turn]:
    if shown.ticket is None:
        objection = shown.objection or UNKNOWN
        return partial(tell, phrase=refusal_phrase(objection), code=objection.code, level="warn")
    if not lane.decision.open:
        causes = ", ".join(sorted({code for code, _ in lane.decision.uncovered}))
        halted = refusal_phrase(Objection("E_HALT", {"causes": causes}))
        return partial(tell, phrase=halted, code="E_HALT", level="warn")
    taken = TICKET_TAKEN.fill(ticket_no=shown.ticket.ticket_no)
    return partial(tell, phrase=taken, code="TICKET_TAKEN")


def _take_sighted(lane: Lane, sighted: Sighted) -> Turn:
    passage = _taker(lane)
    told = partial(tell, phrase=PLATE_TAKEN.fill(plate=sighted.plate), code="PLATE_TAKEN")
    if passage is None and _was_just_seen(lane, sighted):
        return Turn(lane)
    if passage is None:
        until_ms = lane.now.mono_ms + lane.site.held_ms
        held = replace(lane.held, sighted=sighted, sighted_until_ms=until_ms)
        return in_turn(replace(lane, held=held), told)
    seen = replace(lane, passage=sight(passage, sighted))
    return in_turn(seen, told, _end_of_tries, partial(_ask_for_ticket, plate=sighted.plate))


def _was_just_seen(lane: Lane, sighted: Sighted) -> bool:
    """The card of the truck that is done is not the next one's."""
    known = None if lane.passage is None else plate_of(lane, lane.passage)
    return known is not None and known.plate == sighted.plate


def _end_of_tries(lane: Lane) -> Turn:
    """Nothing more is decided in this stay: say so, or the operator goes on scanning."""
    passage = lane.passage
    if passage is None or not passage.is_tried_out:
        return Turn(lane)
    return tell(lane, DRIVE_OFF, "DRIVE_OFF", "warn")


def _ask_for_ticket(lane: Lane, plate: str) -> Turn:
    """The plate alone finds the session; to sell, its ticket must be shown again."""
    if lane.passage is not None and lane.passage.shown is not None:
        return Turn(lane)
    number = open_ticket_of(lane.ledger, plate, lane.now.wall_ms, lane.site)
    if number is None:
        return tell(lane, TICKET_WANTED, "TICKET_WANTED")
    phrase = TICKET_WANTED_AGAIN.fill(plate=plate, ticket_no=number)
    return tell(lane, phrase, "TICKET_WANTED")
