"""Threads that read serial devices: open, read, post; lost, say so once, and try again.

A device's thread knows nothing of sales. `run` ends only when `stop` is set.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from drivers.backoff import next_delay_ms
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reader import read_scale
from drivers.scales.reading import Reading, Status, Weight, to_kg
from drivers.scanners.serial_scanner import read_codes
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from edge_agent.clockwork import now
from edge_agent.config import ScaleConfig, ScannerConfig
from edge_agent.events import CodeRead, DeviceBack, DeviceLost, Event, ScaleRead
from edge_agent.watch import SCALE
from edge_agent.workers import Stop

log = structlog.get_logger(__name__)

Post = Callable[[Event], bool]
Items = Callable[[Port], Iterator[Event | None]]


@dataclass(frozen=True)
class PortThread:
    """One device on one port. `items` turns an open port into events."""

    device: str
    settings: PortSettings
    items: Items
    post: Post

    def run(self, stop: Stop) -> None:
        """Read until `stop`; the pause between tries grows to a minute."""
        failures = 0
        while not stop.is_set():
            try:
                port = open_port(self.settings)
            except PortLost as lost:
                self._lose(lost, failures)
                failures += 1
                stop.wait(next_delay_ms(failures) / 1_000)
                continue
            if failures:
                self.post(DeviceBack(now(), self.device))
            failures = 0
            failures += self._read(port, stop)

    def _read(self, port: Port, stop: Stop) -> int:
        """1 if the port was lost."""
        try:
            for event in self.items(port):
                if event is not None:
                    self.post(event)
                if stop.is_set():
                    return 0
        except PortLost as lost:
            self._lose(lost, 0)
            return 1
        finally:
            port.close()
        return 0

    def _lose(self, lost: PortLost, failures: int) -> None:
        if failures == 0:
            log.warning("a device is lost", device=self.device, code=lost.code, detail=lost.detail)
            self.post(DeviceLost(now(), self.device, lost.code))


def scale_thread(config: ScaleConfig, protocol: ScaleProtocol, post: Post) -> PortThread:
    """The indicator's thread."""
    settings = PortSettings(
        config.port, config.baud, config.bytesize, config.parity, config.stopbits
    )

    def items(port: Port) -> Iterator[Event | None]:
        for reading in read_scale(port, protocol):
            yield None if reading is None else scale_event(reading, config.unit)

    return PortThread(SCALE, settings, items, post)


def scanner_thread(config: ScannerConfig, post: Post) -> PortThread:
    """A serial scanner's thread."""

    def items(port: Port) -> Iterator[Event | None]:
        for text in read_codes(port):
            yield None if text is None else CodeRead(now(), config.name, text)

    return PortThread(config.name, PortSettings(config.port, config.baud), items, post)


def scale_event(reading: Reading, unit: str) -> ScaleRead:
    """A reading as the core hears it. A net weight is no weight here: the deck is weighed whole."""
    if not isinstance(reading, Weight):
        told = reading.reason if isinstance(reading, Status) else f"rejected: {reading.reason}"
        return ScaleRead(now(), None, None, told, reading.raw)
    if reading.net:
        return ScaleRead(now(), None, None, "net", reading.raw)
    kg = to_kg(reading, unit)
    reason = "unit" if kg is None else None
    return ScaleRead(now(), kg, reading.stable, reason, reading.raw)
