"""Books on disk: a `book.db` as the agent keeps it, or a folder as `edge-agent export` makes it.

The only module here that touches files. Reading never changes anything and never trusts a length.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weighbook import cbor
from weighbook.audit import Papers
from weighbook.chain import Break
from weighbook.keys import PublicKey
from weighbook.keyset import KeyRing, KeySet, open_keyset
from weighbook.manifest import (
    ATTACHMENTS,
    KEYS_FILE,
    MANIFEST_FILE,
    SEQUENCES,
    attachments_in,
    file_digest,
    is_digest,
    manifest_problems,
    write_manifest,
)
from weighbook.phrase import Phrase, Refusal
from weighbook.refusals import refuse
from weighbook.sequences import read_sequence, write_sequence

MAX_KEYS_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class BookFiles:
    """A book's parts as bytes; `root` is the root key that came with it."""

    messages: Iterator[bytes]
    orders: tuple[bytes, ...]
    receipts: tuple[bytes, ...]
    keysets: tuple[bytes, ...]
    root: bytes | None
    attachments: dict[bytes, bool] | None = None
    problems: tuple[Break, ...] = ()


def read_book(path: Path, evidence: Path | None = None) -> BookFiles:
    """The parts of a book.db or an export folder. Errors: Refusal E_UNREADABLE."""
    if path.is_dir():
        inner = path / "book.db"
        if inner.exists() and not (path / SEQUENCES[0]).exists():
            return read_book(inner, evidence)
        return _read_folder(path)
    if not path.exists():
        raise _unreadable(path, "absent")
    return _read_database(path, evidence)


def ring_of(book: BookFiles, root: PublicKey | None) -> KeyRing:
    """The newest key set of the book, if the root signed it. Errors: Refusal."""
    if root is None:
        if book.root is None:
            raise refuse("E_KID", "root")
        root = PublicKey.read(book.root)
    elif book.root is not None and book.root != root.cose_key:
        raise refuse("E_KID", "the root key in the book is another")
    newest: KeySet | None = None
    for message in book.keysets:
        keyset = open_keyset(message, root)
        if newest is None or keyset.version > newest.version:
            newest = keyset
    if newest is None:
        raise refuse("E_KID", "key set")
    return KeyRing(newest)


def papers_of(book: BookFiles, *, root_from_book: bool) -> Papers:
    """What lies beside the records, for the audit."""
    return Papers(book.orders, book.receipts, book.attachments, root_from_book, book.problems)


def write_export(book_path: Path, evidence: Path, to: Path) -> dict[str, Any]:
    """Writes the export folder and gives its manifest. `to` must not exist or be empty.

    Errors: Refusal E_UNREADABLE; OSError.
    """
    if to.exists() and any(to.iterdir()):
        raise _unreadable(to, "not empty")
    book = _read_database(book_path, None)
    (to / ATTACHMENTS).mkdir(parents=True, exist_ok=True)
    counts = {
        SEQUENCES[0]: write_sequence(to / SEQUENCES[0], book.messages),
        SEQUENCES[1]: write_sequence(to / SEQUENCES[1], iter(book.orders)),
        SEQUENCES[2]: write_sequence(to / SEQUENCES[2], iter(book.receipts)),
    }
    keys = cbor.encode({1: book.root or b"", 2: list(book.keysets)})
    (to / KEYS_FILE).write_bytes(keys)
    kept = 0
    for source in sorted(evidence.glob("*/*")) if evidence.is_dir() else []:
        if source.is_file() and is_digest(source.name):
            (to / ATTACHMENTS / source.name).write_bytes(source.read_bytes())
            kept += 1
    return write_manifest(to, counts | {ATTACHMENTS: kept})


def _read_folder(path: Path) -> BookFiles:
    problems = [
        Break.of(0, "B_MANIFEST", f"{name} is missing")
        for name in (*SEQUENCES, KEYS_FILE, MANIFEST_FILE)
        if not (path / name).is_file()
    ]
    if not (path / SEQUENCES[0]).is_file() or not (path / KEYS_FILE).is_file():
        raise _unreadable(path, "records or keys are missing")
    problems += manifest_problems(path)
    root, keysets = _read_keys(path / KEYS_FILE)
    orders, receipts = (
        tuple(read_sequence(path / name)) if (path / name).is_file() else ()
        for name in SEQUENCES[1:]
    )
    held = _held(path / ATTACHMENTS) or {}
    messages = read_sequence(path / SEQUENCES[0])
    return BookFiles(messages, orders, receipts, keysets, root, held, tuple(problems))


def _read_keys(path: Path) -> tuple[bytes | None, tuple[bytes, ...]]:
    """The root's key and the key sets. Errors: Refusal."""
    keys = cbor.decode(path.read_bytes(), max_bytes=MAX_KEYS_BYTES)
    if not isinstance(keys, dict) or keys.keys() != {1, 2} or not isinstance(keys[2], list):
        raise _unreadable(path, "shape")
    root, keysets = keys[1], tuple(keys[2])
    if not all(isinstance(item, bytes) for item in (root, *keysets)):
        raise _unreadable(path, "shape")
    return root or None, keysets


def _read_database(path: Path, evidence: Path | None) -> BookFiles:
    try:
        # Another process may be writing; in one transaction all is read as of one moment.
        database = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None
        )
        database.text_factory = bytes  # so that a text is no error, here or among the facts
        database.execute("begin")
        orders = tuple(
            row[0] for row in database.execute("select message from orders order by number")
        )
        receipts = tuple(
            row[0] for row in database.execute("select message from receipts order by id")
        )
        keysets = tuple(
            row[0] for row in database.execute("select message from keysets order by version")
        )
        facts = dict(database.execute("select cast(name as text), value from facts").fetchall())
    except sqlite3.Error as error:
        raise _unreadable(path, str(error)) from None
    root = facts.get(b"root")
    folder = evidence if evidence is not None else path.parent / "evidence"
    return BookFiles(
        _rows(database),
        tuple(m for m in orders if isinstance(m, bytes)),
        tuple(m for m in receipts if isinstance(m, bytes)),
        tuple(m for m in keysets if isinstance(m, bytes)),
        root if isinstance(root, bytes) else None,
        _held(folder),
    )


def _rows(database: sqlite3.Connection) -> Iterator[bytes]:
    try:
        for (message,) in database.execute("select message from records order by seq"):
            yield message if isinstance(message, bytes) else b""
    except sqlite3.Error:
        yield b""  # an unreadable page is a break where it stands
    finally:
        database.close()


def _held(folder: Path) -> dict[bytes, bool] | None:
    """Which attachments are there, and whether each is what its name says."""
    if not folder.is_dir():
        return None
    return {
        bytes.fromhex(file.name): file_digest(file).hex() == file.name
        for file in attachments_in(folder)
    }


def _unreadable(path: Path, detail: str) -> Refusal:
    return Refusal(
        "E_UNREADABLE",
        Phrase(f"无法读取账簿 {path}：{detail}。", f"The book {path} cannot be read: {detail}."),
        Phrase(
            "请指向 book.db 或 edge-agent export 生成的文件夹。",
            "Point at a book.db or at a folder made by edge-agent export.",
        ),
    )
