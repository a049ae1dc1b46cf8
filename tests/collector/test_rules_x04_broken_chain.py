"""Every stored record links to the one before it."""

from pathlib import Path

import pytest

from collector.rules import x04_broken_chain as rule
from tests.collector.month_samples import LOAD, honest_month
from weighbook.envelope import digest
from weighbook.records import Kind


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


@pytest.mark.parametrize("rehashed", [False, True])
def test_a_record_rewritten_in_the_database_is_found(tmp_path: Path, rehashed: bool) -> None:
    month = honest_month(tmp_path)
    seq, db = month.one.seq, month.home.db
    month.one.write(Kind.PASSAGE, LOAD)
    month.one.seq, month.one.head = seq - 1, bytes(32)
    _, other = month.one.make(Kind.PASSAGE, LOAD)
    db.execute("DROP TRIGGER records_never_changed")
    db.execute("UPDATE records SET message = ? WHERE weighbridge = 'W1' AND seq = ?", (other, seq))
    if rehashed:
        db.execute("UPDATE records SET digest = ? WHERE message = ?", (digest(other), other))
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-X04", "W1")
    assert f"record:W1/1/{seq}" in finding.evidence


def test_what_ingest_could_not_link_is_found(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.home.db.execute(
        "INSERT INTO quarantine (weighbridge, epoch, seq, digest, code, message, received_ms)"
        " VALUES ('W1', 1, 5, x'00', 'F-X04', x'00', ?)",
        (month.one.now_ms,),
    )
    (finding,) = month.findings(rule)
    assert finding.measured == ("broken_links", 1)
