"""What each kind of record does to the ledger: one small function per kind, listed in `EFFECTS`.

Kinds that are not listed (passages, controls …) count in the totals and change nothing else.
"""

from collections.abc import Callable
from dataclasses import replace

from immutables import Map

from edge_agent.events import Fault
from edge_agent.ledger_state import Ledger, Line, Standing
from edge_agent.phone_effects import BAD_CODE, settle, take_phoned
from edge_agent.weighing_effects import count_overload, count_test, reserve, spend
from weighbook.commissioning import after_record, calibrated_by
from weighbook.orders import Enrol
from weighbook.records import (
    Body,
    Calibration,
    CauseChange,
    ClockChange,
    Correction,
    Genesis,
    Kind,
    OrderSeen,
    Pruned,
    ReceiptSeen,
    Started,
    Stopped,
)

DAY_MS = 86_400_000
REPRINT = "reprint"  # a remark: the slip of that record was printed again
MAX_REPRINTS = 10_000  # slips whose copies are counted; the oldest are forgotten
MAX_EVIDENCED = 64  # faults that are known to have their evidence
MAX_BAD_ORDERS_PER_DAY = 100  # distinct bad orders recorded; more are told and not recorded

# Refused, and yet the next number is awaited: the bureau did send these, they came to nothing.
SPENT_NUMBERS = frozenset({"E_ORDER_EXPIRED", "E_ORDER_ARGS", "E_KEYSET"})
TRUSTED = "trusted"  # ClockChange reason: the bureau's time was heard, and ours agrees with it


def _genesis(ledger: Ledger, body: Body, line: Line) -> Ledger:
    assert isinstance(body, Genesis)
    order = ledger.orders.get(body.order)
    number, lease_ms, owed = 1, 0, 0
    if order is not None:
        number = order.number
        if isinstance(order.args, Enrol):
            lease_ms, owed = order.args.lease_until_ms, order.args.owed or 0
    return replace(
        ledger,
        genesis_ms=line.at_ms,
        order_number=number,
        order_digest=body.order,
        lease_until_ms=lease_ms,
        owed=owed,
    )


def _started(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    assert isinstance(body, Started)
    return replace(ledger, started=True)


def _stopped(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    assert isinstance(body, Stopped)
    return replace(ledger, clean=True)


def _cause(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    assert isinstance(body, CauseChange)
    key = (body.code, body.subject)
    standing = ledger.standing
    if body.change == "evidence":
        fault = Fault(body.code, body.subject, body.since_ms)
        return replace(ledger, evidenced=(*ledger.evidenced, fault)[-MAX_EVIDENCED:])
    if body.change == "raised":
        raised = Standing(body.code, body.subject, body.since_ms, body.measured, body.limit)
        return replace(ledger, standing=standing.set(key, raised))
    if key not in standing:
        return ledger
    if body.change == "cleared":
        return replace(ledger, standing=standing.delete(key))
    permit = body.permit if body.change == "covered" else None
    return replace(ledger, standing=standing.set(key, standing[key]._replace(permit=permit)))


def _pruned(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    assert isinstance(body, Pruned)
    return replace(ledger, pruned=(body.from_seq, body.to_seq))


def _receipt(ledger: Ledger, body: Body, line: Line) -> Ledger:
    assert isinstance(body, ReceiptSeen)
    signed_ms = max(ledger.signed_ms, body.at_ms)
    return replace(ledger, receipt=body, receipt_at_seq=line.seq, signed_ms=signed_ms)


def _correction(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    """Remarks change nothing, but copies of slips are counted."""
    assert isinstance(body, Correction)
    word, _, copy = body.text.partition(" ")
    if word != REPRINT or not copy.isdigit():
        return ledger
    reprints = ledger.reprints.set(body.seq, int(copy))
    if len(reprints) > MAX_REPRINTS:
        reprints = reprints.delete(min(reprints))
    return replace(ledger, reprints=reprints)


def _clock(ledger: Ledger, body: Body, _line: Line) -> Ledger:
    """Only trusted time may take the book's own time back."""
    assert isinstance(body, ClockChange)
    return replace(ledger, newest_ms=body.to_ms) if body.reason == TRUSTED else ledger


def _order(ledger: Ledger, body: Body, line: Line) -> Ledger:
    assert isinstance(body, OrderSeen)
    if body.phoned is not None:
        return take_phoned(ledger, body)
    if body.reason == BAD_CODE:
        return replace(ledger, bad_codes=ledger.bad_codes + 1)
    if body.outcome != "applied" and body.reason not in SPENT_NUMBERS:
        day = line.at_ms // DAY_MS
        today = ledger.bad_orders if day in ledger.bad_orders.values() else Map()
        return replace(ledger, bad_orders=today.set(body.digest, day))
    moved = replace(ledger, order_number=body.number, order_digest=body.digest, bad_codes=0)
    if body.outcome != "applied":
        return moved
    order = ledger.orders.get(body.digest)
    if order is None:
        return replace(moved, missing_orders=(*ledger.missing_orders, body.number))
    return settle(moved, order)


def _calibration(ledger: Ledger, body: Body, line: Line) -> Ledger:
    assert isinstance(body, Calibration)
    known = ledger.calibrations.get(body.device)
    after = after_record(known, calibrated_by(body), line.at_ms)
    return replace(ledger, calibrations=ledger.calibrations.set(body.device, after))


Effect = Callable[[Ledger, Body, Line], Ledger]

EFFECTS: dict[Kind, Effect] = {
    Kind.GENESIS: _genesis,
    Kind.STARTED: _started,
    Kind.STOPPED: _stopped,
    Kind.TARE: reserve,
    Kind.SALE: spend,
    Kind.REFUSED: count_overload,
    Kind.TEST: count_test,
    Kind.CAUSE: _cause,
    Kind.ORDER: _order,
    Kind.RECEIPT: _receipt,
    Kind.PRUNED: _pruned,
    Kind.CLOCK: _clock,
    Kind.CALIBRATION: _calibration,
    Kind.CORRECTION: _correction,
}
