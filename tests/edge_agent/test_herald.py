"""Who speaks for the lane: a status that is always whole, a standing, and checkpoints that hold."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.acts import Tell
from edge_agent.herald import Herald, standing_of
from edge_agent.outbox import Standing
from edge_agent.status import STATUS_FILE, read_status
from edge_agent.uplink import Uplink
from tests.edge_agent.places import ACCOUNT, Place, enrolled
from tests.edge_agent.story import AGENT, BRIDGE, KEYS, ticket
from tests.edge_agent.weighing_post import Post
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase
from weighbook.receipts import open_checkpoint
from weighbook.records import Kind


class Line(Uplink):
    """An uplink that is never run: what it was told is looked at."""

    def __init__(self, place: Place) -> None:
        super().__init__(ACCOUNT, BRIDGE, place.site.book, lambda _: True)
        self.told: list[Standing] = []
        self.announced: list[bytes] = []

    def update(self, standing: Standing) -> None:
        self.told.append(standing)

    def announce(self, checkpoint: bytes) -> None:
        self.announced.append(checkpoint)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    post = Post(place=enrolled(tmp_path))
    return post.opened()


@pytest.fixture
def line(post: Post) -> Line:
    return Line(post.place)


@pytest.fixture
def herald(post: Post, line: Line) -> Herald:
    return Herald(post.place.site.folder, post.book, AGENT, line, post.slips)


def status_file(post: Post) -> Path:
    return post.place.site.folder / STATUS_FILE


def test_the_status_says_what_stands_and_where_the_book_is(post: Post, herald: Herald) -> None:
    herald.tell(post.lane, ())
    status = read_status(post.place.site.folder)
    assert status is not None
    assert (status["open"], status["causes"], status["online"]) == (True, [], False)
    assert status["head"] == {"seq": post.book.head.seq, "digest": post.book.head.digest.hex()}
    assert (status["unsent"], status["oldest_unsent_ms"]) == (
        post.book.head.seq,
        post.book.at_ms(1),
    )


def test_a_quiet_moment_writes_nothing_and_news_at_once(post: Post, herald: Herald) -> None:
    herald.tell(post.lane, ())
    before = status_file(post).stat().st_ino
    herald.tell(post.lane, ())
    assert status_file(post).stat().st_ino == before
    herald.tell(post.lane, ((1, Tell(Phrase("说", "said"), "CODE", "info")),))
    status = read_status(post.place.site.folder)
    assert status is not None
    assert status["messages"][0] | {"at_ms": 0} == {
        "at_ms": 0, "level": "info", "code": "CODE", "zh": "说", "en": "said"
    }  # fmt: skip


def test_a_book_that_cannot_be_read_is_still_told_of(post: Post, herald: Herald) -> None:
    """Just then a technician wants to know: a frozen status would say that nobody runs."""
    post.book.close()
    herald.tell(post.lane, ())
    status = read_status(post.place.site.folder)
    assert status is not None
    assert (status["oldest_unsent_ms"], status["head"]["seq"]) == (None, post.book.head.seq)


def test_a_status_that_cannot_be_written_stops_nobody(post: Post, herald: Herald) -> None:
    status_file(post).mkdir()
    herald.tell(post.lane, ())
    herald.leave(post.lane, ())


def test_the_checkpoint_is_signed_and_says_where_the_book_ends(
    post: Post, herald: Herald, line: Line
) -> None:
    post.drive(ticket(), 15_000)
    herald.report(post.lane)
    told = open_checkpoint(line.announced[-1], KeyRing(KEYS))
    assert (told.seq, told.head) == (post.book.head.seq, post.book.head.digest)
    assert (told.tickets_reserved, told.tickets_used, told.causes) == (1, 0, ())
    post.drive(ticket(), 49_000)
    herald.report(post.lane)
    told = open_checkpoint(line.announced[-1], KeyRing(KEYS))
    assert (told.tickets_reserved, told.tickets_used, told.open) == (0, 1, True)


def test_a_checkpoint_goes_out_at_the_start_and_then_only_when_due(
    post: Post, herald: Herald, line: Line
) -> None:
    for _ in range(3):
        herald.tell(post.lane, ())
    assert len(line.announced) == 1


def test_leaving_says_that_sales_are_closed(post: Post, herald: Herald, line: Line) -> None:
    stopped = replace(post.lane, stopped=True)
    herald.leave(stopped, ())
    status = read_status(post.place.site.folder)
    assert status is not None
    assert status["open"] is False
    assert open_checkpoint(line.announced[-1], KeyRing(KEYS)).open is False


def test_the_line_is_told_what_is_due(post: Post, herald: Herald, line: Line) -> None:
    herald.tell(post.lane, ())
    assert line.told[-1] == Standing(post.book.head.seq, 0, 0, 2)
    assert standing_of(post.lane) == line.told[-1]


def test_the_line_hears_of_a_receipt(post: Post, herald: Herald, line: Line) -> None:
    digest = post.book.head.digest
    seq = post.book.head.seq
    post.digests = [bytes(32)] * (seq - 1) + [digest]
    post.receipt(seq)
    herald.tell(post.lane, ())
    assert line.told[-1].received_seq == seq
    assert post.booked(Kind.RECEIPT) == 1


def test_when_the_last_run_lived_is_read_from_its_status(post: Post, herald: Herald) -> None:
    assert herald.last_seen_ms() == 0
    herald.tell(post.lane, ())
    assert herald.last_seen_ms() == post.lane.now.wall_ms
    status_file(post).write_bytes(b"noise")
    assert herald.last_seen_ms() == 0
