"""Books on disk: a `book.db` as the agent keeps it, or a folder as `edge-agent export` makes it.

The only module here that touches files. Reading never changes anything and never trusts a length.
"""

import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2

from weighbook import cbor
from weighbook.audit import Papers
from weighbook.chain import Break
from weighbook.keys import PublicKey
from weighbook.keyset import KeyRing, KeySet, open_keyset
from weighbook.phrase import Phrase, Refusal
from weighbook.refusals import refuse

SEQUENCES = ("records.cbor-seq", "orders.cbor-seq", "receipts.cbor-seq")
KEYS_FILE, MANIFEST_FILE, ATTACHMENTS = "keys.cbor", "manifest.json", "attachments"
MAX_SEQUENCE_ITEM_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 1 << 20


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
        SEQUENCES[0]: _write_sequence(to / SEQUENCES[0], book.messages),
        SEQUENCES[1]: _write_sequence(to / SEQUENCES[1], iter(book.orders)),
        SEQUENCES[2]: _write_sequence(to / SEQUENCES[2], iter(book.receipts)),
    }
    keys = cbor.encode({1: book.root or b"", 2: list(book.keysets)})
    (to / KEYS_FILE).write_bytes(keys)
    kept = 0
    for source in sorted(evidence.glob("*/*")) if evidence.is_dir() else []:
        if source.is_file() and _is_digest(source.name):
            (to / ATTACHMENTS / source.name).write_bytes(source.read_bytes())
            kept += 1
    names = (*SEQUENCES, KEYS_FILE)
    manifest = {
        "format": "weighhouse-book-1",
        "counts": counts | {ATTACHMENTS: kept},
        "sha256": {name: _file_digest(to / name).hex() for name in names},
    }
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False)
    (to / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
    return manifest


def read_sequence(path: Path) -> Iterator[bytes]:
    """The items of a CBOR sequence (RFC 8742) as their own bytes; a torn tail is one last item."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        end = _item_end(data, at)
        yield data[at:end]
        at = end


def _item_end(data: bytes, at: int) -> int:
    window = data[at : at + MAX_SEQUENCE_ITEM_BYTES]
    if window[:1] not in (b"\xd2", b"\xd8"):
        # Not an envelope: give the rest up to where the next one seems to begin.
        following = window.find(b"\xd2\x84", 1)
        return at + (following if following > 0 else len(window))
    try:
        stream = io.BytesIO(window)
        cbor2.CBORDecoder(stream).decode()
        return at + stream.tell()
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError):
        following = window.find(b"\xd2\x84\x4f", 1)
        return at + (following if following > 0 else len(window))


def _read_folder(path: Path) -> BookFiles:
    problems = [
        Break.of(0, "B_MANIFEST", f"{name} is missing")
        for name in (*SEQUENCES, KEYS_FILE, MANIFEST_FILE)
        if not (path / name).is_file()
    ]
    if not (path / SEQUENCES[0]).is_file() or not (path / KEYS_FILE).is_file():
        raise _unreadable(path, "records or keys are missing")
    problems += _manifest_problems(path)
    keys = cbor.decode((path / KEYS_FILE).read_bytes(), max_bytes=MAX_SEQUENCE_ITEM_BYTES)
    if not isinstance(keys, dict) or not isinstance(keys.get(2), list):
        raise _unreadable(path / KEYS_FILE, "shape")
    others = [
        tuple(read_sequence(path / name)) if (path / name).is_file() else ()
        for name in SEQUENCES[1:]
    ]
    return BookFiles(
        read_sequence(path / SEQUENCES[0]),
        others[0],
        others[1],
        tuple(message for message in keys[2] if isinstance(message, bytes)),
        keys.get(1) or None,
        _held(path / ATTACHMENTS),
        tuple(problems),
    )


def _manifest_problems(path: Path) -> Iterator[Break]:
    try:
        manifest = json.loads((path / MANIFEST_FILE).read_text(encoding="utf-8"))
        named = manifest["sha256"]
        for name in (*SEQUENCES, KEYS_FILE):
            if (path / name).is_file() and named.get(name) != _file_digest(path / name).hex():
                yield Break.of(0, "B_MANIFEST", name)
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        yield Break.of(0, "B_MANIFEST", type(error).__name__)


def _read_database(path: Path, evidence: Path | None) -> BookFiles:
    try:
        # immutable=0: another process may be writing; a read transaction sees one moment of it.
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        database.text_factory = bytes
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
        bytes.fromhex(file.name): _file_digest(file).hex() == file.name
        for file in folder.rglob("*")
        if file.is_file() and _is_digest(file.name)
    }


def _is_digest(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def _write_sequence(path: Path, messages: Iterator[bytes]) -> int:
    count = 0
    with path.open("wb") as file:
        for message in messages:
            file.write(message)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _file_digest(path: Path) -> bytes:
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            seen.update(chunk)
    return seen.digest()


def _unreadable(path: Path, detail: str) -> Refusal:
    return Refusal(
        "E_UNREADABLE",
        Phrase(f"无法读取账簿 {path}：{detail}。", f"The book {path} cannot be read: {detail}."),
        Phrase(
            "请指向 book.db 或 edge-agent export 生成的文件夹。",
            "Point at a book.db or at a folder made by edge-agent export.",
        ),
    )
