"""E-waybills: tickets a weighbridge signs for its own loads, where the county's policy lets it.

The same ticket in the same code, signed by the weighbridge's own key instead of the bureau's, and
numbered in a batch that the policy gave to this weighbridge alone. Nothing can run out; who lets it
and who counts it stays the bureau.
"""

from dataclasses import replace

from weighbook.keyset import KeyRing, KeySet
from weighbook.refusals import refuse
from weighbook.tickets import Ticket, open_ticket

BATCH = slice(9, 13)  # of the twenty characters of a ticket's number
SERIAL = slice(13, 19)


def batch_of(ticket_no: str) -> int:
    """The batch in a whole ticket number."""
    return int(ticket_no[BATCH])


def serial_of(ticket_no: str) -> int:
    return int(ticket_no[SERIAL])


def open_waybill(
    message: bytes, ring: KeyRing, at_s: int | None, weighbridge: str, batch: int
) -> Ticket:
    """The waybill, if that weighbridge signed it for itself in its own batch. Errors: Refusal."""
    own = tuple(replace(entry, roles=("ticket",)) for entry in ring.of(weighbridge, "agent"))
    ticket = open_ticket(message, KeyRing(KeySet(ring.version, own)), at_s)
    if ticket.weighbridge != weighbridge or batch_of(ticket.ticket_no) != batch:
        raise refuse("E_ROLE", "waybill")
    return ticket
