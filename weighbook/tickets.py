"""The ticket: the bureau's signed leave for one load, as CWT claims (RFC 8392).

Codes, not names, so that it fits a QR code. Its number has 20 characters: family 1, county 6,
year 2, batch 4, serial 6, check 1 (ISO 7064 MOD 37,36).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weighbook.envelope import Opened, Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields
from weighbook.texts import TICKET, write_text

MAX_TICKET_BYTES = 1024
PRIVATE_CLAIM = -65537
FAMILIES = {"COAL": 1, "NONCOAL": 2}
FAMILY_NAMES = {number: name for name, number in FAMILIES.items()}
CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER_LENGTH = 20


@dataclass(frozen=True)
class Ticket:
    """What one ticket allows; times in seconds since 1970, `max_net_kg` in kilograms."""

    issuer: str
    expires_s: int
    not_before_s: int
    issued_s: int
    ticket_no: str
    family: str
    enterprise: str
    weighbridge: str
    product: str
    max_net_kg: int
    plate: str | None = None
    buyer: str | None = None
    destination: str | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Load:
    family: int
    enterprise: str
    weighbridge: str
    product: str
    max_net_kg: int
    plate: str | None = None
    buyer: str | None = None
    destination: str | None = None
    parents: tuple[str, ...] | None = None


def sign_ticket(ticket: Ticket, key: SigningKey) -> bytes:
    """The ticket as a message."""
    load = _Load(
        FAMILIES[ticket.family],
        ticket.enterprise,
        ticket.weighbridge,
        ticket.product,
        ticket.max_net_kg,
        ticket.plate,
        ticket.buyer,
        ticket.destination,
        ticket.parents or None,
    )
    claims = {
        1: ticket.issuer,
        4: ticket.expires_s,
        5: ticket.not_before_s,
        6: ticket.issued_s,
        7: ticket.ticket_no.encode(),
        PRIVATE_CLAIM: encode_fields(load),
    }
    return sign(claims, Typ.TICKET, key)


def open_ticket(message: bytes, ring: KeyRing, at_s: int | None) -> Ticket:
    """The ticket, if an issuing key signed it. Errors: Refusal.

    Whether it is due, spent or meant for here is decided at the deck, not here.
    """
    opened = open_ticket_message(message, ring, at_s)
    return ticket_of(opened.payload)


def open_ticket_message(message: bytes, ring: KeyRing, at_s: int | None) -> Opened:
    """The verified envelope of a ticket. Errors: Refusal."""
    return open_message(message, Typ.TICKET, ring, at_s=at_s, max_bytes=MAX_TICKET_BYTES)


def ticket_of(claims: Mapping[int, Any]) -> Ticket:
    """The ticket of a claims map. Errors: Refusal E_SCHEMA."""
    numbers = [claims.get(name) for name in (4, 5, 6)]
    number, issuer, inner = claims.get(7), claims.get(1), claims.get(PRIVATE_CLAIM)
    if not all(type(n) is int and 0 <= n < 2**40 for n in numbers):
        raise refuse("E_SCHEMA", "exp, nbf, iat")
    if not isinstance(number, bytes) or not isinstance(issuer, str) or not isinstance(inner, dict):
        raise refuse("E_SCHEMA", "claims")
    load = decode_fields(_Load, inner)
    ticket_no = number.decode("ascii", "replace")
    if load.family not in FAMILY_NAMES or load.max_net_kg <= 0 or not check_ticket_no(ticket_no):
        raise refuse("E_SCHEMA", "ticket")
    expires_s, not_before_s, issued_s = (int(n) for n in numbers if n is not None)
    return Ticket(
        issuer,
        expires_s,
        not_before_s,
        issued_s,
        ticket_no,
        FAMILY_NAMES[load.family],
        load.enterprise,
        load.weighbridge,
        load.product,
        load.max_net_kg,
        load.plate,
        load.buyer,
        load.destination,
        load.parents or (),
    )


def ticket_text(message: bytes) -> str:
    """The QR text of a ticket message."""
    return write_text(TICKET, message)


def make_ticket_no(family: str, county: str, year: int, batch: int, serial: int) -> str:
    """A number with its check character; `county` is a six-digit code."""
    assert len(county) == 6
    assert 0 <= batch <= 9999
    assert 0 <= serial <= 999_999
    stem = f"{FAMILIES[family]}{county}{year % 100:02d}{batch:04d}{serial:06d}"
    return stem + check_character(stem)


def check_ticket_no(text: str) -> bool:
    """Whether a ticket number is whole: length, alphabet, check character."""
    if len(text) != NUMBER_LENGTH or not set(text) <= set(CHECK_ALPHABET):
        return False
    return text[-1] == check_character(text[:-1])


def check_character(stem: str) -> str:
    """The character that ends a number: ISO 7064 MOD 37,36."""
    carry = 36
    for character in stem:
        carry = (carry + CHECK_ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return CHECK_ALPHABET[(37 - carry) % 36]
