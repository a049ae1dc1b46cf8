"""Files on their way: a transfer that breaks off leaves a part, and the next one goes on behind it.

A part belongs to the weighbridge that sent it, so nobody can begin another's file for it. Whoever
appends takes the part for himself first; a second transfer of the same file begins anew. Only a
whole file with the hash of its name goes into the store. Parts that nobody came back for are swept
away after a day.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

KEPT_S = 86_400
SWEEP_EVERY_S = 3_600
CLAIMED = "."  # between the name of a file and the mark of who appends to it


class Part:
    """One file that is appended to. `finish`, `leave` or `drop` ends it, whichever comes first."""

    def __init__(self, path: Path, resting: Path) -> None:
        self._path = path
        self._resting = resting
        self._file: BinaryIO = path.open("ab")
        self.size = self._file.tell()

    def write(self, data: bytes) -> None:
        """Errors: OSError."""
        self.size += self._file.write(data)

    def finish(self, target: Path) -> bool:
        """Put it into its place, durably; False, and it is gone: it is not what its name says."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != target.name:
            self.drop()
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        self._path.rename(target)
        sync_folder(target.parent)
        return True

    def leave(self) -> None:
        """Let the next transfer go on from here; of two parts the longer one stays."""
        if self._file.closed:
            return
        self._file.close()
        if self.size == 0 or size_of(self._resting) >= self.size:
            self._path.unlink(missing_ok=True)
        else:
            self._path.rename(self._resting)

    def drop(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class Arriving:
    """The parts of all weighbridges, a folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept_s = 0.0

    def held(self, weighbridge: str, name: str) -> int:
        """How many bytes of a file wait to be gone on with."""
        return size_of(self._folder / weighbridge / name)

    def take(self, weighbridge: str, name: str, offset: int) -> Part | None:
        """The part to append to, a new one at 0; None: there is no part of just that length."""
        self.sweep(time.time())
        resting = self._folder / weighbridge / name
        resting.parent.mkdir(parents=True, exist_ok=True)
        own = resting.with_name(f"{name}{CLAIMED}{secrets.token_hex(4)}")
        if offset == 0:
            return Part(own, resting)
        try:
            resting.rename(own)
        except FileNotFoundError:
            return None
        part = Part(own, resting)
        if part.size == offset:
            return part
        part.leave()
        return None

    def sweep(self, now_s: float) -> None:
        """Take away what is older than a day; at most once an hour."""
        if now_s - self._swept_s < SWEEP_EVERY_S:
            return
        self._swept_s = now_s
        for path in self._parts():
            with suppress(FileNotFoundError):
                if now_s - path.stat().st_mtime > KEPT_S:
                    path.unlink()

    def _parts(self) -> Iterator[Path]:
        if self._folder.exists():
            yield from (path for path in self._folder.glob("*/*") if path.is_file())


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
