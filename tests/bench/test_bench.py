"""Every benchmark runs at tiny sizes and says all it has to say; nothing here is timed."""

import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench import append, cameras, decoding, ingest, judging, latency, opening, rest, tickets
from bench.__main__ import main, measure
from bench.catalogue import BENCHMARKS
from bench.progress import unseen
from bench.rendering import show_run
from bench.result import Aim, Growth, Result, Run, rows_of
from bench.timing import Paired, percentile
from bench.wishes import Wishes
from weighbook.phrase import Phrase, Refusal

WORD = Phrase("量", "thing")


def result(measured: float, baseline: float, aim: Aim | None = None) -> Result:
    growth = (Growth(WORD, "ms", Phrase("条数", "rows"), ((0, 1.0), (1_000, 2.0))),)
    return Result("sample", WORD, "/s", measured, WORD, baseline, aim, (0.5, 2.0), growth)


def check(results: tuple[Result, ...], sizes: tuple[int, ...]) -> None:
    """Names are unique, values are such as can be measured, and growth is told at every size."""
    assert len({one.name for one in results}) == len(results)
    assert all(one.measured > 0 and one.baseline > 0 for one in results)
    growths = [growth for one in results for growth in one.growth]
    assert growths
    assert all(tuple(size for size, _ in growth.points) == sizes for growth in growths)
    assert all(value > 0 for growth in growths for _, value in growth.points)


def test_append_tells_the_cost_at_every_length_of_the_book(tmp_path: Path) -> None:
    check(append.run(tmp_path, unseen, append.Sizes((0, 8), rounds=2, items=2)), (0, 8))


def test_latency_tells_typical_and_worst_waits(tmp_path: Path) -> None:
    results = latency.run(tmp_path, unseen, latency.Sizes((0, 8), trucks=2))
    check(results, (0, 8))
    typical, worst = (one.measured for one in results if one.name.startswith("latency.slip"))
    assert typical <= worst


def test_ingest_tells_the_cost_at_every_size_of_payload(tmp_path: Path) -> None:
    results = ingest.run(tmp_path, unseen, ingest.Sizes(((1, 2), (5, 4)), rounds=2))
    check(results, (1, 5))


def test_opening_tells_the_start_at_every_length_of_the_book(tmp_path: Path) -> None:
    check(opening.run(tmp_path, unseen, opening.Sizes((0, 8), rounds=1, starts=1)), (0, 8))


def test_tickets_tell_the_rate_of_verdicts_and_of_paper(tmp_path: Path) -> None:
    sizes = tickets.Sizes((0, 8), tickets=2, rounds=1, papers=(2, 4))
    results = tickets.run(tmp_path, unseen, sizes)
    check(results[:1], (0, 8))
    check(results[1:], (2, 4))
    assert [one.name for one in results] == ["tickets.verdicts", "tickets.printed"]


def test_decoding_tells_slow_and_fast_protocols_and_the_agents_share(tmp_path: Path) -> None:
    sizes = decoding.Sizes((12, 64), frames=40, rounds=1, share_frames=40)
    results = decoding.run(tmp_path, unseen, sizes)
    check(results, (12, 64))
    usual, most = (one.measured for one in results if one.unit == "%")
    assert most > usual


@pytest.mark.timeout(180)
def test_rest_watches_the_agent_and_each_of_its_cameras(tmp_path: Path) -> None:
    results = rest.run(tmp_path, unseen, rest.Sizes(seconds=1, settle_s=0))
    watched = ("agent", "camera-1", "camera-2")
    names = {f"rest.{one}.{what}" for one in watched for what in ("memory", "cpu")}
    assert {one.name for one in results} == names
    assert all(one.measured > 5 for one in results if one.unit == "MiB")


@pytest.mark.timeout(180)
def test_cameras_are_read_beside_a_reader_that_decodes_everything(tmp_path: Path) -> None:
    sizes = cameras.Sizes(cameras=1, frames=100, settle_s=0, seconds=3, exposures=1)
    found = {one.name: one for one in cameras.run(tmp_path, unseen, sizes)}
    memory, resident = found["cameras.memory"], found["cameras.resident"]
    assert found["cameras.cpu"].measured < found["cameras.cpu"].baseline
    assert 10 < memory.measured <= resident.measured
    assert found["cameras.judged"].measured > 0
    assert found["cameras.late"].measured >= found["cameras.late"].baseline > 0
    assert found["cameras.faults"].measured == 0


def test_judging_tells_what_every_step_of_a_keyframe_costs(tmp_path: Path) -> None:
    sizes = judging.Sizes(keyframes=6, rounds=1, size=(640, 360))
    found = {one.name: one.measured for one in judging.run(tmp_path, unseen, sizes)}
    assert list(found) == [f"judging.{step}" for step in judging.STEPS]
    assert 0 < found["judging.grey"] < found["judging.develop"]
    assert found["judging.field"] < found["judging.judge"]


def test_cameras_take_an_hour_when_asked_for_it() -> None:
    sizes_of = BENCHMARKS["cameras"].sizes_of
    assert sizes_of is not None
    assert [sizes_of(Wishes(hour)).seconds for hour in (False, True)] == [60, 3_600]


def test_every_benchmark_has_a_title_in_both_languages() -> None:
    assert all(one.title.zh and one.title.en for one in BENCHMARKS.values())


def test_a_run_is_one_json_object_for_each_result() -> None:
    run = Run((result(3.0, 2.0, Aim("ratio", least=0.7)), result(1.0, 0.0)), 1.0, 0.5)
    met, unseen_baseline = (json.loads(json.dumps(row)) for row in rows_of(run))
    assert (met["ratio"], met["met"], met["growth"][0]["points"]) == (
        1.5,
        True,
        [[0, 1], [1000, 2]],
    )
    assert (unseen_baseline["ratio"], unseen_baseline["met"]) == (None, None)


def test_a_run_is_shown_in_both_languages_with_its_noise() -> None:
    console = Console(record=True, width=110, file=StringIO())
    show_run(console, Run((result(3.0, 2.0, Aim("measured", most=2.5)),), 1.0, 0.25))
    text = console.export_text()
    assert all(word in text for word in ("量", "thing", "1.50", "✗", "1,000", "0.25"))


@pytest.mark.parametrize(
    ("aim", "met"),
    [
        (Aim("ratio", least=0.7), True),
        (Aim("ratio", least=1.6), False),
        (Aim("measured", most=3.0), False),
        (Aim("measured", most=3.1), True),
        (None, None),
    ],
)
def test_an_aim_is_met_by_what_it_speaks_of(aim: Aim | None, met: bool | None) -> None:
    assert result(3.0, 2.0, aim).is_met is met


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(0, 100))
def test_a_percentile_is_one_of_the_values_with_enough_below(
    values: list[float], rank: int
) -> None:
    found = percentile(values, rank)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * rank / 100


def test_a_ratio_of_rates_says_how_far_ours_falls_behind() -> None:
    paired = Paired(ours=(0.2, 0.4, 0.2), bare=(0.1, 0.1, 0.1))
    assert paired.rates == (5.0, 10.0)
    assert paired.spread == (0.25, 0.5)


def test_an_unknown_name_is_refused_in_both_languages() -> None:
    answer = CliRunner().invoke(main, ["apend"])
    assert answer.exit_code == 2
    assert "没有名为 apend 的基准测试" in answer.output
    assert "Choose from: append" in answer.output


def test_a_disk_that_takes_nothing_is_told_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as told:
        measure("append", tmp_path / "gone")
    assert told.value.code == "E_NOT_MEASURED"
    assert "append 无法测量" in told.value.what.zh
