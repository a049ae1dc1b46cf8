"""Reads one indicator: bytes from a port, readings out, nothing old taken for new."""

from collections.abc import Iterator

from drivers.scales.framer import feed
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight
from drivers.serial_port import Port


def read_scale(port: Port, protocol: ScaleProtocol) -> Iterator[Reading | None]:
    """Readings as they arrive; None when half a second passed without one, so the caller can beat.

    Ends only by PortLost. The first frame after opening may be torn where no checksum tells, so a
    protocol protected by its layout alone must show two frames of one length before one is
    believed.
    """
    kept = b""
    length: int | None = None
    while True:
        data = port.read()
        if not data:
            yield None
            continue
        kept, readings = feed(protocol, kept, data)
        for reading in readings:
            if protocol.integrity == "checksum" or not isinstance(reading, Weight):
                yield reading
                continue
            expected, length = length, len(reading.raw)
            yield reading if expected == length else Reject("length", reading.raw)
