"""A ticket's code as it was scanned: the ticket in it, whoever signed it, and what it hashes to."""

import hashlib
from typing import NamedTuple

from weighbook.envelope import payload_of
from weighbook.keyset import KeyRing
from weighbook.phrase import Refusal
from weighbook.texts import TICKET, read_text
from weighbook.tickets import Ticket, open_ticket, ticket_of
from weighbook.waybills import batch_of, open_waybill


class Code(NamedTuple):
    """`digests`: of its message and of its text; `is_genuine`: whether its signature holds."""

    ticket: Ticket
    digests: tuple[bytes, bytes]
    is_genuine: bool


def read_code(text: bytes, ring: KeyRing) -> Code | None:
    """The ticket in a scanned text; None if it is none at all."""
    try:
        prefix, message = read_text(text)
        ticket = ticket_of(payload_of(message)) if prefix == TICKET else None
    except Refusal:
        return None
    if ticket is None:
        return None
    digests = (hashlib.sha256(message).digest(), hashlib.sha256(text).digest())
    try:
        open_either(message, ring, ticket)
    except Refusal:
        return Code(ticket, digests, is_genuine=False)
    return Code(ticket, digests, is_genuine=True)


def open_either(message: bytes, ring: KeyRing, claimed: Ticket) -> Ticket:
    """The bureau's ticket, or a weighbridge's own waybill, as of its signing. Errors: Refusal."""
    try:
        return open_ticket(message, ring, claimed.issued_s)
    except Refusal as refusal:
        if refusal.code != "E_ROLE":
            raise
    batch = batch_of(claimed.ticket_no)
    return open_waybill(message, ring, claimed.issued_s, claimed.weighbridge, batch)
