"""Commissioning a camera by command: scripted, asked on a terminal, by night, and again."""

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import cv2
import pytest

from drivers.cameras.film import Form
from drivers.cameras.rtsp_simulator import RtspCamera
from edge_agent.calibration_file import load
from tests.edge_agent.commissioning_post import (
    ANSWERS,
    AREAS,
    CLOCK,
    HEIGHT,
    QUICK,
    WIDTH,
    Post,
    place_seen,
    post_at,
)
from tests.edge_agent.places import configure
from weighbook.calibrations import CameraCalibration

COMMAND = [sys.executable, "-m", "edge_agent.cli", "camera"]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return post_at(tmp_path / "site")


def summary(post: Post, *words: str) -> dict[str, Any]:
    result = post.calibrate(*words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def in_force(post: Post) -> CameraCalibration:
    papers = post.papers()
    return papers.shelf.fetch(papers.ledger.calibrations["deck"].in_force.digest)


def test_a_script_commissions_a_camera_and_the_agent_takes_it(post: Post) -> None:
    told = summary(post, *AREAS, "--by", "王工", "--identity", "DS-2CD SN1")
    found = in_force(post.taken())
    assert (found.by, found.identity, found.camera) == ("王工", "DS-2CD SN1", "deck")
    assert (found.stream.width, found.stream.height) == (WIDTH, HEIGHT)
    assert found.clock_box == (278, 13, 155, 40)
    assert (found.platform, found.masks) == ((250, 500, 797, 903), ((0, 0, 500, 84),))
    assert told["at_once"]
    assert not told["has_night"]


def test_the_reference_is_kept_as_evidence_and_the_reading_process_can_use_it(post: Post) -> None:
    papers = post.sign(ANSWERS).taken().papers()
    form, fault = load(papers.shelf, papers.ledger, "deck")
    assert fault is None
    assert form is not None
    assert post.evidence.find(bytes.fromhex(form.references[0].sha256)) is not None
    assert form.sharp_colour_milli is not None


def test_the_preview_shows_every_area_on_the_picture(post: Post, tmp_path: Path) -> None:
    preview = tmp_path / "seen.png"
    summary(post, *AREAS, "--preview", str(preview))
    picture = cv2.imread(str(preview))
    assert picture is not None
    assert picture.shape[:2] == (HEIGHT, WIDTH)
    assert tuple(picture[500, 320]) == (0x7A, 0xD6, 0x37)  # the platform's left edge, BGR
    assert tuple(picture[30, 278]) == (0xA3, 0x4F, 0xFF)  # the clock's


def test_a_camera_in_its_place_is_said_to_be_there(post: Post) -> None:
    told = summary(post.sign(ANSWERS).taken(), *AREAS)
    assert not told["at_once"]
    assert abs(told["moved"]["x_milli"]) < 1_000
    assert told["moved"]["points"] > 100


def test_commissioning_a_moved_camera_says_how_far_and_waits_for_the_bureau(post: Post) -> None:
    before = in_force(post.sign(ANSWERS).taken())
    place_seen(post.pictures, "move")
    assert summary(post, *AREAS)["moved"]["x_milli"] > 20_000
    assert in_force(post.taken()) == before
    assert in_force(post.approve()).moved is not None


def test_the_first_night_completes_it_without_the_bureau(post: Post) -> None:
    day = in_force(post.sign(ANSWERS).taken())
    place_seen(post.pictures, "infrared")
    told = summary(post, "--add-night")
    night = in_force(post.taken())
    assert told["at_once"]
    assert [one.colour for one in night.references] == [True, False]
    assert night.references[0] == day.references[0]
    assert night.sharp_infrared_milli is not None


def refused(post: Post, *words: str) -> str:
    result = post.calibrate(*words)
    assert result.exit_code == 2, result.output
    assert not list(post.place.site.inbox.glob("*.calibration"))
    return result.stderr.rpartition("[")[2].rstrip("]\n")


def test_a_night_reference_is_not_taken_by_day_nor_before_the_day(post: Post) -> None:
    assert refused(post, "--add-night") == "E_NO_DAY"
    assert refused(post.sign(ANSWERS).taken(), "--add-night") == "E_COLOUR"


def test_a_camera_is_not_commissioned_under_infrared_unless_it_has_nothing_else(post: Post) -> None:
    place_seen(post.pictures, "infrared")
    assert refused(post, *AREAS) == "E_INFRARED"
    assert summary(post, *AREAS, "--only-infrared")["has_night"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--platform", "1,2,3"), "E_AREA"),
        (("--mask", "a,b,c,d"), "E_AREA"),
        (("--clock-box", "1200,0,100,40"), "E_AREA"),
        (("--platform", "0,0,0,10"), "E_AREA"),
    ],
)
def test_an_area_that_is_none_is_refused(post: Post, words: tuple[str, str], code: str) -> None:
    assert refused(post, *words) == code


def test_an_unknown_camera_is_refused_with_those_there_are(post: Post) -> None:
    result = post.run("calibrate", "shed", *QUICK)
    assert result.exit_code == 2
    assert "deck, road" in result.stderr


def test_a_camera_that_gives_nothing_is_refused(post: Post) -> None:
    for picture in post.pictures.iterdir():
        picture.unlink()
    assert refused(post, *AREAS) == "E_CAMERA"


def test_before_enrolment_nothing_can_be_signed(tmp_path: Path) -> None:
    place = configure(tmp_path)
    place.site.folder.mkdir()
    assert refused(Post(place, tmp_path, None)) == "E_NOT_ENROLLED"  # type: ignore[arg-type]  # no story


def test_without_a_terminal_it_wants_yes(post: Post) -> None:
    result = post.run("calibrate", "deck", "--seconds", "1", *AREAS)
    assert result.exit_code == 2
    assert "E_NOBODY" in result.stderr


def test_one_that_still_waits_is_replaced_by_the_next(post: Post) -> None:
    told = summary(post.sign(ANSWERS), "--clock-box", "none")
    (waiting,) = post.place.site.inbox.glob("*.calibration")
    assert told["digest"].startswith(waiting.stem.rpartition("-")[2])
    assert in_force(post.taken()).clock_box is None


def test_a_real_camera_is_commissioned_by_a_process_that_finds_its_clock(post: Post) -> None:
    camera = RtspCamera(form=Form("h264", (960, 540), 5, 5))
    text = post.place.config_file.read_text(encoding="utf-8")
    post.place.config_file.write_text(text.replace(str(post.pictures), camera.url), "utf-8")
    words = [*COMMAND, "calibrate", "deck", "--seconds", "9", "--yes", "--json", *post.options()]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    finally:
        camera.stop()
    told = json.loads(done.stdout)
    stream = told["stream"]
    x, y, width, height = told["clock_box"]
    assert (stream["codec"], stream["width"], stream["height"]) == ("h264", 960, 540)
    assert stream["gop_ms"] > 0
    assert x <= 240  # the clock is written from 214 to 315, above 33
    assert x + width >= 310
    assert y <= 15
    assert y + height >= 33
    assert "%" in done.stderr  # it says how far it is


def on_a_terminal(post: Post, words: list[str], typed: str) -> tuple[int, str]:
    """The command on a terminal of its own, and what somebody types there."""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    process = subprocess.Popen(
        [*COMMAND, "calibrate", "deck", "--seconds", "1", *words, *post.options()],
        stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
    )  # fmt: skip
    os.close(theirs)
    shown: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(ours, shown))
    reader.start()
    code = process.wait(60)
    reader.join(10)
    os.close(ours)
    return code, b"".join(shown).decode("utf-8", "replace")


def _drain(terminal: int, shown: list[bytes]) -> None:
    try:
        while data := os.read(terminal, 4096):
            shown.append(data)
    except OSError:
        return  # the other end is closed


def test_a_technician_is_led_through_it_and_wrong_answers_are_asked_again(post: Post) -> None:
    typed = f"1,2,3\n{CLOCK}\n320,360,700,290\n\n0,0,640,60\n\ny\n"
    code, shown = on_a_terminal(post, [], typed)
    assert code == 0, shown
    assert "E_AREA" in shown
    assert "calibration-deck.jpg" in shown
    found = in_force(post.taken())
    assert found.clock_box == (278, 13, 155, 40)
    assert (found.platform, found.lamp) == ((250, 500, 797, 903), None)
    assert found.masks == ((0, 0, 500, 84),)


def test_what_is_not_confirmed_is_not_signed(post: Post) -> None:
    code, shown = on_a_terminal(post, [*AREAS, "--lamp", "none"], "n\n")
    assert code == 1, shown
    assert not list(post.place.site.inbox.glob("*.calibration"))
    assert not list(post.place.site.evidence.glob("*/*"))
