"""Who sells, who does not, since when, and why: as the records and heartbeats tell. Pure.

A heartbeat says at once whether a deck sells and under which codes; its records, which may come
later, say since when and what was measured. Who is silent is neither: nobody knows what passes.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from weighbook.phrase import Phrase

START = "start"  # measured by a deck that has only just been switched on


class State(StrEnum):
    OPEN = "open"
    HALTED = "halted"
    STARTING = "starting"
    SILENT = "silent"


STATES: dict[State, Phrase] = {
    State.OPEN: Phrase("正常销售", "selling"),
    State.HALTED: Phrase("停销", "halted"),
    State.STARTING: Phrase("启动中", "starting"),
    State.SILENT: Phrase("失联", "silent"),
}


class Cause(NamedTuple):
    """One standing cause; `permit` names the order that covers it."""

    code: str
    subject: str
    since_ms: int
    measured: str = ""
    bound: str = ""
    permit: int | None = None


class Word(NamedTuple):
    """The newest heartbeat: made when, heard when, selling or not, under which codes."""

    at_ms: int
    heard_ms: int
    open: bool
    codes: tuple[str, ...]


class Standing(NamedTuple):
    """How one weighbridge stands. `causes` are those that close it, or stand covered."""

    state: State
    since_ms: int
    causes: tuple[Cause, ...]

    @property
    def codes(self) -> str:
        """What a change is told by: the codes that close sales, in order, each once."""
        if self.state in (State.OPEN, State.SILENT):
            return ""
        return ",".join(sorted({one.code for one in self.causes if one.permit is None}))


def standing_of(word: Word, causes: Sequence[Cause], silent_since_ms: int | None) -> Standing:
    """The heartbeat decides; records add since when and why, as far as they have come."""
    if silent_since_ms is not None:
        return Standing(State.SILENT, silent_since_ms, tuple(causes))
    if word.open:
        return Standing(State.OPEN, word.at_ms, tuple(causes))
    known = {one.code for one in causes}
    told = [Cause(code, "", word.at_ms) for code in word.codes if code not in known]
    found = [one for one in causes if one.code in word.codes or not word.codes]
    closing = [one for one in (*found, *told) if one.permit is None] or [*found, *told]
    state = State.HALTED
    if found and not told and all(one.measured == START for one in closing):
        state = State.STARTING
    since_ms = min((one.since_ms for one in closing), default=word.at_ms)
    ordered = sorted((*found, *told), key=lambda one: (one.code, one.subject))
    return Standing(state, since_ms, tuple(ordered))
