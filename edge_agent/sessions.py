"""Which open session a weighing belongs to: looked up before the rules run.

A tare opens a session for its ticket and plate, a sale ends it. A session older than a tare may be
has lapsed: it binds nobody any more, and an empty truck may simply weigh its tare again.
"""

from typing import NamedTuple

from edge_agent.ledger_state import Ledger, TicketState
from edge_agent.settings import SiteSettings
from edge_agent.vehicles import Vehicle


class Session(NamedTuple):
    """`state`: what is known of the ticket shown. `of_plate`: the plate's open ticket."""

    state: TicketState | None
    is_lapsed: bool
    of_plate: str | None

    def is_gross(self, weight_kg: int, vehicle: Vehicle, site: SiteSettings) -> bool:
        """Whether this is the second pass.

        Of a lapsed session, and of a truck that was too heavy too often, only a loaded one's is.
        """
        if self.state is None or self.state.used:
            return False
        begins_again = self.is_lapsed or vehicle.over_tries >= site.overload_tries
        return not begins_again or weight_kg >= self.state.tare_kg + site.min_kg

    def is_on_stored_tare(self, weight_kg: int, vehicle: Vehicle, site: SiteSettings) -> bool:
        """Whether a loaded truck with a fresh ticket may go by an earlier load's tare."""
        tare_kg = vehicle.tare_kg
        if not site.stored_tare_uses or tare_kg is None:
            return False
        is_fresh = self.state is None and self.of_plate is None
        return is_fresh and weight_kg >= tare_kg + site.evidence_kg


def find_session(
    ledger: Ledger, ticket_no: str | None, plate: str | None, now_ms: int, site: SiteSettings
) -> Session:
    state = None if ticket_no is None else ledger.tickets.get(ticket_no)
    return Session(
        state,
        state is not None and _has_lapsed(state, now_ms, site),
        open_ticket_of(ledger, plate, now_ms, site),
    )


def open_ticket_of(
    ledger: Ledger, plate: str | None, now_ms: int, site: SiteSettings
) -> str | None:
    """The ticket under which this plate has an open session, lapsed and revoked ones aside."""
    if plate is None or (number := ledger.sessions.get(plate)) is None:
        return None
    if number in ledger.revoked_tickets or _has_lapsed(ledger.tickets[number], now_ms, site):
        return None
    return number


def _has_lapsed(state: TicketState, now_ms: int, site: SiteSettings) -> bool:
    return not state.used and now_ms - state.tare_ms > site.tare_age_ms
