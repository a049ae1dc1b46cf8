"""`collector quota` and the issue of tickets: two officers, and a limit where policy sets one."""

import hashlib
from pathlib import Path

import pytest

from collector.home import open_home
from tests.collector.commands import BOTH, BY, Desk, registered_desk
from tests.collector.sites import ENTERPRISE, PLACE

SEPTEMBER = ("--month", "2026-09", "--reason", "年度计划")
ISSUE = ("ticket", "issue", "--enterprise", ENTERPRISE)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = registered_desk(tmp_path)
    desk.told("ticket", "stock-in", "--count", 20, *BOTH)
    return desk


def let_quotas_limit(desk: Desk) -> None:
    path = desk.home / "collector.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("limits = false", "limits = true"), encoding="utf-8")


def grant(desk: Desk, tonnes: int, word: str = "grant") -> str:
    return desk.told("quota", word, ENTERPRISE, "--tonnes", tonnes, *SEPTEMBER, *BOTH)


def test_a_quota_is_granted_by_two_and_shown(desk: Desk) -> None:
    words = ("quota", "grant", ENTERPRISE, "--tonnes", 100, *SEPTEMBER)
    assert desk.refusal(*words, *BY) == "E_TWO_SIGNERS"
    assert "100.000 t are left" in grant(desk, 100)
    assert "60.000 t are left" in grant(desk, 40, "withdraw")
    (row,) = desk.rows("quota", "balance", "--month", "2026-09")
    assert (row["granted_kg"], row["closing_kg"]) == (60_000, 60_000)
    assert "60.000" in desk.told("quota", "balance")


def test_more_than_is_left_is_not_withdrawn(desk: Desk) -> None:
    grant(desk, 100)
    words = ("quota", "withdraw", ENTERPRISE, "--tonnes", 101, *SEPTEMBER, *BOTH)
    assert desk.refusal(*words) == "E_QUOTA"


def test_by_default_tickets_are_issued_without_any_quota(desk: Desk) -> None:
    desk.told(*ISSUE, "--count", 20, *BOTH)


def test_where_the_county_says_so_tickets_end_with_the_quota(desk: Desk) -> None:
    let_quotas_limit(desk)
    assert desk.refusal(*ISSUE, "--count", 1, *BOTH) == "E_QUOTA"
    grant(desk, 90)  # two usual loads of 35 t, and not three
    assert desk.refusal(*ISSUE, "--count", 3, *BOTH) == "E_QUOTA"
    desk.told(*ISSUE, "--count", 2, *BOTH)
    allocate = ("ticket", "allocate", "--weighbridge", PLACE, "--product", "RAW", "--count", 2)
    assert desk.refusal(*allocate, "--max-net-kg", 49_000, *BY) == "E_QUOTA"
    desk.told(*allocate, "--max-net-kg", 49_000, "--count", 1, *BY)


def test_who_is_on_the_blacklist_gets_no_tickets(desk: Desk) -> None:
    home = open_home(desk.home)
    for step in ("propose", "hear", "confirm"):
        home.db.execute(
            "INSERT INTO blacklist_entries (enterprise, step, at_ms, by1, by2, case_no, facts)"
            " VALUES (?, ?, 1, 'officer-1', 'officer-2', 'C1', '{}')",
            (ENTERPRISE, step),
        )
    home.close()
    assert desk.refusal(*ISSUE, "--count", 1, *BOTH) == "E_SUSPENDED"


def test_a_batch_goes_to_the_printer_and_comes_in_by_its_list(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "batch.txt"
    said = desk.told("ticket", "generate", "--count", 3, "--to", path, *BOTH)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    assert desk.refusal("ticket", "stock-in", *BOTH) == "E_OPTIONS"
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    assert desk.refusal("ticket", "stock-in", "--list", path, *BOTH) == "E_BATCH_HASH"
    path.write_bytes(good)
    assert "3 stocked in" in desk.told("ticket", "stock-in", "--list", path, *BOTH)
