"""What decks did with tickets, from their signed records into the ledger, a payload at a time.

A record is a fact: it is never refused, and leaves a note when it surprises. The tickets a payload
names are looked up together, each record is judged by `plan` on what the ones before it left
behind, and the entries go in together, in the order of the records.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collector.schema import transaction
from collector.ticket_entries import Entry, enter_each
from collector.ticket_posting import Note, Standing, Weighed, plan
from collector.ticket_states import State
from collector.ticket_waybills import Drawn, admit
from weighbook.records import Kind, Record, Weighing
from weighbook.tickets import ticket_text


class Posting(NamedTuple):
    """A record that names a ticket; `source`: the record by place and digest."""

    weighed: Weighed
    net_kg: int | None
    source: str
    product: str | None = None


def post_records(db: sqlite3.Connection, items: Iterable[tuple[Record, bytes]]) -> tuple[Note, ...]:
    """Post verified records (each with its digest); the notes are also kept as alerts.

    Posting the same record again changes nothing. Only tares and sales move tickets.
    """
    postings = [made for record, digest in items if (made := posting_of(record, digest))]
    if not postings:
        return ()
    with transaction(db):
        known = known_sources(db, postings)
        admit(db, [Drawn(p.weighed, p.product) for p in postings if p.source not in known])
        standings = read_standings(db, postings)
        entries: list[Entry] = []
        used: list[tuple[int | None, int, int, str]] = []
        notes: list[Note] = []
        for weighed, net_kg, source, _product in postings:
            if source in known:
                continue
            decided = plan(standings.get(weighed.ticket_no), weighed)
            for name, end in decided.moves:
                before = standings[weighed.ticket_no]
                # Never before the ticket's last entry, or a day could close below zero.
                at_ms = max(weighed.at_ms, before.since_ms)
                line = (name, before.state, end)
                entries.append(Entry(at_ms, weighed.ticket_no, line, weighed.weighbridge, source))
                standings[weighed.ticket_no] = before._replace(state=end, since_ms=at_ms)
            if decided.moves and weighed.sold:
                used.append((net_kg, weighed.at_ms, weighed.seq, weighed.ticket_no))
            known.add(source)
            notes += (note for note in decided.notes if keep_alert(db, note, weighed, source))
        enter_each(db, entries)
        db.executemany(
            "UPDATE tickets SET net_kg = ?, used_at_ms = ?, used_seq = ? WHERE ticket_no = ?", used
        )
    return tuple(notes)


def posting_of(record: Record, digest: bytes) -> Posting | None:
    """None for a record that moves no ticket."""
    body = record.body
    if record.kind not in (Kind.TARE, Kind.SALE) or not isinstance(body, Weighing):
        return None
    if body.ticket_no is None:
        return None
    weighed = Weighed(
        ticket_no=body.ticket_no,
        weighbridge=record.weighbridge,
        seq=record.seq,
        at_ms=record.at_ms,
        sold=record.kind is Kind.SALE,
        digest=body.ticket_digest,
    )
    source = f"{record.weighbridge}/{record.epoch}/{record.seq}:{digest.hex()[:16]}"
    return Posting(weighed, body.net_kg, source, body.product)


def known_sources(db: sqlite3.Connection, postings: Sequence[Posting]) -> set[str]:
    """Those whose record has moved a ticket already."""
    rows = db.execute(
        "SELECT source FROM ticket_entries WHERE source IN (SELECT value FROM json_each(?))",
        (json.dumps([posting.source for posting in postings]),),
    )
    return {row["source"] for row in rows}


def read_standings(db: sqlite3.Connection, postings: Sequence[Posting]) -> dict[str, Standing]:
    """The tickets named, as the ledger holds them; unknown ones are not among them."""
    rows = db.execute(
        "SELECT t.ticket_no, state, weighbridge, expires_s, message, digest, (SELECT max(at_ms)"
        " FROM ticket_entries e WHERE e.ticket_no = t.ticket_no) AS since_ms FROM tickets t"
        " WHERE t.ticket_no IN (SELECT value FROM json_each(?))",
        (json.dumps([posting.weighed.ticket_no for posting in postings]),),
    )
    return {row["ticket_no"]: standing_of(row) for row in rows}


def standing_of(row: sqlite3.Row) -> Standing:
    """A waybill was signed at the deck: what its first record says of it is all there is."""
    message = row["message"] or b""
    scanned = hashlib.sha256(ticket_text(message).encode()).digest()
    own = row["digest"] if row["message"] is None and row["digest"] is not None else None
    return Standing(
        ticket_no=row["ticket_no"],
        state=State(row["state"]),
        weighbridge=row["weighbridge"],
        since_ms=row["since_ms"],
        expires_ms=(row["expires_s"] or 0) * 1000,
        digests=(hashlib.sha256(message).digest(), scanned) if own is None else (bytes(own),),
    )


def keep_alert(db: sqlite3.Connection, note: Note, weighed: Weighed, source: str) -> bool:
    """Store the note once; False if the same record was noted before."""
    detail = json.dumps({**note._asdict(), "source": source}, ensure_ascii=False, sort_keys=True)
    place = (weighed.weighbridge, note.code, weighed.at_ms)
    known = db.execute(
        "SELECT 1 FROM alerts WHERE weighbridge=? AND code=? AND from_ms=? AND detail=?",
        (*place, detail),
    ).fetchone()
    if known is None:
        db.execute(
            "INSERT INTO alerts (weighbridge, code, from_ms, to_ms, detail) VALUES (?,?,?,NULL,?)",
            (*place, detail),
        )
    return known is None
