"""A technician's look at the serial ports while no agent holds them: do they open, do bytes come,
and are they weights. Sends nothing of its own."""

import time
from contextlib import closing
from dataclasses import dataclass

from drivers.scales.reader import read_scale
from drivers.scales.reading import Weight
from drivers.scanners.keyboard import open_scanner
from drivers.serial_port import Port, PortLost, PortSettings, open_port
from edge_agent.config import AgentConfig
from edge_agent.finding import WELL, Finding
from edge_agent.port_words import PORTS
from edge_agent.ports import port_settings
from edge_agent.scale_config import protocol_of
from weighbook.phrase import Phrase

LISTEN_S = 3.0
NOISE = Phrase(
    "有字节但不是本协议的报文：运行 edge-agent diag scale detect",
    "bytes come, but none of this protocol: run edge-agent diag scale detect",
)


class _TimeOver(Exception):
    """It was listened to for long enough."""


@dataclass
class _Heard:
    """A port that counts what comes, for a limited time: noise must not hold the technician up."""

    port: Port
    until_s: float
    count: int = 0

    def read(self) -> bytes:
        if time.monotonic() > self.until_s:
            raise _TimeOver
        data = self.port.read()
        self.count += len(data)
        return data

    def write(self, data: bytes) -> None:
        self.port.write(data)

    def discard(self) -> None:
        self.port.discard()

    def close(self) -> None:
        self.port.close()


def listen(config: AgentConfig, seconds: float = LISTEN_S) -> Finding:
    """A few seconds at the indicator's port: absent, silent, noise, or weights."""
    protocol = protocol_of(config.scale)
    weights = others = 0
    try:
        with closing(open_port(port_settings(config.scale))) as port:
            heard = _Heard(port, time.monotonic() + seconds)
            try:
                for reading in read_scale(heard, protocol, config.scale.address):
                    weights += isinstance(reading, Weight)
                    others += reading is not None and not isinstance(reading, Weight)
            except _TimeOver:
                pass
    except PortLost as lost:
        return lost_finding("scale", lost, config.scale.port)
    if not heard.count:
        return lost_finding("scale", PortLost("P_SILENT", "no byte"), config.scale.port)
    measured = f"{weights} weights, {others} others, {heard.count} bytes in {seconds:.0f} s"
    return Finding("scale", weights > 0, measured, "> 0", WELL if weights else NOISE)


def open_once(name: str, settings: PortSettings) -> Finding:
    """Whether a port that need not talk can be opened."""
    try:
        open_scanner(settings).close()
    except PortLost as lost:
        return lost_finding(name, lost, settings.url)
    return Finding(name, ok=True, measured="open", limit=settings.url, words=WELL)


def lost_finding(name: str, lost: PortLost, url: str) -> Finding:
    what, remedy = PORTS[lost.code]
    words = Phrase(f"{what.zh}。{remedy.zh}", f"{what.en}: {remedy.en}")
    return Finding(name, ok=False, measured=lost.code, limit=url, words=words)
