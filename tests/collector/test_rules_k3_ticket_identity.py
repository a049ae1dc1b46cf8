"""K3: tickets in hand, plus what came, minus what went, are in hand."""

import sqlite3
from pathlib import Path

import pytest

from collector.rules import k3_ticket_identity as rule
from collector.ticket_entries import Stamp, move
from tests.collector.month_samples import PERIOD, honest_month

LATER = Stamp(PERIOD.from_ms + 5 * 86_400_000, "officer-1", "officer-2", "paper-9")


def unlock(db: sqlite3.Connection) -> None:
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")


def numbers(db: sqlite3.Connection, state: str, count: int) -> list[str]:
    rows = db.execute("SELECT ticket_no FROM tickets WHERE state = ? LIMIT ?", (state, count))
    return [row["ticket_no"] for row in rows]


def test_an_honest_month_is_silent(tmp_path: Path) -> None:
    assert honest_month(tmp_path).findings(rule) == []


@pytest.mark.parametrize("name", ["void", "lost", "return", "freeze"])
def test_every_move_of_the_ledger_keeps_the_identity(tmp_path: Path, name: str) -> None:
    month = honest_month(tmp_path)
    for state in ("ISSUED", "ALLOCATED"):
        move(month.home.db, numbers(month.home.db, state, 2), name, LATER)
    assert month.findings(rule) == []


def test_a_removed_entry_leaves_a_residual(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    db = month.home.db
    move(db, numbers(db, "USED", 1), "recover", LATER)
    unlock(db)
    db.execute(
        "DELETE FROM ticket_entries WHERE move = 'use' AND ticket_no IN"
        " (SELECT ticket_no FROM tickets WHERE state = 'RECOVERED')"
    )
    found = {(f.subject, f.measured.value, f.expected.value) for f in month.findings(rule)}
    assert found == {("E1", 22, 23), ("W1", 6, 7)}


def test_a_ticket_put_back_by_hand_is_astray(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    db = month.home.db
    (ticket_no,) = numbers(db, "USED", 1)
    unlock(db)
    db.execute("UPDATE tickets SET state = 'ALLOCATED' WHERE ticket_no = ?", (ticket_no,))
    (finding,) = month.findings(rule)
    assert (finding.code, finding.measured) == ("F-T09", ("tickets_astray", 1))
    assert finding.evidence == (f"ticket:{ticket_no} ALLOCATED≠USED",)
