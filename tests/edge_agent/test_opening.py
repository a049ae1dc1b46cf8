"""Opening a book for a run: what holds is folded; what does not is a fault in words, no end."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from edge_agent import lane as agent
from edge_agent.book import Book, Line
from edge_agent.book_file import BookFailed
from edge_agent.events import BookChecked, Tick
from edge_agent.opening import Opened, open_ledger
from tests.edge_agent.places import BOOT, Place, append, configure, enrolled
from tests.edge_agent.story import AGENT, KEYS, SITE, STRANGER, Story, opened, ticket
from weighbook.envelope import Typ, sign
from weighbook.keys import SigningKey
from weighbook.keyset import sign_keyset
from weighbook.records import Control, Kind, Record, Weighing, encode_record


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A day with a sale; nobody changes it."""
    place = enrolled(tmp_path_factory.mktemp("kept"))
    story = opened()
    story.pass_with(ticket(), 15_000)
    story.pass_with(ticket(), 49_000)
    place.tell(story)
    return place


@pytest.fixture
def place(kept: Place, tmp_path: Path) -> Place:
    """A copy one may tamper with."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return configure(tmp_path / "copy")


def open_place(place: Place) -> Opened:
    with place.book() as book:
        return open_ledger(book)


def lines(place: Place) -> list[Line]:
    with place.book() as book:
        return list(book.lines())


def alter(place: Place, statement: str, *values: object) -> None:
    """By hand, past the guards."""
    with closing(sqlite3.connect(place.site.book)) as db, db:
        for change in ("update", "delete", "replace"):
            db.execute(f"DROP TRIGGER IF EXISTS records_no_{change}")
            db.execute(f"DROP TRIGGER IF EXISTS keysets_no_{change}")
            db.execute(f"DROP TRIGGER IF EXISTS facts_no_{change}")
        db.execute(statement, values)


def write_over(place: Place, record: Record, key: SigningKey = AGENT) -> None:
    """Another record in the place of that seq, with a digest that fits it."""
    message = sign(encode_record(record), Typ.RECORD, key)
    alter(
        place,
        "UPDATE records SET message = ?, digest = ? WHERE seq = ?",
        message,
        sha256(message).digest(),
        record.seq,
    )


def test_a_whole_book_opens_to_the_ledger_it_was_written_from(place: Place) -> None:
    result = open_place(place)
    assert result.fault is None
    assert result.ledger.seq == lines(place)[-1].record.seq
    assert result.ledger.tickets[ticket().ticket_no].used
    assert (result.ledger.totals.sales, result.ledger.totals.net_kg) == (1, 34_000)


def test_opening_again_changes_nothing(place: Place) -> None:
    before = place.site.book.read_bytes()
    assert open_place(place).ledger == open_place(place).ledger
    assert place.site.book.read_bytes() == before


def test_a_cut_record_is_a_fault(place: Place) -> None:
    alter(place, "DELETE FROM records WHERE seq = 3")
    assert open_place(place).fault == "record 4: B_PREV"


def test_a_book_without_its_beginning_is_a_fault(place: Place) -> None:
    alter(place, "DELETE FROM records WHERE seq = 1")
    assert open_place(place).fault == "record 2: B_KIND"


def test_a_rewritten_record_is_a_fault_though_it_is_signed(place: Place) -> None:
    """Even the owner of the key breaks the chain: the next record names another digest."""
    record = lines(place)[2].record
    write_over(place, replace(record, at_ms=record.at_ms + 1))
    assert open_place(place).fault == "record 4: B_PREV"


def test_a_record_of_another_key_at_the_end_is_a_fault(place: Place) -> None:
    record = lines(place)[-1].record
    write_over(place, record, STRANGER)
    assert open_place(place).fault == f"record {record.seq}: E_KID"


def test_a_flipped_bit_is_a_fault_and_what_stands_before_it_counts(place: Place) -> None:
    alter(place, "UPDATE records SET message = substr(message, 2) WHERE seq = 5")
    result = open_place(place)
    assert result.fault == "record 5 does not match its digest"
    assert result.ledger.seq == 4


def test_a_record_no_agent_would_write_is_a_fault(place: Place) -> None:
    """A tare without a ticket, signed with the right key: impossible here, so it is no line."""
    tare = next(line.record for line in lines(place) if line.record.kind is Kind.TARE)
    assert isinstance(tare.body, Weighing)
    write_over(place, replace(tare, body=replace(tare.body, ticket_no=None)))
    assert open_place(place).fault == f"record {tare.seq} is no TARE that an agent writes"


def test_the_run_begins_all_the_same_with_sales_closed(place: Place) -> None:
    alter(place, "UPDATE records SET message = 'text' WHERE seq = 5")
    result = open_place(place)
    lane, acts = agent.start(SITE, result.ledger, Story().at)
    checked = BookChecked(lane.now, ok=False, detail=result.fault or "")
    lane, _ = agent.step(lane, checked)
    lane, _ = agent.step(lane, Tick(lane.now))
    assert acts
    assert ("BOOK", "store") in lane.decision.uncovered


@pytest.mark.parametrize("message", [b"noise", sign_keyset(KEYS, STRANGER)])
def test_a_book_without_a_key_set_of_its_root_does_not_open(place: Place, message: bytes) -> None:
    alter(place, "UPDATE keysets SET message = ?", message)
    with pytest.raises(BookFailed, match="key set"):
        open_place(place)
    alter(place, "DELETE FROM keysets")
    with pytest.raises(BookFailed, match="no key set"):
        open_place(place)


def test_a_book_whose_root_is_no_key_does_not_open(place: Place) -> None:
    alter(place, "UPDATE facts SET value = x'01' WHERE name = 'root'")
    with pytest.raises(BookFailed, match="root"):
        open_place(place)


def test_progress_is_told_while_a_long_book_is_read(place: Place) -> None:
    told = list[int]()
    with place.book() as book:
        open_ledger(book, told.append, shown_every=3)
    assert told == [seq for seq in range(1, len(lines(place)) + 1) if seq % 3 == 0]


def test_a_foreign_signature_further_back_than_is_checked_is_left_to_the_audit(
    place: Place,
) -> None:
    foreign = Book(place.site.book, STRANGER, BOOT)
    seq = append(foreign, Kind.CONTROL, Control(bytes(8))).record.seq
    foreign.close()
    place.fill(3)
    with place.book() as book:
        assert open_ledger(book, checked=3).fault is None
        assert open_ledger(book, checked=4).fault == f"record {seq}: E_KID"
