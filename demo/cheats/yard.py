"""Everything the cases play on, each part started when a case first asks for it.

`county`: the bureau. `room`: a weigh-room on which trucks jump, for whatever tickets and loads may
be. `watched`: one with all checks on and four cameras, for whatever is done to devices. Both serve
one case after the other. `paper`: a second bureau whose books are written here, with real keys.
"""

import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import count
from pathlib import Path

from demo.cheats.agent import Agent
from demo.cheats.county import County, Paper
from demo.cheats.paper import PaperBureau
from demo.cheats.place import SWIFT, Place
from demo.cheats.room import Room
from demo.processes import json_lines
from drivers.power.nut_simulator import NutSimulator

ROOM, WATCHED, ELSEWHERE, STRANGER = "WB-1", "WB-2", "WB-3", "WB-9"
CAMERAS = ("deck", "road", "shed", "gate")
POWER = '\n[power]\nnut_host = "127.0.0.1"\nnut_port = {port}\n'
OPEN_S = 90.0
SHANGHAI = timezone(timedelta(hours=8))


class Yard:
    """`folder`: where all of it lies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._plates = count(10_000)
        self._places = count(10)
        self._free_ports = iter(free_ports(16))

    def close(self) -> None:
        """Agents first, the bureau last."""
        self._stack.close()

    @cached_property
    def county(self) -> County:
        folder = self.folder / "bureau"
        folder.mkdir(parents=True)
        county = County(folder, next(self._free_ports), next(self._free_ports))
        self._stack.callback(county.stop)
        county.open()
        for weighbridge, mine in ((ELSEWHERE, "E01"), (STRANGER, "E02")):
            county.register(weighbridge, mine)
        return county

    @cached_property
    def _room(self) -> Room:
        cameras = {"deck": next(self._free_ports)}
        place = Place(self.county, self.folder / ROOM, cameras, SWIFT)
        room = Room(place, cameras, swift=True)
        self._stack.callback(room.stop)
        return room

    @cached_property
    def _watched(self) -> Room:
        cameras = {name: next(self._free_ports) for name in CAMERAS}
        more = POWER.format(port=self.ups.port)
        place = Place(self.county, self.folder / WATCHED, cameras, more)
        room = Room(place, cameras, swift=False)
        self._stack.callback(room.stop)
        return room

    @cached_property
    def ups(self) -> NutSimulator:
        made = NutSimulator()
        self._stack.callback(made.stop)
        return made

    @cached_property
    def paper(self) -> PaperBureau:
        made = PaperBureau(self.folder / "paper")
        self._stack.callback(made.close)
        return made

    def prepare(self, *, watched: bool) -> None:
        """Switches the PCs on, so that they prove their devices while others are at work."""
        if watched:
            assert self._watched
        assert self._room

    @property
    def room(self) -> Room:
        """Selling."""
        self._room.agent.wait(self._room.agent.is_open, OPEN_S)
        return self._room

    @property
    def watched(self) -> Room:
        """At work, whatever has been done to its devices."""
        self._watched.agent.wait(lambda: bool(self._watched.agent.status()), OPEN_S)
        return self._watched

    def ticket(self, weighbridge: str = ROOM, **changes: object) -> Paper:
        return self.county.tickets(weighbridge, 1, **changes)[0]

    def plate(self) -> str:
        """A truck nobody has seen yet."""
        return f"蒙K{next(self._plates)}"

    def machine(self) -> Agent:
        """A weighbridge of its own, with nothing plugged in; not started."""
        name = f"WB-{next(self._places)}"
        place = Place(self.county, self.folder / name, {"deck": 9})
        agent = Agent(place)
        self._stack.callback(place.line.stop)
        self._stack.callback(agent.stop)
        return agent

    def month(self) -> str:
        """The one that is now."""
        return datetime.now(SHANGHAI).strftime("%Y-%m")

    def found(self) -> frozenset[str]:
        """The codes of the findings when the month is judged, over everything played so far."""
        self._room.agent.wait_until_held()
        home = ("collector", "--home", str(self.county.path))
        lines = json_lines(*home, "reconcile", "--month", self.month())
        return frozenset(str(line["code"]) for line in lines if "code" in line)

    def later(self, undo: Callable[[], object]) -> None:
        """To be ended with the yard."""
        self._stack.callback(undo)


def free_ports(many: int) -> list[int]:
    """Ports nobody listens on now, all different."""
    with ExitStack() as stack:
        held = [
            stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
            for _ in range(many)
        ]
        return [one.getsockname()[1] for one in held]
