"""The tamper checks at the deck: asked at their moments, told, and made a cause where they must be.

What is found before the passage's record is among its reasons; what is found later is a remark on
it. SCALE_SUSPECT is raised under the check's own code and stays until the bureau has released it.
"""

from dataclasses import replace
from functools import partial

from edge_agent.announcements import SUSPICIOUS
from edge_agent.causes import Finding
from edge_agent.halts import raise_causes
from edge_agent.passage import Passage
from edge_agent.settling import Settling, Stage
from edge_agent.tamper.checks import SUSPECT_CODES, When, examine
from edge_agent.tamper.seen_before import arrival
from edge_agent.tamper.shape import remember
from edge_agent.tamper.trace import Suspicion, Trace
from edge_agent.tamper_words import WORDS
from edge_agent.turn import Lane, Turn, in_turn, tell, write
from edge_agent.weighing import plate_of
from edge_agent.witness import moments, trace_of
from weighbook.records import Correction, Kind

SUSPECT = "SCALE_SUSPECT"
NOT_ZEROED = Suspicion("T_NOT_ZEROED", "no zero since the last load", "zero between loads")


def check_loaded(lane: Lane, before: Settling) -> Turn:
    """While the load is on the deck: when it is captured, and while a rest of it waits."""
    if lane.passage is None or lane.settling.stage is Stage.EMPTY:
        return Turn(lane)
    return in_turn(
        lane, *(partial(_ask, when=when) for when in moments(before, lane.settling)), _keep_arrival
    )


def check_left(lane: Lane, before: Settling) -> Turn:
    """The whole stay is known."""
    if lane.passage is None or lane.settling.stage is not Stage.EMPTY:
        return Turn(lane)
    trace = replace(trace_of(lane.passage.heard, before.capture, lane.site), has_left=True)
    return _judge(lane, lane.passage, trace, When.LEFT)


def check_zeroed(lane: Lane) -> Turn:
    """The empty deck has come to rest after a load."""
    left = lane.left
    if left is None or not lane.settling.is_zeroed:
        return Turn(lane)
    trace = replace(
        trace_of(left.heard, None, lane.site), zero_after_kg=lane.settling.zero_kg, has_left=True
    )
    return _judge(replace(lane, left=None), left, trace, When.ZEROED)


def _ask(lane: Lane, when: When) -> Turn:
    assert lane.passage is not None
    trace = trace_of(lane.passage.heard, lane.settling.capture, lane.site)
    turn = _judge(lane, lane.passage, trace, when)
    passage = turn.lane.passage
    if when is not When.CAPTURED or passage is None or passage.is_zeroed:
        return turn
    noted = replace(passage, found=(*passage.found, NOT_ZEROED))
    return Turn(replace(turn.lane, passage=noted), turn.acts)


def _keep_arrival(lane: Lane) -> Turn:
    """The arrival joins those that later ones are compared with, once it is captured."""
    passage, capture = lane.passage, lane.settling.capture
    if passage is None or capture is None or passage.is_remembered:
        return Turn(lane)
    shape = arrival(trace_of(passage.heard, capture, lane.site))
    lane = replace(lane, passage=replace(passage, is_remembered=True))
    if shape is None:
        return Turn(lane)
    most = lane.site.tamper.replay_memory
    return Turn(replace(lane, memory=remember(lane.memory, shape, most)))


def _judge(lane: Lane, passage: Passage, trace: Trace, when: When) -> Turn:
    seen = plate_of(lane, passage)
    trace = replace(
        trace,
        zero_kg=passage.zero_kg,
        axles=None if seen is None else seen.axles,
        memory=lane.memory,
    )
    known = {suspicion.code for suspicion in passage.found}
    new = [one for one in examine(trace, lane.site.tamper, when) if one.code not in known]
    if not new:
        return Turn(lane)
    noted = replace(passage, found=(*passage.found, *new))
    if lane.passage is not None:
        lane = replace(lane, passage=noted)
    return in_turn(lane, *(partial(_report, passage=noted, suspicion=one) for one in new))


def _report(lane: Lane, passage: Passage, suspicion: Suspicion) -> Turn:
    code, measured, limit = suspicion
    what = WORDS[code]
    told = SUSPICIOUS.fill(zh=what.zh, en=what.en, measured=measured, limit=limit)
    turn = tell(lane, told, code, "alarm" if code in SUSPECT_CODES else "warn")
    if passage.recorded is not None:
        remark = Correction(passage.recorded, f"{code}: {measured} ({limit})")
        turn = in_turn(
            turn.lane,
            lambda now: Turn(now, turn.acts),
            partial(write, kind=Kind.CORRECTION, body=remark),
        )
    if code not in SUSPECT_CODES or (SUSPECT, code) in lane.ledger.standing:
        return turn
    raised = raise_causes(turn.lane, [Finding(SUSPECT, code, measured, limit)])
    return Turn(raised.lane, turn.acts + raised.acts)
