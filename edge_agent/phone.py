"""Orders by telephone: a request becomes a challenge, a code becomes an order, each try a record.

A code counts once, for the request on the screen, while the orders held are those of that moment.
Wrong ones are bounded three ways: few for one challenge, ever longer waits, and a lock that only a
signed order opens.
"""

from dataclasses import replace
from functools import partial
from hashlib import sha256

from edge_agent.announcements import ORDER_WAITS
from edge_agent.bureau import trust_time
from edge_agent.cause_words import CAUSES
from edge_agent.events import PhoneAnswered, PhoneAsked
from edge_agent.interlock import UNCOVERABLE
from edge_agent.phone_call import (
    CALL_MS,
    MAX_BAD_CODES,
    MAX_TRIES,
    MOST_AHEAD,
    PhoneLine,
    wait_ms,
)
from edge_agent.phone_effects import held_of
from edge_agent.phone_words import APPLIED, CHALLENGE, REFUSED
from edge_agent.shown_time import shown_time
from edge_agent.turn import Lane, Turn, in_turn, signed_ms, tell, write
from weighbook.orders import Action
from weighbook.phone import (
    Ask,
    Call,
    ask_fits,
    digest_of,
    in_groups,
    make_challenge,
    note_of,
    read_answer,
    step_answered,
)
from weighbook.phrase import Phrase
from weighbook.records import Kind, OrderSeen

KG_PER_T = 1_000


def take_ask(lane: Lane, event: PhoneAsked) -> Turn:
    """A new call; it ends the one before, but not the wait after a wrong code."""
    if lane.site.phone is None:
        return _refuse(lane, "E_PHONE_NONE")
    if lane.ledger.bad_codes >= MAX_BAD_CODES:
        return _refuse(lane, "E_PHONE_LOCKED")
    if not may_ask(event.ask):
        return _refuse(lane, "E_PHONE_ASK")
    call = Call(held_of(lane.ledger), event.ask, make_challenge(event.nonce))
    until_ms = lane.now.mono_ms + CALL_MS
    phone = PhoneLine(call, until_ms, wait_until_ms=lane.phone.wait_until_ms)
    return tell(replace(lane, phone=phone), call_words(call), "PHONE_CHALLENGE", "warn")


def may_ask(ask: Ask) -> bool:
    covers = ask.action is not Action.PERMIT or not set(ask.causes) & UNCOVERABLE
    return ask_fits(ask) and covers and set(ask.causes) <= CAUSES.keys()


def call_words(call: Call) -> Phrase:
    """What is read out to the bureau."""
    asked = ask_words(call.ask)
    return CHALLENGE.fill(
        weighbridge=call.held.weighbridge,
        held=call.held.number,
        zh=asked.zh,
        en=asked.en,
        challenge=in_groups(call.challenge, 5),
    )


def ask_words(ask: Ask) -> Phrase:
    causes = ", ".join(ask.causes)
    if ask.action is Action.RELEASE:
        return Phrase(f"恢复 RELEASE {causes}", f"RELEASE {causes}")
    if ask.action is Action.LEASE:
        return Phrase(f"延长联网期限 LEASE {ask.hours} 小时", f"LEASE {ask.hours} hours")
    tonnes = ask.max_kg // KG_PER_T
    return Phrase(
        f"临时许可 PERMIT {causes}，{ask.hours} 小时、{ask.max_trucks} 车、{tonnes} 吨",
        f"PERMIT {causes}, {ask.hours} hours, {ask.max_trucks} trucks, {tonnes} t",
    )


def take_answer(lane: Lane, event: PhoneAnswered) -> Turn:
    """A code was typed in."""
    answer, phone = read_answer(event.text), lane.phone
    if lane.adrift:
        return tell(lane, ORDER_WAITS, "ORDER_WAITS", "alarm")
    if answer is None:
        return _refuse(lane, "E_PHONE_FORM")
    if lane.ledger.bad_codes >= MAX_BAD_CODES:
        return _refuse(lane, "E_PHONE_LOCKED")
    if phone.call is None or lane.now.mono_ms >= phone.until_ms or lane.site.phone is None:
        return _refuse(lane, "E_PHONE_NO_CALL")
    if phone.call.held != held_of(lane.ledger):
        return _refuse(_hang_up(lane), "E_PHONE_STALE")
    if (left_ms := phone.wait_until_ms - lane.now.mono_ms) > 0:
        return _refuse(lane, "E_PHONE_WAIT", wait_s=-(-left_ms // 1_000))
    step = _step(lane, phone.call, answer)
    if step is None:
        return _wrong(lane, phone.call, answer)
    return _right(lane, phone.call, answer[0], step)


def _step(lane: Lane, call: Call, answer: tuple[int, str]) -> int | None:
    ahead = answer[0] - call.held.number
    if not 1 <= ahead <= MOST_AHEAD or answer[0] in lane.ledger.phoned:
        return None
    assert lane.site.phone is not None
    return step_answered(lane.site.phone, call, answer, lane.now.wall_ms)


def _wrong(lane: Lane, call: Call, answer: tuple[int, str]) -> Turn:
    number, code = answer
    tried = sha256(f"{call.challenge} {number} {code}".encode()).digest()
    seen = OrderSeen(number, tried, str(call.ask.action), "refused", "E_PHONE_CODE")
    written = write(lane, Kind.ORDER, seen)
    tries, bad = lane.phone.tries + 1, written.lane.ledger.bad_codes
    until_ms = lane.now.mono_ms + wait_ms(bad)
    phone = replace(lane.phone, tries=tries, wait_until_ms=until_ms)
    left = min(MAX_TRIES - tries, MAX_BAD_CODES - bad)
    waiting = replace(written.lane, phone=phone)
    told = _refuse(
        waiting if left > 0 else _hang_up(waiting),
        "E_PHONE_CODE",
        left=left,
        at=shown_time(lane.now.wall_ms),
    )
    return Turn(told.lane, (*written.acts, *told.acts))


def _right(lane: Lane, call: Call, number: int, step: int) -> Turn:
    action, noted = str(call.ask.action), note_of(call.ask, call.challenge, step)
    digest = digest_of(call.held.weighbridge, number, action, noted)
    seen = OrderSeen(number, digest, action, "phoned", None, noted)
    # The two clocks agree to the half-hour, and two officers have compared them.
    trust = partial(trust_time, at_ms=lane.now.wall_ms, before_ms=signed_ms(lane))
    applied = APPLIED.fill(number=number, action=action)
    return in_turn(
        replace(lane, phone=PhoneLine()),
        partial(write, kind=Kind.ORDER, body=seen),
        *((trust,) if "CLOCK" in call.ask.causes else ()),
        partial(tell, phrase=applied, code="PHONE_APPLIED", level="warn"),
    )


def _hang_up(lane: Lane) -> Lane:
    return replace(lane, phone=PhoneLine(wait_until_ms=lane.phone.wait_until_ms))


def _refuse(lane: Lane, code: str, **values: object) -> Turn:
    return tell(lane, REFUSED[code].fill(**values), code, "warn")
