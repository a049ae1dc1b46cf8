"""`edge-agent diag camera`: its verdicts, its exit codes, and that it shows no password."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.health import FROZEN, LOST, Verdict
from drivers.cameras.simulator import CameraSimulator
from drivers.cameras.slot import Seen
from edge_agent.camera_report import Watched, findings, limits_for, mask, summary
from edge_agent.cli_diag import diag_group

SIZE = (640, 360)
WATCHED = Watched(
    open_limit_ms=10_000,
    opened_ms=400,
    first=Seen(1_000, 1_000, 1_000, 1, 1, 1280, 720),
    last=Seen(6_000, 6_000, 5_800, 51, 11, 1280, 720, 1_500, 900),
    ended_ms=6_050,
    verdicts=(Verdict(LOST, True, "0.1 s", "2.5 s"), Verdict(FROZEN, True, "0.2 s", "8.0 s")),
)


@pytest.fixture(scope="module")
def filmed() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(name="deck", size=SIZE)
    yield camera
    camera.stop()


@pytest.fixture
def camera(filmed: CameraSimulator) -> CameraSimulator:
    filmed.on()
    filmed.live()
    return filmed


def run(*words: str) -> Result:
    return CliRunner().invoke(diag_group, ["camera", *words])


def faults(watched: Watched, min_height: int = 720) -> list[str]:
    return [found.check.en for found in findings(watched, min_height) if not found.ok]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("rtsp://me:secret@10.0.0.1:554/1", "rtsp://me:***@10.0.0.1:554/1"),
        ("rtsp://me:s@c/r:t@10.0.0.1/1", "rtsp://me:***@10.0.0.1/1"),
        ("rtsp://me@home:secret@10.0.0.1/1", "rtsp://me@home:***@10.0.0.1/1"),
        ("rtsp://10.0.0.1/user=me&password=secret&channel=1",
         "rtsp://10.0.0.1/user=me&password=***&channel=1"),
        ("http://127.0.0.1:8554/stream.mjpg", "http://127.0.0.1:8554/stream.mjpg"),
        ("/films/yard.mp4", "/films/yard.mp4"),
    ],
)  # fmt: skip
def test_passwords_are_masked(source: str, shown: str) -> None:
    assert mask(source) == shown


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1))
def test_no_password_is_ever_shown_whatever_signs_it_holds(secret: str) -> None:
    hidden = f"<{secret}>"
    assert hidden not in mask(f"rtsp://me:{hidden}@10.0.0.1:554/1")


def test_a_good_camera_has_no_fault_and_its_numbers_are_counted() -> None:
    row = summary("rtsp://me:secret@10.0.0.1/1", WATCHED, list(findings(WATCHED, 720)), 7)
    assert faults(WATCHED) == []
    assert (row["ok"], row["state"], row["fps_milli"]) == (True, "ok", 10_000)
    assert (row["picture_age_ms"], row["summary"]) == (250, "rtsp://me:***@10.0.0.1/1")


def test_each_fault_is_named() -> None:
    frozen = (WATCHED.verdicts[0], replace(WATCHED.verdicts[1], ok=False))
    assert faults(replace(WATCHED, verdicts=frozen)) == [FROZEN]
    assert faults(replace(WATCHED, last=replace(WATCHED.last, height=360))) == ["size"]
    assert faults(replace(WATCHED, opened_ms=None, first=Seen(), last=Seen())) == ["opened"]


@pytest.mark.parametrize("seconds", [3, 5, 20, 600])
def test_a_proof_fits_into_the_watching_and_is_never_longer_than_in_service(seconds: int) -> None:
    limits = limits_for(seconds)
    assert limits.back_after_ms <= min(10_000, 500 * seconds)
    assert limits.lost_after_ms == 2_500


def test_a_living_camera_is_good_and_its_picture_is_kept(
    camera: CameraSimulator, tmp_path: Path
) -> None:
    kept = tmp_path / "deck.jpg"
    result = run(camera.url, "--seconds", "3", "--min-height", "360", "--save", str(kept))
    assert result.exit_code == 0, result.output
    assert kept.read_bytes().startswith(b"\xff\xd8")
    assert "640×360" in result.output
    assert result.output.index("打开视频源") < result.output.index("opened")


def test_json_gives_each_change_of_verdict_and_a_summary_last(camera: CameraSimulator) -> None:
    result = run(camera.url, "--seconds", "3", "--json", "--clock-box", "0,0,320,30")
    rows = [json.loads(line) for line in result.output.splitlines()]
    states = [row["state"] for row in rows[:-1]]
    assert states[0] == LOST
    assert states[-1] == "ok"
    assert (rows[-1]["ok"], rows[-1]["faults"], rows[-1]["height"]) == (False, ["size"], 360)
    assert result.exit_code == 1


def test_a_frozen_camera_is_a_fault(camera: CameraSimulator) -> None:
    camera.freeze()
    result = run(camera.url, "--seconds", "3", "--min-height", "360", "--json")
    last = json.loads(result.output.splitlines()[-1])
    assert (result.exit_code, last["state"], last["faults"]) == (1, FROZEN, [FROZEN])


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("",),
        ("http://a/b\nc",),
        ("http://a/b", "--clock-box", "1,2,3"),
        ("http://a/b", "--save", "/nowhere/deck.jpg"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_two_sentences(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_a_camera_that_does_not_answer_is_a_fault_after_the_time_for_opening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://me:secret@127.0.0.1:{silent.getsockname()[1]}/1"
        result = run(address, "--open-seconds", "1")
    assert result.exit_code == 1
    assert "secret" not in result.output
    assert "打开视频源" in result.output
