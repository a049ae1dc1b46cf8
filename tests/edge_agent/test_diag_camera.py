"""`edge-agent diag camera`: the lines others script against, its exit codes, no password shown."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.cameras.simulator import CameraSimulator
from edge_agent.camera_report import clock_of, mask, short_name
from edge_agent.camera_sheet import COLOURS, WIDTH
from edge_agent.camera_trial import ORDER
from edge_agent.cli_diag import diag_group
from tests.edge_agent.clips import SIZE, Form, during, pictures, write

HEIGHT = str(SIZE[1])
KEYS = {"at_ms", "state", "measured", "limit"}


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip in which the lens is covered from the tenth to the twentieth second."""
    return write(tmp_path_factory.mktemp("clips") / "yard.mp4", during("cover"), Form(seconds=25))


def run(*words: str) -> Result:
    return CliRunner().invoke(diag_group, ["camera", *words])


def rows_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


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
    address = f"rtsp://me:{hidden}@10.0.0.1:554/1"
    assert hidden not in mask(address)
    assert hidden not in short_name(address)


@pytest.mark.parametrize(
    ("at_ms", "shown"), [(0, "00:00.0"), (61_250, "01:01.2"), (3_723_400, "1:02:03.4")]
)
def test_a_time_is_read_as_on_a_player(at_ms: int, shown: str) -> None:
    assert clock_of(at_ms) == shown


def test_each_change_is_a_line_of_exactly_four_keys_and_the_summary_is_last(covered: Path) -> None:
    result = run(str(covered), "--min-height", HEIGHT, "--json")
    *rows, last = rows_of(result)
    assert result.exit_code == 1
    assert [set(row) for row in rows] == [KEYS] * 3
    assert [row["state"] for row in rows] == ["ok", "CAMERA_BLIND", "ok"]
    assert set(ORDER) | {"ok"} >= {row["state"] for row in rows}
    assert (last["ok"], last["state"], last["last_state"]) == (False, "CAMERA_BLIND", "ok")


def test_times_are_those_of_the_file_from_the_moment_it_was_begun(covered: Path) -> None:
    first, blind, _, last = rows_of(run(str(covered), "--min-height", HEIGHT, "--json"))
    assert first["at_ms"] == last["began_ms"]
    assert 10_000 < blind["at_ms"] - first["at_ms"] == blind["measured"]["offset_ms"] < 15_000
    assert abs(blind["measured"]["began_ms"] - first["at_ms"] - 10_000) <= 500
    (span,) = last["spans"]
    assert (span["began_ms"], span["told_ms"]) == (
        blind["measured"]["began_ms"], blind["at_ms"],
    )  # fmt: skip
    assert last["took_ms"] < last["media_ms"]


def test_a_small_picture_is_a_fault_and_hides_no_other(covered: Path) -> None:
    states = [row["state"] for row in rows_of(run(str(covered), "--json"))[:-1]]
    assert states == ["CAMERA_NOT_HD", "CAMERA_BLIND", "CAMERA_NOT_HD"]


def test_people_read_it_in_chinese_first_with_what_to_do(covered: Path) -> None:
    shown = run(str(covered), "--min-height", HEIGHT, "--seconds", "16").stdout
    assert "00:14.0  ✗ CAMERA_BLIND" in shown
    assert shown.index("画面被遮挡") < shown.index("the scene is covered")
    assert shown.index("清洁镜头") < shown.index("clean the lens")


def test_the_seconds_are_those_of_the_film(covered: Path) -> None:
    result = run(str(covered), "--min-height", HEIGHT, "--seconds", "8", "--json")
    assert result.exit_code == 0
    assert 7_000 <= rows_of(result)[-1]["media_ms"] <= 8_000


def test_a_good_picture_to_compare_with_tells_a_cover_from_the_first_frame(tmp_path: Path) -> None:
    clip = write(tmp_path / "yard.mp4", during("cover", 0, 99_000), Form(seconds=8))
    good = tmp_path / "good.png"
    cv2.imwrite(str(good), next(pictures(1))[1])
    words = (str(clip), "--min-height", HEIGHT, "--json")
    assert run(*words).exit_code == 0
    rows = rows_of(run(*words, "--reference", str(good)))
    assert [row["state"] for row in rows[:-1]] == ["CAMERA_BLIND"]
    assert rows[0]["measured"]["began_ms"] == rows[-1]["began_ms"]


def test_the_sheet_shows_the_fault_and_its_limits_in_their_colours(
    covered: Path, tmp_path: Path
) -> None:
    drawn = tmp_path / "sheet.png"
    run(str(covered), "--min-height", HEIGHT, "--png", str(drawn))
    image = Image.open(drawn).convert("RGB")
    assert image.width == WIDTH
    found = {f"#{bytes(colour).hex()}" for _, colour in image.getcolors(2**24) or []}  # type: ignore[arg-type]  # RGB, as converted
    assert {COLOURS["ok"], COLOURS["CAMERA_BLIND"], "#c23b22"} <= found


def test_the_newest_picture_is_kept(covered: Path, tmp_path: Path) -> None:
    kept = tmp_path / "newest.jpg"
    run(str(covered), "--min-height", HEIGHT, "--save", str(kept))
    assert Image.open(kept).size == SIZE


@pytest.fixture
def camera() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(name="deck", size=(640, 360))
    yield camera
    camera.stop()


def test_a_camera_that_freezes_while_it_is_watched_is_told_as_it_happens(
    camera: CameraSimulator,
) -> None:
    timer = threading.Timer(3, camera.freeze)
    timer.start()
    result = run(camera.url, "--seconds", "9", "--min-height", "360", "--json")
    timer.cancel()
    *rows, last = rows_of(result)
    assert [row["state"] for row in rows] == ["ok", "CAMERA_FROZEN"]
    assert (result.exit_code, last["kind"], last["height"]) == (1, "stream", 360)


def test_a_camera_that_does_not_answer_is_a_fault_after_the_time_for_opening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://me:secret@127.0.0.1:{silent.getsockname()[1]}/1"
        result = run(address, "--open-seconds", "1", "--json")
    rows = rows_of(result)
    assert result.exit_code == 1
    assert [row["state"] for row in rows] == ["CAMERA_LOST", "CAMERA_LOST"]
    assert "secret" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("",),
        ("/dev/null",),
        ("http://a/b\nc",),
        ("http://a/b", "--clock-box", "1,2,3"),
        ("http://a/b", "--save", "/nowhere/deck.jpg"),
        ("http://a/b", "--png", "/nowhere/sheet.png"),
        ("http://a/b", "--reference", "/nowhere/good.png"),
        ("http://a/b", "--reference", __file__),
    ],
)
def test_what_cannot_be_watched_is_refused_in_two_sentences(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2
