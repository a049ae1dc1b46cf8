"""Which software this is: its version and a digest of the code that runs.

Heartbeats and weighings carry it, so that the bureau sees a program that was altered (F-X08). It
keeps the honest honest; whoever alters the code can alter this as well, and the collector computes
weights from the recorded frames again.
"""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("drivers", "edge_agent", "terminal", "weighbook")
SHOWN_DIGITS = 12


def software(root: Path | None = None) -> str:
    """`weighhouse VERSION DIGEST`. Errors: OSError."""
    found = Path(__file__).parent.parent if root is None else root
    return f"weighhouse {version('weighhouse')} {code_digest(found)[:SHOWN_DIGITS]}"


def code_digest(root: Path) -> str:
    """SHA-256 over the names and bytes of all code, whatever order the disk lists it in."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root)):
        data = path.read_bytes()
        digest.update(b"%s\0%d\0" % (path.relative_to(root).as_posix().encode(), len(data)))
        digest.update(data)
    return digest.hexdigest()


def _sources(root: Path) -> Iterable[Path]:
    for package in PACKAGES:
        yield from (root / package).rglob("*.py")
