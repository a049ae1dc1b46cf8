"""The bureau's own log: who did what to whom, each line chained to the one before and signed.

A line altered, added behind our back, or taken out of the middle is found by `check`. The end of a
log proves nothing by itself: a head noted elsewhere (the staff report prints it) does. Lines are
sealed in the transaction that writes them; where the key is not at hand the next line's signature
covers them.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from weighbook import cbor
from weighbook.envelope import Typ, open_message, sign
from weighbook.keys import SigningKey
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal

VERSION = 1
START = bytes(32)


class Line(NamedTuple):
    """One line as it stands in the database, with its seal if it has one."""

    number: int
    at_ms: int
    officer: str
    action: str
    subject: str
    detail: str
    digest: bytes | None
    message: bytes | None


class Head(NamedTuple):
    """The newest sealed line and the digest over all up to it."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"


class Fault(NamedTuple):
    number: int
    code: str
    words: Phrase


class Verdict(NamedTuple):
    """`signed`: the newest line whose signature holds over all before it."""

    lines: int
    head: Head | None
    signed: int
    faults: tuple[Fault, ...]


WORDS = {
    "L_GAP": Phrase("之前的行被删去", "lines before it are gone"),
    "L_ALTERED": Phrase("此行或之前的行被改动", "this line, or one before it, was altered"),
    "L_UNSEALED": Phrase("此行没有封签", "this line has no seal"),
    "L_SIGNATURE": Phrase("签名不对", "the signature does not hold"),
    "L_HEAD": Phrase("与所记的末行不符", "it does not agree with the noted head"),
}


def seal(db: sqlite3.Connection, key: SigningKey | None) -> None:
    """Seal every line that has no seal yet; inside the caller's transaction."""
    last = head_of(db)
    number, digest = (0, START) if last is None else last
    for line in lines(db, number):
        digest = chained(digest, line)
        message = None if key is None else signed(line, digest, key)
        db.execute("INSERT INTO log_seals VALUES (?, ?, ?)", (line.number, digest, message))


def chained(before: bytes, line: Line) -> bytes:
    return hashlib.sha256(before + cbor.encode(list(line[:6]))).digest()


def signed(line: Line, digest: bytes, key: SigningKey) -> bytes:
    return sign({1: VERSION, 2: line.number, 3: line.at_ms, 4: digest}, Typ.LOG, key)


def head_of(db: sqlite3.Connection) -> Head | None:
    row = db.execute("SELECT id, digest FROM log_seals ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else Head(int(row[0]), bytes(row[1]))


def lines(db: sqlite3.Connection, after: int = 0) -> Iterator[Line]:
    """All lines behind that number, oldest first."""
    rows = db.execute(
        "SELECT l.id, l.at_ms, l.officer, l.action, l.subject, l.detail, s.digest, s.message"
        " FROM bureau_log l LEFT JOIN log_seals s ON s.id = l.id WHERE l.id > ? ORDER BY l.id",
        (after,),
    )
    return (Line(*row) for row in rows)


def check(found: Iterator[Line], ring: KeyRing, noted: Head | None = None) -> Verdict:
    """Walk the whole log; `noted`: a head somebody kept elsewhere. Pure."""
    faults: list[Fault] = []
    digest, expected, signed_upto, head = START, 1, 0, None
    meets = noted is None
    for line in found:
        digest = chained(digest, line)
        faults += (fault(line.number, code) for code in wrong(line, digest, expected, ring))
        if line.digest is not None:
            head = Head(line.number, bytes(line.digest))
        if line.message is not None and not faults:
            signed_upto = line.number
        meets = meets or noted == Head(line.number, digest)
        digest, expected = bytes(line.digest or digest), line.number + 1
    if not meets:
        assert noted is not None
        faults.append(fault(noted.number, "L_HEAD"))
    return Verdict(expected - 1, head, signed_upto, tuple(faults))


def wrong(line: Line, digest: bytes, expected: int, ring: KeyRing) -> Iterator[str]:
    if line.number != expected:
        yield "L_GAP"
    if line.digest is None:
        yield "L_UNSEALED"
    elif line.digest != digest:
        yield "L_ALTERED"
    elif line.message is not None and not holds(line, digest, ring):
        yield "L_SIGNATURE"


def holds(line: Line, digest: bytes, ring: KeyRing) -> bool:
    assert line.message is not None
    try:
        opened = open_message(line.message, Typ.LOG, ring, at_s=None)
    except Refusal:
        return False
    return opened.payload == {1: VERSION, 2: line.number, 3: line.at_ms, 4: digest}


def fault(number: int, code: str) -> Fault:
    return Fault(number, code, WORDS[code])
