"""The slip: the agent's signed receipt that travels with the load, an anchor in a driver's hand."""

from dataclasses import dataclass

from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.receipts import require_subject
from weighbook.records import Totals
from weighbook.schema import decode_fields, encode_fields
from weighbook.texts import SLIP, write_text

MAX_SLIP_BYTES = 1024
HEAD_BYTES = 16
CHECK_BYTES = 8


@dataclass(frozen=True)
class Slip:
    """One sale as its driver carries it; `head` is the first 16 bytes of the record's digest."""

    weighbridge: str
    epoch: int
    seq: int
    head: bytes
    totals: Totals
    at_ms: int
    plate: str
    product: str
    net_kg: int
    ticket_no: str
    check: bytes


def sign_slip(slip: Slip, key: SigningKey) -> bytes:
    """The slip as a message."""
    return sign(encode_fields(slip), Typ.SLIP, key)


def open_slip(message: bytes, ring: KeyRing, at_s: int | None = None) -> Slip:
    """The slip, if that weighbridge's own key signed it. Errors: Refusal."""
    opened = open_message(message, Typ.SLIP, ring, at_s=at_s, max_bytes=MAX_SLIP_BYTES)
    slip = decode_fields(Slip, opened.payload)
    require_subject(opened.subject, slip.weighbridge)
    return slip


def slip_text(message: bytes) -> str:
    """The QR text of a slip message."""
    return write_text(SLIP, message)
