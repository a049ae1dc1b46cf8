"""A weighbridge is not dark for more than an hour in a month."""

from pathlib import Path

import pytest

from collector.rules import h01_dark_intervals as rule
from tests.collector.month_samples import MINUTE_MS, PERIOD, Month, honest_month
from weighbook.records import Dark, Kind


def darken(month: Month, minutes: int) -> int:
    start_ms = month.one.now_ms
    month.one.now_ms += minutes * MINUTE_MS
    body = Dark(start_ms, start_ms + minutes * MINUTE_MS, clean=False)
    seq = month.one.write(Kind.DARK, body)
    month.home.db.execute("UPDATE heads SET seen_ms = ?", (month.one.now_ms,))
    return seq


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_an_hour_is_still_allowed(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    darken(month, 60)
    assert month.findings(rule) == []


def test_more_than_an_hour_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    first, second = darken(month, 60), darken(month, 1)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-H01", "W1")
    assert finding.measured == ("dark_ms", 61 * MINUTE_MS)
    assert finding.evidence == tuple(f"dark record:W1/1/{n} unclean" for n in (first, second))


@pytest.mark.parametrize(("inside_minutes", "found"), [(60, 0), (61, 1)])
def test_only_the_part_inside_the_month_counts(
    tmp_path: Path, inside_minutes: int, found: int
) -> None:
    month = honest_month(tmp_path)
    end_ms = PERIOD.from_ms + inside_minutes * MINUTE_MS
    month.one.write(Kind.DARK, Dark(PERIOD.from_ms - 10**8, end_ms, clean=True))
    assert len(month.findings(rule)) == found


def test_a_weighbridge_that_fell_silent_is_dark_from_then_on(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    later_ms = month.two.now_ms + 90 * MINUTE_MS
    month.home.db.execute("UPDATE heads SET seen_ms = ? WHERE weighbridge = 'W2'", (later_ms,))
    (finding,) = month.findings(rule)
    assert finding.subject == "W1"
    assert finding.evidence == (f"silent after record:W1/1/{month.one.seq}",)
