"""The weighbridge as a fold: (lane, event) → (lane, acts). Nothing here waits, reads or writes.

`start` begins a run from the ledger; `step` takes one event through `PHASES`, always in this order:
causes are judged before anything is decided. The shell carries the acts out in the order given and,
after each `Write`, calls `recorded` with what it has committed; if an act fails it stops there, and
the next step finds that the book lacks a line that was asked for: sales close (BOOK) until the book
is proven.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from immutables import Map

from edge_agent.acts import Act, CloseBarrier, Report
from edge_agent.announcements import DEVICE_BACK, DEVICE_LOST, STOPPING
from edge_agent.bureau import take_order, take_receipt
from edge_agent.causes import START, Finding
from edge_agent.commissioning import take_calibration
from edge_agent.deck import take_frame, take_shot
from edge_agent.events import (
    BookChecked,
    CalibrationArrived,
    CodeRead,
    DeviceBack,
    DeviceLost,
    DiskCrowded,
    Event,
    EvidenceTaken,
    Moment,
    OrderArrived,
    PhoneAnswered,
    PhoneAsked,
    PicturesTaken,
    PlateGiven,
    PruneProposed,
    ReceiptArrived,
    ReprintAsked,
    ScaleRead,
    StopAsked,
    TrialAsked,
)
from edge_agent.evidence_room import take_crowd, take_proposal
from edge_agent.fault_evidence import ask_evidence_owed, take_evidence
from edge_agent.halts import judge_causes, raise_causes
from edge_agent.ledger import fold
from edge_agent.ledger_state import Ledger
from edge_agent.phone import take_answer, take_ask
from edge_agent.port_words import lost_words
from edge_agent.reprints import take_reprint
from edge_agent.sales import settle_passage
from edge_agent.scans import expire_held, take_code, take_plate
from edge_agent.settings import SiteSettings
from edge_agent.trial_mode import take_trial
from edge_agent.turn import Lane, Step, Turn, in_turn, tell, write
from edge_agent.watch import Watch, notice
from weighbook.records import CauseChange, Dark, Kind, Record, Started, Stopped

__all__ = ["Lane", "recorded", "start", "step"]


def start(
    settings: SiteSettings, ledger: Ledger, now: Moment, *, seen_ms: int = 0, boot: bytes = b""
) -> tuple[Lane, tuple[Act, ...]]:
    """Begin a run. `seen_ms`: when the last run was known to live, if later than its last record.

    `boot`: this boot of the machine; one that no orderly stop came before closes sales (POWER).

    Every cause that is not disproved stands from here; those of the last run keep their since.
    """
    unclean = ledger.started and not ledger.clean and boot not in (b"", ledger.boot)
    watch = Watch(started=now, anchor=now, unclean=unclean)
    lane = Lane(settings, ledger, ledger, watch, now)
    started = Started(settings.software, settings.config, ledger.clean)
    return in_turn(
        _forget_start(lane),
        lambda now: Turn(now, (CloseBarrier(),)),
        partial(write, kind=Kind.STARTED, body=started),
        partial(_note_dark, ledger=ledger, seen_ms=seen_ms),
        judge_causes,
        partial(ask_evidence_owed, late=True),
    )


def step(lane: Lane, event: Event) -> tuple[Lane, tuple[Act, ...]]:
    """One event. After `StopAsked` nothing more happens."""
    if lane.stopped:
        return lane, ()
    lane, acts = replace(lane, now=event.now), tuple[Act, ...]()
    for phase in PHASES:
        lane, more = phase(lane, event)
        acts += more
    return lane, acts


def recorded(lane: Lane, record: Record, digest: bytes) -> Lane:
    """The shell has this record on disk; `digest`: SHA-256 of its message. In writing order."""
    booked = fold(lane.booked, record, digest)
    if booked.seq < lane.ledger.seq:
        return replace(lane, booked=booked)
    standing = booked.standing.update(lane.unwritten)
    return replace(lane, booked=booked, ledger=replace(booked, standing=standing))


def _check_book(lane: Lane, event: Event) -> Turn:
    """A line was asked for and not recorded: go back to what the book holds, and distrust it."""
    steps: tuple[Step, ...] = ()
    if not lane.adrift and lane.ledger.seq != lane.booked.seq:
        owed = {
            key: cause
            for key, cause in lane.ledger.standing.items()
            if lane.booked.standing.get(key) != cause
        }
        missing = f"line {lane.booked.seq + 1} is not in the book"
        back = replace(lane.booked, standing=lane.booked.standing.update(owed))
        watch = replace(lane.watch, book_ok=False, book_detail=missing)
        lane = replace(lane, ledger=back, adrift=True, unwritten=Map(owed), watch=watch)
        steps += (ask_evidence_owed,)  # the acts behind the line that failed were not done
    if isinstance(event, BookChecked) and event.ok and lane.adrift:
        steps += (_write_owed,)
    return in_turn(lane, *steps)


def _write_owed(lane: Lane) -> Turn:
    """The book takes lines again: first the causes that it could not take."""
    owed = sorted(lane.unwritten.items())
    writable = replace(lane, adrift=False, unwritten=Map())
    changes = [
        CauseChange(code, subject, "raised", c.since_ms, c.measured, c.limit, None)
        for (code, subject), c in owed
    ]
    return in_turn(writable, *(partial(write, kind=Kind.CAUSE, body=change) for change in changes))


def _notice(lane: Lane, event: Event) -> Turn:
    return Turn(replace(lane, watch=notice(lane.watch, event, lane.site)))


def _judge(lane: Lane, event: Event) -> Turn:
    return judge_causes(lane)


def _handle(lane: Lane, event: Event) -> Turn:
    take = HANDLERS.get(type(event))
    return Turn(lane) if take is None else take(lane, event)


def _settle(lane: Lane, event: Event) -> Turn:
    return in_turn(lane, expire_held, settle_passage)


PHASES: tuple[Callable[[Lane, Event], Turn], ...] = (
    _check_book,
    _notice,
    _judge,
    _handle,
    _judge,
    _settle,
    _judge,
)


def _take_order(lane: Lane, event: OrderArrived) -> Turn:
    return take_order(lane, event.message)


def _take_receipt(lane: Lane, event: ReceiptArrived) -> Turn:
    return take_receipt(lane, event.message)


def _take_calibration(lane: Lane, event: CalibrationArrived) -> Turn:
    return take_calibration(lane, event.message)


def _lose(lane: Lane, event: DeviceLost) -> Turn:
    words = lost_words(event.detail)
    phrase = DEVICE_LOST.fill(device=event.device, zh=words.zh, en=words.en)
    return tell(lane, phrase, "DEVICE_LOST", "alarm")


def _find(lane: Lane, event: DeviceBack) -> Turn:
    return tell(lane, DEVICE_BACK.fill(device=event.device), "DEVICE_BACK")


def _stop(lane: Lane, event: StopAsked) -> Turn:
    turn = in_turn(
        lane,
        lambda now: Turn(now, (CloseBarrier(),)),
        partial(write, kind=Kind.STOPPED, body=Stopped(event.reason)),
        partial(tell, phrase=STOPPING, code="STOPPING", level="warn"),
        lambda now: Turn(now, (Report(),)),
    )
    return Turn(replace(turn.lane, stopped=True), turn.acts)


HANDLERS: dict[type, Callable[[Lane, Any], Turn]] = {
    ScaleRead: take_frame,
    CodeRead: take_code,
    PlateGiven: take_plate,
    PicturesTaken: take_shot,
    PruneProposed: take_proposal,
    DiskCrowded: take_crowd,
    EvidenceTaken: take_evidence,
    OrderArrived: _take_order,
    PhoneAsked: take_ask,
    PhoneAnswered: take_answer,
    ReceiptArrived: _take_receipt,
    ReprintAsked: take_reprint,
    TrialAsked: take_trial,
    CalibrationArrived: _take_calibration,
    DeviceLost: _lose,
    DeviceBack: _find,
    StopAsked: _stop,
}


def _forget_start(lane: Lane) -> Lane:
    """What stood in the last run only because it had started, counts from this start anew."""
    standing = lane.ledger.standing
    for key, cause in standing.items():
        if cause.measured == START:
            standing = standing.delete(key)
    return replace(lane, ledger=replace(lane.ledger, standing=standing))


def _note_dark(lane: Lane, ledger: Ledger, seen_ms: int) -> Turn:
    """The time in which nobody watched; if it was long and unclean, the bureau must approve."""
    if not ledger.started:
        return Turn(lane)
    to_ms = lane.now.wall_ms
    from_ms = min(to_ms, max(ledger.newest_ms, seen_ms))
    dark = partial(write, kind=Kind.DARK, body=Dark(from_ms, to_ms, ledger.clean))
    if ledger.clean or to_ms - from_ms <= lane.site.short_ms:
        return dark(lane)
    approval = Finding("APPROVAL", "DARK", f"{to_ms - from_ms} ms", f"{lane.site.short_ms} ms")
    if approval.key in lane.ledger.standing:
        return dark(lane)
    return in_turn(lane, dark, partial(raise_causes, findings=[approval]))
