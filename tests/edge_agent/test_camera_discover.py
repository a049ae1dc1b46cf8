"""`edge-agent camera discover`: over real HTTP and UDP, what it finds, says and writes down."""

import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from drivers.onvif.discovery import PORT
from drivers.onvif.facts import (
    FAULT,
    SILENT,
    UNAUTHORISED,
    Information,
    OnvifFailed,
    Profile,
)
from drivers.onvif.simulated_device import MAIN, SUB
from drivers.onvif.simulator import OnvifCamera
from edge_agent.camera_fitness import MISFITS, WHY, misfits
from edge_agent.camera_section import section
from edge_agent.camera_survey import Surveyed
from edge_agent.cli_camera import camera_group
from edge_agent.cli_discover import PASSWORD_VARIABLE
from edge_agent.config import CameraConfig
from edge_agent.discover_screen import show_rows, show_words
from edge_agent.onvif_watch import login_of
from terminal.cells import width_of
from tests.drivers.onvif.places import HOUR_MS, LOGIN, camera

ADDRESS = "http://10.0.0.5/onvif/device_service"
STREAM = "rtsp://10.0.0.5:554/1?a=b"
FIT = (MAIN._replace(stream=STREAM), SUB)
POOR = Profile("p", "only", "JPEG", 704, 576, 12_500, 100)
SECRET_IN_PATH = "rtsp://10.0.0.5/user=admin&password=tlJwpbo6&channel=1.sdp"


def run(*words: str, columns: int = 80, password: str | None = LOGIN.password) -> Result:
    environment = {"COLUMNS": str(columns), PASSWORD_VARIABLE: password}
    return CliRunner().invoke(camera_group, ["discover", "--seconds", "1", *words], env=environment)


def asked(device: OnvifCamera, *words: str, user: str | None = LOGIN.user) -> Result:
    login = () if user is None else ("--user", user)
    return run("--address", f"127.0.0.1:{device.port}", *login, *words)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def codes(result: Result) -> list[str]:
    return [misfit["code"] for misfit in rows(result)[0]["misfits"]]


def device_with(*profiles: Profile, off_ms: int | None = 0, **more: Any) -> Surveyed:
    return Surveyed(ADDRESS, off_ms=off_ms, profiles=profiles, **more)


def test_a_camera_that_fits_is_found_and_written_down() -> None:
    with camera(login=LOGIN) as device:
        result = asked(device, "--json")
        found, summary = rows(result)
    assert (result.exit_code, summary) == (0, {"found": 1, "fit": 1})
    assert (found["maker"], found["misfits"], found["failure"]) == ("Weighhouse", [], None)
    assert abs(found["clock_off_ms"]) < 1_000
    assert [one["gop_ms"] for one in found["profiles"]] == [2_000, 2_000]


def test_the_section_is_one_the_agent_takes() -> None:
    with camera(login=LOGIN) as device:
        (found, _) = rows(asked(device, "--json"))
        (table,) = tomllib.loads(found["section"])["camera"]
        config = msgspec.convert(table, CameraConfig)
    login = login_of(config.source)
    assert (config.name, config.onvif) == ("SIM-2CD3T47", device.url)
    assert login is not None
    assert login == (LOGIN.user, "PASSWORD")


def test_everything_amiss_is_said_at_once() -> None:
    with camera(login=LOGIN, profiles=(POOR,)) as device:
        device.set_clock(HOUR_MS)
        result = asked(device, "--json")
    assert codes(result) == ["CLOCK_OFF", "NOT_HD", "CODEC", "LONG_GOP", "NO_SUB_STREAM"]
    assert result.exit_code == 1


def test_the_network_is_searched() -> None:
    with camera(PORT, login=LOGIN) as device:
        found = rows(run("--user", LOGIN.user, "--json"))
    assert [row["misfits"] for row in found if row.get("address") == device.url] == [[]]


@pytest.mark.parametrize("user", [None, "somebody"])
def test_a_wrong_login_or_none_is_told_apart_from_a_dead_camera(user: str | None) -> None:
    with camera(login=LOGIN) as device:
        result = asked(device, "--json", user=user)
        assert device.doorman.refusals == (0 if user is None else 1)
    assert (codes(result), result.exit_code) == (["LOGIN"], 1)
    assert rows(result)[0]["section"] is None


@pytest.mark.parametrize("kind", ["garbage", "bomb", "redirect", "endless", "not there"])
def test_a_device_that_misbehaves_is_not_reachable(kind: str) -> None:
    with camera() as device:
        device.misbehave(kind)
        result = asked(device, "--json")
    assert (codes(result), result.exit_code) == (["UNREACHABLE"], 1)


def test_nobody_there_is_a_finding() -> None:
    with camera() as device:
        pass
    assert codes(asked(device, "--json")) == ["UNREACHABLE"]


@pytest.mark.parametrize(
    "place", ["http://me:secret@10.0.0.5/", "a b", "ftp://10.0.0.5", "1.2.3.4:x"]
)
def test_what_is_no_address_is_refused_and_shows_no_password(place: str) -> None:
    result = run("--address", place)
    assert result.exit_code == 2
    assert "E_ADDRESS" in result.stderr
    assert "secret" not in result.output


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00"])
def test_a_password_file_without_a_password_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "password").write_bytes(content)
    result = run("--user", "me", "--password-file", str(tmp_path / "password"))
    assert result.exit_code == 2
    assert "E_PASSWORD" in result.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--user", "me"), "E_PASSWORD"),
        (("--user", "me", "--password-file", "/nowhere/at/all"), "E_STORE"),
        (("--password-file", "/nowhere/at/all"), "E_USER"),
    ],
)
def test_half_a_login_is_refused(words: tuple[str, ...], code: str) -> None:
    result = run(*words, password=None)
    assert result.exit_code == 2
    assert code in result.stderr


def test_a_password_is_read_from_the_first_line_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{LOGIN.password}\n# from the cabinet\n", encoding="utf-8")
    with camera(login=LOGIN) as device:
        result = asked(device, "--json", "--password-file", str(tmp_path / "password"))
    assert result.exit_code == 0


def test_no_password_is_ever_shown() -> None:
    with camera(login=LOGIN, profiles=(POOR,)) as device:
        shown = [asked(device).output, asked(device, "--json").output]
    assert LOGIN.password not in "".join(shown)


def test_a_password_in_a_stream_s_path_is_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    device = device_with(FIT[0]._replace(stream=SECRET_IN_PATH), SUB)
    show_words([device], None)
    show_rows([device], "me")
    shown = capsys.readouterr().out
    assert "tlJwpbo6" not in shown
    assert "password=PASSWORD&channel=1.sdp" in shown


def test_at_eighty_columns_tables_line_up_and_nothing_is_cut() -> None:
    with camera(
        login=LOGIN, name="路口东侧", profiles=(MAIN._replace(name="主码流一"), SUB)
    ) as device:
        lines = asked(device).stdout.splitlines()
    table = [line for line in lines if line[:1] in "┏┃┡│└"]
    assert len({width_of(line) for line in table if line}) == 1
    assert all(width_of(line) <= 80 for line in table)
    assert any("1920×1080" in line for line in table)
    assert "✓ 127.0.0.1" in lines[0]


def test_a_device_s_words_never_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "A\x1b]0;x\x07\n[[camera]]\u202e\x9b31m"
    said = Information(evil, evil, evil, evil)
    one = POOR._replace(name=evil, codec=evil.replace("\n", " "), stream=STREAM)
    show_words([device_with(one, name=evil, said=said)], evil)
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert shown.count("\n[[camera]]") == 1


def test_nobody_found_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    show_words([], None)
    assert "--address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("device", "found"),
    [
        (device_with(*FIT), []),
        (device_with(*FIT, off_ms=5_000), []),
        (device_with(*FIT, off_ms=-5_001), ["CLOCK_OFF"]),
        (device_with(MAIN._replace(gop=51), SUB), ["LONG_GOP"]),
        (device_with(MAIN._replace(gop=None), SUB), []),
        (device_with(MAIN, MAIN), ["NO_SUB_STREAM"]),
        (device_with(MAIN._replace(width=1_280, height=720), SUB), []),
        (device_with(MAIN._replace(width=1_920, height=719), SUB), ["NOT_HD"]),
        (device_with(off_ms=None, failure=OnvifFailed(SILENT)), ["UNREACHABLE"]),
        (device_with(failure=OnvifFailed(UNAUTHORISED)), ["LOGIN"]),
        (device_with(failure=OnvifFailed(FAULT)), ["NO_STREAM"]),
    ],
)
def test_a_demand_that_is_not_met_has_its_code(device: Surveyed, found: list[str]) -> None:
    assert [misfit.code for misfit in misfits(device)] == found


def test_every_code_and_state_has_its_words() -> None:
    sentences = [*(one.what for one in MISFITS.values()), *WHY.values()]
    assert all(phrase.zh and phrase.en for phrase in sentences)


@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=5),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
def test_any_names_and_any_account_make_sections_the_agent_takes(
    names: list[str], user: str
) -> None:
    taken: set[str] = set()
    for name in names:
        text = section(device_with(*FIT, name=name), user, taken)
        assert text is not None
        config = msgspec.convert(tomllib.loads(text)["camera"][0], CameraConfig)
        assert config.name not in taken
        login = login_of(config.source)
        assert login is not None
        assert login.user == user
        taken.add(config.name)
