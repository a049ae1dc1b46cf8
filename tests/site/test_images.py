"""Old disk images, second copies and edited books: somebody always finds out, and sales close.

A restored image cannot be told from the truth by the agent alone; the collector's word tells it.
What an image sold twice while it was cut off stands in the bureau's evidence, and counts once.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector.ingest import FORK
from edge_agent.config import AgentConfig, load_config
from edge_agent.events import Tick
from tests.site import proofs
from tests.site.county import County, open_county
from tests.site.places import count, digests, make_place
from tests.site.rig import EMPTY_KG, LOADED_KG, Rig
from tests.site.weighroom import Weighroom, wait_until, weighroom
from weighbook.records import Kind

BRIDGE, PLATE = "WB-1", "蒙K12345"
LIMIT_S = 30.0


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """With a collector that listens."""
    with open_county(tmp_path / "county") as made:
        made.start_collector()
        yield made


@pytest.fixture
def config(county: County, tmp_path: Path) -> AgentConfig:
    made = make_place(tmp_path / "deck", BRIDGE)
    county.enrol(made)
    county.tickets(BRIDGE, 2)
    return made


def pump(come: Callable[[], bool], *rigs: Rig) -> None:
    """Time goes by for the rigs until it has come true."""

    def looks() -> bool:
        for rig in rigs:
            rig.take(Tick(rig.at))
        return come()

    wait_until(looks, LIMIT_S, lambda: [rig.causes for rig in rigs])


def run(config: AgentConfig, county: County, work: Callable[[Rig], None]) -> None:
    """One run on line, until the bureau holds what was written; then the power is cut."""
    rig = Rig(config)
    rig.prove()
    work(rig)
    pump(lambda: county.held(BRIDGE).keys() >= digests(config.state).keys(), rig)
    rig.leave()


def restore(image: Path, state: Path) -> None:
    shutil.rmtree(state)
    shutil.copytree(image, state)


def codes(county: County) -> set[str]:
    return {code for code, _ in county.alerts(BRIDGE)}


def test_an_old_image_of_the_whole_place_is_found_out_by_the_agent_and_by_the_bureau(
    county: County, tmp_path: Path
) -> None:
    with weighroom(county, tmp_path / "room", BRIDGE) as room:
        live_and_stop(room, county)
        shutil.copytree(room.state, tmp_path / "image")
        live_and_stop(room, county)
        restore(tmp_path / "image", room.state)
        room.start()
        wait_until(lambda: "BOOK" in room.causes() and room.status()["online"], LIMIT_S)
        wait_until(lambda: FORK in codes(county), LIMIT_S)
        assert not room.is_open()


def live_and_stop(room: Weighroom, county: County) -> None:
    room.start()
    wait_until(lambda: "SCALE_SILENT" in room.causes(), LIMIT_S)
    wait_until(lambda: county.held(BRIDGE).keys() >= digests(room.state).keys(), LIMIT_S)
    assert room.agent.stop() == 0
    wait_until(lambda: county.held(BRIDGE) == digests(room.state), LIMIT_S)


def test_a_ticket_sold_again_from_an_old_image_counts_once_and_is_kept_as_evidence(
    county: County, config: AgentConfig, tmp_path: Path
) -> None:
    (_, code), _ = county.tickets_of(BRIDGE)
    run(config, county, lambda rig: rig.cross(PLATE, code, EMPTY_KG))
    shutil.copytree(config.state, tmp_path / "image")
    run(config, county, lambda rig: rig.cross(PLATE, code, LOADED_KG))
    first = county.held(BRIDGE)
    restore(tmp_path / "image", config.state)
    cut_off = Rig(config, online=False)
    cut_off.prove()
    cut_off.cross(PLATE, code, LOADED_KG)
    assert count(config.state, Kind.SALE) == 1
    cut_off.leave()
    again = Rig(config)
    pump(lambda: "BOOK" in again.causes and FORK in codes(county), again)
    again.leave()
    assert county.held(BRIDGE).items() >= first.items()
    assert proofs.sold_once(county, BRIDGE, config.state) == 1
    assert county.rows("SELECT count(*) FROM quarantine WHERE code = ?", FORK)[0][0] > 0


def test_a_second_copy_of_the_agent_is_reported_as_a_fork(
    county: County, config: AgentConfig, tmp_path: Path
) -> None:
    (_, code), (_, other) = county.tickets_of(BRIDGE)
    run(config, county, lambda rig: rig.wait(100))
    twin = copied(config, tmp_path / "twin")
    rigs = Rig(config), Rig(twin)
    for rig, ticket in zip(rigs, (code, other), strict=True):
        rig.prove()
        rig.cross(PLATE, ticket, EMPTY_KG)
    pump(lambda: FORK in codes(county) and any("BOOK" in rig.causes for rig in rigs), *rigs)
    for rig in rigs:
        rig.leave()


def copied(config: AgentConfig, folder: Path) -> AgentConfig:
    """The same weighbridge, key and book in another folder."""
    shutil.copytree(config.state.parent, folder, symlinks=True)
    path = folder / "agent.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(str(config.state.parent), str(folder)), encoding="utf-8")
    return load_config(path)[0]


# What root can do to a book, whose guards he can drop: SQL, the newest record at :head.
EDITS = {
    "an edited record": "UPDATE records SET message = message || x'00' WHERE seq = 5",
    "a removed record": "DELETE FROM records WHERE seq = 5",
    "two records in each other's place": "UPDATE records SET seq = CASE seq WHEN 5 THEN -6"
    " ELSE -5 END WHERE seq IN (5, 6); UPDATE records SET seq = -seq WHERE seq < 0",
    "a record put in again": "INSERT INTO records SELECT (SELECT max(seq) + 1 FROM records),"
    " epoch, kind, at_ms, digest, message FROM records WHERE seq = 5",
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_book_keeps_sales_closed(tmp_path: Path, edit: str) -> None:
    with open_county(tmp_path / "county") as county:
        config = make_place(tmp_path / "deck", BRIDGE)
        county.enrol(config)
    before = Rig(config, online=False)
    before.prove()
    before.stop()
    tamper(config.state / "book.db", EDITS[edit])
    rig = Rig(config, online=False)
    rig.prove()
    assert (rig.fault is None, rig.is_open, "BOOK" in rig.causes) == (False, False, True)
    rig.leave()


def tamper(book: Path, script: str) -> None:
    with closing(sqlite3.connect(book)) as db:
        guards = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.executescript(script)


def test_a_book_whose_tail_was_cut_is_found_out_by_the_bureaus_word(
    county: County, config: AgentConfig
) -> None:
    (_, code), _ = county.tickets_of(BRIDGE)
    run(config, county, lambda rig: rig.cross(PLATE, code, EMPTY_KG))
    tamper(config.state / "book.db", "DELETE FROM records WHERE seq > 9; DELETE FROM receipts")
    rig = Rig(config)
    pump(lambda: "BOOK" in rig.causes, rig)
    rig.leave()
