"""Cuts a byte stream into frames: incremental, bounded, and back in step after any damage.

Pure: the state is the bytes not yet used. A frame is only taken whole; torn bytes before one are
stepped over, and the next frame is found by its own marks.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from drivers.scales.parity import strip_parity
from drivers.scales.protocol import MAX_FRAME_BYTES, ScaleProtocol
from drivers.scales.reading import Reading, Reject

BETWEEN_FRAMES = b"\r\n\0 "


class Fed(NamedTuple):
    """`kept`: bytes for the next call, at most MAX_FRAME_BYTES. `skipped`: bytes of no frame."""

    kept: bytes
    readings: list[Reading]
    skipped: int


def feed(protocol: ScaleProtocol, kept: bytes, data: bytes) -> Fed:
    """What `data`, arriving after `kept`, completes."""
    buffer = kept + data
    readings, at, skipped = _read(protocol, buffer)
    tail = buffer[at:]
    lost = max(0, len(tail) - MAX_FRAME_BYTES)
    return Fed(tail[lost:], readings, skipped + _foreign(tail[:lost]))


def finish(protocol: ScaleProtocol, kept: bytes) -> list[Reading]:
    """The frame that nothing followed: the line has fallen silent, or the bytes have ended."""
    if protocol.lone is None:
        return []
    match = protocol.lone.search(strip_parity(kept, protocol.seen_parity))
    return [] if match is None else [_take(protocol, kept, match)]


def decode_all(protocol: ScaleProtocol, data: bytes) -> list[Reading]:
    """All readings in a finished piece of bytes; if there is none, one reject says so.

    A last frame that no other has ended counts only when it is the only one.
    """
    readings, _, _ = _read(protocol, data)
    readings = readings or finish(protocol, data)
    if not readings and data.strip(BETWEEN_FRAMES):
        return [Reject("incomplete", data[:MAX_FRAME_BYTES])]
    return readings


def _read(protocol: ScaleProtocol, buffer: bytes) -> tuple[list[Reading], int, int]:
    """(readings, where the rest begins, bytes stepped over)."""
    readings: list[Reading] = []
    at = skipped = 0
    seen = strip_parity(buffer, protocol.seen_parity)
    while match := protocol.frame.search(seen, at):
        reading = _take(protocol, buffer, match)
        readings.append(reading)
        skipped += _foreign(buffer[at : match.start()])
        # What only looked like a frame may hold the start of a real one.
        bad = isinstance(reading, Reject) and reading.reason == "checksum"
        at = match.start() + 1 if bad else match.end()
    return readings, at, skipped


def _take(protocol: ScaleProtocol, buffer: bytes, match: re.Match[bytes]) -> Reading:
    reading = protocol.decode(match.group())
    if protocol.seen_parity is None:
        return reading
    return replace(reading, raw=buffer[match.start() : match.end()])


def _foreign(data: bytes) -> int:
    return len(data.translate(None, BETWEEN_FRAMES))
