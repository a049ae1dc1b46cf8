"""A payload of the records topic, taken apart and verified message by message. Pure.

The payload is a CBOR sequence of COSE_Sign1 messages. Each comes out as a verified record or as a
refusal with its code; nothing here raises, whatever the bytes are. Key times are judged by the
record's own time: late delivery does not spoil a record.
"""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple, cast

from weighbook.envelope import Typ, open_message
from weighbook.keyset import KeyEntry, KeyRing
from weighbook.phrase import Refusal
from weighbook.records import Record, parse_record

LARGEST_BATCH_RECORDS = 1_000
FIRST_SEQ = 1
LARGEST_SEQ = 2**53
# What a name's unit may hold, so that days can be named and sums made of whatever was signed: up
# to the year 6429, and five times what a road weighbridge can bear.
LIMITS = {"_ms": (0, 2**47), "_kg": (-1_000_000, 1_000_000)}
LARGEST_TOTAL = 2**53
SIGN1_START = b"\xd2\x84"  # tag 18, array of four


class Arrived(NamedTuple):
    """A record whose signature, key and schema are in order."""

    record: Record
    digest: bytes
    message: bytes


class Refused(NamedTuple):
    """What is not stored as a record: why, and where it claims to belong if that is known."""

    code: str
    message: bytes
    digest: bytes
    epoch: int | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Sender:
    """Who a batch may come from: the topic's weighbridge and its epoch by the newest order."""

    weighbridge: str
    epoch: int


def skip_bytes(data: bytes, at: int) -> int:
    """The offset after the byte string that starts at `at`; -1 if there is none."""
    if not 0 <= at < len(data):
        return -1
    first = data[at]
    if 0x40 <= first <= 0x57:
        end = at + 1 + first - 0x40
    elif 0x58 <= first <= 0x5A:
        width = 1 << (first - 0x58)
        start = at + 1 + width
        end = start + int.from_bytes(data[at + 1 : start], "big")
    else:
        return -1
    return end if end <= len(data) else -1


def split_messages(payload: bytes) -> tuple[list[bytes], bytes]:
    """The COSE_Sign1 messages of a CBOR sequence, and what is left when it is none any more."""
    messages: list[bytes] = []
    at = 0
    while at < len(payload) and len(messages) < LARGEST_BATCH_RECORDS:
        if payload[at : at + 2] != SIGN1_START:
            break
        middle = skip_bytes(payload, at + 2)
        if middle < 0 or payload[middle : middle + 1] != b"\xa0":
            break
        end = skip_bytes(payload, skip_bytes(payload, middle + 1))
        if end < 0:
            break
        messages.append(payload[at:end])
        at = end
    return messages, payload[at:]


def read_batch(
    payload: bytes, sender: Sender, ring: KeyRing
) -> tuple[list[Arrived], list[Refused]]:
    """The verified records of a payload and what must be refused of it."""
    messages, rest = split_messages(payload)
    arrived: list[Arrived] = []
    refused: list[Refused] = []
    for message in messages:
        try:
            read = read_record(message, sender, ring)
        except Refusal as refusal:
            read = Refused(refusal.code, message, hashlib.sha256(message).digest())
        if isinstance(read, Arrived):
            arrived.append(read)
        else:
            refused.append(read)
    if rest or not messages:
        refused.append(Refused("E_SEQUENCE", rest, hashlib.sha256(rest).digest()))
    return arrived, refused


def read_record(message: bytes, sender: Sender, ring: KeyRing) -> Arrived | Refused:
    """One message of the batch; raises the envelope's and the schema's refusals."""
    opened = open_message(message, Typ.RECORD, ring, at_s=None)
    record = parse_record(opened.payload)
    entry = ring.find(opened.kid)
    code = objection(record, opened.subject, entry, sender)
    if code is not None:
        return Refused(code, message, opened.digest, record.epoch, record.seq)
    return Arrived(record, opened.digest, message)


def objection(record: Record, subject: str, entry: KeyEntry | None, sender: Sender) -> str | None:
    """Why a well-signed record is not this weighbridge's to send."""
    if record.weighbridge != subject:
        return "E_SUBJECT"
    if record.weighbridge != sender.weighbridge:
        return "E_TOPIC"
    if record.epoch > sender.epoch:
        return "E_EPOCH"
    if record.seq > LARGEST_SEQ:
        return "E_SEQ"
    if not is_plausible(record):
        return "E_RANGE"
    if entry is None or not entry.valid_at(record.at_ms // 1000):
        return "E_KEY_TIME"
    return None


def is_plausible(record: Record) -> bool:
    """Are all times, weights and totals such that a month can be reckoned with them?"""
    totals = record.totals
    counts = (totals.passages, totals.sales, totals.net_kg, totals.refusals)
    if not (fits(record) and all(abs(count) <= LARGEST_TOTAL for count in counts)):
        return False
    return fits(record.body)


def fits(value: Any) -> bool:
    for name, least, most in measures_of(cast(Hashable, type(value))):
        measured = getattr(value, name)
        if measured is not None and not least <= measured <= most:
            return False
    return True


@lru_cache(maxsize=64)
def measures_of(kind: Any) -> tuple[tuple[str, int, int], ...]:
    """The fields of a dataclass that end in a unit, each with its limits."""
    units = ((field.name, LIMITS.get(field.name[-3:])) for field in fields(kind))
    return tuple((name, *limits) for name, limits in units if limits is not None)
