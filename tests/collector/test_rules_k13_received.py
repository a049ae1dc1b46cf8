"""K13: what left the mine is what came to the buyer."""

from pathlib import Path

import pytest

from collector.buyer_receipts import Receipt, keep_receipts
from collector.rules import k13_received as rule
from tests.collector.month_samples import DAY_MS, OFFICERS, PERIOD, Month, honest_month

SENT_KG = 33_380


def used(month: Month) -> list[str]:
    rows = month.home.db.execute("SELECT ticket_no FROM tickets WHERE state = 'USED' ORDER BY 1")
    return [row["ticket_no"] for row in rows]


def receive(month: Month, number: str, net_kg: int, at_ms: int = PERIOD.from_ms) -> None:
    month.home.db.execute("UPDATE tickets SET buyer = 'B01' WHERE ticket_no = ?", (number,))
    one = Receipt(2, number, "B01", "", net_kg, at_ms, "")
    keep_receipts(month.home.db, [one], OFFICERS._replace(at_ms=PERIOD.to_ms))


def test_a_month_without_receipts_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


@pytest.mark.parametrize(
    ("received_kg", "found"),
    [(SENT_KG, 0), (SENT_KG - 350, 0), (SENT_KG - 351, 1), (SENT_KG + 350, 0), (SENT_KG + 351, 1)],
)
def test_a_load_may_lose_or_gain_so_much(tmp_path: Path, received_kg: int, found: int) -> None:
    month = honest_month(tmp_path)
    number, *_ = used(month)
    receive(month, number, received_kg)
    findings = month.findings(rule)
    assert len(findings) == found
    for finding in findings:
        assert (finding.code, finding.subject) == ("F-R09", "E1")
        assert finding.measured == ("loads_apart", 1)
        assert finding.evidence == (f"ticket:{number} sent {SENT_KG} received {received_kg}",)


@pytest.mark.parametrize(("late_ms", "found"), [(DAY_MS, 0), (DAY_MS + 1, 1)])
def test_a_load_did_not_come_if_its_buyer_reports_what_came_later(
    tmp_path: Path, late_ms: int, found: int
) -> None:
    month = honest_month(tmp_path)
    first, second, *_ = used(month)
    month.home.db.execute("UPDATE tickets SET buyer = 'B01' WHERE ticket_no = ?", (second,))
    row = month.home.db.execute("SELECT expires_s FROM tickets WHERE ticket_no = ?", (first,))
    receive(month, first, SENT_KG, row.fetchone()[0] * 1_000 + late_ms)
    assert [finding.measured.unit for finding in month.findings(rule)] == (
        ["loads_not_received"] * found
    )
