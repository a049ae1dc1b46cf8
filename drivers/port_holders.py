"""Which programs have a device open: what a technician wants to know of a busy port.

Linux only, from /proc; an ordinary user sees his own programs, root sees all.
"""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
MAX_TOLD = 4


def holders_of(device: str) -> tuple[str, ...]:
    """`name (pid)` of other programs that have it open; empty where it cannot be seen."""
    try:
        wanted = os.stat(device).st_rdev
    except OSError:
        return ()
    found = (_name(pid) for pid in _programs() if pid != os.getpid() and _holds(pid, wanted))
    return tuple(name for name, _ in zip(found, range(MAX_TOLD), strict=False))


def _programs() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _holds(pid: int, wanted: int) -> bool:
    folder = PROC / str(pid) / "fd"
    try:
        return any(_device(folder / name) == wanted for name in os.listdir(folder))
    except OSError:  # not ours to see, or it has ended
        return False


def _device(opened: Path) -> int | None:
    try:
        return opened.stat().st_rdev or None
    except OSError:
        return None


def _name(pid: int) -> str:
    try:
        return f"{(PROC / str(pid) / 'comm').read_text(encoding='utf-8').strip()} ({pid})"
    except OSError:
        return f"({pid})"
