"""Reads one source into one slot: counts every packet, looks at keyframes, keeps the last seconds.

One thread; nothing here waits but for the next packet. A judge, where there is one, is handed every
keyframe that is developed, and what it says stands in the slot beside the picture.
"""

import hashlib
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from drivers.cameras.developing import Box, Developed, develop, difference_milli
from drivers.cameras.judging.facts import Keyframe
from drivers.cameras.packet_ring import Kept, PacketRing
from drivers.cameras.rates import Rates
from drivers.cameras.slot import NO_DRIFT, NONE, Slot
from drivers.cameras.sources import (
    ENDED,
    OPENING,
    PLAYING,
    Arrived,
    NotOpened,
    Picture,
    Source,
    open_source,
)

SAMPLE_MS = 500  # where every packet is a keyframe, no more than two a second are looked at
FILMED = ("h264", "hevc", "mjpeg", "jpeg", "mpeg4")

SILENCE_MS = 2_500


class Judge(Protocol):
    """Who judges the keyframes: `see` each, `miss` when none came for a while."""

    def see(self, keyframe: Keyframe) -> bytes | None: ...
    def miss(self) -> None: ...


def now_ms() -> int:
    """The clock that only runs forward, suspended time counted, the same in every process."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Reader:
    """Reads one source into one slot until it fails."""

    def __init__(self, slot: Slot, box: Box | None, judge: Judge | None = None) -> None:
        self._slot = slot
        self._box = box
        self._judge = judge
        self.seen = replace(slot.read(), packet_ms=NONE, picture_ms=NONE)
        self._grey: Picture | None = None
        self._clock: Picture | None = None
        self._rates = Rates()
        self._ring = PacketRing()
        self._template: Any = None
        self._busy = threading.Lock()  # a film may be asked for while a new stream opens
        self._due_ms = 0

    def beat(self, state: str | None = None) -> None:
        """Alive, whatever the camera does; how the source was found is noted with its time."""
        at_ms = now_ms()
        if state is not None:
            self.seen = replace(self.seen, state=state, state_ms=at_ms)
        self.seen = replace(self.seen, beat_ms=at_ms)
        self._slot.write(self.seen, None)

    def watch(self, address: str) -> str:
        """Reads until the stream ends; the state it is left in, PLAYING never."""
        self.beat()
        try:
            source = open_source(address)
        except NotOpened as refused:
            return refused.state
        try:
            self._begin(source)
            for arrived in source.arrivals():
                self._take(arrived)
        except NotOpened as lost:
            return lost.state
        finally:
            source.close()
        return ENDED

    def keep_film(self, path: Path) -> None:
        """Writes the last seconds into a file. Errors: OSError, ValueError."""
        from drivers.cameras.remux import write_film, write_jpegs

        with self._busy:
            packets, template = self._ring.packets(), self._template
        if not packets or self.seen.codec not in FILMED:
            raise ValueError("no film")
        if template is None:
            write_jpegs(path, packets, (self.seen.width, self.seen.height))
        else:
            write_film(path, packets, template)

    def _begin(self, source: Source) -> None:
        stream = getattr(source, "template", None)
        with self._busy:
            self._ring.clear()
            self._template = None if stream is None else _copied(stream)
        self._rates.begin()
        self._miss()
        fps = source.nominal_fps_milli
        self.seen = replace(
            self.seen,
            codec=source.codec[:8],
            nominal_fps_milli=NONE if fps is None else fps,
            keyframe_ms=NONE,
            gop_ms=NONE,
        )
        self.beat(OPENING)

    def _take(self, arrived: Arrived) -> None:
        at_ms = now_ms()
        if at_ms - self.seen.packet_ms > SILENCE_MS:
            self._miss()
        self._rates.take(at_ms, arrived.stream_ms, is_key=arrived.is_key)
        self._ring.take(Kept(at_ms, arrived.stream_ms, arrived.is_key, arrived.payload))
        self._count(at_ms, arrived)
        jpeg, measured = None, None
        if arrived.is_key and at_ms >= self._due_ms:
            self._due_ms = max(self._due_ms, at_ms - SAMPLE_MS) + SAMPLE_MS
            developed = self._developed(arrived)
            if developed is not None:
                jpeg, measured = developed.jpeg, self._judged(developed, arrived, at_ms)
        self._slot.write(self.seen, jpeg, measured)

    def _count(self, at_ms: int, arrived: Arrived) -> None:
        seen, rates = self.seen, self._rates
        self.seen = replace(
            seen,
            beat_ms=at_ms,
            packet_ms=at_ms,
            packets=seen.packets + 1,
            packet_bytes=seen.packet_bytes + len(arrived.payload),
            keyframes=seen.keyframes + arrived.is_key,
            keyframe_ms=at_ms if arrived.is_key else seen.keyframe_ms,
            gop_ms=NONE if rates.gop_ms is None else rates.gop_ms,
            in_5s=rates.in_5s,
            drift_ms=NO_DRIFT if rates.drift_ms is None else rates.drift_ms,
            state=PLAYING,
            state_ms=seen.state_ms if seen.state == PLAYING else at_ms,
        )

    def _developed(self, arrived: Arrived) -> Developed | None:
        """A time always belongs to the picture kept: without one, none is noted."""
        picture = arrived.decode()
        developed = None if picture is None else develop(picture, arrived.payload, self._box)
        if developed is None:
            return None
        self.seen = replace(
            self.seen,
            picture_ms=self.seen.packet_ms,
            pictures=self.seen.pictures + 1,
            width=developed.width,
            height=developed.height,
            difference_milli=difference_milli(self._grey, developed.grey),
            clock_difference_milli=self._ticked(developed.clock),
            digest=developed.digest,
        )
        self._grey, self._clock = developed.grey, developed.clock
        return developed

    def _ticked(self, clock: Picture | None) -> int:
        """A box beside the picture shows a clock that stands, not a camera without one."""
        if self._box is None:
            return NONE
        return 0 if clock is None else difference_milli(self._clock, clock)

    def _judged(self, developed: Developed, arrived: Arrived, at_ms: int) -> bytes | None:
        if self._judge is None:
            return None
        return self._judge.see(
            Keyframe(
                at_ms,
                developed.width,
                developed.height,
                developed.is_colour_milli,
                developed.grey,
                developed.clock,
                hashlib.sha256(arrived.payload).digest(),
                len(arrived.payload),
            )
        )

    def _miss(self) -> None:
        if self._judge is not None:
            self._judge.miss()


def _copied(stream: Any) -> Any:
    from drivers.cameras.remux import Template

    return Template(stream)
