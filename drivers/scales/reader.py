"""Reads one indicator: bytes from a port, readings out, nothing old taken for new."""

from collections.abc import Iterator
from dataclasses import dataclass

from drivers.scales.asking import Asker, question
from drivers.scales.framer import feed, finish
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Reading, Reject, Weight
from drivers.serial_port import Port


def read_scale(port: Port, protocol: ScaleProtocol, address: int = 1) -> Iterator[Reading | None]:
    """Readings as they arrive; None when half a second passed without one, so the caller can beat.

    Ends only by PortLost. Indicators in command mode are asked for each reading.
    """
    asker = Asker(port, question(protocol, address))
    proof = Proof(protocol)
    kept, answered = b"", True
    while True:
        if answered:
            asker.ask()
        data = port.read()
        if data:
            fed = feed(protocol, kept, data)
            kept, readings = fed.kept, fed.readings
        else:
            kept, readings = b"", finish(protocol, kept)
            yield None
        answered = bool(readings) or not data
        for reading in readings:
            yield proof.weigh(reading)


@dataclass
class Proof:
    """What a weight needs before it is believed, where no checksum speaks for it.

    The first frame after opening may be torn, and a lost byte shifts digits without a trace: two
    frames in a row must have one length.
    """

    protocol: ScaleProtocol
    length: int | None = None

    def weigh(self, reading: Reading) -> Reading:
        """The reading, or a reject of code `length` in its place."""
        if self.protocol.integrity == "checksum" or not isinstance(reading, Weight):
            return reading
        expected, self.length = self.length, len(reading.raw)
        return reading if expected == self.length else Reject("length", reading.raw)
