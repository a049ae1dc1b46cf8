"""What a weighing record does to a ticket: a plan of moves and what deserves a look. Pure.

The deck decides offline and its records arrive late, out of step with the bureau's own moves. A
record is a fact whatever the ledger says: it is never refused, at worst it is noted under a
finding code. Which ticket, which record and when are all that decides.
"""

from typing import NamedTuple

from collector.ticket_states import SIDE, SPENT, State

Moves = tuple[tuple[str, State], ...]

NEVER_ALLOCATED = frozenset({State.GENERATED, State.STOCKED, State.ISSUED, State.DESTROYED})
# A sale after the bureau's word is a finding of this code; before it, the word is taken back.
LATE_CODES = {
    State.VOID: "F-T10",
    State.LOST: "F-T10",
    State.RETURNED: "F-T10",
    State.EXPIRED: "F-T08",
    State.FROZEN: "F-S01",
}
# How a ticket is closed again behind a tare that was made before its end; a returned one is not.
CLOSING: dict[State, Moves] = {
    State.VOID: (("void", State.VOID),),
    State.LOST: (("lost", State.LOST),),
    State.EXPIRED: (("expire", State.EXPIRED),),
}
FREEZE = ("freeze", State.FROZEN)


class Standing(NamedTuple):
    """The ticket as the ledger holds it; `digests` are what its scanned code may hash to.

    `frozen_ms`: when it froze, if it did not thaw since, whatever it became then.
    """

    ticket_no: str
    state: State
    weighbridge: str | None
    since_ms: int
    expires_ms: int
    digests: tuple[bytes, ...]
    frozen_ms: int | None = None


class Weighed(NamedTuple):
    """What the record says: `sold` False is the tare that reserves."""

    ticket_no: str
    weighbridge: str
    seq: int
    at_ms: int
    sold: bool
    digest: bytes | None


class Note(NamedTuple):
    """Something a reconciliation must look at."""

    code: str
    subject: str
    measured: str
    expected: str


class Plan(NamedTuple):
    moves: Moves
    notes: tuple[Note, ...]


def plan(ticket: Standing | None, weighed: Weighed) -> Plan:
    """The moves to post, in order, and the notes to keep; no moves when none is lawful."""
    if ticket is None or ticket.state in NEVER_ALLOCATED:
        state = "unknown" if ticket is None else ticket.state.value
        return Plan((), (note("F-T04", weighed, state, State.ALLOCATED),))
    notes = identity_notes(ticket, weighed)
    if ticket.weighbridge != weighed.weighbridge:
        return Plan((), notes)
    moves, late = moves_from(ticket, weighed)
    return Plan(moves, notes + late)


def note(code: str, weighed: Weighed, measured: str, expected: str) -> Note:
    return Note(code, weighed.ticket_no, measured, expected)


def identity_notes(ticket: Standing, weighed: Weighed) -> tuple[Note, ...]:
    notes: tuple[Note, ...] = ()
    if ticket.weighbridge != weighed.weighbridge:
        notes += (note("F-T03", weighed, weighed.weighbridge, str(ticket.weighbridge)),)
    if weighed.digest is not None and weighed.digest not in ticket.digests:
        notes += (note("F-T06", weighed, weighed.digest.hex(), ticket.digests[0].hex()),)
    return notes


def moves_from(ticket: Standing, weighed: Weighed) -> tuple[Moves, tuple[Note, ...]]:
    reserve, use = ("reserve", State.RESERVED), ("use", State.USED)
    ending: Moves = (use,) if weighed.sold else ()
    if ticket.state is State.ALLOCATED:
        return (reserve, *ending), ()
    if ticket.state is State.RESERVED:
        return ending, ()
    if ticket.state in SPENT:
        return (), (note("F-T01", weighed, ticket.state, State.RESERVED),)
    assert ticket.state in SIDE, ticket.state
    froze = ticket.frozen_ms is not None and weighed.at_ms >= ticket.frozen_ms
    code = LATE_CODES[State.FROZEN if froze else ticket.state]
    told = (note(code, weighed, ticket.state, State.RESERVED),)
    if froze or not in_time(ticket, weighed):
        return (("dispute", State.DISPUTED),) if weighed.sold else (), told
    surprising = told if code == "F-T10" else ()
    ending = (use,) if weighed.sold else closed_again(ticket)
    return ((("reverse", State.ALLOCATED), reserve, *ending) if ending else (), surprising)


def closed_again(ticket: Standing) -> Moves:
    """A tare before the bureau's word reserved the ticket then; the word still stands."""
    was_frozen = ticket.state is State.FROZEN or ticket.frozen_ms is not None
    return (*((FREEZE,) if was_frozen else ()), *CLOSING.get(ticket.state, ()))


def in_time(ticket: Standing, weighed: Weighed) -> bool:
    """Did the deck act before the word that closed the ticket was given?"""
    if ticket.state is State.EXPIRED:
        return weighed.at_ms <= ticket.expires_ms
    return weighed.at_ms < ticket.since_ms
