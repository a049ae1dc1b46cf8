"""What is refused is kept as evidence, and nobody can fill the disk with it."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from collector import schema
from collector.batches import Refused
from collector.ingest import Alert
from collector.quarantine import (
    DAY_MS,
    LARGEST_EVIDENCE_BYTES,
    LARGEST_GARBAGE_BYTES,
    ROWS_PER_DAY,
    alert_of,
    keep_refused,
    raise_alert,
)

NOW_MS = 1_790_000_000_000


@pytest.fixture
def db() -> sqlite3.Connection:
    db = schema.connect(Path(":memory:"))
    schema.create_tables(db)
    return db


def garbage(number: int, code: str = "E_CBOR", size: int = 20) -> Refused:
    message = number.to_bytes(8, "big") + bytes(size)
    return Refused(code, message, hashlib.sha256(message).digest())


def signed(number: int, code: str = "F-X03", size: int = 20) -> Refused:
    return garbage(number, code, size)._replace(epoch=1, seq=number)


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM quarantine").fetchone()[0])


def test_a_days_garbage_of_one_weighbridge_has_a_bound(db: sqlite3.Connection) -> None:
    kept = [keep_refused(db, "W01", garbage(n), NOW_MS) for n in range(ROWS_PER_DAY + 50)]
    assert (sum(kept), count(db)) == (ROWS_PER_DAY, ROWS_PER_DAY)


def test_the_bound_is_each_codes_and_each_weighbridges_own(db: sqlite3.Connection) -> None:
    for number in range(ROWS_PER_DAY):
        keep_refused(db, "W01", garbage(number), NOW_MS)
    assert keep_refused(db, "W01", signed(1), NOW_MS)
    assert keep_refused(db, "W02", garbage(1), NOW_MS)
    assert not keep_refused(db, "W01", garbage(-1 % 2**60), NOW_MS)


def test_the_next_day_begins_anew(db: sqlite3.Connection) -> None:
    for number in range(ROWS_PER_DAY):
        keep_refused(db, "W01", garbage(number), NOW_MS)
    assert keep_refused(db, "W01", garbage(ROWS_PER_DAY), NOW_MS + DAY_MS + 1)


def test_the_same_bytes_are_kept_once_a_day(db: sqlite3.Connection) -> None:
    assert keep_refused(db, "W01", garbage(1), NOW_MS)
    assert not keep_refused(db, "W01", garbage(1), NOW_MS + 1)
    assert count(db) == 1


@pytest.mark.parametrize(
    ("refused", "most"),
    [
        (garbage(1, size=70_000), LARGEST_GARBAGE_BYTES),
        (signed(1, size=70_000), LARGEST_EVIDENCE_BYTES),
    ],
)
def test_signed_evidence_is_kept_whole_and_noise_is_cut(
    db: sqlite3.Connection, refused: Refused, most: int
) -> None:
    keep_refused(db, "W01", refused, NOW_MS)
    row = db.execute("SELECT length(message), digest FROM quarantine").fetchone()
    assert tuple(row) == (most, refused.digest)


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (signed(7), "F-X03"),
        (signed(7, "F-X04"), "F-X04"),
        (signed(7, "E_RANGE"), "F-X04"),
        (signed(7, "E_SEQ"), "F-X04"),
        (signed(7, "E_TOPIC"), "F-X01"),
        (signed(7, "E_SUBJECT"), "F-X01"),
        (garbage(7, "E_KID"), "F-X01"),
        (garbage(7, "E_ROLE"), "F-X01"),
        (signed(7, "E_KEY_TIME"), "F-X01"),
        (garbage(7, "E_SIG"), None),
        (garbage(7, "E_SEQUENCE"), None),
        (garbage(7, "E_OVERSIZE"), None),
    ],
)
def test_which_refusals_the_bureau_is_told_of(refused: Refused, code: str | None) -> None:
    assert [alert.code for alert in alert_of(refused)] == ([] if code is None else [code])


def test_the_same_alert_is_written_once(db: sqlite3.Connection) -> None:
    for now_ms in (NOW_MS, NOW_MS + DAY_MS):
        raise_alert(db, "W01", Alert("F-X03", "1/5 00"), now_ms)
    raise_alert(db, "W02", Alert("F-X03", "1/5 00"), NOW_MS)
    rows = db.execute("SELECT weighbridge, from_ms FROM alerts ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("W01", NOW_MS), ("W02", NOW_MS)]
