"""Papers that come back: each copy's code held against the ledger, then the ticket is recovered.

A number covers one load, so one paper comes back for it. A second copy, or one with other contents,
is a cloned ticket (套票, F-T06); a number nobody was given is a forged one (F-T04). A ticket that
was not used stays where it is. Loading the same file twice recovers nothing twice.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from collector.ingest import Alert
from collector.quarantine import raise_alert
from collector.schema import transaction
from collector.ticket_codes import Code, read_code
from collector.ticket_entries import Stamp, move
from collector.ticket_parents import learn_parents
from collector.ticket_posting import NEVER_ALLOCATED, Standing
from collector.ticket_records import read_standings
from collector.ticket_states import State
from weighbook.keyset import KeyRing
from weighbook.tickets import check_ticket_no

MOST_COPIES = 100_000
FORGED, CLONED, NOT_USED, UNREAD = "F-T04", "F-T06", "E_NOT_USED", "E_UNREAD"
FINDINGS = (FORGED, CLONED)
BACK = (State.RECOVERED, State.CANCELLED, State.DISPUTED)


class Copy(NamedTuple):
    """One paper: `digests` of its code (none if only the number was typed), `code` if it is bad."""

    line: int
    ticket_no: str
    digests: tuple[bytes, ...] = ()
    code: str | None = None
    read: Code | None = None


class Odd(NamedTuple):
    """A copy that recovers nothing, and why."""

    line: int
    ticket_no: str
    code: str
    measured: str


class Recovered(NamedTuple):
    numbers: tuple[str, ...]
    odd: tuple[Odd, ...]


def read_copies(data: bytes, ring: KeyRing) -> Iterator[Copy]:
    """The scanned codes or typed numbers of a file, one a line."""
    for line, raw in enumerate(data.splitlines()[:MOST_COPIES], 1):
        text = raw.strip()
        if not text:
            continue
        number = text.decode("ascii", "replace").upper()
        if check_ticket_no(number):
            yield Copy(line, number)
        else:
            yield copy_of(line, read_code(text, ring))


def copy_of(line: int, code: Code | None) -> Copy:
    if code is None:
        return Copy(line, "", code=UNREAD)
    bad = None if code.is_genuine else FORGED
    return Copy(line, code.ticket.ticket_no, code.digests, bad, code)


def judge(ticket: Standing | None, copies: int, copy: Copy) -> tuple[str, str] | None:
    """(code, measured) of what is wrong with a copy, or None; `copies` came back before it."""
    if copy.code is not None:
        return copy.code, "signature" if copy.code == FORGED else "text"
    if ticket is None or ticket.state in NEVER_ALLOCATED:
        return FORGED, "unknown" if ticket is None else ticket.state.value
    if copies:
        return CLONED, f"copy {copies + 1}"
    if copy.digests and not set(copy.digests) & set(ticket.digests):
        return CLONED, copy.digests[0].hex()
    if ticket.state in (State.USED, State.RECEIVED, *BACK):
        return None
    return NOT_USED, ticket.state.value


def recover_copies(
    db: sqlite3.Connection, data: bytes, copies: Iterable[Copy], stamp: Stamp
) -> Recovered:
    """Keep the copies of a file, recover what they prove used, and note what is wrong.

    Lines that were kept before are passed over, so what was not used then may be loaded again.
    """
    file = hashlib.sha256(data).digest()
    with transaction(db):
        known = {
            row["line"]
            for row in db.execute("SELECT line FROM ticket_copies WHERE file = ?", (file,))
        }
        listed = [copy for copy in copies if copy.line not in known]
        numbers = sorted({copy.ticket_no for copy in listed})
        standings, before = read_standings(db, numbers), count_copies(db, numbers)
        odd: list[Odd] = []
        kept: list[Copy] = []
        for copy in listed:
            wrong = judge(standings.get(copy.ticket_no), before.get(copy.ticket_no, 0), copy)
            if wrong is not None:
                odd.append(Odd(copy.line, copy.ticket_no, *wrong))
            if wrong is None or wrong[0] == CLONED:
                kept.append(copy)
                before[copy.ticket_no] = before.get(copy.ticket_no, 0) + 1
        keep_copies(db, file, kept, stamp)
        for copy in kept:
            learn_parents(db, copy.read, stamp.at_ms)
        note_findings(db, file, odd, standings, stamp)
        bad = {one.line for one in odd}
        chosen = tuple(
            copy.ticket_no
            for copy in kept
            if copy.line not in bad and standings[copy.ticket_no].state not in BACK
        )
        if chosen:
            move(db, chosen, "recover", stamp)
    return Recovered(chosen, tuple(odd))


def count_copies(db: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, int]:
    """How many papers of each number came back in earlier files."""
    rows = db.execute(
        "SELECT ticket_no, count(*) FROM ticket_copies"
        " WHERE ticket_no IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (json.dumps(numbers),),
    )
    return {row[0]: int(row[1]) for row in rows}


def keep_copies(db: sqlite3.Connection, file: bytes, listed: list[Copy], stamp: Stamp) -> None:
    db.executemany(
        "INSERT INTO ticket_copies VALUES (?, ?, ?, ?, ?, ?)",
        (
            (file, one.line, one.ticket_no, (*one.digests, None)[0], stamp.at_ms, stamp.by1)
            for one in listed
        ),
    )


def note_findings(
    db: sqlite3.Connection,
    file: bytes,
    odd: list[Odd],
    standings: dict[str, Standing],
    stamp: Stamp,
) -> None:
    """What is a finding becomes an alert of the ticket's weighbridge, as if a deck had met it."""
    for one in odd:
        if one.code not in FINDINGS:
            continue
        ticket = standings.get(one.ticket_no)
        detail = {
            "code": one.code,
            "subject": one.ticket_no,
            "measured": one.measured,
            "expected": "one copy, as used",
            "source": f"copy {file.hex()[:12]}/{one.line}",
        }
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        place = (ticket and ticket.weighbridge) or ""
        raise_alert(db, place, Alert(one.code, text), stamp.at_ms)
