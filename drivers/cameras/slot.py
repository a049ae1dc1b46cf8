"""A camera's slot: fixed memory shared between the process that reads it and the one that asks.

One writer, any number of readers, no lock and no queue that could fill: the writer makes the
counter odd, writes, and makes it even again; a reader that meets an odd or changed one looks again.
"""

import mmap
import os
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

MAX_JPEG_BYTES = 4 * 1024 * 1024
READ_TRIES = 8
HEADER = struct.Struct("<Qqqqqqiiii16sI")
SIZE = HEADER.size + MAX_JPEG_BYTES
NONE = -1


@dataclass(frozen=True)
class Seen:
    """What the reading process last wrote. Times are monotonic milliseconds; -1: never, or none.

    `difference_milli`: mean grey difference to the sample before, in 1/1000 of a level;
    `clock_difference_milli`: the same inside the clock box. `digest`: 16 bytes of the pixels'
    SHA-256.
    """

    beat_ms: int = NONE
    packet_ms: int = NONE
    picture_ms: int = NONE
    packets: int = 0
    pictures: int = 0
    width: int = 0
    height: int = 0
    difference_milli: int = NONE
    clock_difference_milli: int = NONE
    digest: bytes = bytes(16)


class Slot:
    """The shared memory, as a file in memory where there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        descriptor = os.open(path, os.O_RDWR)
        try:
            self._memory = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)

    @classmethod
    def create(cls) -> "Slot":
        """A fresh slot; `remove` it in the end."""
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not disk
        descriptor, name = tempfile.mkstemp(prefix="weighhouse-camera-", dir=folder)
        os.ftruncate(descriptor, SIZE)
        os.close(descriptor)
        slot = cls(Path(name))
        slot.write(Seen(), None)
        return slot

    def write(self, seen: Seen, jpeg: bytes | None) -> None:
        """Publishes; `jpeg` None keeps the picture that is there."""
        counter, length = self._counter() | 1, self._length()
        self._memory[:8] = struct.pack("<Q", counter)
        if jpeg is not None:
            length = len(jpeg)
            self._memory[HEADER.size : HEADER.size + length] = jpeg
        self._memory[: HEADER.size] = HEADER.pack(
            counter,
            seen.beat_ms,
            seen.packet_ms,
            seen.picture_ms,
            seen.packets,
            seen.pictures,
            seen.width,
            seen.height,
            seen.difference_milli,
            seen.clock_difference_milli,
            seen.digest,
            length,
        )
        self._memory[:8] = struct.pack("<Q", counter + 1)

    def read(self) -> Seen:
        """The newest word; an unfinished one (its writer died) counts as nothing seen."""
        for _ in range(READ_TRIES):
            before = self._counter()
            fields = HEADER.unpack(self._memory[: HEADER.size])
            if before % 2 == 0 and self._counter() == before:
                return Seen(*fields[1:11])
        return Seen()

    def jpeg(self) -> bytes | None:
        """The newest picture, whole; None when there is none."""
        for _ in range(READ_TRIES):
            before = self._counter()
            data = self._memory[HEADER.size : HEADER.size + min(self._length(), MAX_JPEG_BYTES)]
            if before % 2 == 0 and self._counter() == before:
                return data or None
        return None

    def close(self) -> None:
        """Lets go of the memory."""
        self._memory.close()

    def remove(self) -> None:
        """Lets go of it and deletes it."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _counter(self) -> int:
        return int(struct.unpack_from("<Q", self._memory)[0])

    def _length(self) -> int:
        return int(struct.unpack_from("<I", self._memory, HEADER.size - 4)[0])
