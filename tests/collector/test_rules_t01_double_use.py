"""A ticket sells one load."""

from dataclasses import replace
from pathlib import Path

from collector.rules import t01_double_use as rule
from tests.collector.month_samples import LOAD, honest_month
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_an_attempt_with_a_spent_ticket_is_evidence(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    refused = replace(LOAD, ticket_no="1" * 20, decision="refused", reasons=("E_SPENT", "E_PLATE"))
    seq = month.one.write(Kind.REFUSED, refused)
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-T01", "W1")
    assert finding.measured == ("attempts_with_spent_tickets", 1)
    assert finding.evidence == (f"ticket:{'1' * 20} record:W1/1/{seq}",)


def test_other_refusals_are_no_double_use(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.one.write(Kind.REFUSED, replace(LOAD, decision="refused", reasons=("E_OVERLOAD",)))
    assert month.findings(rule) == []


def test_two_sales_on_one_ticket_are_found_wherever_they_stand(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    sale = replace(LOAD, ticket_no="1" * 20)
    month.one.write(Kind.SALE, sale)
    month.two.write(Kind.SALE, sale)
    found = sorted(month.findings(rule))
    assert [finding.subject for finding in found] == ["W1", "W2"]
    assert found[0].measured == ("sales_on_one_ticket", 2)
