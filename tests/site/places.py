"""Where a weighbridge of the whole-site tests lives: its configuration, and what its book says."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from edge_agent.config import AgentConfig, load_config
from tests.site.county import INDICATOR
from weighbook.records import Kind

CONFIG = """weighbridge = "{weighbridge}"
state_dir = "{folder}/state"

[scale]
port = "{folder}/scale.tty"
protocol = "yaohua-tf0"
indicator = "{indicator}"

[[camera]]
name = "deck"
source = "http://127.0.0.1:{camera}/stream.mjpg"

[camera_limits]
floor_fps_milli = 3000

[[scanner]]
name = "window"
port = "{folder}/scanner.tty"

[barrier]
port = "{folder}/barrier.tty"
pulse_ms = {pulse_ms}

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

[disk]
min_free_mib = 16
"""


def write_config(folder: Path, weighbridge: str, camera: int = 9, pulse_ms: int = 50) -> Path:
    """The configuration of a weighbridge all of whose files and devices lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "agent.toml"
    facts = {"weighbridge": weighbridge, "folder": folder, "indicator": INDICATOR}
    path.write_text(CONFIG.format(**facts, camera=camera, pulse_ms=pulse_ms), encoding="utf-8")
    return path


def make_place(folder: Path, weighbridge: str) -> AgentConfig:
    return load_config(write_config(folder, weighbridge))[0]


def book_rows(state: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the book says now, whoever writes it."""
    place = f"{(state / 'book.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(place, uri=True, timeout=10)) as db:
        return db.execute(query, values).fetchall()


def digests(state: Path) -> dict[int, bytes]:
    """The digest of every record in the book, by seq."""
    rows = book_rows(state, "SELECT seq, digest FROM records ORDER BY seq")
    return {int(seq): bytes(digest) for seq, digest in rows}


def count(state: Path, kind: Kind) -> int:
    query = "SELECT count(*) FROM records WHERE kind = ?"
    return int(book_rows(state, query, int(kind))[0][0])
