"""Acts in the order given, each write failing in turn: nothing sold that is not in the book."""

from pathlib import Path

import pytest

from edge_agent.acts import CloseBarrier, OpenBarrier, Report, Write
from edge_agent.performer import perform
from tests.edge_agent.places import PICTURE, enrolled
from tests.edge_agent.story import KEYS, ticket
from tests.edge_agent.weighing_post import Post
from weighbook.keyset import KeyRing
from weighbook.orders import Action, Suspend
from weighbook.records import Kind
from weighbook.slips import open_slip
from weighbook.texts import read_text
from weighbook.verdict import verify_path


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(place=enrolled(tmp_path))


def sell(post: Post, serial: int = 1) -> None:
    shown = ticket(serial)
    post.drive(shown, 15_000)
    post.drive(shown, 49_000)


def test_a_sale_is_booked_with_its_evidence_before_the_barrier_and_the_slip(post: Post) -> None:
    post.opened()
    sell(post)
    assert (post.booked(Kind.SALE), post.barrier.opened, post.failures) == (1, 2, [])
    verdict = verify_path(post.place.site.book)
    assert verdict.breaks == ()
    assert len(list(post.place.site.evidence.glob("*/*"))) >= 3


FAULTS = [
    (kind, after)
    for kind in (Kind.STARTED, Kind.CAUSE, Kind.TARE, Kind.SALE, Kind.ORDER)
    for after in (False, True)
]


@pytest.mark.parametrize(("kind", "after"), FAULTS)
def test_a_write_that_fails_closes_sales_and_leaves_a_whole_book(
    tmp_path: Path, kind: Kind, after: bool
) -> None:
    post = Post(place=enrolled(tmp_path))
    post.book.fails_at, post.book.after_effect = kind, after
    post.restart()
    post.opened()
    sell(post)
    post.order(Action.SUSPEND, Suspend("x"))
    assert post.failures == ["Write: disk I/O error"]
    assert ("BOOK", "store") in post.lane.decision.uncovered
    assert post.barrier.opened <= post.booked(Kind.TARE) + post.booked(Kind.SALE)
    post.mend()
    assert verify_path(post.place.site.book).breaks == ()
    assert post.lane.booked.seq == post.book.head.seq
    assert post.lane.ledger.seq == post.lane.booked.seq


@pytest.mark.parametrize("after", [False, True])
def test_no_barrier_opens_for_a_sale_whose_write_failed(post: Post, after: bool) -> None:
    post.opened()
    post.drive(ticket(), 15_000)
    post.book.fails_at, post.book.after_effect = Kind.SALE, after
    opened_before = post.barrier.opened
    post.drive(ticket(), 49_000)
    assert post.barrier.opened == opened_before
    assert post.booked(Kind.SALE) == int(after)
    assert not list(post.place.site.slips.iterdir())


@pytest.mark.parametrize("after", [False, True])
def test_a_ticket_whose_sale_took_effect_is_spent_whatever_the_answer_was(
    post: Post, after: bool
) -> None:
    post.opened()
    post.drive(ticket(), 15_000)
    post.book.fails_at, post.book.after_effect = Kind.SALE, after
    post.drive(ticket(), 49_000)
    post.mend()
    assert post.lane.ledger.tickets[ticket().ticket_no].used is after


def test_evidence_that_cannot_be_kept_means_no_record_and_no_barrier(post: Post) -> None:
    post.opened()
    post.evidence.keep(PICTURE)
    for part in range(256):
        (post.place.site.evidence / f"{part:02x}").touch()  # where there is no folder yet
    post.drive(ticket(), 15_000)
    assert [failure[:10] for failure in post.failures] == ["KeepCurve:"]
    assert (post.booked(Kind.TARE), post.barrier.opened) == (0, 0)
    assert not post.is_open


def test_a_slip_that_cannot_be_written_takes_no_sale_back(post: Post) -> None:
    post.opened()
    post.drive(ticket(), 15_000)
    post.place.site.slips.rmdir()
    post.drive(ticket(), 49_000)
    assert (post.booked(Kind.SALE), post.barrier.opened, post.failures) == (1, 2, [])


def test_the_slip_names_the_record_of_its_sale(post: Post) -> None:
    post.opened()
    sell(post)
    slip_file = post.slips.newest
    assert slip_file is not None
    _, message = read_text(slip_file.read_text(encoding="utf-8").splitlines()[-1])
    slip = open_slip(message, KeyRing(KEYS))
    sale = next(line for line in post.book.lines(slip.seq - 1))
    assert (sale.record.kind, sale.digest[:16]) == (Kind.SALE, slip.head)
    assert (slip.net_kg, slip.totals.net_kg) == (34_000, 34_000)


def test_acts_after_a_failed_one_are_not_done(post: Post) -> None:
    reports, write = post.reports, next(act for act in post.acts if isinstance(act, Write))
    post.book.close()
    done = perform(post.hands, post.lane, (CloseBarrier(), write, OpenBarrier(), Report()))
    assert done.failure is not None
    assert done.failure.startswith("Write:")
    assert (post.barrier.opened, post.reports) == (0, reports)
