"""Where one weighbridge of the cheats lives: its settings, its line, and what its book says."""

import shutil
import sqlite3
from contextlib import closing
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

from demo.cheats.county import INDICATOR, County
from demo.network import Line
from edge_agent.config import AgentConfig, load_config
from weighbook.envelope import payload_of
from weighbook.records import Kind, Record, Weighing, parse_record

WEIGHINGS = (Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE, Kind.TEST)

CONFIG = """weighbridge = "{weighbridge}"
state_dir = "{folder}/state"

[scale]
port = "{folder}/scale.tty"
protocol = "yaohua-tf0"
indicator = "{indicator}"
{cameras}
[camera_limits]
floor_fps_milli = 3000
min_width = 640
min_height = 360

[[scanner]]
name = "window"
port = "{folder}/scanner.tty"

[barrier]
port = "{folder}/barrier.tty"
pulse_ms = 50

[pictures]
url = "http://127.0.0.1:{web}"

[mqtt]
host = "127.0.0.1"
port = {line}

[disk]
min_free_mib = 16
{more}
"""
CAMERA = """
[[camera]]
name = "{name}"
source = "http://127.0.0.1:{port}/stream.mjpg"
deck = {deck}
clock_box = "0,0,320,30"
"""

# A deck on which trucks jump: nothing is asked about how they drove on.
SWIFT = """
[deck]
stable_ms = 150
rearm_ms = 100

[tamper]
step_kg = 0
unflagged_d = 0
zero_suspect_d = 5000
residue_ms = 0
lifeless_ms = 0
replay_per_mille = 0
mirror_percent = 0
late_axle_percent = 100
axle_ms = 0
axle_kg = 1000000
gap_ms = 0
period_percent = 0
odd_frames = 0
coarse_values = 0
grammar = false
unheard_looks = 0
"""


class Seen(NamedTuple):
    """One weighing of the book: its place, its kind, and what it says."""

    seq: int
    kind: Kind
    body: Weighing


class Place:
    """One enrolled weighbridge: folder, configuration, line to the bureau, book."""

    def __init__(
        self, county: County, folder: Path, cameras: dict[str, int], more: str = ""
    ) -> None:
        self.county, self.folder = county, folder
        self.weighbridge = folder.name
        self.line = Line(county.broker)
        self.path = folder / "agent.toml"
        self.state = folder / "state"
        folder.mkdir(parents=True)
        shown = "".join(
            CAMERA.format(name=name, port=port, deck=str(name == "deck").lower())
            for name, port in cameras.items()
        )
        facts = {"weighbridge": self.weighbridge, "folder": folder, "indicator": INDICATOR}
        ports = {"web": county.web, "line": self.line.port}
        text = CONFIG.format(**facts, **ports, cameras=shown, more=more)
        self.path.write_text(text, encoding="utf-8")
        county.enrol(self.config)

    def copied(self, folder: Path) -> "Place":
        """The same weighbridge, key and book in another folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        twin = copy(self)
        twin.folder, twin.path, twin.state = folder, folder / "agent.toml", folder / "state"
        twin.change_config(f'"{self.folder}/', f'"{folder}/')
        return twin

    @property
    def config(self) -> AgentConfig:
        return load_config(self.path)[0]

    def change_config(self, before: str, after: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert before in text, before
        self.path.write_text(text.replace(before, after), encoding="utf-8")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the book says now, whoever writes it."""
        place = f"{(self.state / 'book.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=10)) as db:
            return db.execute(query, values).fetchall()

    def head(self) -> int:
        return int(self.rows("SELECT max(seq) FROM records")[0][0])

    def count(self, kind: Kind) -> int:
        return int(self.rows("SELECT count(*) FROM records WHERE kind = ?", int(kind))[0][0])

    def record(self, seq: int) -> Record:
        (message,) = self.rows("SELECT message FROM records WHERE seq = ?", seq)[0]
        return parse_record(payload_of(bytes(message)))

    def newest(self, after: int) -> Seen | None:
        """The newest weighing behind that record."""
        marks = ",".join(str(int(kind)) for kind in WEIGHINGS)
        query = f"SELECT max(seq) FROM records WHERE seq > ? AND kind IN ({marks})"  # noqa: S608 # our own numbers
        seq = self.rows(query, after)[0][0]
        if seq is None:
            return None
        record = self.record(int(seq))
        assert isinstance(record.body, Weighing)
        return Seen(record.seq, record.kind, record.body)
