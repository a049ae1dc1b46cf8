"""Orders: whatever the bureau signs for an agent, numbered and chained per weighbridge.

What relaxes a rule carries two different officers' signatures (COSE_Sign); the rest carries one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from weighbook.envelope import Opened, Typ, is_joint, open_joint, open_message, sign, sign_joint
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields
from weighbook.texts import ORDER, write_text

MAX_ORDER_BYTES = 64 * 1024
NO_ORDER = bytes(32)
MAX_VIEW_MINUTES = 10
MAX_TICKETS = 500  # that one order revokes or thaws: it must fit a message
MINUTE_MS = 60_000


class Action(StrEnum):
    """What an order does."""

    ENROL = "ENROL"
    SUSPEND = "SUSPEND"
    LIFT = "LIFT"
    PERMIT = "PERMIT"
    RELEASE = "RELEASE"
    REVOKE = "REVOKE"
    LEASE = "LEASE"
    POLICY = "POLICY"
    KEYSET = "KEYSET"
    VIEW = "VIEW"
    THAW = "THAW"


RELAXING = frozenset(
    {Action.LIFT, Action.PERMIT, Action.RELEASE, Action.LEASE, Action.POLICY, Action.THAW}
)


@dataclass(frozen=True)
class Enrol:
    """This key keeps the book of this weighbridge, in this epoch, leased until then.

    `phone`: the bureau's key for codes by telephone. `owed`: nothing is sold before the order of
    that number is applied; what stood in the epoch before is said again up to there.
    """

    weighbridge: str
    enterprise: str
    epoch: int
    key: bytes
    lease_until_ms: int
    phone: bytes | None = None
    owed: int | None = None


@dataclass(frozen=True)
class Suspend:
    """Tickets and sales stop (停票停销), until a time or until lifted.

    `again`: the order that said so first, in an epoch before this one; a lift names that.
    """

    reason: str
    until_ms: int | None = None
    again: int | None = None


@dataclass(frozen=True)
class Lift:
    """The suspension of that order number ends."""

    order: int


@dataclass(frozen=True)
class Permit:
    """Leave to sell in spite of named causes, within the order's times and these counts."""

    causes: tuple[str, ...]
    measures: str
    max_trucks: int
    max_kg: int


@dataclass(frozen=True)
class Release:
    """The named causes are released by the bureau."""

    causes: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Revoke:
    """A ticket, a key, or many tickets count no longer."""

    ticket_no: str | None = None
    kid: bytes | None = None
    tickets: tuple[str, ...] | None = None

    @property
    def all_tickets(self) -> tuple[str, ...]:
        one = () if self.ticket_no is None else (self.ticket_no,)
        return (*one, *(self.tickets or ()))


@dataclass(frozen=True)
class Thaw:
    """Tickets that were revoked count again."""

    tickets: tuple[str, ...]


@dataclass(frozen=True)
class Lease:
    """The agent may sell without contact until then."""

    until_ms: int


@dataclass(frozen=True)
class Policy:
    """Named settings of the county."""

    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class KeySetArgs:
    """A newer key set, signed by the root."""

    message: bytes


@dataclass(frozen=True)
class View:
    """A camera's keyframes are sent, one a second, for so many minutes from the order's beginning.

    The order expires with its view: one that arrives later shows nothing.
    """

    camera: str
    minutes: int


Args = (
    Enrol | Suspend | Lift | Permit | Release | Revoke | Lease | Policy | KeySetArgs | View | Thaw
)

ARGS: dict[Action, type[Any]] = {
    Action.ENROL: Enrol,
    Action.SUSPEND: Suspend,
    Action.LIFT: Lift,
    Action.PERMIT: Permit,
    Action.RELEASE: Release,
    Action.REVOKE: Revoke,
    Action.LEASE: Lease,
    Action.POLICY: Policy,
    Action.KEYSET: KeySetArgs,
    Action.VIEW: View,
    Action.THAW: Thaw,
}


@dataclass(frozen=True)
class Order:
    """One order. `prev` is the digest of the order message before, 32 zero bytes for number 1."""

    stream: str
    number: int
    prev: bytes
    target: str
    action: Action
    not_before_ms: int
    expires_ms: int | None
    at_ms: int
    args: Args


@dataclass(frozen=True)
class _Head:
    stream: str
    number: int
    prev: bytes
    target: str
    action: Action
    not_before_ms: int
    expires_ms: int | None
    at_ms: int


def sign_order(order: Order, keys: tuple[SigningKey, ...]) -> bytes:
    """The order as a message, signed by one or two officers."""
    payload = encode_fields(order)
    if len(keys) == 1:
        return sign(payload, Typ.ORDER, keys[0])
    return sign_joint(payload, Typ.ORDER, keys)


def open_order(message: bytes, ring: KeyRing, at_s: int | None) -> tuple[Order, Opened]:
    """The order, if enough officers signed it. Errors: Refusal, E_TWO_SIGNERS among them."""
    opening = open_joint if is_joint(message) else open_message
    opened = opening(message, Typ.ORDER, ring, at_s=at_s, max_bytes=MAX_ORDER_BYTES)
    order = order_of(opened.payload)
    if order.action in RELAXING and len(set(opened.signers)) < 2:
        raise refuse("E_TWO_SIGNERS", order.action)
    return order, opened


def order_of(payload: dict[int, Any]) -> Order:
    """The order of a payload, unverified. Errors: Refusal E_SCHEMA."""
    head = decode_fields(_Head, payload)
    args = payload.get(9)
    if type(args) is not dict or head.number < 1 or len(head.prev) != 32:
        raise refuse("E_SCHEMA", "order")
    return Order(
        head.stream,
        head.number,
        head.prev,
        head.target,
        head.action,
        head.not_before_ms,
        head.expires_ms,
        head.at_ms,
        decode_fields(ARGS[head.action], args),
    )


def view_until_ms(order: Order) -> int | None:
    """When a view ends; None: the order is no view, or not one that may be carried out."""
    args = order.args
    if not isinstance(args, View) or not 1 <= args.minutes <= MAX_VIEW_MINUTES:
        return None
    until_ms = order.not_before_ms + args.minutes * MINUTE_MS
    return until_ms if order.expires_ms == until_ms else None


def order_text(message: bytes) -> str:
    """The QR text of an order message."""
    return write_text(ORDER, message)
