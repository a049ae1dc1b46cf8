"""Asks for the film before a fault, within bounds: so many an hour, and only where there is room.

Two faults of one camera within a few seconds have the same time before them, and share a film.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from edge_agent.evidence import free_mib

MAX_FILMS = 6  # of one camera in an hour
HOUR_MS = 3_600_000
SHARED_MS = 5_000
ROOM_MIB = 64  # a film needs a quarter of it
MAX_TEXT = 80


class Film(NamedTuple):
    """Where it appears when it is whole; or why there is none."""

    path: Path | None
    why: str = ""


class Films:
    """`ask` has a camera's last seconds written into a file; False: it cannot be asked."""

    def __init__(self, ask: Callable[[str, Path], bool], min_free_mib: int) -> None:
        self._ask = ask
        self._min_free_mib = min_free_mib
        self._asked: dict[str, deque[int]] = {}
        self._newest: dict[str, Path] = {}

    def before(self, camera: str, path: Path, now_ms: int) -> Film:
        """The seconds before now, at `path` or where another fault of this moment has them."""
        asked = self._asked.setdefault(camera, deque(maxlen=MAX_FILMS))
        newest = self._newest.get(camera)
        is_new = bool(asked) and now_ms - asked[-1] < SHARED_MS
        if newest is not None and is_new and newest.parent.exists():
            return Film(newest)
        if len(asked) == MAX_FILMS and now_ms - asked[0] < HOUR_MS:
            return Film(None, f"{MAX_FILMS} films an hour")
        try:
            room_mib = free_mib(path.parent) - self._min_free_mib
        except OSError as error:
            return Film(None, reason(error))
        if room_mib < ROOM_MIB:
            return Film(None, f"{room_mib} MiB left")
        if not self._ask(camera, path.absolute()):
            return Film(None, "the camera's process cannot be asked")
        asked.append(now_ms)
        self._newest[camera] = path
        return Film(path)


def reason(error: OSError) -> str:
    """Without the path, which tells nothing to who reads it elsewhere."""
    return str(error.strerror or error)[:MAX_TEXT]
