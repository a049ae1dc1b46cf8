"""Keeps which causes stand at which weighbridge, and how each stands now. Pure SQL around `halts`.

Everything works inside the caller's transaction, in the order of the book.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from collector.batches import Arrived
from collector.halts import START, Cause, Standing, Word, standing_of
from collector.silence import DARK
from weighbook.envelope import payload_of
from weighbook.phrase import Refusal
from weighbook.receipts import Checkpoint
from weighbook.records import CauseChange, Genesis, Record, Started
from weighbook.schema import decode_fields

UP, DOWN = ("raised", "covered", "uncovered"), ("cleared",)


def note_causes(db: sqlite3.Connection, items: Iterable[Arrived]) -> None:
    """Take in what records newly say, oldest first."""
    for item in items:
        note_record(db, item.record)


def note_record(db: sqlite3.Connection, record: Record) -> None:
    body, weighbridge = record.body, record.weighbridge
    if isinstance(body, Genesis):
        db.execute("DELETE FROM standing_causes WHERE weighbridge = ?", (weighbridge,))
    elif isinstance(body, Started):
        # What stood only because the last run had just begun is forgotten by the deck as well.
        db.execute(
            "DELETE FROM standing_causes WHERE weighbridge = ? AND measured = ?",
            (weighbridge, START),
        )
    elif isinstance(body, CauseChange):
        note_change(db, record, body)


def note_change(db: sqlite3.Connection, record: Record, body: CauseChange) -> None:
    if body.change in DOWN:
        db.execute(
            "DELETE FROM standing_causes WHERE weighbridge = ? AND code = ? AND subject = ?",
            (record.weighbridge, body.code, body.subject),
        )
    elif body.change in UP:
        permit = body.permit if body.change == "covered" else None
        db.execute(
            "INSERT OR REPLACE INTO standing_causes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(record.weighbridge, body.code, body.subject, body.since_ms),
                *(body.measured, body.limit, permit, record.seq),
            ),
        )


def causes_of(db: sqlite3.Connection, weighbridge: str) -> tuple[Cause, ...]:
    rows = db.execute(
        "SELECT code, subject, since_ms, measured, bound, permit FROM standing_causes"
        " WHERE weighbridge = ? ORDER BY code, subject",
        (weighbridge,),
    )
    return tuple(Cause(*row) for row in rows)


def standings(
    db: sqlite3.Connection, only: Iterable[str] | None = None
) -> Iterator[tuple[str, Word, Standing]]:
    """How every weighbridge (of those named) stands that ever sent a heartbeat, by its number."""
    wanted = None if only is None else set(only)
    rows = db.execute(
        "SELECT c.weighbridge, c.message, c.seen_ms,"
        " (SELECT max(from_ms) FROM alerts a WHERE a.weighbridge = c.weighbridge"
        "  AND a.code = ? AND a.to_ms IS NULL)"
        " FROM checkpoints c JOIN weighbridges_now w USING (weighbridge)"
        " WHERE w.state != 'retired' ORDER BY c.weighbridge",
        (DARK,),
    )
    for weighbridge, message, seen_ms, silent_since_ms in rows.fetchall():
        if wanted is not None and weighbridge not in wanted:
            continue
        word = word_of(bytes(message), seen_ms)
        if word is not None:
            causes = causes_of(db, weighbridge)
            yield weighbridge, word, standing_of(word, causes, silent_since_ms)


def word_of(message: bytes, seen_ms: int) -> Word | None:
    """A heartbeat that was verified when it came; None if its bytes were spoilt since."""
    try:
        said = decode_fields(Checkpoint, payload_of(message))
    except Refusal:
        return None
    return Word(said.at_ms, seen_ms, said.open, said.causes)
