"""Requests as they are kept: what is asked for, by whom, what became of it. Rows are only added.

Nothing here decides (`requests`).
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from collector.home import Home
from weighbook import cbor
from weighbook.orders import ARGS, Action, Args
from weighbook.phrase import Phrase, Refusal
from weighbook.schema import decode_fields, encode_fields

LARGEST_DRAFT_BYTES = 64 * 1024
OFFICER, CLERK, MINE = "officer", "clerk", "mine"
SIGNED, APPROVED, REFUSED = "signed", "approved", "refused"


class Asked(NamedTuple):
    """What is asked for, by whom; `role`: officer, clerk or mine."""

    weighbridge: str
    action: Action
    args: Args
    from_ms: int
    expires_ms: int | None
    by: str
    role: str
    words: str


class Entry(NamedTuple):
    at_ms: int
    officer: str
    step: str
    draft: bytes | None
    part: bytes | None
    number: int | None
    note: str


class Request(NamedTuple):
    """A request and what became of it."""

    number: int
    at_ms: int
    asked: Asked
    entries: tuple[Entry, ...]

    @property
    def state(self) -> str:
        last = self.entries[-1].step if self.entries else ""
        return last if last in (APPROVED, REFUSED) else "open"


def keep(db: sqlite3.Connection, asked: Asked, at_ms: int) -> int:
    """A new request's number."""
    number = db.execute(
        "INSERT INTO requests (at_ms, weighbridge, action, args, from_ms, expires_ms, by1,"
        " role, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(at_ms, asked.weighbridge, str(asked.action)),
            *(cbor.encode(encode_fields(asked.args)), asked.from_ms, asked.expires_ms),
            *(asked.by, asked.role, asked.words),
        ),
    ).lastrowid
    assert number is not None
    return number


def enter(home: Home, request: Request, entry: Entry) -> None:
    home.db.execute(
        "INSERT INTO request_entries (request, at_ms, officer, step, draft, part, number, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (request.number, *entry),
    )
    said = f"request {request.number}" + (f": {entry.note}" if entry.note else "")
    home.log(entry.officer, f"request {entry.step}", request.asked.weighbridge, said)


def read(db: sqlite3.Connection, number: int) -> Request:
    """Refusal E_NO_REQUEST."""
    found = list(listed(db, number))
    if not found:
        raise Refusal(
            "E_NO_REQUEST",
            Phrase(f"没有第 {number} 号申请。", f"There is no request {number}."),
            Phrase("请用 collector request list 查看。", "See them with: collector request list."),
        )
    return found[0]


def listed(db: sqlite3.Connection, number: int | None = None) -> Iterable[Request]:
    rows = db.execute(
        "SELECT * FROM requests WHERE ? IS NULL OR id = ? ORDER BY id", (number, number)
    )
    for row in rows.fetchall():
        action = Action(row["action"])
        args = decode_fields(ARGS[action], cbor.decode(row["args"], max_bytes=LARGEST_DRAFT_BYTES))
        times = (row["from_ms"], row["expires_ms"])
        who = (row["by1"], row["role"], row["words"])
        entries = db.execute(
            "SELECT at_ms, officer, step, draft, part, number, note FROM request_entries"
            " WHERE request = ? ORDER BY id",
            (row["id"],),
        )
        asked = Asked(row["weighbridge"], action, args, *times, *who)
        yield Request(row["id"], row["at_ms"], asked, tuple(Entry(*each) for each in entries))
