"""What each of the bureau's orders does to the ledger: one small function per action, in `EFFECTS`.

The orders were verified before (`bureau`); here they only take effect, so that a restart, which
folds the same records, ends in the same state.
"""

from collections.abc import Callable
from dataclasses import replace

from immutables import Map

from edge_agent.interlock import Permit, Suspension
from edge_agent.ledger_state import Ledger, Standing, Viewing
from weighbook.commissioning import after_approval
from weighbook.keyset import open_keyset
from weighbook.orders import (
    Action,
    KeySetArgs,
    Lease,
    Lift,
    Order,
    Policy,
    Release,
    Revoke,
    Suspend,
    Thaw,
    View,
    view_until_ms,
)
from weighbook.orders import Permit as PermitArgs

MAX_VIEWS = 4  # that may run at once
CLOCKS_APART_MS = 10 * 60_000  # by which a deck's clock may differ from the bureau's


def apply_order(ledger: Ledger, order: Order) -> Ledger:
    heard = replace(ledger, signed_ms=max(ledger.signed_ms, order.at_ms))
    effect = EFFECTS.get(order.action)
    return heard if effect is None else effect(heard, order)


def _suspend(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Suspend)
    number = args.again or order.number
    new = Suspension(number, args.reason, order.not_before_ms, args.until_ms)
    return replace(ledger, suspensions=ledger.suspensions.set(number, new))


def _lift(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Lift)
    if args.order not in ledger.suspensions:
        return ledger
    return replace(ledger, suspensions=ledger.suspensions.delete(args.order))


def _permit(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, PermitArgs)
    assert order.expires_ms is not None
    new = Permit(
        order.number,
        args.causes,
        order.not_before_ms,
        order.expires_ms,
        args.max_trucks,
        args.max_kg,
    )
    return replace(ledger, permits=ledger.permits.set(order.number, new))


def _release(ledger: Ledger, order: Order) -> Ledger:
    """Mark what is released; the cause goes when its own check agrees (`causes`)."""
    args = order.args
    assert isinstance(args, Release)
    standing = ledger.standing
    for key, cause in standing.items():
        if is_named(key, args.causes) and not _is_younger(cause, order, ledger):
            standing = standing.set(key, cause._replace(released=True))
    released = replace(ledger, standing=standing)
    if "BOOK" in args.causes:
        released = replace(released, missing_orders=(), denied=())
    return _approve_calibrations(released, order.at_ms) if "SITE" in args.causes else released


def _is_younger(cause: Standing, order: Order, ledger: Ledger) -> bool:
    """Raised after the order was signed: nobody at the bureau can have meant it.

    Of a cause that seems to lie ahead of us, and of CLOCK, no time can be believed.
    """
    known = cause.code != "CLOCK" and cause.since_ms <= ledger.last_ms
    return known and cause.since_ms > order.at_ms + CLOCKS_APART_MS


def _approve_calibrations(ledger: Ledger, at_ms: int) -> Ledger:
    calibrations = ledger.calibrations
    for device, known in calibrations.items():
        calibrations = calibrations.set(device, after_approval(known, at_ms))
    return replace(ledger, calibrations=calibrations)


def is_named(key: tuple[str, str], causes: tuple[str, ...]) -> bool:
    """Whether a release names this cause; an APPROVAL is also named by the cause it came from."""
    code, subject = key
    return code in causes or (code == "APPROVAL" and subject.split(":")[0] in causes)


def _lease(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Lease)
    return replace(ledger, lease_until_ms=max(ledger.lease_until_ms, args.until_ms))


def _revoke(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Revoke)
    tickets, kids = ledger.revoked_tickets, ledger.revoked_kids
    tickets = tickets.update(dict.fromkeys(args.all_tickets, order.number))
    if args.kid is not None:
        kids = kids.set(args.kid, order.number)
    return replace(ledger, revoked_tickets=tickets, revoked_kids=kids)


def _thaw(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Thaw)
    thawed = Map({k: v for k, v in ledger.revoked_tickets.items() if k not in args.tickets})
    return replace(ledger, revoked_tickets=thawed)


def _policy(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, Policy)
    return replace(ledger, policy=Map(dict(ledger.policy) | dict(args.values)))


def _keyset(ledger: Ledger, order: Order) -> Ledger:
    args = order.args
    assert isinstance(args, KeySetArgs)
    keyset = open_keyset(args.message, ledger.root)
    return replace(ledger, keyset=keyset) if keyset.version > ledger.keyset.version else ledger


def _view(ledger: Ledger, order: Order) -> Ledger:
    args, until_ms = order.args, view_until_ms(order)
    assert isinstance(args, View)
    if until_ms is None:
        return ledger
    new = Viewing(order.number, args.camera, order.not_before_ms, until_ms)
    return replace(ledger, views=(*ledger.views, new)[-MAX_VIEWS:])


EFFECTS: dict[Action, Callable[[Ledger, Order], Ledger]] = {
    Action.SUSPEND: _suspend,
    Action.LIFT: _lift,
    Action.PERMIT: _permit,
    Action.RELEASE: _release,
    Action.LEASE: _lease,
    Action.REVOKE: _revoke,
    Action.POLICY: _policy,
    Action.KEYSET: _keyset,
    Action.VIEW: _view,
    Action.THAW: _thaw,
}
