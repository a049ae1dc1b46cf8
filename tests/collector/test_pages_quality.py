"""Page 11: how complete, prompt and sound each weighbridge's records are."""

from collector.pages import quality
from tests.collector.runs import HOUR_MS, PERIOD, maps, run_with

AT = PERIOD.from_ms


def record(seq: int, *, missing: int = 0, intact: int = 1, late_ms: int = 0) -> tuple[object, ...]:
    place = ("W1", "E1", 1, seq, AT, "2026-07-01", AT + late_ms)
    return (*place, 7, missing, intact, "0.1.0")


def test_a_silent_weighbridge_has_a_line_of_noughts() -> None:
    one, two = maps(quality.page(run_with(records=[record(1)])))
    assert (one["held"], two["weighbridge"], two["due"], two["held"]) == (1, "W2", 0, 0)
    assert two["latest_ms"] is None


def test_what_is_missing_is_due() -> None:
    rows = [record(1), record(5, missing=3)]
    line = maps(quality.page(run_with(records=rows)))[0]
    assert (line["due"], line["held"], line["missing"], line["ranges"]) == (5, 2, 3, "1/2-4")


def test_the_longest_delay_and_broken_links_are_counted() -> None:
    rows = [record(1, late_ms=HOUR_MS), record(2, intact=0, late_ms=5)]
    line = maps(quality.page(run_with(records=rows)))[0]
    assert (line["latest_ms"], line["broken"], line["software"]) == (HOUR_MS, 1, "0.1.0")


def test_refused_messages_are_counted_and_bad_signatures_among_them() -> None:
    rows = [(1, "W1", "E1", 1, 9, "E_SIG", AT), (2, "W1", "E1", 1, 9, "E_SCHEMA", AT)]
    line = maps(quality.page(run_with(quarantine=rows)))[0]
    assert (line["refused"], line["bad_signatures"]) == (2, 1)
