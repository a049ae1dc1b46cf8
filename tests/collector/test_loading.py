"""A month from the database: cut at its ends, whole in between, whatever lies on the disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from collector import loading
from collector.loading import load, read_detail
from collector.period import read_month
from collector.tables import SCHEMAS
from tests.collector.month_samples import DAY_MS, LOAD, PASSAGE, PERIOD, Month, honest_month
from weighbook.records import Dark, Kind

AUGUST = read_month("2026-08")


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    month = honest_month(tmp_path)
    yield month
    month.home.close()


def rows(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_every_table_is_there_with_its_columns(month: Month) -> None:
    tables = load(month.home.db, PERIOD)
    for name, table in tables.items():
        assert table.column_names == [c.split(":")[0] for c in SCHEMAS[name].split()], name
    assert {"records", "weighings", "entries", "heads", "enterprises"} <= set(tables)


def test_a_month_nobody_worked_in_is_empty_and_whole(tmp_path: Path) -> None:
    db = honest_month(tmp_path).home.db
    tables = load(db, read_month("2020-01"))
    assert all(not len(tables[name]) for name in ("entries", "episodes") if name in tables)
    assert "records" not in tables


def test_a_record_belongs_to_the_month_of_its_own_time(month: Month) -> None:
    for at_ms in (PERIOD.to_ms - 1, PERIOD.to_ms):
        month.one.write(Kind.PASSAGE, PASSAGE, after_ms=at_ms - month.one.now_ms)
    july, august = (load(month.home.db, period)["records"] for period in (PERIOD, AUGUST))
    assert max(row["at_ms"] for row in rows(july)) == PERIOD.to_ms - 1
    assert [row["at_ms"] for row in rows(august)] == [PERIOD.to_ms]


def test_nothing_is_written_and_no_transaction_is_left(month: Month) -> None:
    before = month.home.db.total_changes
    load(month.home.db, PERIOD)
    assert (month.home.db.total_changes, month.home.db.in_transaction) == (before, False)


def test_sales_counted_are_those_of_the_newest_record_before_the_end(month: Month) -> None:
    seq = month.one.seq
    month.one.now_ms = PERIOD.to_ms + DAY_MS
    month.one.sell()
    counted = loading.sales_counted(month.home.db, PERIOD)
    assert counted["W1"] == (4, seq)


def test_a_record_spoilt_on_the_disk_does_not_stop_the_month(month: Month) -> None:
    db = month.home.db
    db.execute("DROP TRIGGER records_never_changed")
    db.execute("UPDATE records SET message = x'00' WHERE weighbridge = 'W1' AND seq = 3")
    db.execute("UPDATE records SET message = x'' WHERE weighbridge = 'W2' AND seq = ?",
               (month.two.seq,))  # fmt: skip
    spoilt = [row for row in rows(load(db, PERIOD)["records"]) if not row["intact"]]
    places = [(row["weighbridge"], row["seq"]) for row in spoilt]
    assert ("W1", 3) in places
    assert ("W2", month.two.seq) in places


def test_heads_say_what_is_held_and_what_is_heard_of(month: Month) -> None:
    month.home.db.execute("UPDATE heads SET max_seq = seq + 4 WHERE weighbridge = 'W1'")
    heads = {row["weighbridge"]: row for row in rows(load(month.home.db, PERIOD)["heads"])}
    assert (heads["W1"]["seq"], heads["W1"]["max_seq"]) == (month.one.seq, month.one.seq + 4)
    assert heads["W2"]["max_seq"] == month.two.seq


def test_what_came_after_the_month_says_nothing_about_its_end(month: Month) -> None:
    month.one.now_ms = PERIOD.to_ms + DAY_MS
    month.one.write(Kind.PASSAGE, LOAD)
    heads = {row["weighbridge"]: row for row in rows(load(month.home.db, PERIOD)["heads"])}
    assert (heads["W1"]["seq"], heads["W1"]["max_seq"]) == (0, 0)


def test_quarantine_and_notes_are_those_of_the_month(month: Month) -> None:
    db = month.home.db
    for at_ms in (PERIOD.from_ms - 1, PERIOD.from_ms, PERIOD.to_ms):
        db.execute(
            "INSERT INTO quarantine (weighbridge, digest, code, message, received_ms)"
            " VALUES (NULL, x'00', 'E_CBOR', x'', ?)",
            (at_ms,),
        )
        db.execute("INSERT INTO alerts (code, from_ms, detail) VALUES ('F-X01', ?, 'x')", (at_ms,))
    tables = load(db, PERIOD)
    assert [row["received_ms"] for row in rows(tables["quarantine"])] == [PERIOD.from_ms]
    assert [row["at_ms"] for row in rows(tables["notes"])] == [PERIOD.from_ms]


@pytest.mark.parametrize(
    ("detail", "told"),
    [('{"subject": "t"}', {"subject": "t"}), ("1/5 00", {}), ("[1]", {}), ("7", {}), ("", {})],
)
def test_a_detail_is_words_or_an_object(detail: str, told: dict[str, str]) -> None:
    assert read_detail(detail) == told


def test_registry_rows_are_those_of_the_months_end(month: Month) -> None:
    db = month.home.db
    row = dict(db.execute("SELECT * FROM enterprises").fetchone())
    for name, from_ms in (("before", PERIOD.to_ms - 10), ("after", PERIOD.to_ms + 10)):
        db.execute("UPDATE enterprises SET valid_to_ms = ? WHERE valid_to_ms IS NULL", (from_ms,))
        news = {**row, "name_zh": name, "valid_from_ms": from_ms, "valid_to_ms": None}
        marks = ", ".join(f":{column}" for column in news)
        db.execute(f"INSERT INTO enterprises ({', '.join(news)}) VALUES ({marks})", news)
    (enterprise,) = rows(load(db, PERIOD)["enterprises"])
    assert enterprise["name"] == "before"


def test_a_weighbridge_registered_after_the_month_is_still_named(month: Month) -> None:
    period = read_month("2026-01")
    found = loading.registry_row("enterprises", "enterprise", "enterprise")
    known = month.home.db.execute(found, {"to_ms": period.to_ms}).fetchall()
    assert [row[0] for row in known] == ["E1"]


def test_a_dark_interval_written_later_is_not_lost(month: Month) -> None:
    dark = Dark(month.one.now_ms, month.one.now_ms + DAY_MS, clean=False)
    month.one.write(Kind.DARK, dark, after_ms=DAY_MS)
    assert len(load(month.home.db, PERIOD)["darks"]) == 1
