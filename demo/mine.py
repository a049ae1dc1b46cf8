"""The mine of the demo: a weighbridge with simulated devices, each a program of its own."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.mine_config import CAMERA, CONFIG
from demo.network import Line
from demo.processes import Program, command, json_lines, module, script
from edge_agent.status import read_status
from weighbook.records import Kind

WEIGHBRIDGE = "WB-0001"
INDICATOR = "XK3190-DS8 No.2026-117"
POLL_S = 0.1
OFF_DECK_S = 20
AXLES = 6
DECK, ROAD = f"{WEIGHBRIDGE}-DECK", f"{WEIGHBRIDGE}-ROAD"
CAMERAS = (DECK, ROAD)


@dataclass(frozen=True)
class Truck:
    """A truck: its plate, and what it weighs empty and loaded."""

    plate: str
    empty_kg: int
    loaded_kg: int


TRUCKS = (
    Truck("蒙K10001", 15_240, 48_620),
    Truck("蒙K10002", 15_360, 48_100),
    Truck("蒙K10003", 14_980, 47_500),
    Truck("蒙K10004", 15_100, 47_900),
    Truck("蒙K10005", 15_300, 48_400),
    Truck("蒙K10006", 15_060, 48_080),
    Truck("蒙K10007", 15_420, 48_240),
)


@dataclass(frozen=True)
class Ports:
    """The demo's TCP ports."""

    broker: int
    web: int
    cameras: tuple[int, ...]


class Mine:
    """Everything at one weighbridge: devices, agent, line to the bureau."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self.folder = folder
        self.config = folder / "agent.toml"
        self.state = folder / "state"
        self.tickets: list[Path] = []
        self.line = Line(ports.broker)
        self._ports = ports
        self._devices = folder / "devices"
        self._programs: dict[str, Program] = {}
        self._opened_before = 0
        self._started_ms = 0
        self._devices.mkdir(parents=True)
        self._write_config()

    @property
    def deck_camera(self) -> Program:
        return self._programs[DECK]

    def start_devices(self) -> None:
        """Plugs in the indicator, the scanner, the barrier and the cameras."""
        link = self._devices
        words = {
            "scale": module("drivers.scales.simulator", "--link", str(link / "scale.tty")),
            "scanner": module("drivers.scanners.simulator", "--link", str(link / "scanner.tty")),
            "barrier": module("drivers.barriers.simulator", "--link", str(link / "barrier.tty")),
        }
        words["barrier"] += ["--log", str(link / "barrier.jsonl")]
        for name, port in zip(CAMERAS, self._ports.cameras, strict=True):
            options = ("--port", str(port), "--name", name)
            words[name] = module("drivers.cameras.simulator", *options)
        for name, line in words.items():
            self._programs[name] = Program(line, link / f"{name}.log")

    def start_agent(self) -> None:
        """Switches the weigh-room's PC on."""
        words = script("edge-agent", "run", "--config", str(self.config))
        self._started_ms = time.time_ns() // 1_000_000
        self._programs["agent"] = Program(words, self.folder / "agent.log")

    def kill_agent(self) -> None:
        """Cuts the PC's power: SIGKILL to the agent and its camera readers."""
        self._programs["agent"].kill()

    def stop(self) -> None:
        """The agent first, then the rest."""
        for name in ("agent", *(n for n in self._programs if n != "agent")):
            if name in self._programs:
                self._programs[name].stop()
        self.line.stop()

    # -- what happens on the deck -----------------------------------------------------------------

    def drive_on(self, kg: int, truck: Truck) -> None:
        """The truck stops on the deck; the driver holds his vehicle card to the window."""
        self._opened_before = self._openings()
        self._programs["scale"].say(f"truck {kg}")
        self._programs[DECK].say(f"truck {kg}")
        self._programs["scanner"].say(f"scan VP1:{truck.plate}:{AXLES}")

    def show_ticket(self, number: int) -> None:
        """The driver holds his phone with the ticket to the window."""
        self._programs["scanner"].say(f"scanfile {self.tickets[number]}")

    def settle(self) -> None:
        """The truck stands until its weight is taken."""
        self.wait(lambda: self._stage() == "captured", OFF_DECK_S)

    def settling(self) -> bool:
        """A load is on the deck and its weight is not taken yet."""
        deck = self.status().get("deck", {})
        return deck.get("stage") != "empty" and deck.get("capture_kg") is None

    def drive_off(self) -> None:
        """The truck leaves, and the deck comes to rest."""
        self._programs["scale"].say("leave")
        self._programs[DECK].say("truck none")
        if self._programs["agent"].alive():
            self.wait(lambda: self._stage() == "empty", OFF_DECK_S)

    def barrier_opened(self) -> bool:
        """Whether the barrier opened since the last truck drove on."""
        return self._openings() > self._opened_before

    # -- what can be seen -------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """What `edge-agent status --json` shows; empty while there is nothing."""
        if "agent" not in self._programs or not self._programs["agent"].alive():
            return {}
        status = read_status(self.state) or {}
        return status if status.get("at_ms", 0) >= self._started_ms else {}

    def is_open(self) -> bool:
        return self.status().get("open") is True

    def why_halted(self) -> str:
        return command("edge-agent", "why-halted", "--config", str(self.config), allowed=(0, 1, 2))

    def last_slip(self) -> str:
        slip = self.status().get("slip")
        return Path(str(slip)).read_text(encoding="utf-8") if slip else "—"

    def last_words(self) -> str:
        """What the operator was told last."""
        messages = self.status().get("messages", [])[-3:]
        return "\n".join(f"{m['zh']}\n{m['en']}" for m in messages)

    def unsent(self) -> int:
        """Records the bureau has not receipted, receipts of receipts aside."""
        status = self.status()
        query = "SELECT count(*) FROM records WHERE seq > ? AND kind <> ?"
        rows = self._rows(query, (int(status.get("received_seq", 0)), int(Kind.RECEIPT)))
        return int(rows[0][0])

    def count(self, kind: Kind) -> int:
        """How many records of one kind the book holds."""
        return int(self._rows("SELECT count(*) FROM records WHERE kind = ?", (int(kind),))[0][0])

    def head(self) -> int:
        """The seq of the newest record that is not a receipt."""
        rows = self._rows("SELECT max(seq) FROM records WHERE kind <> ?", (int(Kind.RECEIPT),))
        return int(rows[0][0])

    def verify_book(self) -> dict[str, Any]:
        """The verdict of `edge-agent verify` over the book as it lies there."""
        return json_lines("edge-agent", "verify", str(self.state / "book.db"))[0]

    def wait(self, come: Callable[[], bool], limit_s: float) -> float | None:
        """Waits until it has come true; how long that took, None if it did not."""
        began = time.monotonic()
        while time.monotonic() - began < limit_s:
            if come():
                return time.monotonic() - began
            time.sleep(POLL_S)
        return None

    def _stage(self) -> str:
        return str(self.status().get("deck", {}).get("stage", ""))

    def _openings(self) -> int:
        try:
            lines = (self._devices / "barrier.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return 0
        return sum(json.loads(line)["barrier"] == "open" for line in lines)

    def _rows(self, query: str, values: tuple[int, ...]) -> list[tuple[int, ...]]:
        place = f"{(self.state / 'book.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True)) as db:
            return db.execute(query, values).fetchall()

    def _write_config(self) -> None:
        cameras = "".join(
            CAMERA.format(name=name, port=port, deck=str(name == DECK).lower())
            for name, port in zip(CAMERAS, self._ports.cameras, strict=True)
        )
        text = CONFIG.format(
            weighbridge=WEIGHBRIDGE,
            indicator=INDICATOR,
            state=self.state,
            devices=self._devices,
            cameras=cameras,
            web=self._ports.web,
        )
        self.config.write_text(text, encoding="utf-8")
