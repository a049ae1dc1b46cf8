"""Orders and receipts as they arrive: checked, recorded, and only then in effect.

An order must be the very next one of our stream and name the one before; what is not, is refused
with a code and recorded once. A receipt must agree with our own book: if the collector holds a head
that we do not, somebody turned our book back or forked it, and sales close.
"""

from dataclasses import replace
from functools import partial
from hashlib import sha256

from edge_agent.acts import KeepKeySet, KeepOrder, KeepReceipt
from edge_agent.announcements import ORDER_APPLIED, ORDER_REFUSED, ORDER_WAITS, RECEIPT_REFUSED
from edge_agent.cause_words import CAUSES
from edge_agent.ledger import key_ring
from edge_agent.order_words import ORDERS
from edge_agent.record_effects import DAY_MS, MAX_BAD_ORDERS_PER_DAY, SPENT_NUMBERS, TRUSTED
from edge_agent.settings import HOUR_MS, policy_fits
from edge_agent.turn import Lane, Turn, in_turn, newest_receipt, signed_ms, tell, write
from weighbook.keys import PublicKey
from weighbook.keyset import open_keyset
from weighbook.orders import (
    Action,
    KeySetArgs,
    Lift,
    Order,
    Permit,
    Policy,
    Release,
    Thaw,
    View,
    open_order,
    view_until_ms,
)
from weighbook.phrase import Phrase, Refusal
from weighbook.receipts import Receipt, open_receipt
from weighbook.records import ClockChange, Kind, OrderSeen, ReceiptSeen

MAX_TOLD = 64  # bad receipts told once each
RECEIPT_EVERY_MS = HOUR_MS  # on a quiet book, one receipt record an hour keeps the lease


def take_order(lane: Lane, message: bytes) -> Turn:
    """One order message, from the network, a file or a scanned code."""
    if lane.adrift:
        return tell(lane, ORDER_WAITS, "ORDER_WAITS", "alarm")
    digest = sha256(message).digest()
    try:
        order, _ = open_order(message, key_ring(lane.ledger), _key_time_s(lane))
    except Refusal as refusal:
        return _refuse(lane, digest, None, refusal.code)
    code = _objection(lane, order)
    if code is not None:
        return _refuse(lane, digest, order, code)
    seen = OrderSeen(order.number, digest, str(order.action), "applied", None)
    known = replace(
        lane,
        ledger=replace(lane.ledger, orders=lane.ledger.orders.set(digest, order)),
        booked=replace(lane.booked, orders=lane.booked.orders.set(digest, order)),
    )
    applied = ORDER_APPLIED.fill(number=order.number, action=order.action)
    # An order may have been kept back for days: its time proves no present, unless it says so.
    is_about_time = isinstance(order.args, Release) and "CLOCK" in order.args.causes
    trust = partial(trust_time, at_ms=order.at_ms, before_ms=signed_ms(lane))
    turn = in_turn(
        known,
        partial(write, kind=Kind.ORDER, body=seen),
        *((trust,) if is_about_time else ()),
        partial(tell, phrase=applied, code=str(order.action), level="warn"),
    )
    return Turn(turn.lane, (*_keeps(order, digest, message, lane.ledger.root), *turn.acts))


def _objection(lane: Lane, order: Order) -> str | None:
    """Why an order with good signatures is not taken; None: it is the next one, and fits."""
    ledger = lane.ledger
    if {order.target, order.stream} != {ledger.weighbridge}:
        return "E_ORDER_FOREIGN"
    if order.number <= ledger.order_number:
        return "E_ORDER_REPLAYED"
    if order.number > ledger.order_number + 1:
        return "E_ORDER_GAP"
    if order.prev != ledger.order_digest:
        return "E_ORDER_CHAIN"
    # What came by telephone in time is not late because its paper is; and a clock set back does not
    # make an order young again.
    now_ms = max(lane.now.wall_ms, signed_ms(lane))
    is_late = order.expires_ms is not None and order.expires_ms <= now_ms
    if is_late and order.number not in ledger.phoned:
        return "E_ORDER_EXPIRED"
    return _bad_arguments(lane, order)


def _bad_arguments(lane: Lane, order: Order) -> str | None:
    args = order.args
    match args:
        case KeySetArgs():
            try:
                keyset = open_keyset(args.message, lane.ledger.root)
            except Refusal:
                return "E_KEYSET"
            return None if keyset.version > lane.ledger.keyset.version else "E_KEYSET"
        case Lift() if args.order not in lane.ledger.suspensions:
            return "E_ORDER_ARGS"
        case Permit() if order.expires_ms is None or not set(args.causes) <= CAUSES.keys():
            return "E_ORDER_ARGS"
        case Thaw() if not args.tickets:
            return "E_ORDER_ARGS"
        case Policy() if not policy_fits(dict(args.values)):
            return "E_ORDER_ARGS"
        case View() if args.camera not in lane.site.cameras or view_until_ms(order) is None:
            return "E_ORDER_ARGS"
    return "E_ORDER_ARGS" if order.action is Action.ENROL else None


def _refuse(lane: Lane, digest: bytes, order: Order | None, code: str) -> Turn:
    """Tell it, and record each distinct bad message once, up to a bound a day."""
    is_next = code in SPENT_NUMBERS
    bad = lane.ledger.bad_orders
    if digest in bad and not is_next:
        return Turn(lane)
    words = ORDERS.get(code, ORDERS["E_SIG"])
    told = partial(tell, phrase=_filled(ORDER_REFUSED, code, words), code=code, level="warn")
    today = sum(day == lane.now.wall_ms // DAY_MS for day in bad.values())
    if today >= MAX_BAD_ORDERS_PER_DAY and not is_next:
        return told(lane)
    number, action = (0, "") if order is None else (order.number, str(order.action))
    seen = OrderSeen(number, digest, action, "refused", code)
    return in_turn(lane, partial(write, kind=Kind.ORDER, body=seen), told)


def _keeps(
    order: Order, digest: bytes, message: bytes, root: PublicKey
) -> tuple[KeepOrder | KeepKeySet, ...]:
    keep = KeepOrder(order.number, digest, message)
    if not isinstance(order.args, KeySetArgs):
        return (keep,)
    version = open_keyset(order.args.message, root).version
    return (keep, KeepKeySet(version, order.args.message))


def take_receipt(lane: Lane, message: bytes) -> Turn:
    """One receipt. Older than the newest: known already, no change."""
    digest = sha256(message).digest()
    try:
        receipt = open_receipt(message, key_ring(lane.ledger), _key_time_s(lane))
    except Refusal as refusal:
        return _refuse_receipt(lane, digest, refusal.code)
    if receipt.weighbridge != lane.ledger.weighbridge or receipt.epoch != lane.ledger.epoch:
        return _refuse_receipt(lane, digest, "E_RECEIPT_FOREIGN")
    if (fault := _contradiction(lane, receipt)) is not None:
        return Turn(replace(lane, watch=replace(lane.watch, head_fault=fault)))
    newest = newest_receipt(lane)
    if newest is not None and receipt.at_ms <= newest.at_ms:
        return Turn(lane)
    seen = ReceiptSeen(receipt.seq, digest, receipt.at_ms, receipt.lease_until_ms)
    kept = KeepReceipt(receipt.seq, digest, receipt.at_ms, message)
    turn = in_turn(
        replace(lane, heard=seen),
        partial(_record_receipt, seen=seen, before=lane.ledger.receipt),
        partial(trust_time, at_ms=receipt.at_ms, before_ms=signed_ms(lane)),
    )
    return Turn(turn.lane, (kept, *turn.acts))


def _contradiction(lane: Lane, receipt: Receipt) -> str | None:
    """What in the collector's word cannot be true if our book is whole."""
    if receipt.seq > lane.ledger.seq:
        return f"receipt for {receipt.seq}, book ends at {lane.ledger.seq}"
    ours = lane.ledger.digests.get(receipt.seq)
    if ours is not None and ours != receipt.head:
        return f"record {receipt.seq} differs: {ours.hex()[:16]}, {receipt.head.hex()[:16]}"
    return None


def _record_receipt(lane: Lane, seen: ReceiptSeen, before: ReceiptSeen | None) -> Turn:
    """Record it if it holds anything but earlier receipts, ends a cause, or an hour has gone.

    A receipt record is itself received and receipted; without this rule that would never end.
    """
    quiet = (
        before is not None
        and seen.seq - before.seq <= 1
        and seen.seq in (before.seq, lane.ledger.receipt_at_seq)
        and seen.at_ms - before.at_ms < RECEIPT_EVERY_MS
        and not any(code in ("LEASE", "CLOCK") for code, _ in lane.ledger.standing)
    )
    return Turn(lane) if quiet else write(lane, Kind.RECEIPT, seen)


def trust_time(lane: Lane, at_ms: int, before_ms: int) -> Turn:
    """Fresh signed time close behind our own: both clocks are believed from here on."""
    age_ms = lane.now.wall_ms - at_ms
    if at_ms <= before_ms or not -lane.site.clock_back_ms <= age_ms <= lane.site.clock_limit_ms:
        return Turn(lane)
    believed = replace(lane, watch=replace(lane.watch, anchor=lane.now, trusted=True))
    if not any(code == "CLOCK" for code, _ in lane.ledger.standing):
        return Turn(believed)
    change = ClockChange(lane.ledger.newest_ms, lane.now.wall_ms, TRUSTED)
    return write(believed, Kind.CLOCK, change)


def _refuse_receipt(lane: Lane, digest: bytes, code: str) -> Turn:
    if digest in lane.told_digests:
        return Turn(lane)
    told = replace(lane, told_digests=(*lane.told_digests, digest)[-MAX_TOLD:])
    words = ORDERS.get(code, ORDERS["E_SIG"])
    return tell(told, _filled(RECEIPT_REFUSED, code, words), code, "warn")


def _filled(phrase: Phrase, code: str, words: Phrase) -> Phrase:
    return phrase.fill(code=code, zh=words.zh, en=words.en)


def _key_time_s(lane: Lane) -> int:
    """At which time keys are judged: a clock set back does not bring an old key back to life."""
    return max(lane.now.wall_ms, signed_ms(lane)) // 1_000
