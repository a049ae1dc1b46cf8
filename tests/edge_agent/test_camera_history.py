"""What is remembered of a camera: a folding over looks, bounded, and true about its times."""

import json

from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras.judged import Judged
from drivers.cameras.slot import Seen
from edge_agent.camera_history import (
    AFTER_MS,
    BEFORE_MS,
    KEEP_MS,
    MAX_BAD,
    MAX_ROWS,
    History,
    history_file,
    stream_figures,
)
from edge_agent.events import Moment

T0 = 1_790_000_000_000


def at(mono_ms: int) -> Moment:
    return Moment(T0 + mono_ms, mono_ms)


def look(
    history: History, mono_ms: int, *, ok: bool = True, jpeg: bytes | None = b"", after_ms: int = 50
) -> History:
    """A keyframe of that time, seen a little later."""
    judged = Judged(mono_ms, (), {"scene_milli": mono_ms % 1_000})
    picture = b"%d" % mono_ms if jpeg == b"" else jpeg
    return history.take(at(mono_ms + after_ms), judged, lambda: picture, ok=ok)


def looks(*words: bool) -> History:
    """A keyframe a second, good or not."""
    history = History()
    for number, ok in enumerate(words, 1):
        history = look(history, 1_000 * number, ok=ok)
    return history


def jpegs(history: History) -> list[bytes]:
    return [picture.jpeg for picture in history.bad]


def test_the_last_good_picture_is_the_one_before_the_first_that_was_not() -> None:
    history = looks(True, True, False, False)
    assert history.good is not None
    assert (history.good.jpeg, history.good.at) == (b"2000", at(2_000))


def test_the_first_three_bad_pictures_stay_however_long_it_lasts() -> None:
    assert jpegs(looks(True, *[False] * 9)) == [b"2000", b"3000", b"4000"]


def test_a_good_picture_ends_a_run_and_the_next_one_begins_anew() -> None:
    assert jpegs(looks(True, False, True)) == []
    assert jpegs(looks(True, False, True, False)) == [b"4000"]


def test_a_keyframe_looked_at_twice_is_one_picture() -> None:
    history = looks(False)
    assert jpegs(look(history, 1_000, ok=False, after_ms=300)) == [b"1000"]


def test_a_picture_that_was_replaced_meanwhile_is_asked_for_again_and_no_other_taken_for_it() -> (
    None
):
    history = look(History(), 1_000, jpeg=None)
    assert history.good is None
    history = look(history, 1_000, after_ms=300)
    assert history.good is not None
    assert len(history.rows) == 1


def test_while_no_keyframe_comes_the_stream_is_noted_once_a_second() -> None:
    history = looks(True)
    judged = Judged(1_000, (), {"scene_milli": 0})
    for step in range(1, 13):
        now = at(1_000 + 250 * step)
        stream = {"packet_age_ms": 250 * step}
        history = history.take(now, judged, lambda: None, ok=False, stream=stream)
    ages = [row.figures.get("packet_age_ms") for row in history.rows]
    assert ages == [None, 1_000, 2_000, 3_000]


def test_the_rows_around_a_fault_reach_a_minute_back_and_half_a_minute_on() -> None:
    history = looks(*[True] * 200)
    rows = history.around(150_000)
    assert rows[0].at.mono_ms >= 150_000 - BEFORE_MS
    assert rows[-1].at.mono_ms == 150_000 + AFTER_MS


@given(st.lists(st.tuples(st.integers(1, 5_000), st.booleans(), st.booleans()), max_size=60))
def test_whatever_comes_it_is_bounded_and_in_order(steps: list[tuple[int, bool, bool]]) -> None:
    history, mono_ms = History(), 0
    for step_ms, ok, has_picture in steps * 10:
        mono_ms += step_ms
        history = look(history, mono_ms, ok=ok, jpeg=b"" if has_picture else None)
    times = [row.at.mono_ms for row in history.rows]
    assert times == sorted(set(times))
    assert len(times) <= MAX_ROWS
    assert not times or times[-1] - times[0] <= KEEP_MS
    assert len(history.bad) <= MAX_BAD
    assert history.good is None or all(p.at > history.good.at for p in history.bad)


def test_the_file_of_figures_is_the_same_for_the_same_rows_and_invents_none() -> None:
    judged = Judged(2_000, (), {"sharp_milli": 7})
    history = looks(True).take(at(2_000), judged, lambda: b"x", ok=True)
    data = history_file("deck", T0, history.rows)
    assert data == history_file("deck", T0, history.rows)
    told = json.loads(data)
    assert told["columns"] == ["at_ms", "scene_milli", "sharp_milli"]
    assert told["rows"] == [[T0 + 1_000, 0, None], [T0 + 2_000, None, 7]]


def test_what_a_stream_has_not_shown_is_left_out() -> None:
    assert stream_figures(Seen(), 5_000) == {}
    known = stream_figures(Seen(packet_ms=4_000, in_5s=9, width=1_280, height=720), 5_000)
    assert known == {"packet_age_ms": 1_000, "packets_in_5s": 9, "width": 1_280, "height": 720}
