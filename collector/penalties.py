"""The notice's measures as arithmetic: which finding is which violation, how long sales stop. Pure.

Source: the notice, part three, items one to three; the definitions it leaves open are the domain
study's (1.7), kept here in one table. Nothing is decided by a program: a person confirms (查实),
and what follows is worked out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from weighbook.phrase import Phrase


class Violation(StrEnum):
    """The four of the notice, and the protector's case (三.二), which counts apart."""

    NO_TICKET = "no-ticket"
    CROSS_USED = "cross-used"
    NESTED = "nested"
    GOODS_DIFFER = "goods-differ"
    PROTECTOR = "protector"


VIOLATIONS: Mapping[Violation, Phrase] = {
    Violation.NO_TICKET: Phrase("无票", "no ticket"),
    Violation.CROSS_USED: Phrase("串票", "cross-used ticket"),
    Violation.NESTED: Phrase("套票", "nested ticket"),
    Violation.GOODS_DIFFER: Phrase("票货不符", "goods differ from the ticket"),
    Violation.PROTECTOR: Phrase("保护伞案件", "protector's case"),
}
OF_FINDING: Mapping[str, Violation] = {
    "F-T01": Violation.NESTED,
    "F-T02": Violation.CROSS_USED,
    "F-T03": Violation.NESTED,
    "F-T04": Violation.NO_TICKET,
    "F-T06": Violation.NESTED,
    "F-T08": Violation.NO_TICKET,
    "F-W01": Violation.NO_TICKET,
    "F-W02": Violation.NO_TICKET,
    "F-S01": Violation.NO_TICKET,
    "F-R02": Violation.GOODS_DIFFER,
    "F-R08": Violation.GOODS_DIFFER,
    "F-V03": Violation.GOODS_DIFFER,
}
LADDER_MONTHS = (1, 3, 6)
PROTECTOR_MONTHS = 12


class Stop(NamedTuple):
    """Tickets and sales stop from `first` on; `until` is the day on which they may begin again."""

    first: date
    until: date


class History(NamedTuple):
    """An enterprise's confirmed cases so far, those of protectors not counted.

    `stops`: every stop that was imposed.
    """

    confirmed: int
    stops: tuple[Stop, ...] = ()


def stop_of(violation: Violation, nth: int, verified: date) -> Stop:
    """The stop for the nth confirmed case, from the day it was verified.

    The same day of a later month, or that month's last; beyond the third, as the third. A day
    after the last would make "one month from 31 January" end in March.
    """
    if violation is Violation.PROTECTOR:
        return Stop(verified, months_after(verified, PROTECTOR_MONTHS))
    months = LADDER_MONTHS[min(nth, len(LADDER_MONTHS)) - 1]
    return Stop(verified, months_after(verified, months))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; in a shorter month its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def nth_of(violation: Violation, history: History) -> int:
    """Which rung this case is; a protector's case stands beside the ladder."""
    return 0 if violation is Violation.PROTECTOR else history.confirmed + 1


class Deed(NamedTuple):
    """What was done: how much was carried off, and on which day, as far as that is known."""

    violation: Violation
    net_kg: int = 0
    day: date | None = None


def reasons_to_blacklist(
    deed: Deed, history: History, huge_kg: int | None = None
) -> tuple[str, ...]:
    """Why the enterprise is proposed (三.三): more than three, a huge quantity, sales in a stop."""
    violation, net_kg, day = deed
    during_stop = day is not None and any(one.first <= day < one.until for one in history.stops)
    found = []
    if nth_of(violation, history) > len(LADDER_MONTHS):
        found.append("more-than-three")
    if huge_kg is not None and net_kg >= huge_kg:
        found.append("huge-quantity")
    if during_stop:
        found.append("during-stop")
    return tuple(found)


REASONS: Mapping[str, Phrase] = {
    "more-than-three": Phrase("违规超过三次", "more than three violations"),
    "huge-quantity": Phrase("一次性数量巨大", "a huge quantity at once"),
    "during-stop": Phrase("停销期间继续销售", "sales while stopped"),
}
