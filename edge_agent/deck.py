"""The deck: frames become a stay, a stay becomes a passage, and no load leaves without a trace.

A passage that was neither sold, reserved nor refused is recorded when it has left, if it was heavy
enough to matter; so is one onto which a second load drove after the decision.
"""

from dataclasses import replace
from functools import partial

from edge_agent.acts import Photograph
from edge_agent.announcements import (
    CAPTURED,
    NOT_SETTLED,
    PASSAGE_KEPT,
    TEST_KEPT,
    ZERO_DRIFTED,
)
from edge_agent.deck_checks import check_left, check_loaded, check_zeroed
from edge_agent.events import PicturesTaken, ScaleRead
from edge_agent.halts import mark_sales
from edge_agent.passage import Passage, Progress, Shot, take_pictures
from edge_agent.scans import give_held
from edge_agent.settling import STABLE, UNSTABLE, Settling, Stage, feed
from edge_agent.trial_mode import is_on
from edge_agent.turn import Lane, Turn, in_turn, tell
from edge_agent.weighing import Outcome, plate_of, record_passage, ticket_of
from edge_agent.witness import Prelude, begin, end, hear, listen
from weighbook.records import Kind


def take_frame(lane: Lane, event: ScaleRead) -> Turn:
    before = lane.settling
    after = feed(before, event, lane.site)
    return in_turn(
        replace(lane, settling=after),
        partial(_arrive, before=before),
        partial(_weigh, event=event),
        _photograph_arrival,
        partial(_capture, before=before),
        partial(check_loaded, before=before),
        partial(check_left, before=before),
        partial(_leave, before=before),
        partial(_drift, before=before),
        check_zeroed,
    )


def take_shot(lane: Lane, event: PicturesTaken) -> Turn:
    if lane.passage is None:
        return Turn(lane)
    passage = take_pictures(lane.passage, event.passage_no, event.pictures)
    return Turn(replace(lane, passage=passage))


def _arrive(lane: Lane, before: Settling) -> Turn:
    if before.stage is not Stage.EMPTY or lane.settling.stage is Stage.EMPTY:
        return Turn(lane)
    begun = Passage(
        lane.next_no,
        lane.now,
        heard=begin(lane.prelude),
        zero_kg=before.zero_kg,
        is_zeroed=before.is_zeroed,
        is_test=is_on(lane),
    )
    passage = mark_sales(begun, is_open=lane.decision.open)
    lane = replace(lane, next_no=lane.next_no + 1, prelude=Prelude(), left=None)
    return Turn(give_held(lane, passage))


def _weigh(lane: Lane, event: ScaleRead) -> Turn:
    """The frame goes into the curve; the peaks before and after the decision are kept."""
    passage, weight_kg = lane.passage, lane.settling.weight_kg
    if passage is None:
        return Turn(replace(lane, prelude=listen(lane.prelude, event, lane.site)))
    passage = replace(passage, heard=hear(passage.heard, event, lane.site))
    if weight_kg is None:
        return Turn(replace(lane, passage=passage))
    decided = passage.progress is not Progress.WAITING
    later_kg = max(passage.later_peak_kg, weight_kg) if decided else 0
    weighed = replace(
        passage,
        peak_kg=max(passage.peak_kg, weight_kg),
        later_peak_kg=later_kg,
    )
    return Turn(replace(lane, passage=weighed))


def _photograph_arrival(lane: Lane) -> Turn:
    """A heavy load is seen even if it never stands still."""
    passage = lane.passage
    if passage is None or passage.early is not None or passage.peak_kg < lane.site.evidence_kg:
        return Turn(lane)
    shot = Shot(lane.next_no, lane.now.mono_ms)
    seen = replace(lane, next_no=lane.next_no + 1, passage=replace(passage, early=shot))
    return Turn(seen, (Photograph(shot.number),))


def _capture(lane: Lane, before: Settling) -> Turn:
    capture, passage = lane.settling.capture, lane.passage
    if capture is None or before.capture is not None or passage is None:
        return Turn(lane)
    shot = Shot(lane.next_no, lane.now.mono_ms)
    seen = replace(lane, next_no=lane.next_no + 1, passage=replace(passage, shot=shot))
    taken = Turn(seen, (Photograph(shot.number),))
    if capture.stability == STABLE:
        told = CAPTURED.fill(weight_kg=capture.weight_kg)
        return in_turn(seen, lambda _: taken, partial(tell, phrase=told, code="CAPTURED"))
    return in_turn(
        seen, lambda _: taken, partial(tell, phrase=NOT_SETTLED, code="E_UNSTABLE", level="warn")
    )


def _leave(lane: Lane, before: Settling) -> Turn:
    passage = lane.passage
    if passage is None or lane.settling.stage is not Stage.EMPTY:
        return Turn(lane)
    gone = replace(lane, passage=None, left=passage, prelude=end(passage.heard))
    reasons = _why_recorded(passage, before, lane)
    if not reasons:
        return Turn(gone)
    kind = Kind.TEST if passage.is_test else Kind.PASSAGE
    told = (TEST_KEPT if passage.is_test else PASSAGE_KEPT).fill(peak_kg=passage.peak_kg)
    # The capture belongs to the stay, which ended with this very frame.
    stay = replace(gone, settling=before)
    turn = record_passage(stay, passage, kind, Outcome("recorded", reasons))
    return in_turn(
        replace(turn.lane, settling=lane.settling),
        lambda now: Turn(now, turn.acts),
        partial(tell, phrase=told, code=kind.name, level="warn"),
    )


def _why_recorded(passage: Passage, stay: Settling, lane: Lane) -> tuple[str, ...]:
    """The reasons of a passage record; none: it needs no record, being light or decided."""
    if passage.is_test:
        return ("E_TEST",)
    if passage.progress is not Progress.WAITING:
        decided_kg = 0 if stay.capture is None else stay.capture.weight_kg
        followed = passage.later_peak_kg >= decided_kg + lane.site.evidence_kg
        return ("E_NO_TICKET",) if followed else ()
    if passage.peak_kg < lane.site.evidence_kg:
        return ()
    found = {
        "E_NO_TICKET": passage.shown is None,
        "E_HALT": passage.was_closed and not passage.is_interrupted,
        "E_INTERRUPTED": passage.is_interrupted,
        "E_UNSTABLE": stay.capture is None or stay.capture.stability == UNSTABLE,
        "E_NO_PLATE": ticket_of(passage) is not None and plate_of(lane, passage) is None,
        "E_PICTURE": passage.shot is not None and not passage.shot.pictures,
    }
    bad = passage.shown.objection if passage.shown is not None else None
    codes = tuple(code for code, holds in found.items() if holds)
    return codes if bad is None else (bad.code, *codes)


def _drift(lane: Lane, before: Settling) -> Turn:
    """An empty deck that came to rest elsewhere than before the last load."""
    was_kg, now_kg = before.zero_kg, lane.settling.zero_kg
    if was_kg is None or now_kg is None or _is_small(now_kg - was_kg, lane):
        return Turn(lane)
    return tell(lane, ZERO_DRIFTED.fill(before_kg=was_kg, after_kg=now_kg), "E_ZERO", "warn")


def _is_small(drift_kg: int, lane: Lane) -> bool:
    return abs(drift_kg) <= lane.site.tamper.zero_warn_d * lane.site.division_kg
