"""The key set: who may sign what, and when; signed by the root, its version only rises."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from weighbook.envelope import MAX_MESSAGE_BYTES, Typ, open_message, sign
from weighbook.keys import PublicKey, SigningKey, read_key
from weighbook.refusals import refuse
from weighbook.schema import decode_fields, encode_fields

MAX_ENTRIES = 100_000
MAX_KEYSET_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class KeyEntry:
    """One key: its roles, whose it is, and when it is valid (seconds since 1970)."""

    key: PublicKey
    roles: tuple[str, ...]
    subject: str
    from_s: int
    to_s: int | None = None
    revoked_at_s: int | None = None

    def valid_at(self, at_s: int) -> bool:
        """Whether a signature made at that time counts."""
        ended = (self.to_s is not None and at_s >= self.to_s) or (
            self.revoked_at_s is not None and at_s >= self.revoked_at_s
        )
        return self.from_s <= at_s and not ended


@dataclass(frozen=True)
class _Line:
    kid: bytes
    alg: int
    key: bytes
    roles: tuple[str, ...]
    subject: str
    from_s: int
    to_s: int | None = None
    revoked_at_s: int | None = None


@dataclass(frozen=True)
class _Document:
    version: int
    entries: tuple[_Line, ...]


@dataclass(frozen=True)
class KeySet:
    """A version of the set."""

    version: int
    entries: tuple[KeyEntry, ...]

    def with_entry(self, entry: KeyEntry) -> "KeySet":
        """The next version, with that entry; an older entry of the same key is replaced."""
        kept = tuple(e for e in self.entries if e.key.kid != entry.key.kid)
        return replace(self, version=self.version + 1, entries=(*kept, entry))


class KeyRing:
    """A key set ready for looking up."""

    def __init__(self, keyset: KeySet, extra: Iterable[KeyEntry] = ()) -> None:
        self.version = keyset.version
        self.keyset = keyset
        self._extra = tuple(extra)

    @cached_property
    def _by_kid(self) -> dict[bytes, KeyEntry]:
        return {entry.key.kid: entry for entry in (*self.keyset.entries, *self._extra)}

    def find(self, kid: bytes) -> KeyEntry | None:
        """The entry of that kid, if any."""
        return self._by_kid.get(kid)

    def of(self, subject: str, role: str) -> tuple[KeyEntry, ...]:
        """All entries of a subject in a role."""
        entries = (*self.keyset.entries, *self._extra)
        return tuple(e for e in entries if e.subject == subject and role in e.roles)


def sign_keyset(keyset: KeySet, root: SigningKey) -> bytes:
    """The key set as a message signed by the root."""
    lines = tuple(
        _Line(
            e.key.kid,
            e.key.alg,
            e.key.cose_key,
            e.roles,
            e.subject,
            e.from_s,
            e.to_s,
            e.revoked_at_s,
        )
        for e in keyset.entries
    )
    return sign(encode_fields(_Document(keyset.version, lines)), Typ.KEYSET, root)


def root_ring(root: PublicKey) -> KeyRing:
    """A ring that trusts the root, and it alone, to sign key sets."""
    return KeyRing(KeySet(0, (KeyEntry(root, ("root",), "root", 0),)))


def open_keyset(message: bytes, root: PublicKey) -> KeySet:
    """The key set, if the root signed it. Errors: Refusal."""
    limit = MAX_KEYSET_BYTES if len(message) > MAX_MESSAGE_BYTES else MAX_MESSAGE_BYTES
    opened = open_message(message, Typ.KEYSET, root_ring(root), at_s=None, max_bytes=limit)
    document = decode_fields(_Document, opened.payload)
    if len(document.entries) > MAX_ENTRIES:
        raise refuse("E_OVERSIZE", "entries")
    return KeySet(document.version, tuple(_entry(line) for line in document.entries))


def _entry(line: _Line) -> KeyEntry:
    key = read_key(line.key)
    if key.kid != line.kid or key.alg != line.alg:
        raise refuse("E_SCHEMA", "kid")
    return KeyEntry(key, line.roles, line.subject, line.from_s, line.to_s, line.revoked_at_s)
