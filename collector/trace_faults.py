"""Why a deck was closed when a load passed it, in a trace: the cameras' faults and their evidence.

For every record of a trace that was made while halted, the causes that stood then, opened again
like all else, each with the evidence that was booked for it, whenever that came.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from collector.trace import Archive, Event, open_record
from weighbook.records import CauseChange, Kind, Record

REACH = 5_000  # records before and after, within which causes are looked for
MOST_CHANGES = 2_000
EVIDENCE = "evidence"


class Change(NamedTuple):
    """A cause's record as it was found; `signed` as in a trace."""

    seq: int
    record: Record
    body: CauseChange
    signed: str

    @property
    def fault(self) -> tuple[str, str, int]:
        return (self.body.code, self.body.subject, self.body.since_ms)


def with_faults(archive: Archive, events: list[Event]) -> list[Event]:
    """The events, and beside those of halted times the faults behind them, in order of time."""
    found: dict[tuple[str, int, int], Event] = {}
    for event in events:
        if not event.facts.get("halted"):
            continue
        epoch, seq = event.facts["epoch"], event.facts["seq"]
        for change in _behind(list(_changes(archive, event.who, epoch, seq)), seq):
            found.setdefault((event.who, epoch, change.seq), _event(archive, change))
    return sorted([*events, *found.values()], key=lambda event: event.at_ms)


def _behind(changes: list[Change], seq: int) -> Iterator[Change]:
    """The raises of what stood at `seq`, and the evidence of it."""
    standing: dict[tuple[str, str], Change] = {}
    for change in changes:
        if change.seq >= seq:
            break
        key = (change.body.code, change.body.subject)
        if change.body.change == "raised":
            standing[key] = change
        elif change.body.change == "cleared":
            standing.pop(key, None)
    yield from standing.values()
    faults = {change.fault for change in standing.values()}
    yield from (c for c in changes if c.body.change == EVIDENCE and c.fault in faults)


def _changes(archive: Archive, weighbridge: str, epoch: int, seq: int) -> Iterator[Change]:
    rows: Iterable[sqlite3.Row] = archive.db.execute(
        "SELECT seq, message FROM records WHERE weighbridge = ? AND epoch = ? AND kind = ?"
        " AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
        (weighbridge, epoch, int(Kind.CAUSE), seq - REACH, seq + REACH, MOST_CHANGES),
    ).fetchall()
    for row in rows:
        record, signed = open_record(archive, bytes(row["message"]))
        if record is not None and isinstance(record.body, CauseChange):
            yield Change(row["seq"], record, record.body, signed)


def _event(archive: Archive, change: Change) -> Event:
    record, body = change.record, change.body
    facts: dict[str, Any] = {"epoch": record.epoch, "seq": record.seq, "code": body.code}
    facts |= {"device": body.subject, "since_ms": body.since_ms, "measured": body.measured}
    facts |= {"limit": body.limit}
    is_evidence = body.change == EVIDENCE
    if is_evidence:
        facts["evidence"] = [
            {
                "kind": kind,
                "at_ms": at_ms,
                "sha256": digest.hex(),
                "bytes": size_bytes,
                "here": archive.pictures.find(digest.hex()) is not None,
            }
            for kind, at_ms, digest, size_bytes in body.evidence or ()
        ]
        facts["missing"] = [{"kind": kind, "why": why} for kind, why in body.missing or ()]
    what = EVIDENCE if is_evidence else "cause"
    subject = f"{body.code} {body.subject}"
    return Event(record.at_ms, what, subject, record.weighbridge, change.signed, facts)
