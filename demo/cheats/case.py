"""A cheat: what is tried, under which clause of the notice, and which code must answer."""

import time
from collections.abc import Callable
from typing import NamedTuple

from demo.cheats.waiting import Broken
from demo.cheats.yard import Yard
from demo.processes import CommandFailed
from weighbook.phrase import Phrase

EDGE, COLLECTOR, BOTH = "edge", "collector", "edge+collector"
WHERE = {
    EDGE: Phrase("磅房", "deck"),
    COLLECTOR: Phrase("汇总端", "collector"),
    BOTH: Phrase("磅房和汇总端", "both"),
}


class Case(NamedTuple):
    """`play` tries it and gives the code that answered; more than one joined by " + ".

    `finding`: the code under which the month's reconciliation must report it besides, or "".
    """

    case: str
    clause: str
    tried: Phrase
    expected: str
    where: str
    play: Callable[[Yard], str]
    finding: str = ""


class Answer(NamedTuple):
    """What came of a case. `got` is what answered, or what went wrong."""

    case: Case
    got: str
    ok: bool
    took_s: float

    def as_json(self) -> dict[str, object]:
        return {
            "case": self.case.case,
            "clause": self.case.clause,
            "expected": promised(self.case),
            "got": self.got,
            "ok": self.ok,
            "where": self.case.where,
            "tried_zh": self.case.tried.zh,
            "tried_en": self.case.tried.en,
            "seconds": round(self.took_s, 1),
        }


def promised(case: Case) -> str:
    """What must answer, at the deck and in the month."""
    return " + ".join(dict.fromkeys(filter(None, (case.expected, case.finding))))


def play(case: Case, yard: Yard) -> Answer:
    """Try it once."""
    began = time.monotonic()
    try:
        got = case.play(yard)
    except (Broken, CommandFailed) as broken:
        got = str(broken)
    return Answer(case, got, got == case.expected, time.monotonic() - began)


def with_finding(answer: Answer, found: frozenset[str]) -> Answer:
    """The answer once the month has been judged; `found`: the codes it reported."""
    if not answer.case.finding:
        return answer
    there = answer.case.finding in found
    told = (answer.got, answer.case.finding if there else "—")
    return answer._replace(got=" + ".join(dict.fromkeys(told)), ok=answer.ok and there)
