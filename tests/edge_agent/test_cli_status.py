"""`edge-agent status` and `why-halted`: the screens a technician reads, at every hour."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.cli import program
from edge_agent.cli_status import STAGES
from edge_agent.evidence import write_whole
from edge_agent.settling import Stage
from edge_agent.status import (
    LARGEST_STATUS_BYTES,
    STATUS_FILE,
    Around,
    Status,
    encode_status,
    read_status,
    status_of,
)
from tests.edge_agent.places import Place, configure
from tests.edge_agent.story import Story, opened, ticket
from weighbook.orders import Action, Permit, Suspend

AROUND = Around(True, None, (), 1_790_000_000_000, 500)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = configure(tmp_path)
    place.site.folder.mkdir()
    return place


def halted() -> Story:
    """A camera fault under a permit, and a suspension: one covered cause and one that is not."""
    story = opened()
    story.lose("road")
    story.order(Action.PERMIT, Permit(("CAMERA_LOST",), "", 9, 900_000))
    story.order(Action.SUSPEND, Suspend("unpaid fees"))
    return story


def show(place: Place, story: Story, age_ms: int = 0, **changes: object) -> None:
    """What that story's agent wrote so long ago."""
    status = status_of(story.lane, bytes(range(32)), AROUND)
    at_ms = time.time_ns() // 1_000_000 - age_ms
    data = encode_status({**status, "at_ms": at_ms, **changes})
    write_whole(place.site.folder / STATUS_FILE, data)


def run(place: Place, *words: str) -> Result:
    return CliRunner().invoke(program, [*words, "--config", str(place.config_file)])


def test_open_sales_are_said_in_two_lines_and_exit_with_0(place: Place) -> None:
    show(place, opened())
    result = run(place, "status")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["WB-01：可以销售。", "WB-01: sales are open."]
    halt = run(place, "why-halted")
    assert (halt.exit_code, "No cause stands." in halt.stdout) == (0, True)


def test_every_cause_is_shown_with_since_measured_limit_and_remedy(place: Place) -> None:
    show(place, halted())
    result = run(place, "why-halted")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[:2] == ["WB-01：停票停销。", "WB-01: sales are closed."]
    assert lines[2].startswith("● ORDER 能源局指令 3")
    assert "实测 unpaid fees　限值 —" in lines[3]
    assert lines[4].startswith("    → ")
    assert lines[6].startswith("    since 20")
    assert "measured unpaid fees  limit —" in lines[6]


def test_what_keeps_sales_closed_stands_above_what_a_permit_covers(place: Place) -> None:
    show(place, halted())
    shown = run(place, "why-halted").stdout
    assert shown.index("● ORDER") < shown.index("● CAMERA_LOST")
    assert "由临时许可 2 覆盖" in shown
    assert "covered by permit 2" in shown


def test_chinese_stands_above_english_line_by_line(place: Place) -> None:
    story = halted()
    story.drive_on(30_000)
    show(place, story)
    lines = run(place, "status").stdout.splitlines()
    facts = [line for line in lines if not line.startswith((" ", "●"))]
    for chinese, english in zip(facts[::2], facts[1::2], strict=True):
        assert not chinese.isascii()
        assert english.isascii() or "—" in english
    assert "秤台：30,000 千克（已取重）" in facts
    assert "Deck: 30,000 kg (captured)" in facts


def test_no_line_is_wider_than_a_terminal(place: Place) -> None:
    show(place, halted())
    for line in run(place, "status").stdout.splitlines():
        assert sum(1 if sign.isascii() else 2 for sign in line) <= 100, line


def test_a_stale_status_is_no_leave_to_sell(place: Place) -> None:
    show(place, opened(), age_ms=6_000)
    result = run(place, "status")
    assert result.exit_code == 2
    assert "服务没有运行" in result.stdout
    assert "systemctl start edge-agent" in result.stdout
    assert "Deck:" not in result.stdout
    told = json.loads(run(place, "status", "--json").stdout)
    assert (told["open"], told["alive"]) == (False, False)


def test_a_stale_status_still_says_why_it_was_halted(place: Place) -> None:
    show(place, halted(), age_ms=86_400_000)
    result = run(place, "why-halted")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[0].startswith("WB-01：服务没有运行")
    assert "● ORDER" in result.stdout


def test_a_status_from_the_future_is_not_alive(place: Place) -> None:
    show(place, opened(), age_ms=-60_000)
    assert run(place, "status").exit_code == 2


def test_a_stopped_agent_is_closed(place: Place) -> None:
    show(place, opened(), open=False)
    result = run(place, "why-halted")
    assert (result.exit_code, "停票停销" in result.stdout) == (1, True)


@pytest.mark.parametrize("command", ["status", "why-halted"])
def test_where_nothing_ever_ran_two_sentences_say_what_to_do(place: Place, command: str) -> None:
    result = run(place, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 2
    assert "systemctl start edge-agent" in result.stderr


@pytest.mark.parametrize("command", ["status", "why-halted"])
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"at_ms": 1}', b"\xff", b"[" * 99_999, b" " * (1 << 20) + b"{}"]
)
def test_a_status_that_is_none_is_refused_in_two_sentences(
    place: Place, command: str, content: bytes
) -> None:
    (place.site.folder / STATUS_FILE).write_bytes(content)
    result = run(place, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "E_STATUS" in result.stderr


def test_json_is_one_object_a_line(place: Place) -> None:
    show(place, halted())
    whole = run(place, "status", "--json").stdout
    causes = [json.loads(line) for line in run(place, "why-halted", "--json").stdout.splitlines()]
    assert whole.count("\n") == 1
    assert [cause["code"] for cause in causes] == ["ORDER", "CAMERA_LOST"]
    assert set(causes[0]) == {
        "code", "subject", "since_ms", "measured", "limit", "permit", "what", "remedy", "words"
    }  # fmt: skip


def test_no_configuration_is_said_with_its_path(tmp_path: Path) -> None:
    result = CliRunner().invoke(program, ["status", "--config", str(tmp_path / "none.toml")])
    assert (result.exit_code, "none.toml" in result.stderr) == (2, True)


def test_the_written_status_is_the_read_one(place: Place) -> None:
    status = status_of(opened().lane, bytes(32), AROUND)
    write_whole(place.site.folder / STATUS_FILE, encode_status(status))
    assert read_status(place.site.folder) == status
    assert set(status) == set(Status.__annotations__)
    assert len(encode_status(status)) < LARGEST_STATUS_BYTES


@given(st.binary(max_size=200))
def test_any_bytes_are_a_status_or_none(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / STATUS_FILE).write_bytes(content)
    assert read_status(folder) is None


def test_every_stage_of_the_deck_has_a_chinese_word() -> None:
    assert set(STAGES) == {stage.value for stage in Stage}


def test_a_weighing_shows_its_ticket_and_plate(place: Place) -> None:
    story = opened()
    story.scan(ticket())
    story.drive_on(15_000)
    show(place, story)
    deck = json.loads(run(place, "status", "--json").stdout)["deck"]
    assert (deck["stage"], deck["ticket_shown"], deck["capture_kg"]) == ("captured", True, 15_000)
