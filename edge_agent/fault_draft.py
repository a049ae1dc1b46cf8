"""A fault's evidence while it is gathered: a folder of its own, whose names say what each file is.

What is in it survives a kill, so that the next run can book what there is. It goes when the book
names its files, which by then lie among the evidence as well.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from edge_agent.events import Fault
from edge_agent.evidence import Evidence, write_whole

GOOD, BAD, FILM, HISTORY = "good", "bad", "film", "history"
KINDS = (GOOD, BAD, FILM, HISTORY)  # as a cause's record names them
ENDINGS = {GOOD: "jpg", BAD: "jpg", FILM: "mkv", HISTORY: "json"}
FOLDER = re.compile(r"([A-Z][A-Z_]{0,31})\.([A-Za-z0-9][A-Za-z0-9_-]{0,31})\.(\d{1,15})", re.ASCII)
PIECE = re.compile(r"(good|bad|film|history)\.(\d{1,15})\.[a-z]+", re.ASCII)
MAX_PIECES = 16


class Piece(NamedTuple):
    """One file: what it shows and when it was taken (wall time)."""

    kind: str
    at_ms: int
    path: Path


class Draft:
    """The folder of one fault below `folder`."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        self.fault = fault
        self.folder = folder / f"{fault.code}.{fault.subject}.{fault.since_ms}"

    def save(self, kind: str, at_ms: int, data: bytes) -> None:
        """Whole and on disk; what is there already is left. Errors: OSError."""
        path = self.path(kind, at_ms)
        if not path.exists():
            write_whole(path, data)

    def path(self, kind: str, at_ms: int) -> Path:
        """Where such a piece belongs; its folder is there. Errors: OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{kind}.{at_ms}.{ENDINGS[kind]}"

    def pieces(self) -> list[Piece]:
        """What is there, by kind and time. Errors: OSError."""
        names = sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []
        found = [(match, name) for name in names if (match := PIECE.fullmatch(name))]
        pieces = [Piece(match[1], int(match[2]), self.folder / name) for match, name in found]
        ordered = sorted(pieces, key=lambda one: (KINDS.index(one.kind), one.at_ms))
        return ordered[:MAX_PIECES]

    def has(self, kind: str) -> bool:
        return any(piece.kind == kind for piece in self.pieces())

    def keep(self, evidence: Evidence) -> tuple[tuple[str, int, bytes, int], ...]:
        """All pieces among the evidence, as the record names them. Errors: OSError."""
        return tuple(
            (kind, at_ms, evidence.keep_file(path), path.stat().st_size)
            for kind, at_ms, path in self.pieces()
        )

    def remove(self) -> None:
        """The folder; what lies among the evidence stays."""
        shutil.rmtree(self.folder, ignore_errors=True)


def drafts_in(folder: Path) -> Iterator[Draft]:
    """Those that an earlier run left. Errors: OSError."""
    for path in sorted(folder.iterdir()) if folder.exists() else []:
        if (match := FOLDER.fullmatch(path.name)) and path.is_dir():
            yield Draft(folder, Fault(match[1], match[2], int(match[3])))
