"""Causes raised, cleared, covered: each becomes a record, and sales open or close by what stands.

Closing goes: barrier first, then the book, then the report. Run after anything that may change what
stands; running it twice changes nothing.
"""

from dataclasses import replace
from functools import partial

from edge_agent.acts import CloseBarrier, Report, Write
from edge_agent.announcements import SALES_CLOSED, SALES_OPEN
from edge_agent.cause_words import cause_phrase
from edge_agent.causes import (
    START,
    Finding,
    View,
    find_causes,
    is_grave,
    stays,
    was_long,
)
from edge_agent.fault_evidence import ask_evidence
from edge_agent.ledger_state import Standing
from edge_agent.passage import Passage
from edge_agent.reasons import reason_in
from edge_agent.turn import (
    Lane,
    Step,
    Turn,
    decide_now,
    in_turn,
    lease_until_ms,
    signed_ms,
    tell,
    write,
)
from edge_agent.watch import clock_jump_ms
from weighbook.records import CauseChange, ClockChange, Kind


def judge_causes(lane: Lane) -> Turn:
    """Compare what is wrong with what stands, record the difference, and decide anew."""
    view = View(lane.watch, lane.ledger, lane.site, lane.now, lease_until_ms(lane), signed_ms(lane))
    found = find_causes(view)
    raised = [finding for finding in found.values() if _is_news(lane, finding)]
    gone = [
        cause
        for key, cause in sorted(lane.ledger.standing.items())
        if key not in found and not stays(cause, view)
    ]
    owed = [
        approval
        for cause in gone
        if was_long(cause, view)
        if (approval := _approval(cause)).key not in lane.ledger.standing
    ]
    # A contradiction of the book is an event: raised once, it stands until it is released.
    lane = replace(lane, watch=replace(lane.watch, head_fault=None))
    turn = in_turn(
        lane,
        partial(raise_causes, findings=[*raised, *owed]),
        *(partial(clear_cause, cause=cause) for cause in gone),
        cover_causes,
        follow_decision,
    )
    return _report(lane, turn)


def _report(before: Lane, turn: Turn) -> Turn:
    """The barrier shuts before anything is written, and the report leaves right behind it."""
    acts = turn.acts
    if any(isinstance(act, Write) for act in acts):
        acts = (*acts, Report())
    closing = before.was_open and not turn.lane.was_open and CloseBarrier() not in acts
    passage = turn.lane.passage
    # A permit that is used up by the very load it let pass does not shut the barrier on it.
    if closing and (passage is None or passage.accepts_codes):
        acts = (CloseBarrier(), *acts)
    return Turn(turn.lane, acts)


def raise_causes(lane: Lane, findings: list[Finding]) -> Turn:
    if not findings:
        return Turn(lane)
    turn = in_turn(lane, *(partial(_raise_cause, finding=finding) for finding in findings))
    return Turn(turn.lane, (CloseBarrier(), *turn.acts))


def _raise_cause(lane: Lane, finding: Finding) -> Turn:
    known = lane.ledger.standing.get(finding.key)
    since_ms = lane.now.wall_ms if known is None else known.since_ms
    code, subject, measured, limit = finding
    change = CauseChange(code, subject, "raised", since_ms, measured, limit, None)
    doubted: tuple[Step, ...] = (_doubt_clock,) if code == "CLOCK" else ()
    if lane.adrift:
        # The book cannot take it now; it stands all the same, and is written when it can.
        standing = Standing(code, subject, since_ms, measured, limit)
        ledger = replace(lane.ledger, standing=lane.ledger.standing.set(finding.key, standing))
        lane = replace(lane, ledger=ledger, unwritten=lane.unwritten.set(finding.key, standing))
    words = cause_phrase(code, subject, measured, limit)
    return in_turn(
        lane,
        *doubted,
        partial(write, kind=Kind.CAUSE, body=change),
        partial(tell, phrase=words, code=code, level="info" if measured == START else "alarm"),
        partial(ask_evidence, cause=Standing(code, subject, since_ms, measured, limit), was=known),
    )


def clear_cause(lane: Lane, cause: Standing) -> Turn:
    if lane.adrift:
        return Turn(lane)
    change = CauseChange(
        cause.code, cause.subject, "cleared", cause.since_ms, "ok", cause.limit, None
    )
    return write(lane, Kind.CAUSE, change)


def cover_causes(lane: Lane) -> Turn:
    """Record which permit covers which cause, where that changed."""
    covered = decide_now(lane).covered_by
    changed = [
        (cause, covered.get(key))
        for key, cause in sorted(lane.ledger.standing.items())
        if cause.permit != covered.get(key)
    ]
    return in_turn(lane, *(partial(_cover, cause=cause, permit=by) for cause, by in changed))


def _cover(lane: Lane, cause: Standing, permit: int | None) -> Turn:
    change = CauseChange(
        cause.code,
        cause.subject,
        "uncovered" if permit is None else "covered",
        cause.since_ms,
        cause.measured,
        cause.limit,
        cause.permit if permit is None else permit,
    )
    return write(lane, Kind.CAUSE, change)


def follow_decision(lane: Lane) -> Turn:
    """Take over what the interlock says now; tell it when it changed; mark the load on the deck."""
    decision = decide_now(lane)
    passage = lane.passage
    if passage is not None and passage.accepts_codes:
        passage = mark_sales(passage, is_open=decision.open)
    moved = replace(lane, decision=decision, was_open=decision.open, passage=passage)
    if decision.open == lane.was_open:
        return Turn(moved)
    if decision.open:
        return tell(moved, SALES_OPEN, "SALES_OPEN")
    causes = "、".join(sorted({code for code, _ in decision.uncovered}))
    return tell(moved, SALES_CLOSED.fill(causes=causes), "SALES_CLOSED", "alarm")


def mark_sales(passage: Passage, *, is_open: bool) -> Passage:
    return replace(
        passage,
        was_open=passage.was_open or is_open,
        was_closed=passage.was_closed or not is_open,
    )


def _is_news(lane: Lane, finding: Finding) -> bool:
    """Not standing yet; or only since the start, and now a fault; or now a cheat, or with why."""
    known = lane.ledger.standing.get(finding.key)
    if known is None or (known.measured == START and finding.measured != START):
        return True
    if is_grave(known.measured):
        return False
    why = reason_in(finding.measured)
    has_why = why is not None and why is not reason_in(known.measured)
    return has_why or is_grave(finding.measured)


def _approval(cause: Standing) -> Finding:
    return Finding("APPROVAL", f"{cause.code}:{cause.subject}", "long", "short")


def _doubt_clock(lane: Lane) -> Turn:
    """From here on only signed time is believed. A jump ahead is a line of its own."""
    doubted = replace(lane, watch=replace(lane.watch, trusted=False))
    jump_ms, wall_ms = clock_jump_ms(lane.watch, lane.now), lane.now.wall_ms
    if jump_ms <= lane.site.clock_limit_ms:
        return Turn(doubted)
    return write(doubted, Kind.CLOCK, ClockChange(wall_ms - jump_ms, wall_ms, "jump"))
