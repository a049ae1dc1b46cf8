"""The last seconds of a stream as it came, bounded in time and bytes: pure but for its lock.

What is dropped goes from the front and up to the next keyframe, so that what is left can be played
from its beginning. One thread takes, another may ask.
"""

import threading
from collections import deque
from typing import NamedTuple

KEEP_MS = 30_000
MAX_BYTES = 16 * 1024 * 1024
MAX_PACKETS = 6_000


class Kept(NamedTuple):
    """One packet; `stream_ms` None where the stream has no time of its own."""

    at_ms: int
    stream_ms: int | None
    is_key: bool
    payload: bytes


class PacketRing:
    """Takes packets, and gives those of the last seconds."""

    def __init__(self, keep_ms: int = KEEP_MS, max_bytes: int = MAX_BYTES) -> None:
        self._keep_ms = keep_ms
        self._max_bytes = max_bytes
        self._kept: deque[Kept] = deque()
        self._busy = threading.Lock()
        self.size = 0

    def take(self, packet: Kept) -> None:
        """Keeps it; a stream that has not shown a keyframe yet cannot be played, and is not."""
        with self._busy:
            if not self._kept and not packet.is_key:
                return
            self._kept.append(packet)
            self.size += len(packet.payload)
            while self._is_too_much(packet.at_ms):
                self._drop_group()

    def packets(self) -> tuple[Kept, ...]:
        """What is kept now, the oldest first; it begins with a keyframe."""
        with self._busy:
            return tuple(self._kept)

    def clear(self) -> None:
        """Another stream begins: it cannot be written behind this one."""
        with self._busy:
            self._kept.clear()
            self.size = 0

    def _is_too_much(self, now_ms: int) -> bool:
        if not self._kept:
            return False
        too_old = now_ms - self._kept[0].at_ms > self._keep_ms
        return too_old or self.size > self._max_bytes or len(self._kept) > MAX_PACKETS

    def _drop_group(self) -> None:
        """The oldest keyframe and all that lean on it."""
        self._drop()
        while self._kept and not self._kept[0].is_key:
            self._drop()

    def _drop(self) -> None:
        self.size -= len(self._kept.popleft().payload)
