"""What the records of a book name as their evidence, and which files of it lie here. Reads only."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from edge_agent.book_file import BookFailed, connect, failing
from edge_agent.evidence import Evidence, Stored
from edge_agent.pruning import Held
from edge_agent.workers import Stop
from weighbook.envelope import payload_of
from weighbook.evidence import NAMING_KINDS, evidence_of
from weighbook.phrase import Refusal
from weighbook.records import Kind, parse_record

FETCH = 200


class Named(NamedTuple):
    """The newest record that names a file."""

    seq: int
    at_ms: int


class Names(NamedTuple):
    """`named`: files of records from some seq on; `fixed`: of calibrations, which all stay."""

    named: dict[bytes, Named]
    fixed: frozenset[bytes]


def read_names(book: Path, from_seq: int, stop: Stop) -> Names | None:
    """None when stopped meanwhile. Errors: BookFailed."""
    named: dict[bytes, Named] = {}
    fixed: set[bytes] = set()
    with failing(), closing(connect(book, read_only=True)) as db:
        for place, digests in _walk(db, NAMING_KINDS, from_seq):
            named |= dict.fromkeys(digests, place)
            if stop.is_set():
                return None
        for _, digests in _walk(db, (Kind.CALIBRATION,), 0):
            fixed.update(digests)
    return Names(named, frozenset(fixed))


def held_files(evidence: Evidence, names: Names, receipt_seq: int) -> list[Held]:
    """All that may ever go. Errors: OSError."""
    return [
        _held(stored, names.named.get(stored.digest), receipt_seq)
        for stored in evidence.files()
        if stored.digest not in names.fixed
    ]


def size_of(files: Iterable[Held]) -> int:
    return sum(one.size_bytes for one in files)


def _held(stored: Stored, named: Named | None, receipt_seq: int) -> Held:
    if named is None:
        return Held(stored.digest, stored.size_bytes, None, stored.at_ms)
    receipted = named.seq <= receipt_seq
    return Held(stored.digest, stored.size_bytes, named.seq, named.at_ms, receipted)


def _walk(
    db: sqlite3.Connection, kinds: tuple[Kind, ...], first: int
) -> Iterator[tuple[Named, tuple[bytes, ...]]]:
    marks = ",".join("?" * len(kinds))
    rows = db.execute(
        f"SELECT seq, at_ms, CAST(message AS BLOB) FROM records WHERE kind IN ({marks})"  # noqa: S608 # question marks only
        " AND seq >= ? ORDER BY seq",
        (*map(int, kinds), first),
    )
    while batch := rows.fetchmany(FETCH):
        yield from ((Named(seq, at_ms), _digests(message)) for seq, at_ms, message in batch)


def _digests(message: bytes) -> tuple[bytes, ...]:
    """A book that does not hold is the book's affair: sales are closed, and nothing is pruned."""
    try:
        return evidence_of(parse_record(payload_of(message)).body)
    except Refusal as refusal:
        raise BookFailed(refusal.code) from refusal
