"""One camera as the agent judges it: the stream's checks and the picture's, in the core's words."""

from dataclasses import replace

from drivers.cameras.judged import Judged
from drivers.cameras.judging.judge import see, verdicts
from drivers.cameras.judging.memory import Setting, begin
from drivers.cameras.judging.table import ROWS, VIEW_ROWS
from drivers.cameras.judging.verdict import State
from drivers.cameras.slot import Seen
from edge_agent.camera_case import CameraCase, Heard, begin_case, judge, told
from edge_agent.causes import CAMERA_CODES
from tests.drivers.cameras_judging.story import EMPTY, LOOK_MS, STAGE

SETTING = Setting()
VIEW_CHECKS = {row.name for row in VIEW_ROWS}


class Camera:
    """A stream of 25 pictures a second with a keyframe every two, and its reading process."""

    def __init__(self) -> None:
        self.case, self.at_ms, self.sends, self.judges = begin_case(SETTING), 0, True, True
        self.seen, self.memory = Seen(state="playing", codec="h264"), begin(SETTING)
        self.judged: Judged | None = None

    def play(self, seconds: int) -> "Camera":
        for _ in range(seconds * 1_000 // LOOK_MS):
            self.at_ms += LOOK_MS
            if self.sends:
                self._send()
            self.case = judge(self.case, Heard(self.at_ms, self.seen, self.judged, EMPTY), SETTING)
        return self

    def _send(self) -> None:
        seen = replace(self.seen, packet_ms=self.at_ms, in_5s=125, nominal_fps_milli=25_000)
        if self.at_ms % 2_000 == 0:
            seen = replace(seen, pictures=seen.pictures + 1, picture_ms=self.at_ms)
            if self.judges:
                keyframe = STAGE.keyframe(self.at_ms)
                self.memory, found = see(self.memory, keyframe, EMPTY, SETTING)
                views = tuple(one for one in found if one.check in VIEW_CHECKS)
                self.judged = Judged(self.at_ms, views, {})
        self.seen = seen


def not_ok(case: CameraCase) -> dict[str, str]:
    return {one.code: one.measured for one in told(case) if not one.ok}


def test_a_camera_nobody_has_seen_is_lost_and_only_that() -> None:
    (lost,) = (one for one in told(begin_case(SETTING)) if not one.ok)
    assert (lost.code, lost.unproven) == ("CAMERA_LOST", True)
    case = judge(begin_case(SETTING), Heard(1_000, Seen(), None), SETTING)
    assert not_ok(case) == {"CAMERA_LOST": "no packet yet"}


def test_a_living_camera_is_proven_by_stream_and_pictures() -> None:
    assert not_ok(Camera().play(14).case) == {}
    assert {one.code for one in told(Camera().play(14).case)} == CAMERA_CODES


def test_a_camera_that_has_only_begun_to_play_is_unproven_and_no_fault() -> None:
    camera = Camera()
    for _ in range(9):
        (lost,) = (one for one in told(camera.play(1).case) if not one.ok)
        assert (lost.code, lost.unproven) == ("CAMERA_LOST", True)
    assert not_ok(camera.case)["CAMERA_LOST"].startswith("unproven: lost")


def test_packets_without_a_judged_picture_prove_nothing() -> None:
    camera = Camera()
    camera.judges = False
    measured = not_ok(camera.play(14).case)["CAMERA_LOST"]
    assert measured.startswith("unproven: not_hd, plain")


def test_a_judge_that_falls_behind_is_a_lost_camera() -> None:
    camera = Camera().play(14)
    camera.judges = False
    assert not_ok(camera.play(6).case) == {}
    assert not_ok(camera.play(6).case)["CAMERA_LOST"].startswith("unseen: unseen")


def test_a_camera_that_falls_silent_is_lost_and_says_by_how_much() -> None:
    camera = Camera().play(14)
    camera.sends = False
    assert not_ok(camera.play(2).case) == {}
    assert not_ok(camera.play(1).case) == {"CAMERA_LOST": "lost: age 3.000 s"}


def test_what_the_reading_process_finds_wrong_is_told_with_its_check() -> None:
    camera = Camera().play(14)
    assert camera.judged is not None
    covered = [
        one._replace(state=State.FAULT, measured={"scene_milli": 412})
        if one.check == "covered" else one
        for one in camera.judged.verdicts
    ]  # fmt: skip
    heard = Heard(camera.at_ms, camera.seen, Judged(camera.at_ms, tuple(covered), {}), EMPTY)
    assert not_ok(judge(camera.case, heard, SETTING)) == {"CAMERA_BLIND": "covered: scene 0.412"}


def test_a_word_on_the_stream_is_not_taken_from_the_reading_process() -> None:
    lies = tuple(
        one._replace(state=State.OK) for one in verdicts(begin(SETTING)) if one.check == "lost"
    )
    heard = Heard(60_000, Seen(), Judged(60_000, lies, {}), EMPTY)
    assert "CAMERA_LOST" in not_ok(judge(begin_case(SETTING), heard, SETTING))


def test_every_check_is_judged_by_one_of_the_two() -> None:
    case = Camera().play(14).case
    assert [one.check for one in case.checked] == [row.name for row in ROWS]
    assert not case.is_suspect
