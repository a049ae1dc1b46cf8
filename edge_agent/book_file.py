"""The file of a book: its tables, the triggers that refuse change, and how it is opened.

Nothing is ever updated or deleted in a book; SQLite's errors come out as `BookFailed`.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

BUSY_S = 5.0

TABLES = (
    """CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL,
    kind INTEGER NOT NULL, at_ms INTEGER NOT NULL, digest BLOB NOT NULL, message BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, digest BLOB NOT NULL,
    message BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS receipts (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, message BLOB NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS keysets (version INTEGER PRIMARY KEY, message BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
)

GUARDED = {
    "records": "seq",
    "orders": "number",
    "receipts": "id",
    "keysets": "version",
    "facts": "name",
}
GUARDS = (
    """CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'a book is never changed'); END""",
    """CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'a book is never shortened'); END""",
    """CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
    BEGIN SELECT RAISE(ABORT, 'a book is never written over'); END""",
)


class BookFailed(Exception):
    """The store did not take a line, or does not show what it took."""


def blob(value: object, what: str) -> bytes:
    """Bytes as stored. SQLite keeps any type in any column, and so does whoever writes into it.

    Errors: BookFailed.
    """
    if not isinstance(value, bytes):
        raise BookFailed(f"{what} is not bytes but {type(value).__name__}")
    return value


def create_book(path: Path, facts: Mapping[str, bytes]) -> None:
    """An empty book that knows whose it is; opening an existing one again changes nothing.

    `facts`: root (COSE_Key), weighbridge, epoch (decimal text), enrolment (digest of the order),
    registry (CBOR). Errors: BookFailed.
    """
    with failing(), closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("BEGIN")
        for statement in TABLES:
            db.execute(statement)
        for table, key in GUARDED.items():
            for guard in GUARDS:
                db.execute(guard.format(table=table, key=key))
        for name, value in facts.items():
            db.execute(
                "INSERT INTO facts SELECT ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM facts WHERE name = ?)",
                (name, value, name),
            )
        db.execute("COMMIT")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in which every statement is its own transaction."""
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S, isolation_level=None
    )


@contextmanager
def failing() -> Iterator[None]:
    """SQLite's errors as the one error the shell knows."""
    try:
        yield
    except sqlite3.Error as error:
        raise BookFailed(str(error)) from error
