"""What a technician sees of a line: nothing jumps, nothing old passes for new, nothing is wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.scales.reading import TARE, Reading, Weight
from edge_agent.scale_screen import CHART_ROWS, json_row, plain_line, screen_lines
from edge_agent.scale_tally import Came, Tally, take
from terminal.cells import width_of
from tests.edge_agent.heard import FRAME_MS, SCALE, reject, status, tallied, weight

READING = st.sampled_from(
    [
        *(weight(text, unit, stable=flag, net=flag) for text in ("0", "-20", "123456.78")
          for unit in (None, "t") for flag in (None, True, False)),
        *(status(reason) for reason in ("overload", "motion", "error", "not_ready")),
        *(reject(reason) for reason in ("checksum", "layout", "length", "parity")),
        Weight("15620", "kg", True, False, bytes(range(128))),
    ]
)  # fmt: skip


def screen(tally: Tally, width: int = 80, now_ms: int = FRAME_MS, *, plot: bool = False) -> str:
    return "\n".join(screen_lines(tally, now_ms, width, plot=plot))


def row(tally: Tally, label: str, now_ms: int = FRAME_MS) -> str:
    lines = screen_lines(tally, now_ms, 100, plot=False)
    return next(line for line in lines if line.startswith(label))


def test_a_line_at_work_fills_a_screen_of_80_columns() -> None:
    frame = bytes.fromhex("53542C47532C2B303034383632306B670D0A")
    tally = tallied(Weight("48620", "kg", True, False, frame), step_ms=500)
    assert screen(tally, now_ms=700).splitlines() == [
        "重量 weight          48620 kg ",
        "标志 flags    稳定 stable       毛重 gross        ",
        "时效 age      0.2 s",
        "线路 line        1.4 帧/秒 frames/s        1 帧 frames         18 字节 bytes",
        "坏帧 bad      0",
        "无重量 none   0",
        "多余 skipped  0",
        "报文 frame    53 54 2C 47 53 2C 2B 30 30 34 38 36 32 30 6B 67 0D 0A",
        "文本 text     ST,GS,+0048620kg..",
    ]


def test_before_anything_has_come_the_screen_says_so() -> None:
    assert "还没有收到字节 no byte yet" in screen(Tally(0))


def test_bytes_without_a_frame_are_told_apart_from_silence() -> None:
    noise = take(Tally(0), Came([], 40, 40), 10)
    assert "有字节，还没有可信的报文 bytes, but no good frame yet" in screen(noise)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (weight("100", stable=True), ("稳定 stable", "毛重 gross")),
        (weight("100", stable=False), ("动态 moving", "毛重 gross")),
        (weight("100", stable=None, net=None), ("稳定未知 unknown", "净毛未知 unknown")),
        (weight("100", net=True), ("净重 net", "服务不采用 not weighed with: net")),
        (Weight("100", "kg", None, None, b"", TARE), ("皮重 tare", "not weighed with: tare")),
        (weight("0.5"), ("0.5 kg", "not weighed with: unit")),
        (status("overload"), ("无重量 no weight: overload", "稳定未知 unknown")),
    ],
)  # fmt: skip
def test_flags_and_reasons_are_in_words(reading: Reading, words: tuple[str, ...]) -> None:
    assert all(word in screen(tallied(reading)) for word in words)


def test_a_status_is_never_shown_as_a_figure() -> None:
    assert not set("0123456789") & set(row(tallied(status("overload")), "重量"))


def test_what_the_agent_makes_of_another_unit_stands_beside_it() -> None:
    site = replace(SCALE, unit="t")
    assert "48.62 ?    =        48620 kg" in row(tallied(weight("48.62", None), scale=site), "重量")
    assert "48.62 t    =        48620 kg" in row(tallied(weight("48.62", "t")), "重量")


def test_figures_stand_in_one_place_whatever_they_are() -> None:
    texts = ("0", "-20", "48620", "120000")
    lines = [row(tallied(weight(text)), "重量") for text in texts]
    assert len({line.index("kg") for line in lines}) == 1


def test_counts_stand_in_one_place_while_they_grow() -> None:
    few, many = (row(tallied(*[weight("100")] * count), "线路") for count in (1, 2_500))
    assert len(few) == len(many)


def test_an_old_weight_is_marked_as_old() -> None:
    tally = tallied(weight("100"))
    assert "OLD" not in row(tally, "时效", FRAME_MS + 1_000)
    assert "1.1 s  ! 旧 OLD" in row(tally, "时效", FRAME_MS + 1_100)
    assert "100 kg   ! 旧 OLD" in row(tally, "重量", FRAME_MS + 1_100)
    assert "旧 OLD" in plain_line(tally, FRAME_MS + 1_100)


def test_bad_frames_do_not_make_an_old_weight_look_new() -> None:
    tally = tallied(weight("100"), *[reject()] * 30)
    assert "3.0 s  ! 旧 OLD" in row(tally, "时效", 31 * FRAME_MS)
    assert "100 kg" in row(tally, "重量", 31 * FRAME_MS)


def test_bad_frames_and_missing_weights_are_counted_by_reason() -> None:
    readings = (reject("layout"), reject(), reject(), status("motion"), weight("1", net=True))
    tally = tallied(*readings)
    assert row(tally, "坏帧").endswith("3: checksum 2, layout 1")
    assert row(tally, "无重量").endswith("2: motion 1, net 1")


@pytest.mark.parametrize(("width", "shown"), [(80, 21), (100, 27)])
def test_a_long_frame_is_cut_to_whole_bytes(width: int, shown: int) -> None:
    tally = tallied(Weight("1", "kg", None, None, bytes(range(128))))
    line = next(line for line in screen(tally, width).splitlines() if line.startswith("报文"))
    assert line.endswith(f" {shown - 1:02X} …")


def test_a_frame_cannot_drive_the_terminal() -> None:
    tally = tallied(Weight("1", "kg", None, None, b"\x1b[2J\x07\x9b\xff"))
    assert screen(tally).replace("\n", "").isprintable()
    assert plain_line(tally, FRAME_MS).isprintable()


@given(st.lists(READING, max_size=30), st.sampled_from([80, 100, 200]), st.integers(0, 90_000))
def test_no_line_is_wider_than_the_terminal(
    readings: list[Reading], width: int, age_ms: int
) -> None:
    tally = tallied(*readings)
    lines = screen_lines(tally, len(readings) * FRAME_MS + age_ms, width, plot=True)
    assert max(map(width_of, lines)) <= width


@given(st.lists(READING, max_size=30), st.booleans())
def test_the_screen_is_always_of_one_height(readings: list[Reading], plot: bool) -> None:
    now_ms = len(readings) * FRAME_MS
    heights = {len(screen_lines(t, now_ms, 80, plot=plot)) for t in (tallied(*readings), Tally(0))}
    assert len(heights) == 1
    assert heights.pop() <= 24


@pytest.mark.parametrize("width", [80, 100])
def test_the_chart_is_as_wide_as_the_terminal_and_newest_at_the_right(width: int) -> None:
    lines = screen_lines(tallied(weight("48620")), FRAME_MS, width, plot=True)
    chart = lines[-CHART_ROWS - 2 : -2]
    assert {width_of(line) for line in chart} == {width}
    assert chart[0].startswith("  50000 kg ┤")
    assert chart[-1].endswith("·█")


def test_an_empty_deck_that_flickers_does_not_look_loaded() -> None:
    chart = screen(tallied(weight("20")), plot=True)
    assert "200 kg ┤" in chart
    assert "█" not in "".join(chart.splitlines()[:-4])


def test_a_pipe_gets_one_line_with_everything() -> None:
    line = plain_line(tallied(weight("48620"), reject()), 2 * FRAME_MS)
    words = ("48620 kg", "稳定 stable", "毛重 gross", "坏帧 bad 1: checksum 1", "02 3F 3F 03")
    assert "\n" not in line
    assert all(word in line for word in words)


def test_a_program_gets_the_newest_frame_with_the_agents_word_on_it() -> None:
    shown = json_row(tallied(weight("1.5", "t", stable=None)), 3 * FRAME_MS, 7)
    frame = {"weight": "1.5", "unit": "t", "stable": None, "net": False, "reason": None}
    assert shown | frame == shown
    assert (shown["kg"], shown["age_ms"], shown["at_ms"]) == (1_500, 200, 7)


@pytest.mark.parametrize(
    ("reading", "reason"), [(status("overload"), "overload"), (reject(), "checksum")]
)
def test_a_program_never_gets_a_weight_where_there_is_none(reading: Reading, reason: str) -> None:
    shown = json_row(tallied(weight("100"), reading), 200, 7)
    assert (shown["weight"], shown["kg"], shown["reason"]) == (None, None, reason)
