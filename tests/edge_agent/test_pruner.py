"""Old evidence goes from a real disk: recorded first, and only what the bureau holds."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge_agent.acts import Prune
from edge_agent.clockwork import now
from edge_agent.config import DiskConfig
from edge_agent.events import DiskCrowded, Event, PruneProposed
from edge_agent.evidence import Evidence
from edge_agent.opening import open_ledger
from edge_agent.pictures_uplink import PicturesSettings
from edge_agent.pruner import Place as Kept
from edge_agent.pruner import Pruner
from edge_agent.pruning import DAY_MS
from tests.edge_agent.picture_server import PictureServer
from tests.edge_agent.places import Place, append, enrolled
from tests.edge_agent.story import Story, opened
from tests.weighbook.sample import weighing
from weighbook.records import Anchor, Calibration, CauseChange, Kind, Pruned, ReceiptSeen
from weighbook.verdict import verify_path

GO_ON = threading.Event()
MIB = 1 << 20


@dataclass
class Yard:
    """A place with evidence, a collector, and a pruner whose core is the book itself."""

    place: Place
    server: PictureServer
    evidence: Evidence
    disk: DiskConfig = field(default_factory=lambda: DiskConfig(min_free_mib=16, keep_days=1))
    told: list[Event] = field(default_factory=list)
    grants: bool = True
    anchor: Anchor | None = None

    def weigh(self, *contents: bytes, at_server: bool = True) -> list[bytes]:
        """A passage for each of these pictures; their digests."""
        with self.place.book() as book:
            for content in contents:
                pictures = (("deck", self.evidence.keep(content)),)
                append(book, Kind.PASSAGE, weighing(curve=None, frames=None, pictures=pictures))
        digests = [self.evidence.keep(content) for content in contents]
        if at_server:
            held = zip(digests, contents, strict=True)
            self.server.held |= {digest.hex(): content for digest, content in held}
        return digests

    def receipt(self) -> None:
        """The collector's receipt for all of it, and the record that it came."""
        self.place.receipt()
        with self.place.book() as book:
            seq, digest = book.head.seq, book.head.digest
            self.anchor = Anchor(seq, digest)
            append(book, Kind.RECEIPT, ReceiptSeen(seq, digest, now().wall_ms, 0))

    def pruner(self, *, online: bool = True) -> Pruner:
        settings = PicturesSettings(self.server.url, "WB-01", "secret") if online else None
        kept = Kept(self.place.site.book, self.evidence, self.disk)
        pruner = Pruner(kept, settings, lambda event: self._hear(pruner, event))
        pruner.grant_s = 0.2
        with self.place.book() as book:
            pruner.tell(open_ledger(book).ledger)
        return pruner

    def prune(self, *, online: bool = True) -> bool:
        return self.pruner(online=online).round(GO_ON)

    def _hear(self, pruner: Pruner, event: Event) -> bool:
        self.told.append(event)
        if isinstance(event, PruneProposed) and self.grants:
            with self.place.book() as book:
                body = Pruned(event.first, event.last, event.files, event.size_bytes, event.unnamed)
                append(book, Kind.PRUNED, body, anchor=self.anchor)
            assert len(self.here()) >= event.files  # nothing goes before it is recorded
            pruner.prune(event.last)
        return True

    def here(self) -> list[bytes]:
        return [stored.digest for stored in self.evidence.files()]

    def records(self) -> list[Pruned]:
        with self.place.book() as book:
            bodies = [line.record.body for line in book.lines()]
        return [body for body in bodies if isinstance(body, Pruned)]


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with PictureServer() as server:
        place = enrolled(tmp_path)
        yield Yard(place, server, Evidence(place.site.evidence))


def test_what_the_collector_holds_goes_under_a_record_and_the_rest_stays(yard: Yard) -> None:
    held = yard.weigh(b"one", b"two")
    waiting = yard.weigh(b"three", at_server=False)
    yard.receipt()
    late = yard.weigh(b"four")
    assert yard.prune()
    assert set(yard.here()) == {*waiting, *late}
    (record,) = yard.records()
    assert (record.files, record.size_bytes, record.unnamed) == (2, 6, 0)
    assert (record.from_seq, record.to_seq) == (4, 3)
    assert not set(held) & set(yard.here())


def test_without_a_receipt_nothing_is_even_asked_for(yard: Yard) -> None:
    digests = yard.weigh(b"one", b"two")
    assert not yard.prune()
    assert set(yard.here()) == set(digests)
    assert yard.server.asked == []


@pytest.mark.parametrize("answer", [401, 404, 500, 200])
def test_a_collector_that_does_not_say_it_has_it_costs_no_file(yard: Yard, answer: int) -> None:
    digests = yard.weigh(b"one", at_server=False)
    yard.receipt()
    yard.server.answer = answer
    assert not yard.prune()
    assert yard.here() == digests


def test_where_nothing_is_sent_nothing_goes(yard: Yard) -> None:
    digests = yard.weigh(b"one")
    yard.receipt()
    assert not yard.prune(online=False)
    assert yard.here() == digests


def test_nothing_goes_that_the_core_does_not_grant(yard: Yard) -> None:
    digests = yard.weigh(b"one")
    yard.receipt()
    yard.grants = False
    assert not yard.prune()
    assert (yard.here(), yard.records()) == (digests, [])


@pytest.mark.parametrize("code", ["BOOK", "CLOCK"])
def test_while_book_or_clock_are_in_doubt_nothing_goes(yard: Yard, code: str) -> None:
    yard.weigh(b"one")
    yard.receipt()
    with yard.place.book() as book:
        change = CauseChange(code, "x", "raised", 0, "", "")
        append(book, Kind.CAUSE, change)
    assert not yard.prune()
    assert yard.told == []


def test_young_evidence_stays_until_there_is_too_much(yard: Yard) -> None:
    yard.disk = DiskConfig(min_free_mib=16, keep_days=3_650, evidence_mib=16)
    yard.weigh(*(bytes([number]) * (6 * MIB) for number in range(3)))
    yard.receipt()
    assert yard.prune()
    assert len(yard.here()) == 2
    assert not yard.prune()
    assert not any(isinstance(event, DiskCrowded) for event in yard.told)


def test_too_much_that_may_not_go_is_told_once_a_day(yard: Yard) -> None:
    yard.disk = DiskConfig(min_free_mib=16, keep_days=3_650, evidence_mib=16)
    yard.weigh(*(bytes([number]) * (6 * MIB) for number in range(3)), at_server=False)
    yard.receipt()
    pruner = yard.pruner()
    assert not pruner.round(GO_ON)
    assert not pruner.round(GO_ON)
    (told,) = yard.told
    assert isinstance(told, DiskCrowded)
    assert (told.used_mib, told.too_much_mib) == (18, 2)


def test_a_file_named_again_later_stays_until_then_too(yard: Yard) -> None:
    yard.weigh(b"empty frames", b"one")
    yard.receipt()
    again = yard.weigh(b"empty frames")
    assert yard.prune()
    assert yard.here() == again


def test_calibrations_stay_however_old(yard: Yard) -> None:
    signed, day = yard.evidence.keep(b"signed"), yard.evidence.keep(b"by day")
    with yard.place.book() as book:
        append(book, Kind.CALIBRATION, Calibration("deck", signed, (("colour", day),)))
    yard.weigh(b"by day")
    yard.server.held |= {signed.hex(): b"signed", day.hex(): b"by day"}
    yard.receipt()
    yard.prune()
    assert set(yard.here()) == {signed, day}


@pytest.mark.parametrize(("age_days", "stays"), [(0, True), (2, False)])
def test_what_no_record_names_goes_by_its_age(yard: Yard, age_days: int, stays: bool) -> None:
    path = yard.evidence.find(yard.evidence.keep(b"a picture that was never needed"))
    assert path is not None
    then_s = (now().wall_ms - age_days * DAY_MS) / 1_000
    os.utime(path, (then_s, then_s))
    assert yard.prune() is not stays
    assert path.exists() is stays
    assert [record.unnamed for record in yard.records()] == ([] if stays else [1])


def test_a_pruned_book_is_whole_to_an_auditor_and_a_missing_file_is_not(yard: Yard) -> None:
    yard.weigh(b"one", b"two")
    yard.receipt()
    yard.prune()
    (young,) = yard.weigh(b"three")
    site = yard.place.site
    assert verify_path(site.book, evidence=site.evidence).breaks == ()
    yard.evidence.forget(young)
    codes = [found.code for found in verify_path(site.book, evidence=site.evidence).breaks]
    assert codes == ["B_ATTACHMENT"]


def test_a_round_goes_on_where_the_last_one_ended(yard: Yard) -> None:
    yard.weigh(b"one", b"two")
    yard.receipt()
    assert yard.prune()
    yard.weigh(b"three")
    yard.receipt()
    assert yard.prune()
    assert [(r.from_seq, r.to_seq) for r in yard.records()] == [(4, 3), (7, 6)]
    assert yard.here() == []


def test_a_kill_behind_the_record_leaves_files_that_go_when_they_are_old(yard: Yard) -> None:
    (digest,) = yard.weigh(b"one")
    yard.receipt()
    with yard.place.book() as book:
        append(book, Kind.PRUNED, Pruned(4, 3, 1, 3, 0))
    assert not yard.prune()
    path = yard.evidence.find(digest)
    assert path is not None
    os.utime(path, (0, 0))
    assert yard.prune()
    assert yard.here() == []


def test_a_stop_in_the_middle_lets_nothing_go(yard: Yard) -> None:
    digests = yard.weigh(b"one")
    yard.receipt()
    stop = threading.Event()
    stop.set()
    assert not yard.pruner().round(stop)
    assert yard.here() == digests


# -- the core ------------------------------------------------------------------------------------


def proposed(story: Story, last: int) -> list[Prune]:
    story.acts.clear()
    story.play(PruneProposed(story.moment(), 2, last, 3, 4_096, 1))
    return list(story.of(Prune))


def test_a_proposal_is_recorded_and_granted_as_far_as_receipts_reach() -> None:
    story = opened()
    assert proposed(story, 3) == []
    story.receipt(5)
    assert proposed(story, 3) == [Prune(3)]
    assert story.bodies(Kind.PRUNED) == [Pruned(2, 3, 3, 4_096, 1)]
    assert story.lane.ledger.pruned == (2, 3) == story.folded().pruned
    assert proposed(story, 6) == []


def test_a_book_that_takes_no_line_grants_nothing() -> None:
    story = opened()
    story.receipt(5)
    story.fails = True
    assert proposed(story, 3) == []
    story.fails = False
    assert proposed(story, 3) == []


def test_a_crowded_disk_is_told_in_words() -> None:
    story = opened()
    story.play(DiskCrowded(story.moment(), 21_000, 520))
    assert "520 MiB" in story.words("DISK_CROWDED")
    assert story.is_open
