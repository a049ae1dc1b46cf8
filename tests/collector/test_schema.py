"""What was written once stays: under our own connection, and under a person's SQL prompt."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.schema import APPEND_ONLY, connect, create_tables, transaction
from tests.collector.receiving import Site

# How a table's rows are written over, each refused: whatever connection tries it.
REWRITES = {
    "records": "INSERT OR REPLACE INTO records SELECT weighbridge, epoch, seq, x'00', kind, at_ms,"
    " received_ms, x'00' FROM records LIMIT 1",
    "receipts": "INSERT OR REPLACE INTO receipts (rowid, weighbridge, epoch, seq, at_ms, message)"
    " SELECT rowid, weighbridge, epoch, 99, at_ms, message FROM receipts LIMIT 1",
    "orders": "INSERT OR REPLACE INTO orders SELECT weighbridge, number, 'LIFT', at_ms, message,"
    " digest, by1, by2, applied_seq FROM orders LIMIT 1",
    "keysets": "REPLACE INTO keysets SELECT version, x'00' FROM keysets LIMIT 1",
    "bureau_log": "REPLACE INTO bureau_log SELECT id, at_ms, 'x', action, subject, detail"
    " FROM bureau_log LIMIT 1",
    "enterprises": "REPLACE INTO enterprises SELECT enterprise, name_zh, name_en, uscc, licence_no,"
    " mine_zh, capacity_t, state, valid_from_ms + 1, NULL, by FROM enterprises LIMIT 1",
    "weighbridges": "UPDATE weighbridges SET certificate = 'C2' WHERE valid_to_ms IS NULL",
}
UPDATES = {
    "records": "message = x'00'",
    "receipts": "seq = 99",
    "keysets": "message = x'00'",
    "bureau_log": "officer = 'nobody'",
    "orders": "by1 = 'nobody'",
    "enterprises": "capacity_t = 1",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.take(*site.book.fill(2))
    return site


@pytest.fixture(params=["ours", "a plain one"])
def db(site: Site, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A connection of ours, or one that knows nothing of our settings."""
    path = site.home.path / "collector.db"
    db = connect(path) if request.param == "ours" else sqlite3.connect(path, isolation_level=None)
    yield db
    db.close()


def rows(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]


@pytest.mark.parametrize("table", REWRITES)
def test_no_row_is_put_in_the_place_of_another(db: sqlite3.Connection, table: str) -> None:
    before = rows(db, table)
    assert before
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(REWRITES[table])
    assert rows(db, table) == before


@pytest.mark.parametrize("table", UPDATES)
def test_no_row_is_changed(db: sqlite3.Connection, table: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE {table} SET {UPDATES[table]}")


@pytest.mark.parametrize("table", [*UPDATES, "weighbridges"])
def test_no_row_is_deleted(db: sqlite3.Connection, table: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"DELETE FROM {table}")


def test_an_order_not_yet_answered_cannot_be_given_another_signer(site: Site) -> None:
    row = site.home.db.execute("SELECT by1, applied_seq FROM orders").fetchone()
    site.bureau.enrol("W02")
    with pytest.raises(sqlite3.IntegrityError):
        site.home.db.execute("UPDATE orders SET by1 = 'nobody' WHERE weighbridge = 'W02'")
    assert tuple(row) == ("officer-1", 1)


def test_the_end_of_a_registry_row_is_written_once(site: Site) -> None:
    db = site.home.db
    db.execute("UPDATE enterprises SET valid_to_ms = 1 WHERE valid_to_ms IS NULL")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE enterprises SET valid_to_ms = 2")


def test_every_append_only_table_is_guarded() -> None:
    db = connect(Path(":memory:"))
    create_tables(db)
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for table in APPEND_ONLY:
        assert {f"{table}_never_{what}" for what in ("deleted", "replaced", "changed")} <= names


# Transactions.


@pytest.fixture
def plain(tmp_path: Path) -> sqlite3.Connection:
    db = connect(tmp_path / "plain.db")
    db.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    return db


def numbers(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT n FROM t ORDER BY n")]


def insert_twice(db: sqlite3.Connection) -> None:
    for _ in range(2):
        db.execute("INSERT INTO t VALUES (1)")


def test_a_transaction_is_all_or_nothing(plain: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(plain):
        insert_twice(plain)
    assert (numbers(plain), plain.in_transaction) == ([], False)


def insert_in_its_own(db: sqlite3.Connection) -> None:
    with transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
    insert_twice(db)


def test_a_transaction_inside_another_ends_with_the_outer_one(plain: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(plain):
        insert_in_its_own(plain)
    assert numbers(plain) == []


def test_a_writer_waits_for_another_and_a_reader_sees_the_last_commit(tmp_path: Path) -> None:
    one, two = connect(tmp_path / "x.db"), connect(tmp_path / "x.db")
    one.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    two.execute("PRAGMA busy_timeout = 1")
    with transaction(one):
        one.execute("INSERT INTO t VALUES (1)")
        assert numbers(two) == []
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(two):
            pass
    assert numbers(two) == [1]


def test_commits_are_made_to_last(plain: sqlite3.Connection) -> None:
    settings = [plain.execute(f"PRAGMA {n}").fetchone()[0] for n in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    connect(tmp_path / "x.db").execute("CREATE TABLE t (n INTEGER)")
    reader = connect(tmp_path / "x.db", read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO t VALUES (1)")


# What is asked at every delivery or every second is answered by an index.

HOT = {
    "refused today": "SELECT count(*) FROM quarantine WHERE weighbridge = 'W' AND code = 'E'"
    " AND received_ms >= 1",
    "the newest receipt": "SELECT message FROM receipts WHERE weighbridge = 'W'"
    " ORDER BY at_ms DESC LIMIT 1",
    "open orders": "SELECT weighbridge, number FROM orders WHERE applied_seq IS NULL"
    " ORDER BY weighbridge, number LIMIT 9",
    "neighbours": "SELECT seq, digest FROM records WHERE weighbridge = 'W' AND epoch = 1"
    " AND seq IN (SELECT value FROM json_each('[1]'))",
}


@pytest.mark.parametrize("question", HOT)
def test_what_is_asked_all_the_time_reads_no_whole_table(question: str) -> None:
    db = connect(Path(":memory:"))
    create_tables(db)
    plan = [str(row["detail"]) for row in db.execute(f"EXPLAIN QUERY PLAN {HOT[question]}")]
    tables = ("quarantine", "receipts", "orders", "records")
    walks = [step for step in plan if step.startswith(tuple(f"SCAN {name}" for name in tables))]
    assert all("INDEX" in step for step in walks), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
