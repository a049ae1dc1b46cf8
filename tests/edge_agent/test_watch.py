"""What was heard of each device: facts only, and nothing of devices that are not ours."""

from collections.abc import Callable

import pytest

from edge_agent.events import (
    BookChecked,
    CameraSeen,
    DeviceBack,
    DeviceLost,
    Event,
    Moment,
    ScaleRead,
    Tick,
    Verdict,
)
from edge_agent.watch import MAX_VERDICTS, SCALE, Watch, camera_of, notice
from tests.edge_agent.story import SITE, WELL

FRESH = Watch(Moment(0, 0), Moment(0, 0))


def at(mono_ms: int) -> Moment:
    return Moment(1_790_000_000_000 + mono_ms, mono_ms)


def read(mono_ms: int, weight_kg: int | None) -> ScaleRead:
    return ScaleRead(at(mono_ms), weight_kg, True, None, b"")


def heard(*events: Event) -> Watch:
    watch = FRESH
    for event in events:
        watch = notice(watch, event, SITE)
    return watch


def test_valid_frames_make_a_run() -> None:
    scale = heard(read(100, 20), read(600, 20), read(1_500, 20)).scale
    assert (scale.good_since_ms, scale.valid_ms) == (100, 1_500)


def test_a_gap_begins_the_run_anew_and_forgets_the_zero() -> None:
    scale = heard(read(100, 0), read(1_200, 20_000)).scale
    assert scale.good_since_ms == 1_200
    assert not scale.zero_seen


@pytest.mark.parametrize(("weight_kg", "seen"), [(60, True), (-60, True), (80, False)])
def test_zero_is_what_lies_within_its_band(weight_kg: int, seen: bool) -> None:
    assert heard(read(100, weight_kg)).scale.zero_seen is seen


@pytest.mark.parametrize("weight_kg", [None, 7])
def test_a_frame_without_a_weight_is_not_heard(weight_kg: int | None) -> None:
    assert heard(read(100, weight_kg)).scale.valid_ms is None


def test_a_lost_scale_has_to_begin_anew() -> None:
    scale = heard(read(100, 0), DeviceLost(at(200), SCALE, "unplugged")).scale
    assert (scale.good_since_ms, scale.zero_seen, scale.lost) == (None, False, "unplugged")


def test_a_lost_camera_has_no_verdicts_left() -> None:
    watch = heard(CameraSeen(at(0), "deck", WELL), DeviceLost(at(100), "deck", ""))
    assert camera_of(watch, "deck").verdicts == ()
    assert camera_of(watch, "deck").lost == "lost"


def test_only_a_lease_proves_that_a_camera_is_back() -> None:
    lost = heard(DeviceLost(at(0), "deck", "gone"))
    assert notice(lost, DeviceBack(at(100), "deck"), SITE) == lost
    back = notice(lost, CameraSeen(at(200), "deck", WELL), SITE)
    assert camera_of(back, "deck").lost is None


def test_a_watcher_that_talks_too_much_is_cut_short() -> None:
    many = tuple(Verdict(f"CAMERA_{n}", True, "", "") for n in range(100))
    assert len(camera_of(heard(CameraSeen(at(0), "deck", many)), "deck").verdicts) == MAX_VERDICTS


def test_the_book_is_what_the_shell_last_said() -> None:
    watch = heard(BookChecked(at(0), True, "ok"), BookChecked(at(1), False, "disk full"))
    assert (watch.book_ok, watch.book_detail) == (False, "disk full")


@pytest.mark.parametrize(
    "event",
    [
        lambda: Tick(at(100)),
        lambda: CameraSeen(at(100), "attic", WELL),
        lambda: DeviceLost(at(100), "attic", "gone"),
    ],
)
def test_nothing_else_changes_what_is_known(event: Callable[[], Event]) -> None:
    assert heard(event()) == FRESH
