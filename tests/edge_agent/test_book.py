"""The book: signed, chained, durable, read back. What else is in the file is not believed."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.acts import KeepKeySet, KeepOrder, KeepReceipt
from edge_agent.book import Book
from edge_agent.book_file import GUARDED, BookFailed, connect
from tests.edge_agent.places import BOOT, Place, append, enrolled, found
from tests.edge_agent.story import AGENT, BRIDGE, ENROLMENT, T0, opened, ticket
from tests.weighbook.bodies import any_of
from weighbook.audit import Audit
from weighbook.records import BODIES, Control, Correction, Kind, Stopped
from weighbook.verdict import verify_path

PAPERS = (
    KeepOrder(2, bytes(32), b"an order"),
    KeepReceipt(1, bytes(32), T0, b"a receipt"),
    KeepKeySet(2, b"a key set"),
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return enrolled(tmp_path)


def audited(place: Place) -> Audit:
    return verify_path(place.site.book)


def stranger(place: Place) -> sqlite3.Connection:
    """Anybody's connection, with none of our settings."""
    return sqlite3.connect(place.site.book, isolation_level=None)


def forged(place: Place, statement: str, *values: object) -> None:
    """What a person with root does: the guards go first."""
    with closing(stranger(place)) as db:
        for table in GUARDED:
            for change in ("update", "delete", "replace"):
                db.execute(f"DROP TRIGGER {table}_no_{change}")
        db.execute(statement, values)


def test_a_line_is_signed_chained_and_in_the_file(place: Place) -> None:
    first, second = place.fill(2)
    assert (first.record.seq, second.record.seq) == (2, 3)
    assert second.record.prev == first.digest
    with closing(stranger(place)) as db:
        found = db.execute("SELECT message FROM records WHERE seq = 3").fetchone()
    assert found == (second.message,)
    assert audited(place).ok


def test_every_commit_is_synced_in_wal(place: Place) -> None:
    with place.book() as book:
        assert book._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert book._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_totals_run_with_the_sales(place: Place) -> None:
    story = opened()
    story.pass_with(ticket(), 15_000)
    story.pass_with(ticket(), 49_000)
    place.tell(story)
    with place.book() as book:
        totals = book.head.totals
    assert (totals.passages, totals.sales, totals.net_kg) == (2, 1, 34_000)
    assert audited(place).breaks == ()


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_kind_of_record_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "kinds"
    place = found(folder) if folder.exists() else enrolled(folder)
    kind = data.draw(st.sampled_from(sorted(BODIES)))
    body = data.draw(any_of(BODIES[kind]))
    with place.book() as book:
        line = append(book, kind, body)
        assert list(book.lines(line.record.seq - 1)) == [line]
    assert line.record.body == body


@pytest.fixture(scope="module")
def papered(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with a line in every table, for those who try to change it."""
    place = enrolled(tmp_path_factory.mktemp("papered"))
    with place.book() as book:
        for paper in PAPERS:
            book.keep(paper)
    return place


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {key} = {key}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
    ],
)
def test_no_program_can_change_a_line(papered: Place, table: str, statement: str) -> None:
    change = statement.format(table=table, key=GUARDED[table])
    with closing(stranger(papered)) as db, pytest.raises(sqlite3.IntegrityError, match="a book is"):
        db.execute(change)


def test_a_paper_kept_twice_stands_once(place: Place) -> None:
    with place.book() as book:
        for paper in (*PAPERS, *PAPERS):
            book.keep(paper)
        assert book.orders() == (ENROLMENT, b"an order")
        assert book.keysets()[1:] == (b"a key set",)
        assert book.newest_receipt() == b"a receipt"


def test_an_older_receipt_may_come_again_after_a_newer_one(place: Place) -> None:
    with place.book() as book:
        for word in (b"one", b"two", b"one"):
            book.keep(KeepReceipt(1, bytes(32), T0, word))
        assert book.newest_receipt() == b"one"


def test_another_order_under_the_same_number_is_a_failure(place: Place) -> None:
    with place.book() as book, pytest.raises(BookFailed, match="never written over"):
        book.keep(KeepOrder(1, bytes(32), b"another"))


def fill_up(book: Book) -> None:
    for _ in range(50):
        append(book, Kind.CORRECTION, Correction(1, "x" * 1_000))


def test_a_full_disk_refuses_the_line_and_the_book_stays_whole(place: Place) -> None:
    with place.book() as book:
        pages = book._db.execute("PRAGMA page_count").fetchone()[0]
        book._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(BookFailed, match="full"):
            fill_up(book)
        assert book.newer_than(book.head.seq) == ()
        book._db.execute("PRAGMA max_page_count = 9999")
        append(book, Kind.CONTROL, Control(bytes(8)))
    assert audited(place).ok


def test_a_write_that_failed_took_no_effect(place: Place) -> None:
    """Another program holds the file: the line is refused, and nothing of it is there."""
    with place.book() as book, closing(stranger(place)) as other:
        book._db.execute("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BookFailed, match="locked"):
            append(book, Kind.CONTROL, Control(bytes(8)))
        other.execute("ROLLBACK")
        assert book.newer_than(1) == ()
        assert append(book, Kind.CONTROL, Control(bytes(8))).record.seq == 2
    assert audited(place).ok


def test_a_write_that_failed_after_it_took_effect_is_found(place: Place) -> None:
    """The commit is on disk, the answer was lost: so it looks to the one who asked."""
    with place.book() as book, place.book() as lost:
        line = append(lost, Kind.CONTROL, Control(bytes(8)))
        with pytest.raises(BookFailed, match="never written over"):
            append(book, Kind.STOPPED, Stopped("x"))
        assert book.newer_than(1) == (line,)
        assert append(book, Kind.STOPPED, Stopped("x")).record.prev == line.digest
    assert audited(place).ok


WRITER = """
import sys
from pathlib import Path
from tests.edge_agent.places import append, found
from edge_agent.book import Book
from weighbook.keys import SigningKey
from weighbook.records import Control, Kind
place = found(Path(sys.argv[1]))
book = Book(place.site.book, SigningKey.load(place.site.key), bytes(16))
while True:
    print(append(book, Kind.CONTROL, Control(bytes(8))).record.seq, flush=True)
"""


def test_what_was_said_to_be_written_is_there_after_a_kill(place: Place) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place.folder)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(40)][-1]
        os.kill(writer.pid, signal.SIGKILL)
    again = Book(place.site.book, AGENT, BOOT)
    assert again.head.seq >= said
    append(again, Kind.CONTROL, Control(bytes(8)))
    again.close()
    assert audited(place).ok


NOISE = b"\xd2\x84\x43"
DAMAGES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "a flipped bit": ("message = CAST(x'00' || substr(message, 2) AS BLOB)", ()),
    "a text for bytes": ("message = 'text'", ()),
    "a number for bytes": ("message = 5", ()),
    "a text as digest": ("digest = 'text'", ()),
    "noise with its digest": ("message = ?, digest = ?", (NOISE, sha256(NOISE).digest())),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_line_is_a_failure_in_words(place: Place, damage: str) -> None:
    place.fill(2)
    change, values = DAMAGES[damage]
    forged(place, f"UPDATE records SET {change} WHERE seq = 2", *values)
    with place.book() as book, pytest.raises(BookFailed, match="record 2"):
        list(book.lines())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET message = 'text'",
        "UPDATE records SET digest = 7",
        "UPDATE records SET message = x'00'",
        "DELETE FROM facts WHERE name = 'epoch'",
        "UPDATE facts SET value = 'text'",
        "UPDATE facts SET value = x'ff' WHERE name = 'weighbridge'",
        "UPDATE facts SET value = 1000000000000",
        "DROP TABLE records",
    ],
)
def test_a_book_whose_head_cannot_be_read_does_not_open(place: Place, statement: str) -> None:
    forged(place, statement)
    with pytest.raises(BookFailed):
        Book(place.site.book, AGENT, BOOT)


@pytest.mark.parametrize("content", [b"", b"noise" * 900])
def test_a_file_that_is_no_book_does_not_open(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "book.db").write_bytes(content)
    with pytest.raises(BookFailed):
        Book(tmp_path / "book.db", AGENT, BOOT)


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BookFailed):
        Book(tmp_path / "book.db", AGENT, BOOT)
    assert not (tmp_path / "book.db").exists()
    with pytest.raises(BookFailed):
        Book(tmp_path, AGENT, BOOT)


def test_a_reader_cannot_write(place: Place) -> None:
    with closing(connect(place.site.book, read_only=True)) as db:
        assert db.execute("SELECT count(*) FROM records").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("INSERT INTO facts VALUES ('a', x'00')")


def test_the_facts_of_the_enrolment_are_kept(place: Place) -> None:
    with place.book() as book:
        assert book.fact("weighbridge") == BRIDGE.encode()
        assert (book.at_ms(1) is None, book.at_ms(2)) == (False, None)
        with pytest.raises(BookFailed, match="no owner"):
            book.fact("owner")
