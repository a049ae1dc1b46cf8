"""K2: the tonnes written into tickets are the tonnes weighed, within one in a thousand."""

from pathlib import Path

import pytest

from collector.rules import k2_ticket_tonnes as rule
from tests.collector.month_samples import Month, honest_month

WEIGHED_KG = 8 * 33_380
LIMIT_KG = WEIGHED_KG // 1000


def write_less(month: Month, by_kg: int) -> str:
    """Lower the net weight written into one ticket."""
    row = month.home.db.execute("SELECT min(ticket_no) AS t FROM tickets WHERE net_kg > 0")
    ticket_no: str = row.fetchone()["t"]
    month.home.db.execute(
        "UPDATE tickets SET net_kg = net_kg - ? WHERE ticket_no = ?", (by_kg, ticket_no)
    )
    return ticket_no


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


@pytest.mark.parametrize(("by_kg", "found"), [(LIMIT_KG, 0), (LIMIT_KG + 1, 1), (-LIMIT_KG - 1, 1)])
def test_the_tolerance_is_one_in_a_thousand(tmp_path: Path, by_kg: int, found: int) -> None:
    month = honest_month(tmp_path)
    write_less(month, by_kg)
    assert len(month.findings(rule)) == found


def test_the_ticket_that_differs_is_the_evidence(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    ticket_no = write_less(month, 5_000)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-R02", "E1")
    assert finding.measured == ("net_kg", WEIGHED_KG - 5_000)
    assert finding.evidence[1].startswith(f"ticket:{ticket_no} record:W1/1/")
