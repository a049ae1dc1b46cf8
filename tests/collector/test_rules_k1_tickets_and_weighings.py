"""K1: as many tickets are used as loads are sold."""

from pathlib import Path

from collector.rules import k1_tickets_and_weighings as rule
from tests.collector.month_samples import LOAD, honest_month
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_sale_without_a_used_ticket_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    seq = month.one.write(Kind.SALE, LOAD)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-T11", "E1")
    assert (finding.measured, finding.expected) == (("sales", 9), ("sales", 8))
    assert finding.evidence == ("product:RAW", f"record:W1/1/{seq}")


def test_a_used_ticket_whose_sale_is_gone_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    db = month.home.db
    db.execute("DROP TRIGGER records_never_deleted")
    db.execute("DELETE FROM records WHERE weighbridge = 'W1' AND seq = ?", (month.one.seq,))
    (finding,) = month.findings(rule)
    assert (finding.measured.value, finding.expected.value) == (7, 8)
    assert finding.evidence[1].startswith("ticket:1150624")


def test_counts_that_agree_by_two_errors_are_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    db = month.home.db
    db.execute("DROP TRIGGER records_never_deleted")
    db.execute("DELETE FROM records WHERE weighbridge = 'W1' AND seq = ?", (month.one.seq,))
    month.two.write(Kind.SALE, LOAD)
    (finding,) = month.findings(rule)
    assert (finding.measured, finding.expected) == (("sales", 8), ("sales", 8))
    assert len(finding.evidence) == 3
