"""E-waybills at the deck and from the command line: only under policy, each number once."""

import json
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.cli import program
from edge_agent.waybill_book import LOST_ROOM, Series, draw_number
from tests.edge_agent.places import Place, enrolled
from tests.edge_agent.story import AGENT, Story, opened, ticket, ticket_code
from weighbook.orders import Action, Policy
from weighbook.phrase import Refusal
from weighbook.tickets import Ticket, check_ticket_no, make_ticket_no
from weighbook.waybills import serial_of

BATCH, COUNTY = 9_001, 150_624
SERIES = Series("COAL", COUNTY, BATCH, 26)
LETS = Policy((("ewaybill_batch", BATCH), ("ewaybill_county", COUNTY)))
OFF = Policy((("ewaybill_batch", 0),))


def waybill(serial: int = 1) -> Ticket:
    return ticket(ticket_no=make_ticket_no("COAL", "150624", 26, BATCH, serial))


def lets(story: Story) -> Story:
    story.order(Action.POLICY, LETS)
    return story


def test_a_waybill_sells_like_a_ticket_where_policy_lets_it() -> None:
    story, code = lets(opened()), ticket_code(waybill(), AGENT)
    assert story.pass_with(code, 15_000).decision == "accepted"
    assert story.pass_with(code, 48_000).decision == "accepted"
    assert "E_SPENT" in story.pass_with(code, 48_000).reasons


def test_without_policy_it_is_signed_by_nobody() -> None:
    code = ticket_code(waybill(), AGENT)
    ended = lets(opened())
    ended.order(Action.POLICY, OFF)
    for story in (opened(), ended):
        assert story.pass_with(code, 15_000).decision != "accepted"
        assert "E_SIG" in story.told()


def test_the_bureaus_tickets_are_good_in_both_regimes() -> None:
    story = lets(opened())
    assert story.pass_with(ticket(), 15_000).decision == "accepted"


def test_a_number_is_drawn_once_and_after_a_loss_behind_those_that_were_used(
    tmp_path: Path,
) -> None:
    path = tmp_path / "waybills.json"

    def draw(*used: str) -> int:
        number = draw_number(path, SERIES, frozenset(used))
        assert check_ticket_no(number)
        return serial_of(number)

    assert [draw(), draw(), draw()] == [1, 2, 3]
    path.unlink()
    assert draw(waybill(3).ticket_no) == 3 + LOST_ROOM + 1


@settings(deadline=None, max_examples=40)  # every number is synced to the disk
@given(st.lists(st.sampled_from([(BATCH, 26), (BATCH, 27), (9_002, 26)]), max_size=20))
def test_batches_and_years_are_counted_apart(draws: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "waybills.json"
        numbers = [draw_number(path, Series("COAL", COUNTY, *one), frozenset()) for one in draws]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("text", ["{", "[]", '{"9001-26": "x"}', '{"9001-26": 999999}'])
def test_a_count_that_cannot_be_trusted_draws_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waybills.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        draw_number(path, SERIES, frozenset())
    assert refused.value.code == "E_WAYBILLS"


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = enrolled(tmp_path_factory.mktemp("waybills"))
    place.tell(lets(opened()))
    return place


def make(place: Place, *words: object) -> Result:
    options = ["waybill", "make", "--config", str(place.config_file), *map(str, words)]
    return CliRunner().invoke(program, options)


def test_a_waybill_made_here_is_taken_by_this_deck(place: Place, tmp_path: Path) -> None:
    made = make(place, "--plate", "蒙K 12345", "--product", "RAW", "--json",
                "--png", tmp_path / "w.png")  # fmt: skip
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert check_ticket_no(told["ticket_no"])
    assert (tmp_path / "w.png").stat().st_size > 0
    shown = make(place, "--plate", "蒙K12345", "--product", "RAW")
    assert "运单" in shown.stdout
    assert told["ticket_no"] not in shown.stdout


@pytest.mark.parametrize(
    "words", [("--product", "GOLD", "--plate", "蒙K12345"), ("--product", "RAW", "--plate", "!")]
)
def test_what_a_waybill_cannot_say_is_refused(place: Place, words: tuple[str, ...]) -> None:
    refused = make(place, *words)
    assert refused.exit_code == 2
    assert "E_WAYBILL" in refused.stderr


def test_without_policy_none_is_made(tmp_path: Path) -> None:
    place = enrolled(tmp_path)
    place.tell(opened())
    refused = make(place, "--plate", "蒙K12345", "--product", "RAW")
    assert "E_QUOTA_ONLY" in refused.stderr
