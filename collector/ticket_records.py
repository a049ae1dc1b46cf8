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

from collector.deck_sessions import Seen, is_next, note_sale, note_tare
from collector.schema import transaction
from collector.ticket_entries import Entry, enter_each
from collector.ticket_posting import Moves, Note, Standing, Weighed, plan
from collector.ticket_states import State
from collector.ticket_waybills import Drawn, admit
from weighbook.records import Kind, Record, Weighing
from weighbook.tickets import ticket_text

# `frozen_ms`: when it froze, unless it thawed since; a late tare may have frozen it once more.
STANDINGS = """
SELECT t.ticket_no, state, weighbridge, expires_s, message, digest,
  (SELECT max(at_ms) FROM ticket_entries e WHERE e.ticket_no = t.ticket_no) AS since_ms,
  (SELECT min(at_ms) FROM ticket_entries e WHERE e.ticket_no = t.ticket_no AND move = 'freeze'
    AND entry_id > coalesce((SELECT max(entry_id) FROM ticket_entries w
    WHERE w.ticket_no = t.ticket_no AND move = 'thaw'), 0)) AS frozen_ms
FROM tickets t WHERE t.ticket_no IN (SELECT value FROM json_each(?))"""


class Posting(NamedTuple):
    """A record that names a ticket; `source`: the record by place and digest."""

    weighed: Weighed
    net_kg: int | None
    source: str
    product: str | None
    epoch: int
    plate: str | None

    @property
    def book(self) -> tuple[str, int]:
        return self.weighed.weighbridge, self.epoch


class Work(NamedTuple):
    """What a payload comes to: how its tickets stand by now, and what is to be written."""

    standings: dict[str, Standing]
    entries: list[Entry]
    used: list[tuple[int | None, int, int, str]]


def post_records(db: sqlite3.Connection, items: Iterable[tuple[Record, bytes]]) -> tuple[Note, ...]:
    """Post verified records (each with its digest); the notes are also kept as alerts.

    Records come in the order of their book; one that was posted before changes nothing. Only tares
    and sales move tickets.
    """
    postings = [made for record, digest in items if (made := posting_of(record, digest))]
    if not postings:
        return ()
    notes: list[Note] = []
    with transaction(db):
        postings = [p for p in postings if is_next(db, p.book, p.weighed.seq)]
        admit(db, [Drawn(p.weighed, p.product) for p in postings])
        work = Work(read_standings(db, [p.weighed.ticket_no for p in postings]), [], [])
        for posting in postings:
            told = post_one(db, work, posting)
            notes += (n for n in told if keep_alert(db, n, posting.weighed, posting.source))
        enter_each(db, work.entries)
        db.executemany(
            "UPDATE tickets SET net_kg = ?, used_at_ms = ?, used_seq = ? WHERE ticket_no = ?",
            work.used,
        )
    return tuple(notes)


def post_one(db: sqlite3.Connection, work: Work, posting: Posting) -> tuple[Note, ...]:
    """What one record does to its ticket, and to the one its truck was bound to before."""
    weighed = posting.weighed
    decided = plan(work.standings.get(weighed.ticket_no), weighed)
    make_moves(work, weighed.ticket_no, decided.moves, posting)
    if decided.moves and weighed.sold:
        work.used.append((posting.net_kg, weighed.at_ms, weighed.seq, weighed.ticket_no))
    freed = follow_session(db, posting)
    if freed is not None:
        if freed not in work.standings:
            work.standings.update(read_standings(db, [freed]))
        other = work.standings.get(freed)
        if other and (other.state, other.weighbridge) == (State.RESERVED, weighed.weighbridge):
            make_moves(work, freed, (("unreserve", State.ALLOCATED),), posting)
    return decided.notes


def make_moves(work: Work, ticket_no: str, moves: Moves, posting: Posting) -> None:
    weighed = posting.weighed
    for name, end in moves:
        before = work.standings[ticket_no]
        # Never before the ticket's last entry, or a day could close below zero.
        at_ms = max(weighed.at_ms, before.since_ms)
        line = (name, before.state, end)
        work.entries.append(Entry(at_ms, ticket_no, line, weighed.weighbridge, posting.source))
        work.standings[ticket_no] = before._replace(state=end, since_ms=at_ms)


def follow_session(db: sqlite3.Connection, posting: Posting) -> str | None:
    """Keep the deck's sessions; the other ticket whose reservation gives way, if any."""
    weighed = posting.weighed
    if posting.plate is None:
        return None
    seen = Seen(*posting.book, posting.plate, weighed.ticket_no)
    if not weighed.sold:
        return note_tare(db, seen)
    note_sale(db, seen)
    return None


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
    return Posting(weighed, body.net_kg, source, body.product, record.epoch, body.plate)


def read_standings(db: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, Standing]:
    """The tickets named, as the ledger holds them; unknown ones are not among them."""
    rows = db.execute(STANDINGS, (json.dumps(numbers),))
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
        frozen_ms=row["frozen_ms"],
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
