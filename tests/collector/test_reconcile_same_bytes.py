"""A month judged again on the same inputs gives the same bytes; a late record gives others."""

import random
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from collector.export import files_of
from collector.finding import order_key
from collector.loading import load
from collector.manifest import make_manifest
from collector.reconcile import Run, judge, reconcile
from collector.rules.catalogue import RULES
from tests.collector.month_samples import (
    DAY_MS,
    LOAD,
    MINUTE_MS,
    PASSAGE,
    PERIOD,
    PLATES,
    Month,
    honest_month,
)
from weighbook.phrase import Phrase
from weighbook.records import Dark, Kind

BUREAU = Phrase("鄂托克旗能源局", "Otog Banner Energy Bureau")


def troubled_month(folder: Path) -> Month:
    """Some of everything a rule may find."""
    month = honest_month(folder)
    month.one.change("CAMERA_LOST", "raised")
    month.one.sell()
    month.one.change("CAMERA_LOST", "cleared")
    month.one.write(Kind.PASSAGE, PASSAGE)
    month.two.write(Kind.SALE, replace(LOAD, plate=PLATES["W2"]))
    month.two.write(
        Kind.DARK, Dark(month.two.now_ms, month.two.now_ms + 90 * MINUTE_MS, clean=False)
    )
    month.two.skip()
    month.two.write(Kind.PASSAGE, replace(PASSAGE, halted=True))
    return month


def shuffled(arrow: dict[str, pa.Table], seed: int) -> dict[str, pa.Table]:
    order = random.Random(seed)
    places = {name: order.sample(range(len(t)), len(t)) for name, t in arrow.items()}
    return {name: t.take(pa.array(places[name], pa.int64())) for name, t in arrow.items()}


def result(run: Run) -> tuple[str, str]:
    return run.inputs_sha256, run.result_sha256


def test_an_honest_month_has_no_findings(tmp_path: Path) -> None:
    run = reconcile(honest_month(tmp_path).home.db, PERIOD)
    assert run.findings == ()
    assert (run.totals[0]["sales"], run.totals[0]["net_kg"]) == (8, 8 * 33_380)


def test_a_month_judged_twice_gives_the_same_files(tmp_path: Path) -> None:
    db = troubled_month(tmp_path).home.db
    one, two = (reconcile(db, PERIOD) for _ in range(2))
    assert one.findings == two.findings != ()
    assert files_of(one, BUREAU) == files_of(two, BUREAU)
    assert make_manifest(one, (), BUREAU) == make_manifest(two, (), BUREAU)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_inputs_changes_nothing(tmp_path: Path, seed: int) -> None:
    arrow = load(troubled_month(tmp_path).home.db, PERIOD)
    one, two = judge(arrow, PERIOD), judge(shuffled(arrow, seed), PERIOD)
    assert result(one) == result(two)
    assert files_of(one, BUREAU) == files_of(two, BUREAU)


def go_on(month: Month, at_ms: int) -> None:
    for book in (month.one, month.two):
        book.now_ms = at_ms
        book.sell()
        book.write(Kind.PASSAGE, PASSAGE)


def test_what_happens_after_the_month_leaves_it_as_it_was(tmp_path: Path) -> None:
    month = troubled_month(tmp_path)
    go_on(month, PERIOD.to_ms + DAY_MS)
    before = reconcile(month.home.db, PERIOD)
    go_on(month, PERIOD.to_ms + 40 * DAY_MS)
    month.home.db.execute("UPDATE enterprises SET valid_to_ms = ?", (PERIOD.to_ms + DAY_MS,))
    assert result(reconcile(month.home.db, PERIOD)) == result(before)


def test_a_late_record_for_the_month_changes_its_result(tmp_path: Path) -> None:
    month = troubled_month(tmp_path)
    before = reconcile(month.home.db, PERIOD)
    month.one.write(Kind.PASSAGE, PASSAGE)
    after = reconcile(month.home.db, PERIOD)
    assert before.inputs_sha256 != after.inputs_sha256
    assert before.result_sha256 != after.result_sha256


def test_findings_come_gravest_first(tmp_path: Path) -> None:
    found = reconcile(troubled_month(tmp_path).home.db, PERIOD).findings
    assert list(found) == sorted(found, key=order_key)
    assert {"F-S01", "F-W01", "F-T11", "F-T09", "F-X06", "F-H01"} <= {f.code for f in found}
    assert found[0].severity == "critical"


def test_every_rule_says_in_prose_what_it_asks() -> None:
    for rule in RULES:
        module = __import__(rule.findings.__module__, fromlist=["_"])
        assert module.__doc__ is not None
        assert ": " in module.__doc__.splitlines()[0]
