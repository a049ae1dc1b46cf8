"""K3: the weighbridge's own count of tickets is the ledger's."""

from pathlib import Path

from collector.rules import k3_edge_balance as rule
from tests.collector.month_samples import LOAD, honest_month
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.report(reserved=0, used=4)
    month.two.write(Kind.TARE, LOAD)
    month.two.report(reserved=0, used=4)
    assert month.findings(rule) == []


def test_a_sale_the_ledger_never_saw_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    seq = month.one.write(Kind.SALE, LOAD)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-T09", "W1")
    assert (finding.measured, finding.expected) == (("tickets_used", 5), ("tickets_used", 4))
    assert finding.evidence == (f"head:W1/{seq}",)


def test_a_reported_balance_that_differs_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.report(reserved=1, used=5)
    units = [finding.measured for finding in month.findings(rule)]
    assert sorted(units) == [("tickets_reserved", 1), ("tickets_used", 5)]


def test_a_balance_from_beyond_what_is_held_is_not_judged(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.skip()
    month.one.report(reserved=1, used=5)
    assert month.findings(rule) == []
