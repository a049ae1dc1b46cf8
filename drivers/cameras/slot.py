"""A camera's slot: fixed memory shared between the process that reads it and the one that asks.

One writer, any number of readers, no lock and no queue that could fill. The writer makes a counter
odd, writes the header and makes it even again; pictures go into two halves in turn, so that the
newest one stays whole while the next is written. What the judge measured stands beside the header
and is as whole as it. A reader that meets unfinished words keeps those it read before, and their
age tells. The memory has no name: it goes with the last process.
"""

import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_JPEG_BYTES = 4 * 1024 * 1024
MAX_MEASURED_BYTES = 16 * 1024
READ_TRIES = 8
COUNTER = struct.Struct("<Q")
HEADER = struct.Struct("<QQIIqqqqqiiii16sqqqqiiii16s8s")
MEASURED_AT = 4096
FIRST_HALF = MEASURED_AT + MAX_MEASURED_BYTES
SIZE = FIRST_HALF + 2 * MAX_JPEG_BYTES
MAX_COUNT = 2**63
NONE = -1
NO_DRIFT = -(2**31)


@dataclass(frozen=True)
class Seen:
    """What the reading process last wrote. Times are monotonic milliseconds; -1: never, or none.

    `difference_milli`: mean grey difference to the sample before, in 1/1000 of a level;
    `clock_difference_milli`: the same inside the clock box. `digest`: 16 bytes of the pixels'
    SHA-256. `in_5s`: packets in the five seconds up to the newest one. `drift_ms`: how far the
    stream's time ran ahead of ours over ten seconds. `state`: how the source stands (sources.py),
    and when it was last found so; while it plays, since when.
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
    packet_bytes: int = 0
    keyframes: int = 0
    keyframe_ms: int = NONE
    state_ms: int = NONE
    gop_ms: int = NONE
    nominal_fps_milli: int = NONE
    in_5s: int = 0
    drift_ms: int = NO_DRIFT
    state: str = ""
    codec: str = ""

    def packed(self) -> tuple[int | bytes, ...]:
        """As the header takes it."""
        *numbers, state, codec = vars(self).values()  # in order; `astuple` would copy each first
        return (*numbers, state.encode("ascii"), codec.encode("ascii"))

    @classmethod
    def unpacked(cls, words: tuple[Any, ...]) -> "Seen":
        return cls(*words[:-2], *(_text(word) for word in words[-2:]))


@dataclass(frozen=True)
class Header:
    """`jpegs` counts the pictures ever put in; its parity names the half of the newest."""

    counter: int = 0
    jpegs: int = 0
    length: int = 0
    measured: bytes = b""
    seen: Seen = Seen()


class Slot:
    """The shared memory behind one open file descriptor, which is the slot's own."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, SIZE)
        self._last = Header()

    @classmethod
    def create(cls) -> "Slot":
        """A fresh slot. A child reaches it under `path` when it inherits `descriptor`."""
        descriptor = os.memfd_create("weighhouse-camera")
        os.ftruncate(descriptor, SIZE)
        slot = cls(descriptor)
        slot.write(Seen(), None)
        return slot

    @classmethod
    def open(cls, path: Path) -> "Slot":
        """The slot of another process."""
        return cls(os.open(path, os.O_RDWR | os.O_CLOEXEC))

    @property
    def path(self) -> Path:
        return Path(f"/dev/fd/{self.descriptor}")

    def write(self, seen: Seen, jpeg: bytes | None, measured: bytes | None = None) -> None:
        """Publishes; None keeps the picture or the measurements that are there.

        Errors: ValueError, too large.
        """
        counter, jpegs, length, noted = HEADER.unpack_from(self._memory)[:4]
        if counter % 2:
            length = noted = 0  # the writer before died in here: what it kept cannot be told
        _check_fits(jpeg, MAX_JPEG_BYTES)
        _check_fits(measured, MAX_MEASURED_BYTES)
        if jpeg is not None:
            jpegs, length = (jpegs + 1) % MAX_COUNT, len(jpeg)
            start = _half(jpegs)
            self._memory[start : start + length] = jpeg
        odd = counter | 1
        COUNTER.pack_into(self._memory, 0, odd)
        if measured is not None:
            noted = len(measured)
            self._memory[MEASURED_AT : MEASURED_AT + noted] = measured
        HEADER.pack_into(self._memory, 0, odd, jpegs, length, noted, *seen.packed())
        COUNTER.pack_into(self._memory, 0, odd + 1)

    def read(self) -> Seen:
        """The newest finished word."""
        return self._header().seen

    def measured(self) -> bytes:
        """What the judge last measured, whole; empty before it did."""
        return self._header().measured

    def jpeg(self) -> bytes | None:
        """The newest picture, whole; None when there is none."""
        for _ in range(READ_TRIES):
            header = self._header()
            if not 0 < header.length <= MAX_JPEG_BYTES:
                return None
            start = _half(header.jpegs)
            data = self._memory[start : start + header.length]
            # Its half is written again only after one more header was finished.
            if self._counter() <= header.counter + 1:
                return data
        return None

    def close(self) -> None:
        """Gives the descriptor back; what was mapped goes with the object."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def _header(self) -> Header:
        for _ in range(READ_TRIES):
            before, jpegs, length, noted, *seen = HEADER.unpack_from(self._memory)
            measured = self._memory[MEASURED_AT : MEASURED_AT + min(noted, MAX_MEASURED_BYTES)]
            if before % 2 == 0 and self._counter() == before:
                self._last = Header(before, jpegs, length, measured, Seen.unpacked(tuple(seen)))
                break
        return self._last

    def _counter(self) -> int:
        return int(COUNTER.unpack_from(self._memory)[0])


def _check_fits(data: bytes | None, limit: int) -> None:
    if data is not None and len(data) > limit:
        raise ValueError(f"{len(data)} bytes do not fit into {limit}")


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("ascii")


def _half(jpegs: int) -> int:
    return FIRST_HALF + jpegs % 2 * MAX_JPEG_BYTES
