"""What a recording's and a folder's own time is, where it is missing, leaps or stands in names."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.media_pace import MediaPace
from drivers.cameras.picture_folder import PictureFolder
from drivers.cameras.picture_times import times_in
from drivers.cameras.recording import Recording
from drivers.cameras.sources import NotOpened
from drivers.cameras.stream_time import MAX_GAP_MS, StreamTime

STEP_MS = 40
Ticks = st.none() | st.integers(-(2**40), 2**40)


def told(*packets: tuple[int | None, int | None]) -> list[tuple[int, int]]:
    time = StreamTime(STEP_MS)
    return [time.took(*packet) for packet in packets]


def test_a_film_begins_at_nought_whatever_its_clock_says() -> None:
    assert told((900_000, 900_080), (900_040, 900_160)) == [(0, 0), (40, 80)]


def test_a_gap_in_a_film_stays_one() -> None:
    assert told((0, 0), (40, 40), (9_040, 9_040))[-1] == (9_040, 9_040)


@pytest.mark.parametrize("leap_ms", [-50_000, -1, MAX_GAP_MS + 41])
def test_a_film_cut_together_of_two_goes_on(leap_ms: int) -> None:
    second = 40 + leap_ms
    assert told((0, 0), (40, 40), (second, second), (second + 40, second + 40))[2:] == [
        (80, 80), (120, 120),
    ]  # fmt: skip


def test_a_film_without_times_goes_at_its_usual_step() -> None:
    assert told((None, None), (None, None), (None, None)) == [(0, 0), (40, 40), (80, 80)]


@given(st.lists(st.tuples(Ticks, Ticks), max_size=30))
def test_whatever_a_film_says_its_packets_never_run_back_nor_leap(
    packets: list[tuple[int | None, int | None]],
) -> None:
    times = [at_ms for at_ms, _ in told(*packets)]
    assert times[:1] in ([], [0])
    assert all(0 <= after - before <= MAX_GAP_MS for before, after in pairwise(times))


@pytest.mark.parametrize(
    ("names", "times"),
    [
        (["cam_2026-01-05_10-30-00.jpg", "cam_2026-01-05_10-45-00.jpg"], [0, 900_000]),
        (["20260105103000.jpg", "20260105103001.jpg"], [0, 1_000]),
        (["2026-01-05T10:30:00Z.png", "2026-01-05T11:30:00Z.png"], [0, 3_600_000]),
        (["202601051030.jpg", "202601051031.jpg"], [0, 60_000]),
        (["1767609000.jpg", "1767609001.jpg"], [0, 1_000]),
        (["a1767609000123.jpg", "a1767609000623.jpg"], [0, 500]),
    ],
)
def test_names_may_tell_when_a_picture_was_taken(names: list[str], times: list[int]) -> None:
    found = times_in(names)
    assert found is not None
    assert [at_ms - found[0] for at_ms in found] == times


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["20260105103000.jpg"],
        ["1.jpg", "2.jpg"],
        ["frame_000001.jpg", "frame_000002.jpg"],
        ["20260105103000.jpg", "20260105103000-2.jpg"],
        ["20260105103000.jpg", "frame.jpg"],
        ["20261345103000.jpg", "20261345103001.jpg"],
    ],
)
def test_names_that_only_count_tell_no_time(names: list[str]) -> None:
    assert times_in(names) is None


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_names_can_be_read(names: list[str]) -> None:
    found = times_in(names)
    assert found is None or found == sorted(found)


def test_a_folder_counts_as_people_do_and_leaves_out_what_is_no_picture(tmp_path: Path) -> None:
    for name in ("10.jpg", "9.JPG", "b.png", "a.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in PictureFolder(tmp_path).paths] == ["9.JPG", "10.jpg", "b.png"]


def test_a_stream_is_told_as_it_stood_at_any_moment() -> None:
    pace = MediaPace("h264", 10_000)
    for at_ms in [*range(0, 10_000, 100), *range(15_000, 30_000, 100)]:
        pace.took(at_ms)
    whole, silent = pace.at(9_950, 9_500), pace.at(12_000, 9_500)
    assert (whole.packets_in_5s, whole.last_packet_ms, whole.last_judged_ms) == (50, 9_900, 9_500)
    assert (silent.packets_in_5s, silent.last_packet_ms) == (29, 9_900)
    assert pace.at(-1, None).last_packet_ms is None


def test_what_is_no_recording_is_not_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp4", tmp_path):
        with pytest.raises(NotOpened):
            Recording(path)
