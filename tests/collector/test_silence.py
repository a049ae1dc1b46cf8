"""When a weighbridge is reported silent, and since when it counts as dark."""

import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collector import schema
from collector.silence import Interval, Watch, dark_intervals, find_change
from collector.silence_watch import watch_silence

LIMIT_MS = 180_000
times_ms = st.lists(st.integers(0, 10_000_000), max_size=30)


def watched(last_heard_ms: int, alert_from_ms: int | None = None) -> Watch:
    return Watch("W01", last_heard_ms, alert_from_ms)


def test_nothing_is_said_before_the_limit() -> None:
    assert find_change(watched(1_000), 0, 1_000 + LIMIT_MS - 1, LIMIT_MS) is None


def test_silence_of_the_limit_raises_an_alert_from_the_last_word() -> None:
    change = find_change(watched(1_000), 0, 1_000 + LIMIT_MS, LIMIT_MS)
    assert change is not None
    assert change.interval == Interval(1_000, None)


def test_a_standing_alert_is_not_raised_twice() -> None:
    assert find_change(watched(1_000, 1_000), 0, 9_000_000, LIMIT_MS) is None


def test_the_next_word_ends_the_alert() -> None:
    change = find_change(watched(500_000, 1_000), 0, 500_100, LIMIT_MS)
    assert change is not None
    assert change.interval == Interval(1_000, 500_000)


def test_the_collectors_own_absence_accuses_nobody() -> None:
    started_ms = 5_000_000
    assert find_change(watched(1_000), started_ms, started_ms + LIMIT_MS - 1, LIMIT_MS) is None


def test_dark_intervals_are_the_long_gaps_only() -> None:
    heard_ms = [0, 100_000, 400_000, 500_000]
    assert list(dark_intervals(heard_ms, 800_000, LIMIT_MS)) == [
        Interval(100_000, 400_000),
        Interval(500_000, None),
    ]


@given(times_ms, st.integers(10_000_000, 20_000_000))
def test_dark_intervals_never_contain_a_word_and_are_long_enough(
    heard_ms: list[int], until_ms: int
) -> None:
    for from_ms, to_ms in dark_intervals(heard_ms, until_ms, LIMIT_MS):
        end_ms = until_ms if to_ms is None else to_ms
        assert end_ms - from_ms >= LIMIT_MS
        assert not any(from_ms < moment_ms < end_ms for moment_ms in heard_ms)


def county(folder: Path) -> sqlite3.Connection:
    db = schema.connect(folder / "collector.db")
    schema.create_tables(db)
    row = ("W01", "E01", "", "", "", "", 1, None, None, "active", 0, None, "x", None)
    db.execute(f"INSERT INTO weighbridges VALUES ({','.join('?' * len(row))})", row)
    return db


def hear(db: sqlite3.Connection, at_ms: int) -> None:
    db.execute("INSERT OR REPLACE INTO checkpoints VALUES ('W01', ?, ?, x'')", (at_ms, at_ms))


def alerts(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute("SELECT code, from_ms, to_ms FROM alerts")]


def test_a_silent_weighbridge_gets_one_alert_that_ends_with_its_return(tmp_path: Path) -> None:
    db = county(tmp_path)
    hear(db, 1_000)
    for now_ms in (100_000, 200_000, 300_000):
        watch_silence(db, 0, now_ms, LIMIT_MS)
    assert alerts(db) == [("F-H01", 1_000, None)]
    hear(db, 310_000)
    watch_silence(db, 0, 311_000, LIMIT_MS)
    assert alerts(db) == [("F-H01", 1_000, 310_000)]


def test_a_second_silence_is_a_second_alert(tmp_path: Path) -> None:
    db = county(tmp_path)
    for heard_ms, now_ms in ((1_000, 200_000), (210_000, 220_000), (210_000, 500_000)):
        hear(db, heard_ms)
        watch_silence(db, 0, now_ms, LIMIT_MS)
    assert alerts(db) == [("F-H01", 1_000, 210_000), ("F-H01", 210_000, None)]


def test_a_weighbridge_that_never_spoke_is_not_reported(tmp_path: Path) -> None:
    db = county(tmp_path)
    assert watch_silence(db, 0, 900_000, LIMIT_MS) == ()
