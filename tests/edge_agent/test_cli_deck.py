"""`edge-agent plate` and `edge-agent test`, as they are typed in the weigh-room."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge_agent.cli import program
from edge_agent.events import Event, PlateGiven, TrialAsked
from edge_agent.mailbox import read_letter
from tests.edge_agent.places import Place, enrolled


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return enrolled(tmp_path)


def run(place: Place, command: str, *words: str) -> Result:
    return CliRunner().invoke(program, [command, "--config", str(place.config_file), *words])


def letter(place: Place) -> Event | None:
    (path,) = place.site.inbox.iterdir()
    return read_letter(path)


def test_a_plate_is_given_to_the_agent_in_one_form(place: Place) -> None:
    assert run(place, "plate", "蒙k·12345").exit_code == 0
    given = letter(place)
    assert isinstance(given, PlateGiven)
    assert (given.plate, given.note) == ("蒙K12345", None)


def test_c58_a_reason_goes_with_the_plate(place: Place) -> None:
    assert run(place, "plate", "蒙K12345", "--reason", "原车故障").exit_code == 0
    given = letter(place)
    assert isinstance(given, PlateGiven)
    assert given.note == "原车故障"


def test_what_is_no_plate_is_refused_in_words(place: Place) -> None:
    told = run(place, "plate", "??")
    assert told.exit_code == 2
    assert "不是车号" in told.output
    assert not place.site.inbox.exists() or not list(place.site.inbox.iterdir())


def test_c47_test_mode_is_asked_for_and_ended(place: Place) -> None:
    for minutes in (10, 0):
        assert run(place, "test", "--minutes", str(minutes)).exit_code == 0
        asked = letter(place)
        assert isinstance(asked, TrialAsked)
        assert asked.minutes == minutes


def test_c47_half_an_hour_is_the_most(place: Place) -> None:
    assert run(place, "test", "--minutes", "31").exit_code == 2
