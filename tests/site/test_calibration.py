"""A camera commissioned beside the running agent: recorded, in force, and missed when gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.processes import Program, command, module
from edge_agent.evidence import Evidence
from tests.site.county import open_county
from tests.site.places import book_rows, count
from tests.site.weighroom import OPEN_S, Weighroom, wait_until, weighroom
from weighbook.envelope import payload_of
from weighbook.records import Calibration, Kind, parse_record

QUICK = ("--yes", "--seconds", "1", "--clock-box", "none")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Weighroom]:
    """A weigh-room with nothing but its camera."""
    with (
        open_county(tmp_path / "county") as county,
        weighroom(county, tmp_path / "room", "WB-1") as made,
    ):
        words = module("drivers.cameras.simulator", "--port", str(made.camera_port), "--fps", "5")
        camera = Program(words, made.folder / "camera.log")
        yield made
        camera.stop()


def commission(room: Weighroom) -> None:
    command("edge-agent", "camera", "calibrate", "deck", *QUICK, "--config", str(room.path))


def recorded(room: Weighroom) -> Calibration:
    query = "SELECT message FROM records WHERE kind = ?"
    ((message,),) = book_rows(room.state, query, int(Kind.CALIBRATION))
    body = parse_record(payload_of(message)).body
    assert isinstance(body, Calibration)
    return body


def test_it_comes_into_force_beside_the_running_agent_and_its_loss_closes_sales(
    room: Weighroom,
) -> None:
    room.start()
    wait_until(lambda: bool(room.status()), OPEN_S)
    commission(room)
    wait_until(lambda: "a calibration is in force" in room.log, OPEN_S, room.last_words)
    body = recorded(room)
    assert room.agent.stop() == 0
    path = Evidence(room.state / "evidence").find(body.evidence)
    assert path is not None
    path.unlink()
    room.start()
    wait_until(lambda: "SITE" in room.causes(), OPEN_S, room.last_words)
    assert count(room.state, Kind.CALIBRATION) == 1
