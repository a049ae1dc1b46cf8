"""What an order by telephone does to the ledger, and what its signed order does when it comes.

It takes effect once: the signed order only takes its place in the chain. If the bureau signed
something else under that number, the code was not the bureau's: what it gave is taken back, the
signed order counts, and sales close until the bureau has looked (BOOK).
"""

from dataclasses import replace

from edge_agent.ledger_state import Ledger
from edge_agent.order_effects import apply_order
from weighbook.orders import Order
from weighbook.phone import Held, ask_of, is_same, phoned_order
from weighbook.records import OrderSeen, Phoned

BAD_CODE = "E_PHONE_CODE"  # why a try is refused in the book


def held_of(ledger: Ledger) -> Held:
    return Held(ledger.weighbridge, ledger.epoch, ledger.order_number, ledger.order_digest)


def take_phoned(ledger: Ledger, seen: OrderSeen) -> Ledger:
    """In effect from here on, under the number the bureau gave it."""
    assert seen.phoned is not None
    order = order_by_phone(ledger, seen.number, seen.action, seen.phoned)
    known = replace(ledger, phoned=ledger.phoned.set(seen.number, seen), bad_codes=0)
    # It speaks of this moment; of the time at the bureau it proves the half-hour.
    done = apply_order(known, replace(order, at_ms=ledger.last_ms))
    return replace(done, signed_ms=max(ledger.signed_ms, order.at_ms))


def order_by_phone(ledger: Ledger, number: int, action: str, phoned: Phoned) -> Order:
    return phoned_order(ask_of(action, phoned), held_of(ledger), number, phoned.step)


def settle(ledger: Ledger, order: Order) -> Ledger:
    """The signed order of that number has come; it may have come by telephone before."""
    seen = ledger.phoned.get(order.number)
    if seen is None:
        return apply_order(ledger, order)
    assert seen.phoned is not None
    left = replace(ledger, phoned=ledger.phoned.delete(order.number))
    if is_same(order, order_by_phone(ledger, seen.number, seen.action, seen.phoned)):
        return replace(left, signed_ms=max(left.signed_ms, order.at_ms))
    if order.number in left.permits:
        left = replace(left, permits=left.permits.delete(order.number))
    return apply_order(replace(left, denied=(*left.denied, order.number)), order)
