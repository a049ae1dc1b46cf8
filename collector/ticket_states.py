"""The life of a ticket as one table: which move leads from which state to which, and who may.

Pure. A move that is not a line here does not exist; every line keeps the balances at zero because
it takes one ticket from one place and puts it in another. The states and moves are those of the
notice's ticket regime (入库 发放 结存 回收 缴销) with its side states.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from weighbook.phrase import Phrase


class State(StrEnum):
    GENERATED = "GENERATED"
    STOCKED = "STOCKED"
    ISSUED = "ISSUED"
    ALLOCATED = "ALLOCATED"
    RESERVED = "RESERVED"
    USED = "USED"
    RECEIVED = "RECEIVED"
    RECOVERED = "RECOVERED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"
    VOID = "VOID"
    EXPIRED = "EXPIRED"
    LOST = "LOST"
    FROZEN = "FROZEN"
    DISPUTED = "DISPUTED"
    DESTROYED = "DESTROYED"


class Place(StrEnum):
    """Who holds the ticket after a move."""

    BUREAU = "bureau"
    ENTERPRISE = "enterprise"
    WEIGHBRIDGE = "weighbridge"
    SAME = "same"


class Line(NamedTuple):
    move: str
    start: State | None
    end: State
    holder: Place
    signers: int  # officers who must stand behind it; 0 = a signed record or the clock does


S = State
P = Place

TRANSITIONS: tuple[Line, ...] = (
    Line("generate", None, S.GENERATED, P.BUREAU, 2),
    Line("stock-in", S.GENERATED, S.STOCKED, P.BUREAU, 2),
    Line("issue", S.STOCKED, S.ISSUED, P.ENTERPRISE, 2),
    Line("allocate", S.ISSUED, S.ALLOCATED, P.WEIGHBRIDGE, 1),
    Line("reserve", S.ALLOCATED, S.RESERVED, P.SAME, 0),
    Line("unreserve", S.RESERVED, S.ALLOCATED, P.SAME, 0),
    Line("use", S.RESERVED, S.USED, P.SAME, 0),
    Line("receive", S.USED, S.RECEIVED, P.SAME, 0),
    Line("recover", S.USED, S.RECOVERED, P.SAME, 1),
    Line("recover", S.RECEIVED, S.RECOVERED, P.SAME, 1),
    Line("cancel", S.RECOVERED, S.CANCELLED, P.SAME, 2),
    # A free number was never signed and is stock again; a signed one lives on as a picture
    # somewhere, so its number comes back to the bureau but is never issued again.
    Line("return", S.ISSUED, S.STOCKED, P.BUREAU, 1),
    Line("return", S.ALLOCATED, S.RETURNED, P.BUREAU, 1),
    Line("void", S.ISSUED, S.VOID, P.SAME, 1),
    Line("void", S.ALLOCATED, S.VOID, P.SAME, 1),
    Line("void", S.RESERVED, S.VOID, P.SAME, 1),
    Line("lost", S.ISSUED, S.LOST, P.SAME, 1),
    Line("lost", S.ALLOCATED, S.LOST, P.SAME, 1),
    Line("lost", S.RESERVED, S.LOST, P.SAME, 1),
    Line("lost", S.FROZEN, S.LOST, P.SAME, 1),
    Line("expire", S.ALLOCATED, S.EXPIRED, P.SAME, 0),
    Line("expire", S.RESERVED, S.EXPIRED, P.SAME, 0),
    Line("expire", S.FROZEN, S.EXPIRED, P.SAME, 0),
    Line("freeze", S.ISSUED, S.FROZEN, P.SAME, 1),
    Line("freeze", S.ALLOCATED, S.FROZEN, P.SAME, 1),
    Line("freeze", S.RESERVED, S.FROZEN, P.SAME, 1),
    Line("thaw", S.FROZEN, S.ISSUED, P.SAME, 2),
    Line("thaw", S.FROZEN, S.ALLOCATED, P.SAME, 2),
    Line("thaw", S.FROZEN, S.RESERVED, P.SAME, 2),
    Line("destroy", S.GENERATED, S.DESTROYED, P.BUREAU, 2),
    Line("destroy", S.STOCKED, S.DESTROYED, P.BUREAU, 2),
    Line("destroy", S.RETURNED, S.DESTROYED, P.BUREAU, 2),
    # The deck decides offline: a sale made before the bureau's word reached it is a fact, and the
    # word is taken back by a reversing entry. A sale after it is a fact in dispute.
    Line("reverse", S.VOID, S.ALLOCATED, P.SAME, 0),
    Line("reverse", S.LOST, S.ALLOCATED, P.SAME, 0),
    Line("reverse", S.EXPIRED, S.ALLOCATED, P.SAME, 0),
    Line("reverse", S.FROZEN, S.ALLOCATED, P.SAME, 0),
    Line("reverse", S.RETURNED, S.ALLOCATED, P.WEIGHBRIDGE, 0),
    Line("dispute", S.VOID, S.DISPUTED, P.SAME, 0),
    Line("dispute", S.LOST, S.DISPUTED, P.SAME, 0),
    Line("dispute", S.EXPIRED, S.DISPUTED, P.SAME, 0),
    Line("dispute", S.FROZEN, S.DISPUTED, P.SAME, 0),
    Line("dispute", S.RETURNED, S.DISPUTED, P.WEIGHBRIDGE, 0),
    # A wrong sale is taken back by two officers; its number is never usable again.
    Line("write-off", S.USED, S.DISPUTED, P.SAME, 2),
)

BY_MOVE_AND_STATE: Mapping[tuple[str, State | None], tuple[Line, ...]] = {
    key: tuple(line for line in TRANSITIONS if (line.move, line.start) == key)
    for key in {(line.move, line.start) for line in TRANSITIONS}
}
MOVES: tuple[str, ...] = tuple(dict.fromkeys(line.move for line in TRANSITIONS))
UNUSED = frozenset({S.ISSUED, S.ALLOCATED, S.RESERVED, S.FROZEN})
SIDE = frozenset({S.VOID, S.LOST, S.EXPIRED, S.FROZEN, S.RETURNED})
SPENT = frozenset({S.USED, S.RECEIVED, S.RECOVERED, S.CANCELLED, S.DISPUTED})

NAMES: Mapping[State, Phrase] = {
    S.GENERATED: Phrase("生成", "generated"),
    S.STOCKED: Phrase("入库", "in stock"),
    S.ISSUED: Phrase("企业结存", "free at the enterprise"),
    S.ALLOCATED: Phrase("已配发", "allocated"),
    S.RESERVED: Phrase("预占", "reserved"),
    S.USED: Phrase("已使用", "used"),
    S.RECEIVED: Phrase("已收货", "received"),
    S.RECOVERED: Phrase("已回收", "recovered"),
    S.CANCELLED: Phrase("已缴销", "cancelled"),
    S.RETURNED: Phrase("已退回", "returned"),
    S.VOID: Phrase("作废", "void"),
    S.EXPIRED: Phrase("过期", "expired"),
    S.LOST: Phrase("挂失", "lost"),
    S.FROZEN: Phrase("冻结", "frozen"),
    S.DISPUTED: Phrase("争议", "disputed"),
    S.DESTROYED: Phrase("销毁", "destroyed"),
}


MOVE_NAMES: Mapping[str, Phrase] = {
    "generate": Phrase("生成", "made"),
    "stock-in": Phrase("入库", "stocked in"),
    "issue": Phrase("发放", "issued"),
    "allocate": Phrase("配发", "allocated"),
    "reserve": Phrase("预占", "reserved"),
    "unreserve": Phrase("解除预占", "set free"),
    "use": Phrase("使用", "used"),
    "receive": Phrase("收货", "received"),
    "recover": Phrase("回收", "recovered"),
    "cancel": Phrase("缴销", "cancelled"),
    "return": Phrase("退回", "returned"),
    "void": Phrase("作废", "voided"),
    "lost": Phrase("挂失", "reported lost"),
    "expire": Phrase("过期", "expired"),
    "freeze": Phrase("冻结", "frozen"),
    "thaw": Phrase("解冻", "thawed"),
    "destroy": Phrase("销毁", "destroyed"),
    "reverse": Phrase("冲回", "reversed"),
    "dispute": Phrase("争议", "disputed"),
    "write-off": Phrase("冲销", "written off"),
}


def find(move: str, start: State | None, end: State | None = None) -> Line | None:
    """The line for `move` out of `start`; `end` chooses where a move has two ends (thaw)."""
    lines = BY_MOVE_AND_STATE.get((move, start), ())
    return next((line for line in lines if end is None or line.end is end), None)


def refusal_code(start: State | None) -> str:
    """Why a ticket in `start` does not make a move: the code people and scripts see."""
    if start is None:
        return "E_NO_TICKET"
    if start in SPENT:
        return "E_USED"
    if start is State.FROZEN:
        return "E_FROZEN"
    return "E_STATE"
