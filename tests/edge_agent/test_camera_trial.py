"""Clips with something wrong in them: each fault is told with its beginning, nothing else is."""

import wave
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.camera_outcome import Outcome
from edge_agent.camera_watching import Wanted, Watching
from tests.edge_agent.clips import (
    BEGAN_MS,
    ENDED_MS,
    Form,
    Look,
    during,
    frozen,
    living,
    missing,
    write,
    write_folder,
)


def watched(source: Path, min_height: int = 1) -> Outcome:
    return Watching(Wanted(str(source), min_height=min_height)).watch()


def states(outcome: Outcome) -> list[str]:
    return [span.told.state for span in outcome.spans]


FAULTS: dict[str, tuple[Look, str, str, int]] = {
    "a still": (frozen(), "CAMERA_FROZEN", "picture_stands", 6_000),
    "a still under a running clock": (
        frozen(clock=True), "CAMERA_FROZEN", "picture_stands", 6_000,
    ),
    "a cover": (during("cover"), "CAMERA_BLIND", "covered", 5_000),
    "a blur": (during("blur"), "CAMERA_BLIND", "blurred", 8_000),
    "black": (during("black"), "CAMERA_BLIND", "plain", 3_000),
    "white": (during("white"), "CAMERA_BLIND", "plain", 3_000),
    "one colour": (during("colour"), "CAMERA_BLIND", "plain", 3_000),
    "pushed aside": (during("move"), "CAMERA_MOVED", "moved", 4_000),
    "two frames a second": (missing(BEGAN_MS, ENDED_MS, 500), "CAMERA_SLOW", "slow", 6_000),
    "no frames": (missing(BEGAN_MS, ENDED_MS), "CAMERA_LOST", "lost", 3_000),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_ten_seconds_of_a_fault_are_told_with_their_beginning(name: str, tmp_path: Path) -> None:
    look, state, check, within_ms = FAULTS[name]
    (span,) = watched(write(tmp_path / "clip.mp4", look)).spans
    assert (span.told.state, span.told.check) == (state, check)
    assert abs(span.began_ms - BEGAN_MS) <= 600
    assert span.told.at_ms - BEGAN_MS <= within_ms
    assert span.ended_ms is None or ENDED_MS < span.ended_ms <= ENDED_MS + 5_000


HARMLESS = {
    "nothing": living,
    "darkness": during("dim"),
    "the switch to infrared and back": during("infrared"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_an_honest_clip_has_no_fault_and_proves_everything(name: str, tmp_path: Path) -> None:
    outcome = watched(write(tmp_path / "clip.mp4", HARMLESS[name], Form(seconds=22)))
    assert (states(outcome), outcome.ok, outcome.unproven) == ([], True, ())


@pytest.mark.parametrize(
    ("look", "state"),
    [(frozen(0, 99_000), "CAMERA_FROZEN"), (during("black", 0, 99_000), "CAMERA_BLIND")],
)
def test_what_is_wrong_from_the_first_frame_is_told(look: Look, state: str, tmp_path: Path) -> None:
    outcome = watched(write(tmp_path / "clip.mp4", look, Form(seconds=8)))
    assert (states(outcome), outcome.last_state) == ([state], state)
    assert outcome.spans[0].began_ms <= 2_000


ENCODED = {
    "one keyframe at the beginning": ("mp4", Form(gop=1_000)),
    "a keyframe a second": ("mp4", Form(gop=10)),
    "keyframes alone": ("avi", Form(codec="mjpeg", pixels="yuvj420p")),
    "an old container": ("avi", Form(codec="mpeg4")),
    "a transport stream": ("ts", Form(gop=25)),
    "no times at all": ("h264", Form(gop=25, fps=25)),
}


@pytest.mark.parametrize("name", ENCODED)
def test_it_does_not_matter_how_a_clip_is_encoded(name: str, tmp_path: Path) -> None:
    ending, form = ENCODED[name]
    still = watched(write(tmp_path / f"still.{ending}", frozen(), replace(form, seconds=17)))
    assert states(still) == ["CAMERA_FROZEN"]


@pytest.mark.parametrize("size", [(64, 48), (144, 256), (322, 182), (960, 120)])
def test_any_size_and_shape_can_be_judged(size: tuple[int, int], tmp_path: Path) -> None:
    clip = write(tmp_path / "clip.mp4", living, Form(seconds=6, size=size))
    outcome = watched(clip, min_height=720)
    assert states(outcome) == ["CAMERA_NOT_HD"]
    assert (outcome.width, outcome.height) == size


def test_a_short_clip_is_good_and_says_what_it_could_not_prove(tmp_path: Path) -> None:
    outcome = watched(write(tmp_path / "clip.mp4", living, Form(seconds=3)))
    assert outcome.ok
    assert {"lost", "picture_stands"} <= set(outcome.unproven)


def test_a_grey_clip_is_as_good_as_any(tmp_path: Path) -> None:
    form = Form(seconds=8, codec="ffv1", pixels="gray")
    assert watched(write(tmp_path / "clip.mkv", living, form)).ok


def test_a_recording_played_again_is_found_by_its_packets(tmp_path: Path) -> None:
    once = write(tmp_path / "once.h264", living, Form(seconds=4, gop=23, fps=25)).read_bytes()
    twice = tmp_path / "twice.h264"
    twice.write_bytes(once * 2)
    (span,) = watched(twice).spans
    assert (span.told.state, span.told.check) == ("CAMERA_FROZEN", "replayed")
    assert abs(span.began_ms - 4_000) <= 1_000


def silent_song(path: Path) -> bytes:
    with wave.open(str(path), "wb") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(8_000)
        song.writeframes(bytes(16_000))
    return path.read_bytes()


@pytest.mark.parametrize("name", ["nothing.mp4", "text.mp4", "song.wav", "torn.mp4"])
def test_a_file_without_a_picture_is_a_finding(name: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    content = {
        "nothing.mp4": b"",
        "text.mp4": b"not a video\n" * 1_000,
        "song.wav": silent_song(path),
        "torn.mp4": write(path, living, Form(seconds=2)).read_bytes()[:2_000],
    }
    path.write_bytes(content[name])
    outcome = watched(path)
    assert (states(outcome), outcome.pictures) == (["CAMERA_LOST"], 0)


def test_a_film_that_breaks_off_is_told_and_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write(tmp_path / "clip.avi", living, Form(codec="mpeg4", seconds=12)).read_bytes()
    torn = tmp_path / "torn.avi"
    torn.write_bytes(whole[: len(whole) // 2])
    outcome = watched(torn)
    assert states(outcome) == []
    assert (outcome.is_cut_short, outcome.ok) == (True, False)


def test_a_folder_is_a_picture_a_second_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    outcome = watched(write_folder(tmp_path / "pictures", during("black")))
    (span,) = outcome.spans
    assert (span.told.state, span.began_ms, outcome.pictures) == ("CAMERA_BLIND", 10_000, 26)


def test_one_file_that_is_no_picture_is_named_and_three_are_a_lost_camera(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "pictures", living, 20)
    (folder / "5.jpg").write_bytes(b"")
    outcome = watched(folder)
    assert (outcome.unread, states(outcome), outcome.ok) == (("5.jpg",), [], False)
    for name in ("10.jpg", "11.jpg", "12.jpg"):
        (folder / name).write_bytes(b"torn")
    assert states(watched(folder)) == ["CAMERA_LOST"]


def test_a_stale_picture_that_is_fetched_again_and_again_stands(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "pictures", living, 12)
    for number in range(6, 11):
        (folder / f"{number}.jpg").write_bytes((folder / "5.jpg").read_bytes())
    (span,) = watched(folder).spans
    assert (span.told.state, span.began_ms) == ("CAMERA_FROZEN", 5_000)


def test_a_folder_without_pictures_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no pictures here", encoding="utf-8")
    assert states(watched(tmp_path)) == ["CAMERA_LOST"]


def test_pictures_of_another_size_in_between_are_the_same_scene(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "pictures", living, 20)
    for number in range(8, 14):
        picture = cv2.imread(str(folder / f"{number}.jpg"))
        cv2.imwrite(str(folder / f"{number}.jpg"), cv2.resize(np.asarray(picture), (176, 144)))
    outcome = watched(folder, min_height=200)
    assert set(states(outcome)) == {"CAMERA_NOT_HD"}
