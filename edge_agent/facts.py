"""What the deck's rules look at: one weighing, looked up before any rule runs, and never changed.

An objection is a value: a stable `code` for records, and the `facts` its words are filled with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from immutables import Map

from edge_agent.ledger_state import TicketState
from edge_agent.vehicles import NEVER_SEEN, Vehicle
from weighbook.tickets import Ticket


class Objection(NamedTuple):
    """One reason against. `also`: a finer code kept in the record behind the first."""

    code: str
    facts: Mapping[str, object] = Map()
    also: str | None = None


@dataclass(frozen=True)
class Facts:
    """`is_gross`: the second pass of an open session, which sells; else the first, which reserves.

    `state`: what the ledger knows of this ticket. `session`: the ticket of the plate's open
    session, if it has not lapsed. `room_kg` None: no permit limits this load. `excused`: cameras
    whose fault a permit covers. `now_kg`: on the deck at this moment.

    `vehicle`: what the book knows of this plate. `on_stored_tare`: a gross without a session, on
    the tare of an earlier load. `also_seen`: other plates named for this load, and by whom. `note`:
    why this truck takes over a ticket that names another.
    """

    now_ms: int
    is_gross: bool
    weight_kg: int
    is_stable: bool
    zero_kg: int | None
    plate: str | None
    axles: int | None
    ticket: Ticket | None
    ticket_plate: str | None = None
    bad_ticket: Objection | None = None
    second_ticket: bool = False
    state: TicketState | None = None
    session: str | None = None
    is_lapsed: bool = False
    is_revoked: bool = False
    pictures: frozenset[str] = field(default_factory=frozenset)
    excused: frozenset[str] = field(default_factory=frozenset)
    sales_open: bool = False
    uncovered: tuple[tuple[str, str], ...] = ()
    is_interrupted: bool = False
    room_kg: int | None = None
    now_kg: int | None = None
    vehicle: Vehicle = NEVER_SEEN
    on_stored_tare: bool = False
    also_seen: tuple[tuple[str, str], ...] = ()
    note: str | None = None

    @property
    def tare_kg(self) -> int | None:
        """The tare of the session a gross weighing belongs to, or the stored one."""
        if self.on_stored_tare:
            return self.vehicle.tare_kg
        return self.state.tare_kg if self.is_gross and self.state is not None else None

    @property
    def tare_seq(self) -> int | None:
        if self.on_stored_tare:
            return self.vehicle.tare_seq
        return self.state.tare_seq if self.is_gross and self.state is not None else None

    @property
    def net_kg(self) -> int | None:
        return None if self.tare_kg is None else self.weight_kg - self.tare_kg
