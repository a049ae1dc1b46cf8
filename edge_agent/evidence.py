"""Evidence on disk: pictures, curves and raw frames, each a file named by its SHA-256.

`keep` returns only when the bytes are on disk under their name; the same bytes again cost a look.
What may go, and when, is decided elsewhere (pruning.py); nothing goes by itself.
"""

import os
import re
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import NamedTuple

NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Stored(NamedTuple):
    """One file, and when it was written (wall time)."""

    digest: bytes
    size_bytes: int
    at_ms: int


class Evidence:
    """The folder `evidence/`, in 256 folders by the first byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, data: bytes) -> bytes:
        """Store; the digest. Errors: OSError."""
        digest = sha256(data).digest()
        path = self._path(digest)
        if path.exists():
            return digest
        self._make_room(path)
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move_into_place(draft, path)
        return digest

    def keep_file(self, path: Path) -> bytes:
        """The same for a file that is whole and on disk; it stays where it is. Errors: OSError."""
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").digest()
        target = self._path(digest)
        if target.exists():
            return digest
        self._make_room(target)
        try:
            target.hardlink_to(path)
        except OSError:
            return self.keep(path.read_bytes())  # a disk that knows no links
        _sync(target.parent)
        return digest

    def find(self, digest: bytes) -> Path | None:
        path = self._path(digest)
        return path if path.is_file() else None

    def files(self) -> Iterator[Stored]:
        """All that is kept. Errors: OSError."""
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir():
                yield from (_stored(one) for one in os.scandir(folder) if NAME.fullmatch(one.name))

    def forget(self, digest: bytes) -> None:
        """Only what may go (pruning.py) and is recorded as gone. Errors: OSError."""
        self._path(digest).unlink(missing_ok=True)

    def _make_room(self, path: Path) -> None:
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
            _sync(self.folder)

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self.folder / name[:2] / name


def _stored(file: os.DirEntry[str]) -> Stored:
    facts = file.stat()
    return Stored(bytes.fromhex(file.name), facts.st_size, facts.st_mtime_ns // 1_000_000)


def is_whole(path: Path, digest: bytes) -> bool:
    """Whether the file has the content of its name: only then is it worth the line."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").digest() == digest
    except OSError:
        return False


def write_whole(path: Path, data: bytes, mode: int = 0o644, *, durable: bool = True) -> None:
    """Replace a file in one step: a reader sees the old one or the new one. Errors: OSError."""
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    if durable:
        move_into_place(draft, path)
    else:
        draft.replace(path)


def move_into_place(draft: Path, path: Path) -> None:
    """Give a file that is on disk its name, durably. Errors: OSError."""
    draft.replace(path)
    _sync(path.parent)


def free_mib(folder: Path) -> int:
    """Space left for us on the disk that holds `folder`. Errors: OSError."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize // (1 << 20)


def _sync(folder: Path) -> None:
    """A new name is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
