"""Faults of the store: each statement failing, or failing after it took effect; kills; forks."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.records_store import RecordsStore, Taken
from tests.collector.receiving import (
    SECOND_MS,
    Site,
    alerts,
    is_honest,
    quarantined,
    receipts,
    stored_messages,
    stored_seqs,
    with_faults,
)
from tests.collector.sites import PLACE, Book
from weighbook.keys import SigningKey
from weighbook.records import Control, Kind, OrderSeen


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


# Faults: each statement fails, or fails after it took effect.

STATEMENTS = (
    "BEGIN",
    "SELECT seq, digest, max_seq",
    "INSERT INTO records",
    "INSERT OR REPLACE INTO heads",
    "INSERT INTO quarantine",
    "INSERT INTO alerts",
    "UPDATE orders",
    "INSERT INTO receipts",
    "COMMIT",
)


def eventful(site: Site) -> list[bytes]:
    """A payload in which everything happens: records, an answered order, a stranger's record."""
    order = site.book.order
    seen = OrderSeen(1, order, "ENROL", "applied")
    stranger = replace(site.book, key=SigningKey.generate(), messages=[])
    messages = site.book.fill(2)
    return [*messages, site.book.write(Kind.ORDER, seen), stranger.begin()]


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("begins", STATEMENTS)
def test_whatever_fails_nothing_is_lost_or_doubled(site: Site, begins: str, acts: bool) -> None:
    home, db = with_faults(site.home)
    store, payload = RecordsStore(home), b"".join(eventful(site))
    db.break_at(begins, acts=acts)
    with pytest.raises(sqlite3.OperationalError):
        store.take(PLACE, payload)
    assert (db.failed, db.in_transaction) == (1, False)
    committed = acts and begins == "COMMIT"
    assert stored_seqs(site.home) == ([1, 2, 3, 4] if committed else [])
    site.bureau.wall.now_ms += 10 * SECOND_MS
    store.take(PLACE, payload)
    assert stored_seqs(site.home) == [1, 2, 3, 4]
    assert (quarantined(site.home), alerts(site.home)) == (["E_KID"], ["F-X01"])
    assert all(is_honest(site.home, receipt) for receipt in receipts(site.home))
    assert receipts(site.home)[-1].seq == 4


def test_a_commit_that_stays_open_is_not_joined_by_the_next_payload(site: Site) -> None:
    home, db = with_faults(site.home)
    store, messages = RecordsStore(home), site.book.fill(3)
    db.break_at("COMMIT", acts=False)
    with pytest.raises(sqlite3.OperationalError):
        store.take(PLACE, messages[0])
    store.take(PLACE, b"".join(messages))
    db.close()
    assert stored_seqs(site.home) == [1, 2, 3, 4]


def test_a_store_opened_again_goes_on_where_the_killed_one_was(site: Site) -> None:
    messages = site.book.fill(6)
    site.take(*messages[:4])
    site.store = RecordsStore(site.home)
    site.take(*messages[2:])
    assert stored_messages(site.home) == messages
    assert [r.seq for r in receipts(site.home)] == [4, 7]
    assert [r.at_ms for r in receipts(site.home)] == sorted({r.at_ms for r in receipts(site.home)})


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "again", "fork", "spoil", "fail", "fail late", "reopen"]),
        st.integers(0, 11),
        st.integers(1, 5),
    ),
    max_size=14,
)


class Rehearsal:
    """One store that meets with everything; `check` holds after each step."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.home, self.db = with_faults(self.site.home)
        self.store = RecordsStore(self.home)
        self.messages = self.site.book.fill(11)
        rival = Book(self.site.book.key, self.site.book.order, at_ms=self.site.book.at_ms)
        self.rivals = [rival.write(Kind.CONTROL, Control(b"rival")) for _ in range(12)]

    def do(self, step: Step) -> None:
        name, at, count = step
        part = b"".join(self.messages[at : at + count])
        acts: dict[str, Callable[[], object]] = {
            "send": lambda: self.take(part),
            "again": lambda: [self.take(part) for _ in range(2)],
            "fork": lambda: self.take(self.rivals[at]),
            "spoil": lambda: self.take(part[:-1] + bytes([part[-1] ^ 1])),
            "fail": lambda: self.fail(part, acts=False),
            "fail late": lambda: self.fail(part, acts=True),
            "reopen": self.reopen,
        }
        acts[name]()

    def take(self, payload: bytes) -> Taken:
        self.site.bureau.wall.now_ms += 3 * SECOND_MS
        return self.store.take(PLACE, payload)

    def fail(self, payload: bytes, *, acts: bool) -> None:
        self.db.break_at("COMMIT", acts=acts)
        with pytest.raises(sqlite3.OperationalError):
            self.take(payload)

    def reopen(self) -> None:
        self.store = RecordsStore(self.home)

    def check(self) -> None:
        """No receipt claims more than is stored, and nothing stored is anything but ours."""
        said = receipts(self.site.home)
        assert all(is_honest(self.site.home, receipt) for receipt in said)
        assert [r.at_ms for r in said] == sorted({r.at_ms for r in said})
        assert [r.seq for r in said] == sorted(r.seq for r in said)
        assert set(stored_messages(self.site.home)) <= {*self.messages, *self.rivals}


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_receipts_never_claim_more_than_is_stored(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    rehearsal = Rehearsal(tmp_path_factory.mktemp("rehearsal"))
    for step in steps:
        rehearsal.do(step)
        rehearsal.check()
    rehearsal.take(b"".join(rehearsal.messages))
    rehearsal.check()
    if not any(name == "fork" for name, _, _ in steps):
        assert stored_messages(rehearsal.site.home) == rehearsal.messages
