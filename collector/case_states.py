"""The life of a case and of a name on the blacklist, each as one visible table. Pure."""

from enum import StrEnum
from typing import NamedTuple

from weighbook.phrase import Phrase


class Step(NamedTuple):
    """`start` None: opens it. `signers`: officers who must stand behind it."""

    step: str
    start: str | None
    end: str
    signers: int


class CaseState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class ListState(StrEnum):
    PROPOSED = "proposed"
    HEARD = "heard"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    REMOVED = "removed"


C, L = CaseState, ListState

CASE_STEPS: tuple[Step, ...] = (
    Step("open", None, C.OPEN, 1),
    Step("object", C.OPEN, C.OPEN, 1),
    Step("object", C.CONFIRMED, C.CONFIRMED, 1),
    Step("confirm", C.OPEN, C.CONFIRMED, 2),
    Step("dismiss", C.OPEN, C.DISMISSED, 2),
    # When the stop is over two officers end it; a wrong one is withdrawn and counts no more.
    Step("end", C.CONFIRMED, C.ENDED, 2),
    Step("withdraw", C.CONFIRMED, C.WITHDRAWN, 2),
    Step("withdraw", C.ENDED, C.WITHDRAWN, 2),
)
LIST_STEPS: tuple[Step, ...] = (
    Step("propose", None, L.PROPOSED, 1),
    Step("hear", L.PROPOSED, L.HEARD, 1),
    Step("confirm", L.HEARD, L.CONFIRMED, 2),
    Step("publish", L.CONFIRMED, L.PUBLISHED, 2),
    Step("remove", L.PROPOSED, L.REMOVED, 2),
    Step("remove", L.HEARD, L.REMOVED, 2),
    Step("remove", L.CONFIRMED, L.REMOVED, 2),
    Step("remove", L.PUBLISHED, L.REMOVED, 2),
    Step("propose", L.REMOVED, L.PROPOSED, 1),
)
COUNTED = (C.CONFIRMED, C.ENDED)

NAMES: dict[str, Phrase] = {
    C.OPEN: Phrase("待查实", "to be verified"),
    C.CONFIRMED: Phrase("已查实", "verified"),
    C.DISMISSED: Phrase("不成立", "dismissed"),
    C.ENDED: Phrase("已结案", "ended"),
    C.WITHDRAWN: Phrase("已撤销", "withdrawn"),
    L.PROPOSED: Phrase("拟列入", "proposed"),
    L.HEARD: Phrase("已听取陈述", "heard"),
    L.PUBLISHED: Phrase("已公示", "published"),
    L.REMOVED: Phrase("已移出", "removed"),
}
STEP_NAMES: dict[str, Phrase] = {
    "open": Phrase("立案", "opened"),
    "object": Phrase("企业异议", "objection"),
    "confirm": Phrase("查实", "verified"),
    "dismiss": Phrase("不成立", "dismissed"),
    "end": Phrase("结案", "ended"),
    "withdraw": Phrase("撤销", "withdrawn"),
    "propose": Phrase("拟列入", "proposed"),
    "hear": Phrase("听取陈述", "heard"),
    "publish": Phrase("公示", "published"),
    "remove": Phrase("移出", "removed"),
}


def find(steps: tuple[Step, ...], step: str, start: str | None) -> Step | None:
    """The line for `step` out of `start`; None: there is none."""
    return next((one for one in steps if (one.step, one.start) == (step, start)), None)
