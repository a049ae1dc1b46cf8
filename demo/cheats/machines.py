"""Cheats with the weigh-room's PC: disk images, clocks, copies, books, settings, software.

Each on a weighbridge of its own, with nothing plugged in: none of them ever sells.
"""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from demo.cheats.agent import Agent, restore
from demo.cheats.tickets import alert_at_the_bureau
from demo.cheats.waiting import must
from demo.cheats.yard import Yard
from demo.processes import json_lines
from edge_agent.release import PACKAGES
from weighbook.records import Kind

HOUR_MS = 3_600_000
LIMIT_S = 40.0
EDITED_SEQ = 3


def live(agent: Agent, env: dict[str, str] | None = None) -> None:
    """One run, until the bureau holds it all; then an orderly stop."""
    agent.start(env=env)
    agent.wait(lambda: bool(agent.status()) and agent.status()["online"] is True, LIMIT_S)
    agent.wait_until_held()
    agent.stop()


def c26_off_at_night(yard: Yard) -> str:
    """The power goes, and comes back after two hours."""
    agent = yard.machine()
    agent.start()
    agent.wait(lambda: bool(agent.status()) and agent.status()["online"] is True, LIMIT_S)
    agent.wait_until_held()
    agent.kill()
    agent.start(shift_ms=2 * HOUR_MS)
    code = agent.wait_for("APPROVAL", limit_s=LIMIT_S)
    must(agent.place.count(Kind.DARK) == 1, "no dark interval in the book")
    agent.wait_until_held()
    agent.stop()
    return code


def c27_the_clock_set_back(yard: Yard) -> str:
    agent = yard.machine()
    live(agent)
    agent.start(shift_ms=-HOUR_MS)
    code = agent.wait_for("CLOCK", limit_s=LIMIT_S)
    agent.stop()
    return code


def c28_an_old_disk_image(yard: Yard) -> str:
    agent = yard.machine()
    image = agent.place.folder / "image"
    live(agent)
    shutil.copytree(agent.place.state, image)
    live(agent)
    restore(image, agent.place.state)
    agent.start()
    code = agent.wait_for("BOOK", limit_s=LIMIT_S)
    found = alert_at_the_bureau(yard, "F-X03", agent.place.weighbridge)
    agent.stop()
    return f"{code} + {found}"


def c29_a_second_copy_of_the_agent(yard: Yard) -> str:
    """The copy runs on another PC beside the first one."""
    agent = yard.machine()
    live(agent)
    twin = copied(agent, agent.place.folder.with_name(f"{agent.place.weighbridge}-twin"))
    yard.later(twin.stop)
    agent.start()
    twin.start()
    found = alert_at_the_bureau(yard, "F-X03", agent.place.weighbridge)
    twin.stop()
    agent.stop()
    return found


def c30_an_edited_record(yard: Yard) -> str:
    agent = yard.machine()
    live(agent)
    with closing(sqlite3.connect(agent.place.state / "book.db")) as db:
        guards = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in guards:  # root drops them first
            db.execute(f"DROP TRIGGER {name}")
        query = "SELECT message FROM records WHERE seq = ?"
        (message,) = db.execute(query, (EDITED_SEQ,)).fetchone()
        edited = bytes(message[:-1]) + bytes([message[-1] ^ 1])
        db.execute("UPDATE records SET message = ? WHERE seq = ?", (edited, EDITED_SEQ))
        db.commit()
    agent.start()
    code = agent.wait_for("BOOK", limit_s=LIMIT_S)
    agent.stop()
    (verdict,) = json_lines("edge-agent", "verify", str(agent.place.state / "book.db"))
    must(verdict["ok"] is False, "the book passes for whole")
    return code


def c31_settings_made_loose(yard: Yard) -> str:
    agent = yard.machine()
    live(agent)
    must("F-X05" not in yard.county.alerts(agent.place.weighbridge), "told before")
    agent.place.change_config("floor_fps_milli = 3000", "floor_fps_milli = 1")
    live(agent)
    return alert_at_the_bureau(yard, "F-X05", agent.place.weighbridge)


def c32_no_network_for_days(yard: Yard) -> str:
    """The line is cut, and three days and an hour go by."""
    agent = yard.machine()
    live(agent)
    agent.place.line.cut()
    agent.start(shift_ms=73 * HOUR_MS)
    code = agent.wait_for("LEASE", limit_s=LIMIT_S)
    agent.stop()
    return code


def c36_another_scale(yard: Yard) -> str:
    """The same agent on a scale with another name plate."""
    agent = yard.machine()
    agent.place.change_config("No.1", "No.2")
    agent.start()
    code = agent.wait_for("SITE", limit_s=LIMIT_S)
    agent.stop()
    return code


def c56_the_software_patched(yard: Yard) -> str:
    """One rule of the deck is made to forgive ten tonnes."""
    agent = yard.machine()
    patched = agent.place.folder / "patched"
    root = Path(sys.modules["edge_agent"].__path__[0]).parent
    for package in PACKAGES:
        shutil.copytree(root / package, patched / package)
    rules = patched / "edge_agent" / "load_rules.py"
    text = rules.read_text(encoding="utf-8")
    before = "facts.weight_kg <= limit_kg:"
    must(before in text, "the rule has changed")
    rules.write_text(text.replace(before, "facts.weight_kg <= limit_kg + 10_000:"), "utf-8")
    live(agent, {"PYTHONPATH": str(patched)})
    return alert_at_the_bureau(yard, "F-X08", agent.place.weighbridge)


def copied(agent: Agent, folder: Path) -> Agent:
    """The same weighbridge, key and book in another folder."""
    return Agent(agent.place.copied(folder))
