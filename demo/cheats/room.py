"""A weigh-room: an agent with indicator, scanner, barrier, cameras and a UPS plugged in.

The devices are the product's own simulators on real pseudo-terminals and sockets.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from demo.cheats.agent import Agent
from demo.cheats.county import Paper
from demo.cheats.place import Place, Seen
from demo.cheats.waiting import must
from demo.processes import Program, module
from drivers.barriers.simulator import BarrierSimulator
from drivers.scales.catalogue import find
from drivers.scales.simulator import ScaleSimulator
from drivers.scanners.simulator import ScannerSimulator
from weighbook.records import Kind

PROTOCOL = "yaohua-tf0"
SWIFT_FRAMES = 40  # a second, so that a pass takes a second
PASS_S = 20.0
SAME_CODE_S = 1.3
RAMP_SHARES = (0.14, 0.3, 0.64, 0.82)
RAMP_STEP_S = 0.03
TARE_KG, GROSS_KG = 15_240, 48_620
DIVISION_KG = 20


class Room:
    """`switched`: what the barrier did."""

    def __init__(self, place: Place, cameras: dict[str, int], *, swift: bool) -> None:
        self.place = place
        self.agent = Agent(place)
        self.switched: list[str] = []
        self._shown: dict[bytes, float] = {}
        self._cameras = dict(_cameras(place, cameras))
        protocol = find(PROTOCOL)
        assert protocol is not None
        if swift:
            protocol = replace(protocol, frames_per_s=SWIFT_FRAMES)
        self.scale = ScaleSimulator(protocol, place.folder / "scale.tty")
        self.scanner = ScannerSimulator(place.folder / "scanner.tty")
        self.barrier = BarrierSimulator(place.folder / "barrier.tty", self._hear_barrier)
        self.agent.start()

    def stop(self) -> None:
        self.agent.stop()
        for camera in self._cameras.values():
            camera.stop()
        for device in (self.scale, self.scanner, self.barrier):
            device.stop()
        self.place.line.stop()

    def camera(self, name: str, line: str) -> None:
        """One control line to a camera."""
        self._cameras[name].say(line)

    # -- what happens on the deck ------------------------------------------------------------------

    def weigh(self, kg: int, *codes: bytes) -> Seen:
        """A truck drives on, its codes are shown, it is decided, it leaves; the record of it."""
        before = self._arrives(kg, *codes)
        return self._leaves(before, lambda: self.place.newest(before) is not None)

    def pass_by(self, kg: int, *codes: bytes) -> Seen:
        """The same where nobody decides: without a ticket, in test mode, while sales are closed.

        It is recorded when it has left.
        """
        return self._leaves(self._arrives(kg, *codes), self.captured)

    def _arrives(self, kg: int, *codes: bytes) -> int:
        """The newest record before it came."""
        if self._deck("stage") != "empty":
            self.drive_off()
        before = self.place.head()
        self.drive_on(kg)
        for code in codes:
            self.show(code)
        return before

    def show(self, code: bytes) -> None:
        """Holds a code before the scanner. Shown twice within a moment it would be one code."""
        time.sleep(max(0.0, self._shown.get(code, 0.0) + SAME_CODE_S - time.monotonic()))
        self.scanner.scan(code)
        self._shown[code] = time.monotonic()

    def drive_on(self, kg: int) -> None:
        for share in RAMP_SHARES:
            self.scale.weight(int(kg * share) // DIVISION_KG * DIVISION_KG)
            time.sleep(RAMP_STEP_S)
        self.scale.weight(kg)

    def drive_off(self) -> None:
        self.scale.weight(0)
        self.agent.wait(lambda: self._deck("stage") == "empty", PASS_S)

    def captured(self) -> bool:
        return self._deck("stage") == "captured"

    def tare(self, plate: str, paper: Paper, kg: int = TARE_KG, axles: int = 6) -> Seen:
        return self._accepted(self.weigh(kg, card(plate, axles), paper.code), Kind.TARE)

    def gross(self, plate: str, paper: Paper, kg: int = GROSS_KG, axles: int = 6) -> Seen:
        return self._accepted(self.weigh(kg, card(plate, axles), paper.code), Kind.SALE)

    def sell(self, plate: str, paper: Paper) -> Seen:
        """Both passes of one load."""
        self.tare(plate, paper)
        return self.gross(plate, paper)

    def refused(self, kg: int, *codes: bytes) -> str:
        """Why nothing came of it. Errors: Broken if the truck was let through all the same."""
        return self._shut(self.weigh, kg, *codes)

    def let_pass(self, kg: int, *codes: bytes) -> str:
        """The same for a truck nobody decides about."""
        return self._shut(self.pass_by, kg, *codes)

    def _shut(self, cross: Callable[..., Seen], kg: int, *codes: bytes) -> str:
        opened = self.switched.count("open")
        seen = cross(kg, *codes)
        must(seen.kind not in (Kind.TARE, Kind.SALE), f"{seen.kind.name} instead of a refusal")
        must(self.switched.count("open") == opened, "the barrier opened")
        return seen.body.reasons[0]

    def _accepted(self, seen: Seen, kind: Kind) -> Seen:
        must(seen.kind is kind, f"{seen.kind.name} {seen.body.reasons} instead of {kind.name}")
        return seen

    def _leaves(self, before: int, ready: Callable[[], bool]) -> Seen:
        self.agent.wait(ready, PASS_S)
        self.drive_off()
        self.agent.wait(lambda: self.place.newest(before) is not None, PASS_S)
        seen = self.place.newest(before)
        assert seen is not None
        return seen

    def _deck(self, name: str) -> object:
        return self.agent.status().get("deck", {}).get(name)

    def _hear_barrier(self, line: str) -> None:
        self.switched.append(str(json.loads(line).get("barrier")))


def card(plate: str, axles: int = 6) -> bytes:
    """The vehicle card in the driver's hand."""
    return f"VP1:{plate}:{axles}".encode()


def _cameras(place: Place, ports: dict[str, int]) -> Iterator[tuple[str, Program]]:
    size = ("--width", "640", "--height", "360", "--fps", "6")
    for name, port in ports.items():
        words = module("drivers.cameras.simulator", "--port", str(port), "--name", name, *size)
        yield name, Program(words, place.folder / f"{name}.log")
