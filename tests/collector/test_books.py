"""The rows of the books: what is written is read back the same, and only what is asked for."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import books
from collector.batches import Arrived
from collector.ingest import Head, new_head
from tests.collector.receiving import Site
from tests.collector.sites import PLACE, Book
from weighbook.envelope import digest, payload_of
from weighbook.records import Totals, parse_record

counts = st.integers(0, 2**53)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def arrived(message: bytes) -> Arrived:
    return Arrived(parse_record(payload_of(message)), digest(message), message)


@given(st.builds(Totals, counts, counts, st.integers(-(2**53), 2**53), counts))
def test_totals_come_back_as_they_were(totals: Totals) -> None:
    assert books.read_totals(books.write_totals(totals)) == totals


def test_a_head_comes_back_as_it_was_kept(site: Site) -> None:
    head = Head(PLACE, 3, 7, bytes(range(32)), 9, 123, Totals(1, 2, 3, 4), 5)
    books.keep_head(site.home.db, head, 1_000)
    assert books.read_head(site.home.db, PLACE, 3) == head
    assert books.read_head(site.home.db, PLACE, 4) == new_head(PLACE, 4)


def test_the_newest_epoch_of_each_weighbridge_is_listed(site: Site) -> None:
    for weighbridge, epoch in (("W01", 1), ("W01", 2), ("W02", 1)):
        head = new_head(weighbridge, epoch)._replace(seq=epoch)
        books.keep_head(site.home.db, head, 0)
    assert [(h.weighbridge, h.epoch) for h in books.list_heads(site.home.db)] == [
        ("W01", 2),
        ("W02", 1),
    ]


def test_an_epoch_is_that_of_the_newest_enrolment_and_zero_for_strangers(site: Site) -> None:
    assert books.read_epoch(site.home.db, PLACE) == 1
    assert books.read_epoch(site.home.db, "W99") == 0


def test_only_the_neighbours_of_a_batch_are_read(site: Site) -> None:
    messages = site.book.fill(30)
    site.take(*messages)
    head = books.read_head(site.home.db, PLACE, 1)
    known = books.read_known(site.home.db, head, [arrived(messages[0]), arrived(messages[20])])
    assert sorted(known.stored) == [1, 2, 20, 21, 22]
    assert known.enrolments == {site.book.order}


def test_nothing_is_read_for_a_batch_that_simply_goes_on(site: Site) -> None:
    site.take(*site.book.fill(3))
    asked: list[str] = []
    site.home.db.set_trace_callback(asked.append)
    head = books.read_head(site.home.db, PLACE, 1)
    known = books.read_known(site.home.db, head, [arrived(m) for m in site.book.fill(2)])
    site.home.db.set_trace_callback(None)
    assert (known.stored, len(asked)) == ({}, 1)


def test_what_is_kept_beyond_a_gap_is_read_in_order(site: Site) -> None:
    messages = site.book.fill(6)
    site.take(messages[0], *reversed(messages[3:]))
    head = books.read_head(site.home.db, PLACE, 1)
    beyond = books.read_after(site.home.db, head)
    assert [item.message for item in beyond] == messages[3:]


def test_a_place_is_taken_once(site: Site) -> None:
    (genesis,) = site.book.fill(0)
    books.insert_records(site.home.db, [arrived(genesis)], 0)
    rival = Book(site.book.key, site.book.order, at_ms=site.book.at_ms + 1).begin()
    with pytest.raises(sqlite3.IntegrityError):
        books.insert_records(site.home.db, [arrived(rival)], 0)
