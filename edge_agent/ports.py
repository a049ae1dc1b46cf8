"""Threads that read serial devices: open, read, post; lost, say so once, and try again.

A device's thread knows nothing of sales. `run` ends only when `stop` is set, within one read. The
thread that reads a port is the one that closes it, so no port is closed under a pending read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import structlog

from drivers.backoff import next_delay_ms
from drivers.scales.reader import read_scale
from drivers.scales.reading import TARE, Reading, Status, Weight, to_kg
from drivers.scanners.keyboard import open_scanner
from drivers.scanners.repeats import Repeats
from drivers.scanners.serial_scanner import Framing, read_codes
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from edge_agent.clockwork import mono_ms, now
from edge_agent.config import BarrierConfig, ScannerConfig
from edge_agent.events import CodeRead, DeviceBack, DeviceLost, Event, ScaleRead
from edge_agent.foreign_tickets import installed
from edge_agent.port_watch import SILENT, PortLimits, PortWatch, hear, lose, open_anew
from edge_agent.scale_config import ScaleConfig, protocol_of
from edge_agent.watch import SCALE
from edge_agent.workers import Stop

# A frame that may have waited longer is no word about the present weight. One read may last half a
# second by itself.
STALE_MS = 1_500
SAME_CODE_MS = 1_000
QUIET = PortLimits()  # of a device that need not talk

log = structlog.get_logger(__name__)

Post = Callable[[Event], bool]
Items = Callable[[Port], Iterator[Event | None]]
Opener = Callable[[PortSettings], Port]


class _Stopping(Exception):
    """The agent stops."""


class _InputStale(Exception):
    """The reader was held up, and what has come meanwhile is old."""


@dataclass
class PortThread:
    """One device on one port. `items` turns an open port into events."""

    device: str
    settings: PortSettings
    items: Items
    post: Post
    limits: PortLimits = QUIET
    opener: Opener = open_port
    _watch: PortWatch = field(default=PortWatch(), init=False)

    def run(self, stop: Stop) -> None:
        """Read until `stop`; the pause between tries grows to a bound."""
        while not stop.is_set():
            try:
                self._attend(self.opener(self.settings), stop)
            except _Stopping:
                return
            except PortLost as lost:
                pause_ms = next_delay_ms(self._watch.failures, self.limits.most_pause_ms)
                self._watch, news = lose(self._watch, lost.code)
                self._tell_lost(news.lost, lost.detail)
                stop.wait(pause_ms / 1_000)

    def _attend(self, port: Port, stop: Stop) -> None:
        """Ends by PortLost or _Stopping, the port closed."""
        self._watch = open_anew(self._watch, mono_ms())
        watched = _WatchedPort(port, partial(self._hear, stop))
        try:
            while True:
                try:
                    for event in self.items(watched):
                        if event is not None:
                            self.post(event)
                except _InputStale:
                    # With a reader of its own, so that no half of an old frame meets a new one.
                    log.warning("old bytes are dropped", device=self.device)
                    port.discard()
        finally:
            port.close()

    def _hear(self, stop: Stop, data: bytes) -> None:
        if stop.is_set():
            raise _Stopping
        self._watch, news = hear(self._watch, mono_ms(), self.limits, data=bool(data))
        self._tell_lost(news.lost, "no byte comes")
        if news.back:
            log.info("a device is back", device=self.device)
            self.post(DeviceBack(now(), self.device))
        if news.silent:
            raise PortLost(SILENT, f"no byte for {self.limits.silent_ms} ms")
        if news.stale:
            raise _InputStale

    def _tell_lost(self, code: str | None, detail: str) -> None:
        if code is not None:
            log.warning("a device is lost", device=self.device, code=code, detail=detail)
            self.post(DeviceLost(now(), self.device, code))


@dataclass(frozen=True)
class _WatchedPort:
    """A port whose every read is heard of."""

    port: Port
    heard: Callable[[bytes], None]

    def read(self) -> bytes:
        data = self.port.read()
        self.heard(data)
        return data

    def write(self, data: bytes) -> None:
        self.port.write(data)

    def discard(self) -> None:
        self.port.discard()

    def close(self) -> None:
        self.port.close()


def port_settings(config: ScaleConfig | ScannerConfig | BarrierConfig) -> PortSettings:
    """How the device's port is opened, by the agent and by a technician's check alike."""
    if isinstance(config, BarrierConfig):
        return PortSettings(config.port, config.baud)
    if isinstance(config, ScannerConfig):
        return PortSettings(config.port, config.baud, dtr=config.dtr, rts=config.rts)
    return PortSettings(
        config.port,
        config.baud,
        config.bytesize,
        config.parity,
        config.stopbits,
        config.dtr,
        config.rts,
    )


def scale_thread(config: ScaleConfig, post: Post) -> PortThread:
    """The indicator's thread."""
    protocol = protocol_of(config)

    def items(port: Port) -> Iterator[Event | None]:
        for reading in read_scale(port, protocol, config.address):
            yield None if reading is None else scale_event(reading, config)

    limits = PortLimits(silent_ms=config.recycle_s * 1_000 or None, stale_ms=STALE_MS)
    return PortThread(SCALE, port_settings(config), items, post, limits)


def scanner_thread(config: ScannerConfig, post: Post) -> PortThread:
    """A serial scanner's thread. What it reads twice within a second was shown once."""
    framing = Framing(config.ends, config.prefix.encode(), config.suffix.encode())
    repeats, foreign = Repeats(SAME_CODE_MS), installed()

    def items(port: Port) -> Iterator[Event | None]:
        for text in read_codes(port, framing):
            if text is not None and repeats.is_news(text, mono_ms()):
                yield CodeRead(now(), config.name, text, foreign.read(text))

    return PortThread(config.name, port_settings(config), items, post, opener=open_scanner)


def scale_event(reading: Reading, config: ScaleConfig) -> ScaleRead:
    """A reading as the core hears it. A net weight is no weight here: the deck is weighed whole.

    Nor is a stored tare, whatever figure it shows.
    """
    if not isinstance(reading, Weight):
        told = reading.reason if isinstance(reading, Status) else f"rejected: {reading.reason}"
        return ScaleRead(now(), None, None, told, reading.raw)
    if reading.register == TARE or (reading.net and not config.net_is_gross):
        return ScaleRead(now(), None, None, "net" if reading.net else "tare", reading.raw)
    kg = to_kg(reading, config.unit)
    reason = "unit" if kg is None else None
    decimals = len(reading.text.partition(".")[2])
    return ScaleRead(now(), kg, reading.stable, reason, reading.raw, reading.unit, decimals)
