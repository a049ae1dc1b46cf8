"""The baselines: the least that any program must do for the same promise."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import nacl.bindings

from weighbook import cbor, cose
from weighbook.keys import PublicKey


class BareTable:
    """A row of so many bytes per commit: SQLite with the book's pragmas and nothing else."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, data BLOB)")

    def commit(self, data: bytes) -> None:
        self._db.execute("INSERT INTO rows (data) VALUES (?)", (data,))

    def close(self) -> None:
        self._db.close()


def signed_of(message: bytes) -> bytes:
    """A Sign1 message as libsodium wants it: the signature, then what was signed."""
    parts = cose.sign1_parts(message, len(message))
    return parts.signature + cose.to_be_signed(parts.protected, parts.body)


def point_of(key: PublicKey) -> bytes:
    """The 32 bytes of an Ed25519 public key."""
    fields = cbor.decode(key.cose_key, max_bytes=len(key.cose_key))
    point: bytes = fields[-2]
    return point


def verify(signed: bytes, point: bytes) -> None:
    """One Ed25519 verification by the fastest library at hand (the one the product uses)."""
    nacl.bindings.crypto_sign_open(signed, point)


def read_and_hash(path: Path) -> int:
    """Every message of a book, read and hashed; how many there were."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT message FROM records ORDER BY seq")
        return sum(len(sha256(message).digest()) == 32 for (message,) in rows)
