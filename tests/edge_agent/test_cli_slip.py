"""`edge-agent slip`, as a clerk in the weigh-room types it."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from drivers.scanners.picture import read_picture
from edge_agent.cli import program
from edge_agent.events import ReprintAsked
from edge_agent.mailbox import read_letter
from tests.edge_agent.places import Place, enrolled
from tests.edge_agent.story import KEYS
from tests.edge_agent.test_reprints import sold
from weighbook.keyset import KeyRing
from weighbook.slips import Slip, open_slip
from weighbook.texts import read_text


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A day with one sale, whose slip was printed again once."""
    place = enrolled(tmp_path_factory.mktemp("slips"))
    story, sale = sold()
    story.play(ReprintAsked(story.moment(), sale.seq))
    place.tell(story)
    return place


def run(place: Place, *words: str | Path) -> Result:
    command, *rest = words
    options = ["slip", str(command), "--config", str(place.config_file), *map(str, rest)]
    return CliRunner().invoke(program, options)


def row(place: Place) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(place, "list", "--json").stdout)
    return found


def test_slips_are_listed_with_their_copies(place: Place) -> None:
    assert row(place)["copies"] == 1
    shown = run(place, "list")
    assert shown.exit_code == 0
    assert "重印" in shown.stdout
    assert str(row(place)["plate"]) in shown.stdout


def test_a_slip_is_shown_and_its_code_drawn_as_its_agent_signed_it(
    place: Place, tmp_path: Path
) -> None:
    picture = tmp_path / "slip.png"
    shown = run(place, "show", str(row(place)["seq"]), "--png", picture)
    assert shown.exit_code == 0
    code = shown.stdout.splitlines()[-1]
    with place.book() as book:
        line = next(book.lines(int(str(row(place)["seq"])) - 1))
    assert read_slip(code).head == line.digest[:16]
    pixels = np.asarray(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE))
    assert [one.text.decode() for one in read_picture(pixels)] == [code]


def read_slip(code: str) -> Slip:
    return open_slip(read_text(code)[1], KeyRing(KEYS))


def test_a_slip_becomes_a_page(place: Place, tmp_path: Path) -> None:
    page = tmp_path / "slip.pdf"
    assert run(place, "show", str(row(place)["seq"]), "--pdf", page).exit_code == 0
    assert page.read_bytes().startswith(b"%PDF")


def test_a_reprint_is_asked_of_the_agent(place: Place) -> None:
    seq = int(str(row(place)["seq"]))
    assert run(place, "reprint", str(seq)).exit_code == 0
    event = read_letter(place.site.inbox / f"{seq}.reprint")
    assert isinstance(event, ReprintAsked)
    assert event.seq == seq


@pytest.mark.parametrize("command", ["show", "reprint"])
def test_what_is_no_sale_has_no_slip(place: Place, command: str) -> None:
    refused = run(place, command, "1")
    assert refused.exit_code == 2
    assert "E_NO_SLIP" in refused.stderr
