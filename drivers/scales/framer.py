"""Cuts a byte stream into frames: incremental, bounded, and back in step after any damage.

Pure: the state is the bytes not yet used. A frame is only taken whole; torn bytes before one are
stepped over, and the next frame is found by its own marks.
"""

from drivers.scales.protocol import MAX_FRAME_BYTES, ScaleProtocol
from drivers.scales.reading import Reading, Reject

MAX_BUFFER_BYTES = 4096


def feed(protocol: ScaleProtocol, kept: bytes, data: bytes) -> tuple[bytes, list[Reading]]:
    """(bytes to keep, readings in order) after `data` has arrived."""
    buffer = kept + data
    readings: list[Reading] = []
    at = 0
    while match := protocol.frame.search(buffer, at):
        if match.end() == len(buffer) and protocol.frame.fullmatch(match.group() + b"\x00"):
            # One more byte may still belong to this frame.
            return buffer[match.start() :], readings
        readings.append(protocol.decode(match.group()))
        at = match.end()
    return buffer[at:][-MAX_FRAME_BYTES:], readings


def decode_all(protocol: ScaleProtocol, data: bytes) -> list[Reading]:
    """All readings in a finished piece of bytes; if there is none, one reject says so."""
    readings = [protocol.decode(match.group()) for match in protocol.frame.finditer(data)]
    if not readings and data.strip(b"\r\n\0 "):
        return [Reject("incomplete", data[:MAX_BUFFER_BYTES])]
    return readings
