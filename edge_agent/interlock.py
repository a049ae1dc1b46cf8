"""Whether sales are open: proven, or closed.

Sales are open iff every standing cause is covered by a permit that is valid now, and no suspension
is in force. What can never be covered is in `UNCOVERABLE`. A pure function of what stands; nothing
is remembered.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

UNCOVERABLE = frozenset({"ORDER", "CLOCK", "BOOK", "SCALE_SILENT", "SCALE_SUSPECT", "SITE"})

CauseKey = tuple[str, str]  # code, subject


class Cause(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def subject(self) -> str: ...


class Permit(NamedTuple):
    """A permit and what has been used of it. It ends by time, trucks or kg, whichever is first."""

    number: int
    causes: tuple[str, ...]
    not_before_ms: int
    expires_ms: int
    max_trucks: int
    max_kg: int
    trucks: int = 0
    net_kg: int = 0


class Suspension(NamedTuple):
    """`until_ms` None: until it is lifted."""

    number: int
    reason: str
    from_ms: int
    until_ms: int | None


class Decision(NamedTuple):
    """`covered_by`: permit numbers by cause; `uncovered`: what keeps sales closed."""

    open: bool
    standing: tuple[CauseKey, ...]
    covered_by: dict[CauseKey, int]
    uncovered: tuple[CauseKey, ...]

    @property
    def permits(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.covered_by.values())))


def decide(
    causes: Iterable[Cause],
    permits: Iterable[Permit],
    orders: Iterable[Suspension],
    now_ms: int,
) -> Decision:
    """The interlock. `orders` are the suspensions ever applied and not lifted."""
    standing = {(cause.code, cause.subject) for cause in causes}
    standing |= {("ORDER", str(order.number)) for order in orders if is_in_force(order, now_ms)}
    # The newest word counts first: a fresh permit is not held back by the rest of an old one.
    valid = sorted((p for p in permits if is_valid(p, now_ms)), reverse=True)
    covered: dict[CauseKey, int] = {}
    for key in sorted(standing):
        number = _covering(key[0], valid)
        if number is not None:
            covered[key] = number
    uncovered = tuple(sorted(standing - covered.keys()))
    return Decision(not uncovered, tuple(sorted(standing)), covered, uncovered)


def is_in_force(order: Suspension, now_ms: int) -> bool:
    return order.from_ms <= now_ms and (order.until_ms is None or now_ms < order.until_ms)


def is_valid(permit: Permit, now_ms: int) -> bool:
    return (
        permit.not_before_ms <= now_ms < permit.expires_ms
        and permit.trucks < permit.max_trucks
        and permit.net_kg < permit.max_kg
    )


def room_kg(decision: Decision, permits: Iterable[Permit]) -> int | None:
    """What the next sale may weigh net under the permits in use; None: no permit is in use."""
    rooms = [p.max_kg - p.net_kg for p in permits if p.number in decision.permits]
    return min(rooms, default=None)


def _covering(code: str, permits: Iterable[Permit]) -> int | None:
    if code in UNCOVERABLE:
        return None
    return next((permit.number for permit in permits if code in permit.causes), None)
