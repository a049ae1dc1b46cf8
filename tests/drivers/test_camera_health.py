"""When a camera counts as lost or frozen, and what it takes to be believed again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.health import (
    FROZEN,
    LOST,
    MAX_DIGESTS,
    CameraHealth,
    CameraLimits,
    Verdict,
    step,
)
from drivers.cameras.slot import NONE, Seen

LOOK_MS = 500
LIMITS = CameraLimits()
Look = tuple[int, Seen]
Looked = tuple[CameraHealth, dict[str, Verdict]]


def digest(number: int) -> bytes:
    return number.to_bytes(16, "big")


def living(now_ms: int) -> Seen:
    """A camera that sends, seen half a tenth of a second after its newest packet."""
    at_ms, number = now_ms - 50, now_ms // LOOK_MS
    return Seen(at_ms, at_ms, at_ms, number * 5, number, 1280, 720, 1500, NONE, digest(number))


def still(now_ms: int) -> Seen:
    return replace(living(now_ms), difference_milli=0, digest=digest(0))


def looks(from_s: float, to_s: float, see: object = living) -> Iterator[Look]:
    assert callable(see)
    for now_ms in range(int(from_s * 1000), int(to_s * 1000), LOOK_MS):
        yield now_ms, see(now_ms)


def silent(from_s: float, to_s: float) -> Iterator[Look]:
    """Nothing new comes: the last word stays."""
    last = living(int(from_s * 1000) - LOOK_MS)
    return looks(from_s, to_s, lambda _now_ms: last)


def judged(*parts: Iterable[Look], limits: CameraLimits = LIMITS) -> list[Looked]:
    health, found = CameraHealth(), []
    for part in parts:
        for now_ms, seen in part:
            health, verdicts = step(health, seen, now_ms, limits)
            found.append((health, {verdict.code: verdict for verdict in verdicts}))
    return found


def ok(looked: list[Looked], code: str) -> bool:
    return looked[-1][1][code].ok


def first_change_s(looked: list[Looked], code: str, from_s: float) -> float:
    """Seconds after `from_s` of the first look whose verdict differs from the one at `from_s`."""
    start = int(from_s * 1000) // LOOK_MS - 2
    before = looked[start - 1][1][code].ok
    number = next(n for n in range(start, len(looked)) if looked[n][1][code].ok != before)
    return (number - start) * LOOK_MS / 1000


def test_a_camera_nobody_has_seen_is_neither_well_nor_alive() -> None:
    looked = judged([(1000, Seen())])
    assert not ok(looked, LOST)
    assert not ok(looked, FROZEN)
    assert looked[0][1][LOST].measured == "no packet yet"


def test_ten_seconds_of_living_pictures_prove_a_camera() -> None:
    assert not ok(judged(looks(1, 11)), LOST)
    looked = judged(looks(1, 12))
    assert ok(looked, LOST)
    assert ok(looked, FROZEN)


@pytest.mark.parametrize(
    ("age_ms", "well"), [(0, True), (2_500, True), (2_501, False), (60_000, False)]
)
def test_a_packet_older_than_two_and_a_half_seconds_is_a_lost_camera(
    age_ms: int, well: bool
) -> None:
    proven = judged(looks(1, 20))[-1][0]
    seen = living(20_000)
    _, (lost, _) = step(proven, seen, seen.packet_ms + age_ms, LIMITS)
    assert lost.ok is well


def test_a_packet_from_the_future_proves_nothing() -> None:
    proven = judged(looks(1, 20))[-1][0]
    _, (lost, _) = step(proven, living(30_000), 20_000, LIMITS)
    assert not lost.ok


def test_a_lost_camera_is_back_after_ten_seconds_of_packets() -> None:
    looked = judged(looks(1, 20), silent(20, 25), looks(25, 45))
    assert first_change_s(looked, LOST, 25) == 10.0
    assert ok(looked, FROZEN)


def test_packets_alone_do_not_bring_a_camera_back() -> None:
    def packets_only(now_ms: int) -> Seen:
        return replace(living(now_ms), picture_ms=NONE, pictures=40)

    looked = judged(looks(1, 20), silent(20, 25), looks(25, 60, packets_only))
    assert not ok(looked, LOST)


@pytest.mark.parametrize(("pictures", "well"), [(2, False), (3, True)])
def test_three_pictures_are_needed_to_come_back(pictures: int, well: bool) -> None:
    def few(now_ms: int) -> Seen:
        return replace(living(now_ms), pictures=min(now_ms // LOOK_MS, 50 + pictures))

    looked = judged(silent(20, 25), looks(25, 45, few))
    assert ok(looked, LOST) is well


def test_a_gap_on_the_way_back_starts_the_ten_seconds_again() -> None:
    looked = judged(looks(1, 20), silent(20, 25), looks(25, 33), silent(33, 36), looks(36, 56))
    assert first_change_s(looked, LOST, 36) == 10.0


def test_a_reader_started_again_counts_its_pictures_from_nothing() -> None:
    def anew(now_ms: int) -> Seen:
        return replace(living(now_ms), pictures=(now_ms - 30_000) // LOOK_MS)

    looked = judged(silent(20, 25), looks(25, 30), looks(30, 45, anew))
    assert ok(looked, LOST)


def test_a_standing_picture_is_frozen_after_eight_seconds() -> None:
    looked = judged(looks(1, 20), looks(20, 40, still))
    assert first_change_s(looked, FROZEN, 19.5) == 8.0
    assert ok(looked, LOST)


def test_a_frozen_camera_is_believed_after_ten_living_seconds() -> None:
    looked = judged(looks(1, 20), looks(20, 40, still), looks(40, 60))
    assert first_change_s(looked, FROZEN, 40) == 10.0


@pytest.mark.parametrize(("clock_milli", "well"), [(NONE, True), (0, False), (199, False),
                                                   (200, True)])  # fmt: skip
def test_a_picture_lives_only_if_its_clock_moves_where_it_has_one(
    clock_milli: int, well: bool
) -> None:
    looked = judged(
        looks(1, 20, lambda now_ms: replace(living(now_ms), clock_difference_milli=clock_milli))
    )
    assert ok(looked, FROZEN) is well


def test_packets_without_pictures_are_a_frozen_camera() -> None:
    last = living(20_000)

    def packets_only(now_ms: int) -> Seen:
        return replace(living(now_ms), picture_ms=last.picture_ms, digest=last.digest)

    looked = judged(looks(1, 20), looks(20, 40, packets_only))
    assert ok(looked, LOST)
    assert not ok(looked, FROZEN)


def test_a_recording_played_again_is_found_by_its_fourth_picture() -> None:
    def played(now_ms: int) -> Seen:
        return replace(living(now_ms), digest=digest(20 + now_ms // LOOK_MS % 20))

    looked = judged(looks(1, 20), looks(20, 40, played))
    assert first_change_s(looked, FROZEN, 20) == 1.5
    assert looked[-1][1][FROZEN].measured.endswith("pictures in a row seen before")


def test_one_picture_seen_before_is_no_replay() -> None:
    once = [(20_000, replace(living(20_000), digest=digest(30)))]
    assert ok(judged(looks(1, 20), once, looks(20.5, 25)), FROZEN)


def test_a_loss_does_not_leave_half_a_proof_of_life_behind() -> None:
    looked = judged(looks(1, 9), silent(9, 14), looks(14, 35))
    assert first_change_s(looked, FROZEN, 14) == 10.0


def test_frozen_is_not_judged_while_no_pictures_come() -> None:
    looked = judged(looks(1, 20), silent(20, 60))
    assert not ok(looked, LOST)
    assert looked[-1][1][FROZEN].measured == "no living picture yet"
    assert not ok(judged(looks(1, 20), looks(20, 40, still), silent(40, 60)), FROZEN)


def test_what_is_remembered_has_an_end() -> None:
    looked = judged(looks(1, (MAX_DIGESTS + 40) * LOOK_MS / 1000))
    assert len(looked[-1][0].digests) == MAX_DIGESTS


STEPS = st.tuples(
    st.integers(0, 4_000),  # milliseconds since the look before
    st.booleans(),  # a packet came
    st.booleans(),  # a picture came
    st.sampled_from((NONE, 0, 3, 1500)),
    st.sampled_from((NONE, 0, 200)),
    st.integers(0, 40),
)


def stories(steps: list[tuple[int, bool, bool, int, int, int]]) -> Iterator[Look]:
    now_ms, seen = 1_000, Seen()
    for pause_ms, packet, picture, difference, clock, number in steps:
        now_ms += pause_ms
        if packet:
            seen = replace(seen, packet_ms=now_ms, packets=seen.packets + 1)
        if packet and picture:
            seen = replace(seen, picture_ms=now_ms, pictures=seen.pictures + 1)
            seen = replace(seen, difference_milli=difference, clock_difference_milli=clock)
            seen = replace(seen, digest=digest(number))
        yield now_ms, seen


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=60))
def test_no_data_is_never_well(steps: list[tuple[int, bool, bool, int, int, int]]) -> None:
    brief = CameraLimits(back_after_ms=3_000, living_after_ms=3_000)
    story = list(stories(steps))
    for (now_ms, seen), (_, found) in zip(story, judged(story, limits=brief), strict=True):
        if found[LOST].ok:
            assert seen.packet_ms != NONE
            assert now_ms - seen.packet_ms <= brief.lost_after_ms
        if found[LOST].ok and found[FROZEN].ok:
            assert now_ms - seen.picture_ms <= brief.frozen_after_ms


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=40), st.integers(2_501, 10**9))
def test_silence_ends_every_story_lost(
    steps: list[tuple[int, bool, bool, int, int, int]], silence_ms: int
) -> None:
    story = list(stories(steps))
    now_ms, seen = story[-1]
    later = max(seen.packet_ms, now_ms) + silence_ms
    assert not ok(judged(story, [(later, seen)]), LOST)
