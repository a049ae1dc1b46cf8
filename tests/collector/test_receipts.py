"""Receipts: when the word is due, that it says no more than the head, and that its times rise."""

from pathlib import Path

import pytest

from collector import orders
from collector.ingest import Head, new_head
from collector.receipts import (
    ASK_AGAIN_MS,
    RENEW_MS,
    Issued,
    ReceiptDesk,
    ReceiptTerms,
    is_due,
    make_receipt,
)
from tests.collector.receiving import Site
from tests.collector.sites import PLACE
from weighbook.orders import Action, Suspend
from weighbook.receipts import open_receipt
from weighbook.records import Totals

EVERY_MS = 2_000
LEASE_MS = 72 * 3_600_000
AT_MS = 1_000_000


def head(seq: int = 5, max_seq: int = 5, epoch: int = 1) -> Head:
    return Head(PLACE, epoch, seq, bytes([seq]) * 32, max_seq, 0, Totals(), 0)


LAST = Issued(1, 5, AT_MS)


@pytest.mark.parametrize(
    ("last", "now", "after_ms", "due"),
    [
        (None, head(0, 0), 0, True),
        (LAST, head(6), EVERY_MS - 1, False),
        (LAST, head(6), EVERY_MS, True),
        (LAST, head(5, epoch=2), EVERY_MS, True),
        (LAST, head(5), RENEW_MS - 1, False),
        (LAST, head(5), RENEW_MS, True),
        (LAST, head(5, 9), ASK_AGAIN_MS - 1, False),
        (LAST, head(5, 9), ASK_AGAIN_MS, True),
        (LAST, head(6), -3_600_000, True),
        (LAST, head(5), -3_600_000, False),
    ],
)
def test_when_the_next_receipt_is_due(
    last: Issued | None, now: Head, after_ms: int, due: bool
) -> None:
    assert is_due(last, now, AT_MS + after_ms, EVERY_MS) is due


def test_a_receipt_says_the_head_and_the_lease() -> None:
    receipt = make_receipt(head(5, 9), 3, AT_MS, LEASE_MS)
    assert (receipt.seq, receipt.head, receipt.order_number) == (5, bytes([5]) * 32, 3)
    assert receipt.lease_until_ms == AT_MS + LEASE_MS


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def desk_of(site: Site) -> ReceiptDesk:
    return ReceiptDesk(site.home.db, site.home.key("receipt"), ReceiptTerms(LEASE_MS, EVERY_MS))


def test_an_issued_receipt_is_signed_stored_and_names_the_newest_order(site: Site) -> None:
    orders.issue(site.home, PLACE, Action.SUSPEND, Suspend("x"), by="officer-1")
    desk = desk_of(site)
    message = desk.issue(head(), AT_MS)
    assert message is not None
    receipt = open_receipt(message, site.home.ring())
    assert (receipt.seq, receipt.order_number, receipt.at_ms) == (5, 2, AT_MS)
    assert desk.newest_message(PLACE) == message


def test_times_of_receipts_only_rise_even_when_the_clock_does_not(site: Site) -> None:
    desk = desk_of(site)
    for seq, at_ms in ((1, AT_MS), (2, AT_MS - 50_000), (3, AT_MS - 60_000)):
        assert desk.issue(head(seq), at_ms) is not None
    times = [row[0] for row in site.home.db.execute("SELECT at_ms FROM receipts ORDER BY rowid")]
    assert times == [AT_MS, AT_MS + 1, AT_MS + 2]


def test_another_desk_knows_what_the_one_before_it_issued(site: Site) -> None:
    desk_of(site).issue(head(4), AT_MS)
    desk = desk_of(site)
    assert not desk.is_behind(head(4))
    assert desk.is_behind(head(5))
    assert desk.issue(head(5), AT_MS + 1) is None
    assert desk.issue(head(5), AT_MS + EVERY_MS) is not None


def test_what_was_rolled_back_was_never_issued(site: Site) -> None:
    desk, db = desk_of(site), site.home.db
    db.execute("BEGIN")
    desk.issue(head(4), AT_MS)
    db.execute("ROLLBACK")
    desk.forget()
    assert desk.is_behind(head(4))
    assert desk.issue(head(4), AT_MS) is not None


def test_a_weighbridge_never_receipted_has_no_message(site: Site) -> None:
    assert desk_of(site).newest_message("W99") is None
    assert desk_of(site).is_behind(new_head("W99", 1))
