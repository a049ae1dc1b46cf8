"""Receipts and checkpoints: what the collector holds, and where the agent says its book stands."""

from dataclasses import dataclass

from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields

MAX_RECEIPT_BYTES = 512
MAX_CHECKPOINT_BYTES = 4096


@dataclass(frozen=True)
class Receipt:
    """The collector holds this book up to `seq`, whose message has the digest `head`."""

    weighbridge: str
    epoch: int
    seq: int
    head: bytes
    at_ms: int
    order_number: int
    lease_until_ms: int


@dataclass(frozen=True)
class Checkpoint:
    """The agent's word where its book stands; its heartbeat."""

    weighbridge: str
    epoch: int
    seq: int
    head: bytes
    at_ms: int
    order_number: int
    lease_until_ms: int
    tickets_reserved: int
    tickets_used: int
    causes: tuple[str, ...]
    config: bytes
    software: str
    open: bool


def sign_receipt(receipt: Receipt, key: SigningKey) -> bytes:
    """The receipt as a message."""
    return sign(encode_fields(receipt), Typ.RECEIPT, key)


def open_receipt(message: bytes, ring: KeyRing, at_s: int | None = None) -> Receipt:
    """The receipt, if a collector's key signed it. Errors: Refusal."""
    opened = open_message(message, Typ.RECEIPT, ring, at_s=at_s, max_bytes=MAX_RECEIPT_BYTES)
    return decode_fields(Receipt, opened.payload)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The checkpoint as a message."""
    return sign(encode_fields(checkpoint), Typ.CHECKPOINT, key)


def open_checkpoint(message: bytes, ring: KeyRing, at_s: int | None = None) -> Checkpoint:
    """The checkpoint, if that weighbridge's own key signed it. Errors: Refusal."""
    limit = MAX_CHECKPOINT_BYTES
    opened = open_message(message, Typ.CHECKPOINT, ring, at_s=at_s, max_bytes=limit)
    checkpoint = decode_fields(Checkpoint, opened.payload)
    require_subject(opened.subject, checkpoint.weighbridge)
    return checkpoint


def require_subject(subject: str, weighbridge: str) -> None:
    """A weighbridge's key speaks for that weighbridge alone. Errors: Refusal E_ROLE."""
    if subject != weighbridge:
        raise refuse("E_ROLE", f"{subject} ≠ {weighbridge}")
