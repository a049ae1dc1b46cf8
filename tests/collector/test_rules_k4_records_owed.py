"""K4: every record a weighbridge has written is here."""

from pathlib import Path

from collector.rules import k4_records_owed as rule
from tests.collector.month_samples import DAY_MS, LOAD, Month, honest_month
from weighbook.records import Kind


def hear_of(month: Month, max_seq: int, after_ms: int) -> None:
    """The weighbridge says where its book stands, so long after its newest record held."""
    month.home.db.execute(
        "UPDATE heads SET max_seq = ?, seen_ms = at_ms + ? WHERE weighbridge = 'W1'",
        (max_seq, after_ms),
    )


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_hole_between_records_is_found_with_its_range(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.skip()
    month.one.skip()
    seq = month.one.write(Kind.PASSAGE, LOAD)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-X06", "W1")
    assert finding.measured == ("records_owed", 2)
    assert finding.evidence == (f"missing:W1/1/{seq - 2}-{seq - 1}",)


def test_an_end_three_days_behind_is_still_in_time(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    hear_of(month, month.one.seq + 5, 3 * DAY_MS)
    assert month.findings(rule) == []


def test_an_end_more_than_three_days_behind_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    hear_of(month, month.one.seq + 5, 3 * DAY_MS + 1)
    (finding,) = month.findings(rule)
    assert finding.measured == ("records_owed", 5)
