"""The bureau's log: chained and signed, so that no line is altered, slipped in or taken out."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import bureau_log
from collector.bureau_log import Head, Verdict
from collector.home import Home, open_home
from tests.collector.commands import BY, Desk, open_desk
from tests.collector.sites import Bureau, make_bureau
from weighbook.keys import SigningKey

TRIGGERS = (
    "bureau_log_never_changed", "bureau_log_never_deleted", "bureau_log_never_replaced",
    "log_seals_never_changed", "log_seals_never_deleted", "log_seals_never_replaced",
)  # fmt: skip


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    for number in range(5):
        made.home.log("officer-1", "test", f"W{number:02d}", "")
    return made


def verdict(home: Home, noted: Head | None = None) -> Verdict:
    return bureau_log.check(bureau_log.lines(home.db), home.ring(), noted)


def codes(home: Home, noted: Head | None = None) -> set[str]:
    return {fault.code for fault in verdict(home, noted).faults}


def by_force(home: Home, *statements: str) -> None:
    """What somebody with a SQL prompt does who takes the triggers away first."""
    for trigger in TRIGGERS:
        home.db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        home.db.execute(statement)


def take_out(home: Home, where: str) -> None:
    """Lines and their seals."""
    by_force(home, *(f"DELETE FROM {table} WHERE {where}" for table in ("log_seals", "bureau_log")))


def test_every_line_is_sealed_with_it(bureau: Bureau) -> None:
    found = verdict(bureau.home)
    assert found.faults == ()
    assert found.lines == found.signed == 6
    assert found.head == bureau_log.head_of(bureau.home.db)


def test_a_line_that_is_undone_leaves_no_seal(bureau: Bureau) -> None:
    db = bureau.home.db
    db.execute("BEGIN")
    bureau.home.log("officer-1", "test", "W99", "")
    db.execute("ROLLBACK")
    assert verdict(bureau.home).lines == 6
    assert codes(bureau.home) == set()


@pytest.mark.parametrize("table", ["bureau_log", "log_seals"])
def test_the_database_itself_refuses_to_forget(bureau: Bureau, table: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        bureau.home.db.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("column", ["officer", "action", "subject", "detail"])
@pytest.mark.parametrize("number", [1, 3, 6])
def test_an_altered_line_is_found(bureau: Bureau, column: str, number: int) -> None:
    by_force(bureau.home, f"UPDATE bureau_log SET {column} = 'nobody' WHERE id = {number}")
    assert "L_ALTERED" in codes(bureau.home)
    assert verdict(bureau.home).signed == number - 1


def test_a_line_taken_out_is_found(bureau: Bureau) -> None:
    by_force(
        bureau.home, "DELETE FROM log_seals WHERE id = 3", "DELETE FROM bureau_log WHERE id = 3"
    )
    assert {"L_GAP", "L_ALTERED"} <= codes(bureau.home)


def test_a_line_slipped_in_without_a_seal_is_found(bureau: Bureau) -> None:
    bureau.home.db.execute("INSERT INTO bureau_log VALUES (9, 1, 'officer-2', 'test', 'W', '')")
    assert codes(bureau.home) == {"L_GAP", "L_UNSEALED"}


def test_a_chain_made_anew_does_not_hold_its_signatures(bureau: Bureau) -> None:
    by_force(
        bureau.home,
        "UPDATE bureau_log SET officer = 'nobody' WHERE id = 4",
        "DELETE FROM log_seals WHERE id >= 4",
    )
    bureau_log.seal(bureau.home.db, SigningKey.generate())
    assert codes(bureau.home) == {"L_SIGNATURE"}


def test_a_cut_tail_is_found_by_a_head_noted_elsewhere(bureau: Bureau) -> None:
    noted = bureau_log.head_of(bureau.home.db)
    by_force(
        bureau.home, "DELETE FROM log_seals WHERE id > 4", "DELETE FROM bureau_log WHERE id > 4"
    )
    assert codes(bureau.home) == set()
    assert codes(bureau.home, noted) == {"L_HEAD"}


def test_a_noted_head_stays_true_as_the_log_grows(bureau: Bureau) -> None:
    noted = bureau_log.head_of(bureau.home.db)
    bureau.home.log("officer-1", "test", "W99", "")
    assert codes(bureau.home, noted) == set()


def test_without_the_key_a_line_is_chained_and_the_next_signature_covers_it(
    bureau: Bureau,
) -> None:
    bureau_log.seal(bureau.home.db, None)
    bureau.home.db.execute("INSERT INTO bureau_log VALUES (7, 1, 'officer-2', 'test', 'W', '')")
    bureau_log.seal(bureau.home.db, None)
    assert (verdict(bureau.home).signed, verdict(bureau.home).lines) == (6, 7)
    bureau.home.log("officer-1", "test", "W99", "")
    assert (verdict(bureau.home).signed, codes(bureau.home)) == (8, set())


def test_an_empty_log_is_whole() -> None:
    empty = bureau_log.check(iter(()), None)  # type: ignore[arg-type]  # no line asks for a key
    assert empty == Verdict(0, None, 0, ())


# -- at the desk ---------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_desk(tmp_path)
    desk.told("officer", "add", "officer-3", "--name-zh", "张三", *BY)
    return desk


def spoil(desk: Desk, change: Callable[[Home], None]) -> None:
    home = open_home(desk.home)
    change(home)
    home.close()


def test_the_desk_lists_who_did_what(desk: Desk) -> None:
    assert [row["action"] for row in desk.rows("log", "list")] == ["init", "officer add"]
    (row,) = desk.rows("log", "list", "--officer", "officer-1")
    assert (row["subject"], row["detail"]) == ("officer-3", "张三")
    assert desk.rows("log", "list", "--month", "2020-01") == []


def test_the_desk_verifies_its_log_and_names_the_head(desk: Desk) -> None:
    text = desk.told("log", "verify")
    match = re.search(r"\d+:[0-9a-f]{64}", text)
    assert match is not None
    assert desk.rows("log", "verify", "--head", match[0])[0]["ok"] is True
    spoil(desk, lambda home: by_force(home, "UPDATE bureau_log SET officer = 'x' WHERE id = 2"))
    assert desk.run("log", "verify", "--head", match[0]).exit_code == 1
    assert desk.refusal("log", "verify", "--head", "hello") == "E_HEAD"
