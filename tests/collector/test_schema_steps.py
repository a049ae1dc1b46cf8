"""A database of an older program is brought up to date; one of a newer is refused."""

import sqlite3
from pathlib import Path

import pytest

from collector import schema
from collector.home import DATABASE_NAME, create_home, open_home
from collector.schema_steps import FIRST, newest, version_of
from weighbook.phrase import Refusal


def tables(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {row[0]: row[1] for row in rows}


def old_database(path: Path) -> sqlite3.Connection:
    """As the first version made it."""
    db = schema.connect(path)
    db.executescript(f"BEGIN; {schema.REGISTRY} {schema.TICKETS} {schema.BOOKS} COMMIT;")
    db.execute(f"PRAGMA user_version = {FIRST}")
    return db


def test_an_old_database_ends_with_the_same_tables_as_a_new_one(tmp_path: Path) -> None:
    old, new = old_database(tmp_path / "old.db"), schema.connect(tmp_path / "new.db")
    schema.upgrade(old)
    schema.create_tables(new)
    assert version_of(old) == version_of(new) == newest()
    kept = {name for name in tables(new) if "_never_" not in name}
    assert kept <= set(tables(old))


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    db = old_database(tmp_path / "old.db")
    db.execute("CREATE TABLE notices (anything TEXT)")
    before = tables(db)
    with pytest.raises(sqlite3.OperationalError):
        schema.upgrade(db)
    assert (version_of(db), tables(db)) == (FIRST, before)


def test_a_home_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    create_home(tmp_path / "home").close()
    db = sqlite3.connect(tmp_path / "home" / DATABASE_NAME)
    db.execute(f"PRAGMA user_version = {newest() + 1}")
    db.close()
    with pytest.raises(Refusal) as refused:
        open_home(tmp_path / "home")
    assert refused.value.code == "E_NEWER_HOME"
