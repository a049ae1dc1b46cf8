"""One call from a path to a verdict; used by every `verify` command."""

import contextlib
from pathlib import Path

from weighbook.audit import Audit, audit
from weighbook.files import papers_of, read_book, ring_of
from weighbook.keys import PublicKey
from weighbook.refusals import refuse

MAX_KEY_FILE_BYTES = 4096


def verify_path(path: Path, root: Path | None = None, evidence: Path | None = None) -> Audit:
    """Audits a book.db or an export folder.

    `root`: a file with the root's COSE_Key obtained elsewhere. Errors: Refusal; OSError.
    """
    book = read_book(path, evidence)
    trusted = read_root(root) if root is not None else None
    ring = ring_of(book, trusted)
    return audit(book.messages, ring, papers_of(book, root_from_book=trusted is None))


def read_root(path: Path) -> PublicKey:
    """The root's public key from a COSE_Key file, raw or in hex. Errors: Refusal; OSError."""
    data = path.read_bytes()
    if len(data) > MAX_KEY_FILE_BYTES:
        raise refuse("E_OVERSIZE", path.name)
    with contextlib.suppress(ValueError):
        data = bytes.fromhex(data.decode("ascii").strip())
    return PublicKey.read(data)
