"""Ten thousand operations of every kind, in no order: every account closes at zero, always."""

import time

import pytest

from collector.ticket_balance import accounts, residuals, use_identity
from collector.ticket_states import MOVES
from tests.collector.storm import Storm

OPERATIONS = 10_000
CHECKED_EVERY = 100
FIRST_DAY, LAST_DAY = "2026-09-01", "2027-12-31"

# Entries that stand before an earlier one of the same ticket: a past day could fall below zero.
BACKDATED = """
SELECT count(*) FROM (SELECT at_ms, lag(at_ms) OVER (PARTITION BY ticket_no ORDER BY entry_id)
  AS before_ms FROM ticket_entries) WHERE at_ms < before_ms"""


def assert_balanced(storm: Storm, day: str) -> None:
    """The books agree with each other, and every account with its moves, on a day and to date."""
    assert residuals(storm.db) == {}
    used = use_identity(storm.db)
    assert used["residual"] == 0
    assert used["cancelled"] <= used["recovered"] <= used["used"]
    for account in accounts(storm.db, day, LAST_DAY):
        assert account.residual == 0, account
        assert min(account.opening, account.closing) >= 0, account
    total = storm.db.execute("SELECT sum(count) FROM ticket_balances").fetchone()[0] or 0
    assert total == len(storm.numbers)


@pytest.mark.parametrize("seed", [20_260_901])
def test_ten_thousand_operations_leave_no_residual(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    began_s, storm = time.monotonic(), Storm(seed)
    for operation in range(1, OPERATIONS + 1):
        storm.step()
        if operation % CHECKED_EVERY == 0:
            assert_balanced(storm, storm.dice.choice((FIRST_DAY, "2026-09-22", "2026-10-01")))
    assert storm.db.execute(BACKDATED).fetchone()[0] == 0
    moves = {row["move"] for row in storm.db.execute("SELECT DISTINCT move FROM ticket_entries")}
    assert moves == set(MOVES)
    refused = {"E_STATE", "E_USED", "E_FROZEN", "E_SHORT", "E_COUNT", "E_TWO_SIGNERS", "E_QUOTA"}
    assert refused <= set(storm.refused)
    with capsys.disabled():
        spent_s = time.monotonic() - began_s
        print(  # noqa: T201 - how long it took is what is asked of it
            f"\n{OPERATIONS} operations, {len(storm.numbers)} tickets, {storm.entries()} entries,"
            f" {sum(storm.refused.values())} refused: {spent_s:.1f} s"
        )
