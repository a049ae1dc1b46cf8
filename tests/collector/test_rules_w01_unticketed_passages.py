"""No load crosses the deck without a ticket."""

from dataclasses import replace
from pathlib import Path

import pytest

from collector.rules import w01_unticketed_passages as rule
from tests.collector.month_samples import PASSAGE, honest_month
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_loaded_passage_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    seq = month.one.write(Kind.PASSAGE, PASSAGE)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-W01", "W1")
    assert finding.measured == ("passages_without_ticket", 1)
    assert finding.evidence == (f"record:W1/1/{seq}",)


@pytest.mark.parametrize(("kg", "found"), [(3_000, 0), (3_001, 1), (None, 0)])
def test_three_tonnes_make_a_load(tmp_path: Path, kg: int | None, found: int) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.PASSAGE, replace(PASSAGE, weight_kg=None, peak_kg=kg))
    assert len(month.findings(rule)) == found


def test_an_empty_truck_with_a_known_tare_is_no_load(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.PASSAGE, replace(PASSAGE, tare_kg=15_240, net_kg=40))
    assert month.findings(rule) == []


def test_passages_while_halted_are_counted_apart(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.PASSAGE, PASSAGE)
    month.one.write(Kind.PASSAGE, replace(PASSAGE, halted=True))
    units = sorted(finding.measured for finding in month.findings(rule))
    assert units == [("passages_while_halted", 1), ("passages_without_ticket", 1)]
