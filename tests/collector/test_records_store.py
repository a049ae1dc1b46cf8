"""Verified, stored, and only then receipted: what one payload does to the collector's database."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector import books
from collector.records_store import RecordsStore
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from tests.collector.ledgers import stamp
from tests.collector.receiving import (
    SECOND_MS,
    Site,
    alerts,
    details,
    quarantined,
    receipts,
    stored_messages,
    stored_seqs,
)
from tests.collector.sites import ENTERPRISE, PLACE, Book, weighing
from weighbook.envelope import digest
from weighbook.keys import SigningKey
from weighbook.phrase import Refusal
from weighbook.receipts import open_receipt
from weighbook.records import Control, Kind
from weighbook.tickets import open_ticket


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_batch_is_stored_as_it_was_sent_and_receipted(site: Site) -> None:
    messages = site.book.fill(4)
    taken = site.take(*messages)
    assert stored_messages(site.home) == messages
    assert taken.receipt is not None
    receipt = open_receipt(taken.receipt, site.home.ring())
    assert (receipt.seq, receipt.head) == (5, digest(messages[-1]))


def test_a_batch_that_comes_again_is_welcome(site: Site) -> None:
    messages = site.book.fill(4)
    site.take(*messages)
    again = site.take(*messages)
    assert (again.outcomes[0].duplicates, stored_messages(site.home)) == (5, messages)
    assert (quarantined(site.home), alerts(site.home)) == ([], [])


def test_a_batch_in_the_wrong_order_ends_in_the_same_book(site: Site) -> None:
    messages = site.book.fill(5)
    site.take(*reversed(messages))
    assert books.read_head(site.home.db, PLACE, 1).seq == 6
    assert stored_messages(site.home) == messages


def test_a_gap_is_owed_and_the_receipt_stops_before_it(site: Site) -> None:
    messages = site.book.fill(8)
    site.take(*messages[:3])
    taken = site.take(*messages[5:])
    assert taken.outcomes[0].gaps == ((4, 5),)
    assert stored_seqs(site.home) == [1, 2, 3, 6, 7, 8, 9]
    assert receipts(site.home)[-1].seq == 3


def test_when_the_gap_closes_the_receipt_covers_all_of_it(site: Site) -> None:
    messages = site.book.fill(8)
    site.take(*messages[:3])
    site.take(*messages[5:])
    site.take(*messages[3:5])
    assert receipts(site.home)[-1].seq == 9


def test_a_gap_of_thousands_closes_in_one_go(site: Site) -> None:
    messages = site.book.fill(1_100)
    for at in range(1, len(messages), 100):
        site.take(*messages[at : at + 100])
    assert receipts(site.home)[-1].seq == 0
    site.take(messages[0])
    assert receipts(site.home)[-1].seq == 1_101


def test_a_fork_is_kept_as_evidence_and_reported(site: Site) -> None:
    messages = site.book.fill(3)
    other = site.book.branch()
    messages.append(site.book.write(Kind.CONTROL, Control(b"one")))
    rival = other.write(Kind.CONTROL, Control(b"two"))
    site.take(*messages)
    site.take(rival)
    kept = site.home.db.execute("SELECT epoch, seq, digest, code, message FROM quarantine")
    assert [tuple(row) for row in kept] == [(1, 5, digest(rival), "F-X03", rival)]
    assert alerts(site.home) == ["F-X03"]
    assert stored_messages(site.home) == messages


def test_a_record_that_does_not_link_is_kept_as_evidence_and_reported(site: Site) -> None:
    messages = site.book.fill(3)
    other = site.book.branch()
    other.write(Kind.CONTROL, Control(b"lost"))
    stray = other.write(Kind.CONTROL, Control(b"stray"))
    site.take(*messages, site.book.write(Kind.CONTROL, Control(b"mine")))
    site.take(stray)
    assert (quarantined(site.home), alerts(site.home)) == (["F-X04"], ["F-X04"])
    assert receipts(site.home)[-1].seq == 5


def test_a_genesis_no_order_of_ours_made_is_refused(site: Site) -> None:
    stray = Book(site.book.key, bytes(32), at_ms=site.book.at_ms)
    taken = site.take(stray.begin())
    assert (quarantined(site.home), stored_seqs(site.home)) == (["F-X04"], [])
    assert taken.receipt is not None
    assert open_receipt(taken.receipt, site.home.ring()).seq == 0


def test_a_strangers_record_is_quarantined_and_reported(site: Site) -> None:
    stranger = replace(site.book, key=SigningKey.generate(), messages=[])
    site.take(stranger.begin())
    assert (quarantined(site.home), alerts(site.home)) == (["E_KID"], ["F-X01"])
    assert receipts(site.home) == []


def test_another_weighbridges_topic_is_no_way_in(site: Site) -> None:
    messages = site.book.fill(2)
    site.bureau.enrol("W02")
    site.take(*messages, place="W02")
    assert quarantined(site.home) == ["E_TOPIC"] * 3
    assert (stored_seqs(site.home), alerts(site.home)) == ([], ["F-X01"] * 3)


def test_a_weighbridge_nobody_registered_gets_nothing_stored(site: Site) -> None:
    site.take(*site.book.fill(1), place="W77")
    assert stored_seqs(site.home) == []
    assert quarantined(site.home) == ["E_TOPIC", "E_TOPIC"]


def test_an_oversize_payload_is_refused_whole(site: Site) -> None:
    payload = b"".join(site.book.fill(400))
    assert len(payload) > site.home.config.ingest.largest_payload_bytes
    taken = site.take(payload)
    assert ([r.code for r in taken.refused], stored_seqs(site.home)) == (["E_OVERSIZE"], [])
    kept = site.home.db.execute("SELECT length(message) FROM quarantine").fetchone()[0]
    assert kept == 1_024


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_garbage_is_quarantined_under_a_code(site: Site, payload: bytes) -> None:
    taken = site.take(payload)
    assert [item.code for item in taken.refused] == ["E_SEQUENCE"]
    assert (taken.receipt, stored_seqs(site.home)) == (None, [])


def test_every_flipped_byte_leaves_the_store_as_it_was(site: Site) -> None:
    (genesis, message) = site.book.fill(1)
    site.take(genesis)
    for at in range(len(message)):
        spoilt = bytearray(message)
        spoilt[at] ^= 0x04
        site.store.take(PLACE, bytes(spoilt))
    assert stored_messages(site.home) == [genesis]
    assert {r.seq for r in receipts(site.home)} == {1}
    site.take(message)
    assert stored_messages(site.home) == [genesis, message]


def test_both_epochs_of_a_re_enrolled_weighbridge_are_taken_from_one_payload(site: Site) -> None:
    from collector.enrolment import Request, enrol
    from weighbook import cbor

    old = site.book.fill(2)
    site.bureau.wall.now_ms += 10 * SECOND_MS
    key = SigningKey.generate()
    bundle = cbor.decode(
        enrol(site.home, Request(PLACE, key.public, ""), "officer-1"), max_bytes=1 << 20
    )
    new = Book(key, digest(bundle[3]), epoch=2, at_ms=site.bureau.wall.now_ms)
    taken = site.take(*new.fill(1), *old)
    assert [(o.head.epoch, o.head.seq) for o in taken.outcomes] == [(1, 3), (2, 2)]
    assert (receipts(site.home)[-1].epoch, receipts(site.home)[-1].seq) == (2, 2)


# Tickets move with the records, and cannot hold them up.


def with_ticket(site: Site) -> tuple[str, bytes]:
    """One ticket allocated to the weighbridge; its number and its digest."""
    home, at_s = site.home, site.bureau.wall.now_ms // 1_000
    numbers = stock_in(home.db, Batch("COAL", "150624", 26, 1), 1, stamp())
    issue(home.db, numbers, ENTERPRISE, stamp())
    times = (35_000, at_s - 60, at_s + 86_400)
    grant = Grant("OTG-EB", "COAL", ENTERPRISE, PLACE, "RAW", *times)
    allocate(home.db, numbers, grant, home.key("ticket"), stamp())
    row = home.db.execute("SELECT ticket_no, message FROM tickets").fetchone()
    assert open_ticket(bytes(row["message"]), home.ring(), None).ticket_no == row["ticket_no"]
    return row["ticket_no"], digest(bytes(row["message"]))


def ticket_state(site: Site) -> str:
    return str(site.home.db.execute("SELECT state FROM tickets").fetchone()[0])


def test_a_sale_uses_its_ticket_once_however_often_it_comes(site: Site) -> None:
    number, scanned = with_ticket(site)
    sale = weighing(ticket_no=number, ticket_digest=scanned)
    messages = [site.book.begin(), site.book.write(Kind.TARE, sale)]
    messages.append(site.book.write(Kind.SALE, sale))
    for _ in range(3):
        site.take(*messages)
    assert ticket_state(site) == "USED"
    moves = site.home.db.execute("SELECT move FROM ticket_entries WHERE source LIKE 'W01/%'")
    assert [row[0] for row in moves] == ["reserve", "use"]


def test_a_sale_beyond_a_gap_is_posted_when_the_gap_closes(site: Site) -> None:
    number, scanned = with_ticket(site)
    body = weighing(ticket_no=number, ticket_digest=scanned)
    messages = [site.book.begin(), site.book.write(Kind.TARE, body)]
    messages.append(site.book.write(Kind.SALE, body))
    site.take(messages[0], messages[2])
    assert ticket_state(site) == "ALLOCATED"
    site.take(messages[1])
    assert ticket_state(site) == "USED"


def test_a_ticket_the_ledger_cannot_move_does_not_hold_up_the_book(site: Site) -> None:
    number, scanned = with_ticket(site)
    site.home.db.execute("DROP TRIGGER entry_moves_the_balance")
    site.home.db.execute(
        "CREATE TRIGGER entry_moves_the_balance BEFORE INSERT ON ticket_entries"
        " BEGIN SELECT RAISE(ABORT, 'E_STATE'); END"
    )
    body = weighing(ticket_no=number, ticket_digest=scanned)
    site.take(site.book.begin(), site.book.write(Kind.TARE, body), *site.book.fill(1))
    assert (stored_seqs(site.home), alerts(site.home)) == ([1, 2, 3], ["F-T00"])


def test_a_missing_receipt_key_is_said_before_anything_is_taken(site: Site) -> None:
    (site.home.path / "keys" / "receipt.pem").unlink()
    with pytest.raises(Refusal, match="E_NO_KEY"):
        RecordsStore(site.home)


def test_a_key_enrolled_a_moment_ago_needs_no_restart(site: Site) -> None:
    site.take(*site.book.fill(1))
    second = site.bureau.enrol("W02")
    taken = site.take(*second.fill(1), place="W02")
    assert [outcome.head.seq for outcome in taken.outcomes] == [2]


def test_absurd_numbers_under_a_good_signature_do_not_end_the_writer(site: Site) -> None:
    site.take(site.book.begin())
    site.take(site.book.write(Kind.SALE, weighing(net_kg=2**62, ticket_no="1" * 20)))
    assert (quarantined(site.home), stored_seqs(site.home)) == (["E_RANGE"], [1])
    assert details(site.home) == ["E_RANGE 1/2"]
