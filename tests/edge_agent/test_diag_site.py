"""`edge-agent diag all|mqtt|clock|book`: a verdict for every part, on sites well and ill."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drivers.cameras.simulator import CameraSimulator
from edge_agent.cli import program
from edge_agent.diag_line import greet
from edge_agent.events import Moment
from edge_agent.evidence import write_whole
from edge_agent.site import keep_account
from edge_agent.status import STATUS_FILE, Around, encode_status, status_of
from edge_agent.uplink import Account
from tests.brokers import Listener, Mosquitto, free_port, mosquitto_broker
from tests.collector.test_broker import embedded, mosquitto_files
from tests.edge_agent.places import Place, append, configure, enrolled
from tests.edge_agent.story import BRIDGE, STRANGER, Story, opened
from weighbook import topics
from weighbook.records import Control, Kind


def run(place: Place, check: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the rows by what was checked."""
    words = ["diag", check, "--json", "--config", str(place.config_file)]
    result = CliRunner().invoke(program, words)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return result.exit_code, {row["check"]: row for row in rows}


def in_words(place: Place, check: str) -> Result:
    return CliRunner().invoke(program, ["diag", check, "--config", str(place.config_file)])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = enrolled(tmp_path / "place")
    place.fill(3)
    return place


def running(place: Place, story: Story | None = None, age_ms: int = 0) -> None:
    """The status of an agent that wrote it so long ago."""
    story = story or opened()
    story.at = story.moment(0)
    at_ms = time.time_ns() // 1_000_000 - age_ms
    status = status_of(story.lane, bytes(32), Around(True, None, (), None, 500))
    lease_ms = at_ms + 3_600_000
    data = encode_status({**status, "at_ms": at_ms, "lease_until_ms": lease_ms})
    write_whole(place.site.folder / STATUS_FILE, data)


# -- book ------------------------------------------------------------------------------------------


def test_a_whole_book_with_its_key_and_room_is_well(place: Place) -> None:
    code, rows = run(place, "book")
    assert (code, list(rows)) == (0, ["book", "key", "disk"])
    assert rows["book"]["measured"].startswith("4 ")
    assert in_words(place, "book").stdout.index("账簿") < in_words(place, "book").stdout.index(
        "book"
    )


def test_a_book_with_a_break_is_a_fault(place: Place) -> None:
    with place.book() as book:
        append(book, Kind.GENESIS, next(book.lines()).record.body)
    code, rows = run(place, "book")
    assert (code, rows["book"]["ok"]) == (1, False)
    assert "verify" in rows["book"]["words"]["en"]


def test_another_machine_s_key_is_a_fault(place: Place) -> None:
    place.site.key.unlink()
    STRANGER.save(place.site.key)
    code, rows = run(place, "book")
    assert (code, rows["key"]["ok"], rows["book"]["ok"]) == (1, False, True)


@pytest.mark.parametrize("content", [b"", b"noise" * 999])
def test_a_file_that_is_no_book_is_a_fault_and_no_traceback(place: Place, content: bytes) -> None:
    place.site.book.write_bytes(content)
    code, rows = run(place, "book")
    assert (code, rows["book"]["ok"]) == (1, False)


def test_a_place_that_is_not_enrolled_is_told_what_to_do(tmp_path: Path) -> None:
    place = configure(tmp_path)
    assert "enrol request" in run(place, "book")[1]["book"]["words"]["en"]
    assert run(place, "mqtt")[1]["mqtt"]["measured"] == "no account"


# -- clock -----------------------------------------------------------------------------------------


def test_a_clock_behind_the_newest_record_ran_back(place: Place) -> None:
    assert run(place, "clock")[1]["clock"]["ok"] is True
    running(place, age_ms=-60_000)
    code, rows = run(place, "clock")
    assert (code, rows["clock"]["ok"]) == (1, False)


def test_the_newest_record_counts_where_no_status_is(tmp_path: Path) -> None:
    place = enrolled(tmp_path)
    with place.book() as book:
        ahead = Moment(time.time_ns() // 1_000_000 + 3_600_000, 9_999_999)
        append(book, Kind.CONTROL, Control(bytes(8)), ahead)
    assert run(place, "clock")[1]["clock"]["ok"] is False


# -- the line --------------------------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto_broker(tmp_path / "broker") as broker:
        yield broker


def test_a_broker_that_welcomes_us_is_well_and_nobody_is_disturbed(
    place: Place, broker: Mosquitto
) -> None:
    keep_account(place.site, Account("127.0.0.1", broker.port, BRIDGE, "secret"))
    agent = Listener(broker.port, f"weighhouse-{BRIDGE}")
    agent.subscribe(topics.presence(BRIDGE))
    code, rows = run(place, "mqtt")
    assert (code, rows["mqtt"]["ok"], rows["welcome"]["measured"]) == (0, True, "MQTT 5")
    assert agent.client.is_connected()
    assert agent.heard.empty()
    agent.close()


def test_no_broker_is_a_fault_of_cable_or_address(place: Place) -> None:
    keep_account(place.site, Account("127.0.0.1", free_port(), BRIDGE, "secret"))
    code, rows = run(place, "mqtt")
    assert (code, list(rows), rows["mqtt"]["ok"]) == (1, ["mqtt"], False)


def test_a_wrong_password_is_told_apart_from_a_dead_line(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    with mosquitto_broker(folder, mosquitto_files(folder)) as broker:
        ca = (folder / "ca.crt").read_text()
        keep_account(place.site, Account("localhost", broker.port, "W01", "wrong", ca))
        rows = run(place, "mqtt")[1]
        assert (rows["mqtt"]["ok"], rows["welcome"]["ok"]) == (True, False)
        assert "password" in rows["welcome"]["words"]["en"]
        keep_account(place.site, Account("localhost", broker.port, "W01", "one", ca))
        assert run(place, "mqtt")[0] == 0


def test_a_foreign_certificate_is_told_apart(place: Place, tmp_path: Path) -> None:
    folder, others = tmp_path / "tls", tmp_path / "others"
    foreign = mosquitto_files(others).parent / "ca.crt"
    with mosquitto_broker(folder, mosquitto_files(folder)) as broker:
        account = Account("localhost", broker.port, "W01", "one", foreign.read_text())
        keep_account(place.site, account)
        rows = run(place, "mqtt")[1]
    assert rows["welcome"]["ok"] is False
    assert "certificate" in rows["welcome"]["words"]["en"]


def hang_up(server: socket.socket, times: int) -> None:
    for _ in range(times):
        server.accept()[0].close()


def test_a_server_that_is_no_broker_is_told_apart(place: Place) -> None:
    """It takes the connection and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = threading.Thread(target=hang_up, args=(server, 3), daemon=True)
        thread.start()
        keep_account(place.site, Account("127.0.0.1", port, BRIDGE, "secret"))
        rows = run(place, "mqtt")[1]
        thread.join(5)
    assert (rows["mqtt"]["ok"], rows["welcome"]["measured"]) == (True, "no answer")


def test_a_broker_of_3_1_1_is_greeted_in_3_1_1(tmp_path: Path) -> None:
    port = free_port()
    with embedded(tmp_path, port):
        found = greet(Account("127.0.0.1", port, "W01", "one"), "W01", welcome_s=0.3)
        assert (found.ok, found.measured) == (True, "MQTT 3.1.1")


def test_what_waits_to_be_sent_is_told_with_the_lease(place: Place, broker: Mosquitto) -> None:
    keep_account(place.site, Account("127.0.0.1", broker.port, BRIDGE, "secret"))
    running(place)
    assert run(place, "mqtt")[1]["outbox"]["ok"] is True
    running(place, age_ms=7_200_000)
    assert run(place, "mqtt")[1]["outbox"]["ok"] is False


def test_a_damaged_account_hides_no_other_check(place: Place) -> None:
    place.site.account.write_bytes(b"{")
    running(place)
    code, rows = run(place, "all")
    assert (code, rows["line"]["ok"], rows["book"]["ok"]) == (1, False, True)
    assert "E_ACCOUNT" in rows["line"]["measured"]


# -- all -------------------------------------------------------------------------------------------


def test_a_running_agent_answers_for_its_devices(place: Place, broker: Mosquitto) -> None:
    keep_account(place.site, Account("127.0.0.1", broker.port, BRIDGE, "secret"))
    running(place)
    code, rows = run(place, "all")
    assert (code, [name for name, row in rows.items() if not row["ok"]]) == (0, [])
    assert rows["scale"]["measured"] == "0 kg"
    assert {"agent", "book", "clock", "camera deck", "camera road", "mqtt"} <= set(rows)


def test_what_it_complains_of_is_shown_with_its_remedy(place: Place) -> None:
    story = opened().lose("road")
    running(place, story)
    code, rows = run(place, "all")
    assert (code, rows["camera road"]["ok"], rows["camera deck"]["ok"]) == (1, False, True)
    assert rows["camera road"]["measured"].startswith("CAMERA_LOST")
    assert rows["agent"]["measured"] == "CAMERA_LOST"
    assert "why-halted" in rows["agent"]["words"]["en"]


def test_without_an_agent_the_devices_themselves_are_asked(place: Place) -> None:
    camera = CameraSimulator(name="deck")
    text = place.config_file.read_text(encoding="utf-8")
    one, _, rest = text.replace("http://127.0.0.1:9/stream.mjpg", camera.url).partition(
        "[[camera]]"
    )
    deck, _, _ = rest.partition("[[camera]]")
    place.config_file.write_text(f"{one}[[camera]]{deck}", encoding="utf-8")
    running(place, age_ms=60_000)
    code, rows = run(place, "all")
    camera.stop()
    assert code == 1
    assert (rows["agent"]["ok"], rows["scale"]["measured"]) == (False, "P_ABSENT")
    assert (rows["camera deck"]["ok"], rows["camera deck"]["measured"]) == (True, "1280×720")


def test_the_table_is_in_both_languages(place: Place) -> None:
    running(place)
    result = in_words(place, "all")
    for words in (
        "服务",
        "账簿",
        "硬盘",
        "时钟",
        "摄像头 deck",
        "消息服务",
        "怎么办",
        "what to do",
    ):
        assert words in result.stdout


def test_a_configuration_that_is_none_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(program, ["diag", "all", "--config", str(tmp_path / "none.toml")])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)
