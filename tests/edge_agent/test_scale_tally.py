"""What is counted of a line: frames by what the agent makes of them, and no more than a minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.scales.reading import TARE, Reading, Weight
from edge_agent.scale_tally import (
    HISTORY_MS,
    MAX_HISTORY,
    Came,
    Tally,
    columns,
    frames_per_s_milli,
    reason_of,
    take,
)
from tests.edge_agent.heard import FRAME_MS, SCALE, hear, reject, status, tallied, weight

READING = st.sampled_from(
    [weight("100"), weight("1.5", "t", net=True), weight("0.5"), status("motion"), reject()]
)


def test_nothing_has_come_at_first() -> None:
    tally = Tally(0)
    assert (tally.frames, tally.newest, tally.said, tally.is_well) == (0, None, None, False)
    assert frames_per_s_milli(tally, 0) == 0


def test_frames_are_counted_by_what_they_are() -> None:
    tally = tallied(weight("100"), status("overload"), reject("checksum"), reject("layout"))
    assert (tally.frames, tally.weights, tally.bad) == (4, 1, 2)
    assert tally.statuses == {"overload": 1}
    assert tally.rejects == {"checksum": 1, "layout": 1}


def test_bytes_of_no_frame_are_counted_beside() -> None:
    tally = take(Tally(0), Came([], size=40, skipped=7), 10)
    assert (tally.bytes, tally.skipped, tally.frames) == (40, 7, 0)


@pytest.mark.parametrize(
    ("unit", "text", "kg"), [("kg", "15620", 15_620), ("t", "15.62", 15_620), ("g", "5000", 5)]
)
def test_a_frame_without_a_unit_is_in_the_sites_unit(unit: str, text: str, kg: int) -> None:
    tally = tallied(weight(text, None), scale=replace(SCALE, unit=unit))
    assert columns(tally, FRAME_MS, 1) == [kg]


def test_a_frames_own_unit_comes_before_the_sites() -> None:
    tally = tallied(weight("15620", "kg"), scale=replace(SCALE, unit="t"))
    assert columns(tally, FRAME_MS, 1) == [15_620]


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (weight("100", net=True), "net"),
        (Weight("100", "kg", None, None, b"", TARE), "tare"),
        (weight("100.5"), "unit"),
    ],
)
def test_a_figure_the_agent_would_not_weigh_with_is_no_weight(
    reading: Reading, reason: str
) -> None:
    tally = tallied(reading)
    assert (tally.frames, tally.weights, tally.statuses) == (1, 0, {reason: 1})
    assert columns(tally, FRAME_MS, 1) == [None]


def test_net_is_a_weight_where_the_site_says_so() -> None:
    tally = tallied(weight("100", net=True), scale=replace(SCALE, net_is_gross=True))
    assert (tally.weights, tally.statuses) == (1, {})


def test_a_bad_frame_does_not_take_the_place_of_the_last_good_one() -> None:
    tally = tallied(weight("100"), reject())
    assert tally.newest is not None
    assert tally.said is not None
    assert (tally.newest.reading, tally.newest_ms) == (reject(), 2 * FRAME_MS)
    assert (tally.said.reading, tally.said_ms) == (weight("100"), FRAME_MS)


def test_a_torn_frame_counts_for_nothing_but_its_bytes() -> None:
    tally = take(Tally(0), Came([hear(reject(), torn=True)], 4), 10)
    assert (tally.frames, tally.bad, tally.skipped, tally.history) == (0, 0, 4, ())
    assert tally.newest is not None


def test_a_reason_is_the_frames_own_or_the_agents() -> None:
    heard = [hear(weight("1")), hear(weight("1", net=True)), hear(status("zero")), hear(reject())]
    assert [reason_of(one) for one in heard] == [None, "net", "zero", "checksum"]


@pytest.mark.parametrize(
    ("good", "bad", "well"), [(99, 1, True), (98, 2, False), (0, 0, False), (0, 1, False)]
)
def test_a_line_is_well_with_weights_and_hardly_a_bad_frame(
    good: int, bad: int, well: bool
) -> None:
    assert tallied(*[weight("100")] * good, *[reject()] * bad).is_well is well


def test_a_line_without_a_weight_is_not_well() -> None:
    assert not tallied(*[status("motion")] * 200).is_well


def test_the_rate_is_that_of_the_last_three_seconds() -> None:
    tally = tallied(*[weight("100")] * 50)
    assert frames_per_s_milli(tally, 5_000) == 10_000
    assert frames_per_s_milli(tally, 6_500) == 5_000
    assert frames_per_s_milli(tally, 9_000) == 0


def test_the_rate_of_a_line_just_opened_is_over_its_own_time() -> None:
    assert frames_per_s_milli(tallied(*[weight("100")] * 5), 500) == 10_000


def test_a_column_holds_its_newest_weight_and_none_where_there_was_none() -> None:
    tally = tallied(weight("100"), weight("120"), status("motion"), step_ms=10_000)
    assert columns(tally, 30_000, 6) == [None, None, None, 100, 120, None]


@given(st.lists(st.integers(0, 1_500), min_size=1, max_size=80), st.integers(1, 120))
def test_columns_move_left_and_do_not_change(steps: list[int], count: int) -> None:
    tally, now_ms, width_ms = Tally(0), 0, HISTORY_MS // count
    for number, step in enumerate(steps):
        now_ms += step
        tally = take(tally, Came([hear(weight(str(number)))], 1), now_ms)
    before = columns(tally, now_ms, count)
    assert columns(tally, now_ms + width_ms, count) == [*before[1:], None]


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    tally = tallied(*[weight("100")] * 2_000)
    assert len(tally.history) <= 72_000 // FRAME_MS
    assert tally.frames == 2_000


def test_a_flood_of_frames_has_a_bound() -> None:
    tally = take(Tally(0), Came([hear(weight("100"))] * (MAX_HISTORY + 5), 1), 10)
    assert len(tally.history) == MAX_HISTORY


@given(st.lists(READING, max_size=60))
def test_every_frame_is_a_weight_a_status_or_bad(readings: list[Reading]) -> None:
    tally = tallied(*readings)
    assert tally.frames == tally.weights + sum(tally.statuses.values()) + tally.bad
    assert tally.bytes == sum(len(reading.raw) for reading in readings)
