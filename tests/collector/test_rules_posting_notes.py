"""What surprised the ledger when it posted a weighing is looked at."""

from dataclasses import replace
from pathlib import Path

from collector.rules import posting_notes as rule
from collector.ticket_entries import Stamp, move
from tests.collector.month_samples import LOAD, honest_month
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_sale_on_a_number_nobody_made_is_a_forged_ticket(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.SALE, replace(LOAD, ticket_no="1" * 20))
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject, finding.severity) == ("F-T04", "W1", "critical")
    assert "1" * 20 in finding.evidence[0]


def test_a_sale_on_a_ticket_reported_lost_before_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    row = month.home.db.execute(
        "SELECT min(ticket_no) AS t FROM tickets WHERE weighbridge = 'W1' AND state = 'ALLOCATED'"
    ).fetchone()
    move(month.home.db, [row["t"]], "lost", Stamp(month.one.now_ms, "officer-1", "officer-2"))
    month.one.sell()
    assert {finding.code for finding in month.findings(rule)} == {"F-T10"}
