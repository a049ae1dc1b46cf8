"""What a weighing does to the ledger: tickets reserved and spent, permits used, trucks remembered.

The same functions for a record that is being asked for and for one folded again after a start.
"""

from dataclasses import replace

from edge_agent.ledger_state import Ledger, Line, TicketState
from edge_agent.settings import HOUR_MS
from edge_agent.vehicles import NEVER_SEEN, Vehicle, overloaded, remember, sold, tared
from weighbook.records import Body, Weighing

DAY_MS = 24 * HOUR_MS
OVERLOAD = "E_OVERLOAD"


def reserve(ledger: Ledger, body: Body, line: Line) -> Ledger:
    """Reserve the ticket for the plate; a lapsed reservation of either gives way."""
    assert isinstance(body, Weighing)
    assert body.ticket_no is not None
    assert body.plate is not None
    assert body.tare_kg is not None
    tickets, sessions = ledger.tickets, ledger.sessions
    before = tickets.get(body.ticket_no)
    if before is not None and sessions.get(before.plate) == body.ticket_no:
        sessions = sessions.delete(before.plate)
    other = sessions.get(body.plate)
    if other is not None and other in tickets and not tickets[other].used:
        tickets = tickets.delete(other)
    reserved = TicketState(
        body.ticket_no,
        used=False,
        plate=body.plate,
        tare_kg=body.tare_kg,
        tare_seq=line.seq,
        tare_ms=line.at_ms,
        product=body.product or "",
        axles=body.axles,
    )
    return replace(
        ledger,
        tickets=tickets.set(body.ticket_no, reserved),
        sessions=sessions.set(body.plate, body.ticket_no),
        vehicles=remember(
            ledger.vehicles,
            body.plate,
            tared(_vehicle(ledger, body.plate), body.tare_kg, line.seq, line.at_ms),
        ),
    )


def spend(ledger: Ledger, body: Body, line: Line) -> Ledger:
    """Spend the ticket, end the session, and count the load against every permit it used."""
    assert isinstance(body, Weighing)
    assert body.ticket_no is not None
    assert body.plate is not None
    state = TicketState(
        body.ticket_no,
        used=True,
        plate=body.plate,
        tare_kg=body.tare_kg or 0,
        tare_seq=body.tare_seq or 0,
        tare_ms=line.at_ms,
        product=body.product or "",
        axles=body.axles,
    )
    sessions = ledger.sessions
    if sessions.get(body.plate) == body.ticket_no:
        sessions = sessions.delete(body.plate)
    permits = ledger.permits
    for number in body.permits:
        if (permit := permits.get(number)) is not None:
            used = permit._replace(
                trucks=permit.trucks + 1, net_kg=permit.net_kg + (body.net_kg or 0)
            )
            permits = permits.set(number, used)
    tickets = ledger.tickets.set(body.ticket_no, state)
    done = sold(_vehicle(ledger, body.plate), line.seq)
    vehicles = remember(ledger.vehicles, body.plate, done)
    return replace(ledger, tickets=tickets, sessions=sessions, permits=permits, vehicles=vehicles)


def count_overload(ledger: Ledger, body: Body, line: Line) -> Ledger:
    """A truck that was too heavy is to come again; its tries are counted."""
    assert isinstance(body, Weighing)
    if body.plate is None or OVERLOAD not in body.reasons:
        return ledger
    tried = overloaded(_vehicle(ledger, body.plate), line.seq, body.began_ms)
    return replace(ledger, vehicles=remember(ledger.vehicles, body.plate, tried))


def count_test(ledger: Ledger, _body: Body, line: Line) -> Ledger:
    day, count = ledger.tests
    today = line.at_ms // DAY_MS
    return replace(ledger, tests=(today, count + 1 if day == today else 1))


def _vehicle(ledger: Ledger, plate: str) -> Vehicle:
    return ledger.vehicles.get(plate, NEVER_SEEN)
