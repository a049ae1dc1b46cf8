"""A book has one line."""

from pathlib import Path

from collector.rules import x03_forks as rule
from tests.collector.month_samples import Month, honest_month


def quarantine(month: Month, code: str) -> None:
    month.home.db.execute(
        "INSERT INTO quarantine (weighbridge, epoch, seq, digest, code, message, received_ms)"
        " VALUES ('W1', 1, 5, x'00', ?, x'00', ?)",
        (code, month.one.now_ms),
    )


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


def test_a_second_record_at_one_place_is_a_fork(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    quarantine(month, "F-X03")
    (finding,) = month.findings(rule)
    assert (finding.code, finding.subject) == ("F-X03", "W1")
    assert finding.evidence == ("record:W1/1/5 quarantine:1",)


def test_other_garbage_in_quarantine_is_no_fork(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    quarantine(month, "E_SIG")
    assert month.findings(rule) == []


def test_a_checkpoint_that_names_another_head_is_a_fork(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    month.home.db.execute(
        "INSERT INTO alerts (weighbridge, code, from_ms, to_ms, detail)"
        " VALUES ('W2', 'F-X03', ?, NULL, 'checkpoint names another head: 1/9')",
        (month.two.now_ms,),
    )
    (finding,) = month.findings(rule)
    assert (finding.subject, finding.measured.unit) == ("W2", "forked_checkpoints")
