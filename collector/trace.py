"""The whole life of a ticket, a plate or a slip: what happened, when, and who signed it.

Reads the ledger, the records, the receipts and the orders, opens every signature again with the key
set of today, and gives events in the order of time. Nothing is changed and nothing is trusted that
the database merely says: a record whose signature or digest does not fit is shown as such.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from collector.pictures import PictureStore
from weighbook.envelope import Typ, open_message
from weighbook.keyset import KeyRing
from weighbook.orders import open_order
from weighbook.phrase import Refusal
from weighbook.receipts import open_receipt
from weighbook.records import Kind, Record, Weighing, parse_record
from weighbook.slips import Slip, open_slip
from weighbook.tickets import open_ticket

SOUND = "verified"
HEAD_PREFIX_BYTES = 16
MOST_RECORDS = 10_000
WEIGHING_KINDS = (Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE, Kind.TEST)


class Event(NamedTuple):
    """One thing that happened; `signed` is "verified" or the code of what is wrong."""

    at_ms: int
    what: str
    subject: str
    who: str
    signed: str
    facts: dict[str, Any]


class Archive(NamedTuple):
    """Where a trace looks."""

    db: sqlite3.Connection
    ring: KeyRing
    pictures: PictureStore


def trace_ticket(archive: Archive, ticket_no: str) -> list[Event]:
    """A ticket from its number's first day on; empty if nothing knows it."""
    events = [*ledger_events(archive, ticket_no), *ticket_events(archive, ticket_no)]
    events += weighing_events(archive, ticket_no.encode(), "ticket_no", ticket_no)
    return sorted(events, key=lambda event: event.at_ms)


def trace_plate(archive: Archive, plate: str) -> list[Event]:
    """Every stay of a vehicle on any deck."""
    return sorted(
        weighing_events(archive, plate.encode(), "plate", plate), key=lambda event: event.at_ms
    )


def trace_slip(archive: Archive, message: bytes) -> list[Event]:
    """What a slip says, beside the record it was printed for and the life of its ticket."""
    try:
        slip, who = open_slip(message, archive.ring), "agent"
    except Refusal as refusal:
        return [Event(0, "slip", "", "", refusal.code, {})]
    signed = check_slip(archive, slip)
    facts = {
        "weighbridge": slip.weighbridge,
        "epoch": slip.epoch,
        "seq": slip.seq,
        "plate": slip.plate,
        "product": slip.product,
        "net_kg": slip.net_kg,
        "ticket_no": slip.ticket_no,
    }
    own = Event(
        slip.at_ms, "slip", slip.ticket_no or "", f"{who} {slip.weighbridge}", signed, facts
    )
    return sorted(
        [own, *trace_ticket(archive, slip.ticket_no or "")], key=lambda event: event.at_ms
    )


def check_slip(archive: Archive, slip: Slip) -> str:
    """Does the slip agree with the record it names?"""
    row = archive.db.execute(
        "SELECT digest, message FROM records WHERE weighbridge = ? AND epoch = ? AND seq = ?",
        (slip.weighbridge, slip.epoch, slip.seq),
    ).fetchone()
    if row is None:
        return "E_NO_RECORD"
    if bytes(row["digest"])[:HEAD_PREFIX_BYTES] != slip.head:
        return "E_SLIP_HEAD"
    record, signed = open_record(archive, bytes(row["message"]))
    if record is None:
        return signed
    body = record.body
    # Only a sale has a slip: one that borrows the head of another record proves nothing.
    if record.kind is not Kind.SALE or not isinstance(body, Weighing):
        return "E_SLIP_CONTENT"
    printed = (slip.plate, slip.product, slip.net_kg, slip.ticket_no, slip.totals)
    booked = (body.plate, body.product, body.net_kg, body.ticket_no, record.totals)
    return signed if printed == booked else "E_SLIP_CONTENT"


def ledger_events(archive: Archive, ticket_no: str) -> Iterator[Event]:
    rows = archive.db.execute(
        "SELECT * FROM ticket_entries WHERE ticket_no = ? ORDER BY entry_id", (ticket_no,)
    )
    for row in rows:
        who = " + ".join(name for name in (row["by1"], row["by2"]) if name)
        facts = {key: row[key] for key in ("from_state", "to_state", "holder_to", "source")}
        yield Event(row["at_ms"], f"ledger {row['move']}", ticket_no, who, "", facts)


def ticket_events(archive: Archive, ticket_no: str) -> Iterator[Event]:
    """The signed ticket itself."""
    row = archive.db.execute(
        "SELECT message FROM tickets WHERE ticket_no = ? AND message IS NOT NULL", (ticket_no,)
    ).fetchone()
    if row is None:
        return
    message = bytes(row["message"])
    try:
        ticket = open_ticket(message, archive.ring, None)
    except Refusal as refusal:
        yield Event(0, "ticket signed", ticket_no, "", refusal.code, {})
        return
    facts = {
        "enterprise": ticket.enterprise,
        "weighbridge": ticket.weighbridge,
        "product": ticket.product,
        "max_net_kg": ticket.max_net_kg,
        "plate": ticket.plate,
        "expires_s": ticket.expires_s,
        "parents": list(ticket.parents),
        "digest": hashlib.sha256(message).hexdigest(),
    }
    yield Event(ticket.issued_s * 1000, "ticket signed", ticket_no, ticket.issuer, SOUND, facts)


def weighing_events(archive: Archive, needle: bytes, field: str, value: str) -> Iterator[Event]:
    """Records that name `value` in `field`, each with its receipt and the orders then in force."""
    marks = ",".join("?" * len(WEIGHING_KINDS))
    rows = archive.db.execute(
        f"SELECT * FROM records WHERE kind IN ({marks}) AND instr(message, ?) > 0"  # noqa: S608 # question marks only
        " ORDER BY at_ms LIMIT ?",
        (*WEIGHING_KINDS, needle, MOST_RECORDS),
    )
    for row in rows.fetchall():
        record, signed = open_record(archive, bytes(row["message"]))
        if record is None or not isinstance(record.body, Weighing):
            yield Event(row["at_ms"], "record", value, row["weighbridge"], signed, {})
            continue
        if getattr(record.body, field) != value:
            continue
        yield record_event(archive, row, record, signed)
        yield from receipt_events(archive, row)
        yield from order_events(archive, record)
        yield from fork_events(archive, row)


def open_record(archive: Archive, message: bytes) -> tuple[Record | None, str]:
    try:
        opened = open_message(message, Typ.RECORD, archive.ring, at_s=None)
        return parse_record(opened.payload), SOUND
    except Refusal as refusal:
        return None, refusal.code


def record_event(archive: Archive, row: sqlite3.Row, record: Record, signed: str) -> Event:
    body = record.body
    assert isinstance(body, Weighing)
    if hashlib.sha256(bytes(row["message"])).digest() != bytes(row["digest"]):
        signed = "E_DIGEST"
    names = ("weight_kg", "tare_kg", "gross_kg", "net_kg", "plate", "ticket_no", "product")
    facts: dict[str, Any] = {"epoch": record.epoch, "seq": record.seq}
    facts |= {name: getattr(body, name) for name in names}
    facts |= {"decision": body.decision, "reasons": list(body.reasons), "halted": body.halted}
    facts["pictures"] = [
        {
            "camera": camera,
            "sha256": digest.hex(),
            "here": archive.pictures.find(digest.hex()) is not None,
        }
        for camera, digest in body.pictures
    ]
    facts["other_plates"] = [f"{plate} ({source})" for plate, source in body.also_seen or ()]
    facts |= {"note": body.note, "retry_of": body.retry_of, "tare_uses": body.tare_uses}
    facts |= {"operator": body.operator, "digest": bytes(row["digest"]).hex()}
    facts["received_ms"] = row["received_ms"]
    subject = body.ticket_no or body.plate or ""
    return Event(record.at_ms, record.kind.name.lower(), subject, record.weighbridge, signed, facts)


def receipt_events(archive: Archive, row: sqlite3.Row) -> Iterator[Event]:
    """The first receipt that covers a record."""
    found = archive.db.execute(
        "SELECT message FROM receipts WHERE weighbridge = ? AND epoch = ? AND seq >= ?"
        " ORDER BY at_ms LIMIT 1",
        (row["weighbridge"], row["epoch"], row["seq"]),
    ).fetchone()
    if found is None:
        return
    try:
        receipt = open_receipt(bytes(found["message"]), archive.ring)
    except Refusal as refusal:
        yield Event(row["received_ms"], "receipt", row["weighbridge"], "", refusal.code, {})
        return
    facts = {"epoch": receipt.epoch, "seq": receipt.seq, "head": receipt.head.hex()}
    yield Event(receipt.at_ms, "receipt", row["weighbridge"], "collector", SOUND, facts)


def order_events(archive: Archive, record: Record) -> Iterator[Event]:
    """The permits a weighing stood on, and the newest order the agent had applied."""
    body = record.body
    numbers = {record.order_number, *(body.permits if isinstance(body, Weighing) else ())}
    for number in sorted(numbers - {0}):
        row = archive.db.execute(
            "SELECT * FROM orders WHERE weighbridge = ? AND number = ?",
            (record.weighbridge, number),
        ).fetchone()
        if row is None:
            continue
        try:
            _, opened = open_order(bytes(row["message"]), archive.ring, None)
            signed, who = SOUND, " + ".join(opened.signers)
        except Refusal as refusal:
            signed, who = refusal.code, ""
        facts = {"number": number, "applied_seq": row["applied_seq"]}
        what = f"order {row['action']}"
        yield Event(row["at_ms"], what, record.weighbridge, who, signed, facts)


def fork_events(archive: Archive, row: sqlite3.Row) -> Iterator[Event]:
    """Other messages that claimed the place of this record."""
    rows = archive.db.execute(
        "SELECT code, digest, received_ms FROM quarantine"
        " WHERE weighbridge = ? AND epoch = ? AND seq = ?",
        (row["weighbridge"], row["epoch"], row["seq"]),
    )
    for other in rows.fetchall():
        facts = {"epoch": row["epoch"], "seq": row["seq"], "digest": bytes(other["digest"]).hex()}
        yield Event(
            other["received_ms"], "quarantine", row["weighbridge"], "", other["code"], facts
        )
