"""A weigh-room: the agent as a program, an indicator, a scanner, a barrier and a camera beside it.

The indicator sends four times as many frames as a real one and trucks jump onto the deck, so that a
pass takes a second. The service manager is a real datagram socket.
"""

import json
import os
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from demo.processes import Program, module, script
from drivers.barriers.simulator import BarrierSimulator
from drivers.scales.catalogue import find
from drivers.scales.simulator import ScaleSimulator
from drivers.scanners.simulator import ScannerSimulator
from edge_agent.config import AgentConfig, load_config
from edge_agent.status import read_status
from tests.brokers import free_port
from tests.site.county import County
from tests.site.places import count, write_config
from weighbook.records import Kind

POLL_S = 0.02
PASS_S = 20.0
OPEN_S = 60.0
FRAMES_PER_S = 40
RAMP_SHARES = (0.14, 0.3, 0.64, 0.82)
RAMP_STEP_S = 0.03


class Weighroom:
    """One enrolled weighbridge. What is not plugged in is absent."""

    def __init__(self, county: County, folder: Path, weighbridge: str, pulse_ms: int = 50) -> None:
        self.camera_port = free_port()
        self.folder, self.weighbridge = folder, weighbridge
        self.path = write_config(folder, weighbridge, self.camera_port, pulse_ms)
        self.state = folder / "state"
        county.enrol(self.config)
        self.switched: list[str] = []
        self._programs: dict[str, Program] = {}
        self._devices: list[ScaleSimulator | ScannerSimulator | BarrierSimulator] = []

    @property
    def config(self) -> AgentConfig:
        return load_config(self.path)[0]

    @property
    def log(self) -> str:
        return (self.folder / "agent.log").read_text(encoding="utf-8")

    def plug_in(self) -> None:
        """All devices."""
        protocol = find("yaohua-tf0")
        assert protocol is not None
        fast = replace(protocol, frames_per_s=FRAMES_PER_S)
        self.scale = ScaleSimulator(fast, self.folder / "scale.tty")
        self.scanner = ScannerSimulator(self.folder / "scanner.tty")
        self.barrier = BarrierSimulator(self.folder / "barrier.tty", self._hear_barrier)
        self._devices = [self.scale, self.scanner, self.barrier]
        words = module("drivers.cameras.simulator", "--port", str(self.camera_port), "--fps", "5")
        self._programs["camera"] = Program(words, self.folder / "camera.log")

    def cut_camera(self) -> None:
        """Its power is gone."""
        self._programs["camera"].kill()

    def start(self, **env: str) -> Program:
        """Switches the PC on."""
        words = script("edge-agent", "run", "--config", str(self.path))
        (self.state / "status.json").unlink(missing_ok=True)
        agent = self._programs["agent"] = Program(words, self.folder / "agent.log", env)
        return agent

    @property
    def agent(self) -> Program:
        return self._programs["agent"]

    def stop(self) -> None:
        for name in sorted(self._programs):
            self._programs[name].stop()
        for device in self._devices:
            device.stop()

    # -- what happens on the deck ------------------------------------------------------------------

    def cross(self, plate: str, code: bytes, kg: int, kind: Kind) -> None:
        """A truck with card and ticket comes, waits until its record is made, and leaves."""
        before = count(self.state, kind)
        for share in RAMP_SHARES:
            self.scale.weight(int(kg * share) // 20 * 20)
            time.sleep(RAMP_STEP_S)
        self.scale.weight(kg)
        self.scanner.scan(b"VP1:" + plate.encode() + b":6")
        self.scanner.scan(code)
        wait_until(lambda: count(self.state, kind) > before, PASS_S, self.last_words)
        self.scale.weight(0)
        wait_until(lambda: self.status()["deck"]["stage"] == "empty", PASS_S, self.last_words)

    def _hear_barrier(self, line: str) -> None:
        self.switched.append(json.loads(line)["barrier"])

    # -- what can be seen --------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        return read_status(self.state) or {}

    def is_open(self) -> bool:
        return self.status().get("open") is True

    def causes(self) -> set[str]:
        return {cause["code"] for cause in self.status().get("causes", ())}

    def last_words(self) -> str:
        words = [message["en"] for message in self.status().get("messages", ())[-3:]]
        return f"{self.weighbridge}: {sorted(self.causes())}, {words}"


@contextmanager
def weighroom(
    county: County, folder: Path, weighbridge: str, pulse_ms: int = 50
) -> Iterator[Weighroom]:
    room = Weighroom(county, folder, weighbridge, pulse_ms)
    try:
        yield room
    finally:
        room.stop()


def wait_until(come: Callable[[], bool], limit_s: float, say: Callable[[], object] = str) -> float:
    """Until it has come true; how long that took in seconds."""
    began = time.monotonic()
    while not come():
        assert time.monotonic() - began < limit_s, say()
        time.sleep(POLL_S)
    return time.monotonic() - began


class ServiceManager:
    """What systemd would hear: a datagram socket, its messages with the time they came."""

    def __init__(self, folder: Path, watchdog_ms: int) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._place = folder / "notify"
        self._socket.bind(str(self._place))
        self._watchdog_ms = watchdog_ms
        self.heard: list[str] = []

    @property
    def env(self) -> dict[str, str]:
        usec = str(self._watchdog_ms * 1_000)
        return {"NOTIFY_SOCKET": str(self._place), "WATCHDOG_USEC": usec}

    def next(self, limit_s: float) -> str | None:
        """The next message; None if none came in time."""
        ready, _, _ = select.select([self._socket], [], [], limit_s)
        if not ready:
            return None
        self.heard.append(self._socket.recv(4_096).decode())
        return self.heard[-1]

    def wait_for(self, word: str, limit_s: float) -> float:
        """Until a message says it; how long that took."""
        began = time.monotonic()
        while (left_s := limit_s - (time.monotonic() - began)) > 0:
            message = self.next(left_s)
            if message is not None and word in message.split():
                return time.monotonic() - began
        raise AssertionError(f"never heard {word}: {self.heard[-5:]}")

    def close(self) -> None:
        self._socket.close()
        with suppress(FileNotFoundError):
            os.unlink(self._place)
