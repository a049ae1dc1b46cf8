"""What an export folder consists of, and the manifest that says so.

The manifest is not signed and proves nothing against whoever rewrites it; it tells a torn copy from
a whole one. There is one right text of it for a folder, so that every changed byte shows.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weighbook.chain import Break
from weighbook.sequences import read_sequence

SEQUENCES = ("records.cbor-seq", "orders.cbor-seq", "receipts.cbor-seq")
KEYS_FILE, MANIFEST_FILE, ATTACHMENTS = "keys.cbor", "manifest.json", "attachments"
FORMAT = "weighhouse-book-1"
CHUNK_BYTES = 1 << 20


def write_manifest(path: Path, counts: dict[str, int]) -> dict[str, Any]:
    """Writes the manifest of a folder and gives it. Errors: OSError."""
    manifest = _described(path, counts)
    (path / MANIFEST_FILE).write_text(_text(manifest), encoding="utf-8")
    return manifest


def _described(path: Path, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "counts": counts,
        "sha256": {
            name: file_digest(path / name).hex()
            for name in (*SEQUENCES, KEYS_FILE)
            if (path / name).is_file()
        },
    }


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def manifest_problems(path: Path) -> Iterator[Break]:
    """Where the manifest is not, byte for byte, the one these files would be given."""
    file = path / MANIFEST_FILE
    if not file.is_file():
        return
    counts = {
        name: sum(1 for _ in read_sequence(path / name))
        for name in SEQUENCES
        if (path / name).is_file()
    }
    due = _described(path, counts | {ATTACHMENTS: len(attachments_in(path / ATTACHMENTS))})
    text = file.read_bytes()
    if text == _text(due).encode():
        return
    said = _json_map(text)
    digests = said.get("sha256")
    differing = [
        name
        for name, found in due["sha256"].items()
        if not isinstance(digests, dict) or digests.get(name) != found
    ]
    for name in differing or [MANIFEST_FILE]:
        yield Break.of(0, "B_MANIFEST", name)


def _json_map(text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def attachments_in(folder: Path) -> list[Path]:
    """The files there whose names are digests."""
    return [file for file in folder.rglob("*") if file.is_file() and is_digest(file.name)]


def is_digest(name: str) -> bool:
    """Whether a file's name is a SHA-256 in hex."""
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def file_digest(path: Path) -> bytes:
    """SHA-256 of a file. Errors: OSError."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            seen.update(chunk)
    return seen.digest()
