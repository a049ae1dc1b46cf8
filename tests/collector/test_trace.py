"""The whole life of a ticket, a plate or a slip, with every signature looked at again."""

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector import orders
from collector.home import Home
from collector.pictures import PictureStore
from collector.trace import Archive, Event, trace_plate, trace_slip, trace_ticket
from tests.collector.receiving import Site
from tests.collector.sites import PLACE, weighing
from tests.collector.test_records_store import with_ticket
from weighbook.envelope import digest
from weighbook.keys import SigningKey
from weighbook.orders import Action, Permit
from weighbook.records import Control, Kind, Totals
from weighbook.slips import Slip, sign_slip

PLATE = "蒙K12345"
PICTURE = b"\xff\xd8picture"


class Story(Site):
    """A ticket's whole life: signed, tared, sold, receipted; one of its pictures is here."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.number, self.scanned = with_ticket(self)
        self.body = weighing(
            ticket_no=self.number,
            ticket_digest=self.scanned,
            pictures=(("deck", hashlib.sha256(PICTURE).digest()), ("road", bytes(32))),
        )
        self.pictures = PictureStore(self.home.path / "pictures")
        self.pictures.keep(hashlib.sha256(PICTURE).hexdigest(), PICTURE)
        self.take(self.book.begin(), self.book.write(Kind.TARE, self.body))
        self.sale = self.book.write(Kind.SALE, self.body)
        self.take(self.sale)

    @property
    def archive(self) -> Archive:
        return archive_of(self.home, self.pictures)

    def slip(self, **facts: Any) -> bytes:
        plain = Slip(
            weighbridge=PLACE,
            epoch=1,
            seq=3,
            head=digest(self.sale)[:16],
            totals=Totals(2, 1, 25_000, 0),
            at_ms=self.book.at_ms,
            plate=PLATE,
            product="COAL-1",
            net_kg=25_000,
            ticket_no=self.number,
            check=bytes(8),
        )
        return sign_slip(replace(plain, **facts), self.book.key)


def archive_of(home: Home, pictures: PictureStore) -> Archive:
    return Archive(home.db, home.ring(), pictures)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def named(events: list[Event], what: str) -> Event:
    (event,) = [event for event in events if event.what == what]
    return event


def tamper(db: sqlite3.Connection, change: str, seq: int) -> None:
    """As somebody with the database in his hands would."""
    db.execute("DROP TRIGGER records_never_changed")
    db.execute(f"UPDATE records SET {change} WHERE seq = ?", (seq,))


def test_a_tickets_life_is_told_from_stock_to_sale(story: Story) -> None:
    events = trace_ticket(story.archive, story.number)
    told = [event.what for event in events]
    for what in ("ledger generate", "ledger allocate", "ticket signed", "tare", "sale", "receipt"):
        assert what in told
    assert told.index("ticket signed") < told.index("tare") < told.index("sale")
    assert [event.at_ms for event in events] == sorted(event.at_ms for event in events)


def test_whoever_signed_is_named(story: Story) -> None:
    events = trace_ticket(story.archive, story.number)
    assert named(events, "ledger allocate").who == "officer-1 + officer-2"
    assert named(events, "ticket signed").who == "OTG-EB"
    assert named(events, "sale").who == PLACE
    assert {event.signed for event in events} == {"", "verified"}


def test_a_sale_shows_its_weights_and_which_pictures_are_here(story: Story) -> None:
    facts = named(trace_ticket(story.archive, story.number), "sale").facts
    assert (facts["seq"], facts["net_kg"], facts["plate"]) == (3, 25_000, PLATE)
    assert [(p["camera"], p["here"]) for p in facts["pictures"]] == [
        ("deck", True),
        ("road", False),
    ]


def test_a_plate_is_traced_over_every_stay(story: Story) -> None:
    story.take(story.book.write(Kind.PASSAGE, weighing(plate=PLATE, ticket_no=None)))
    story.take(story.book.write(Kind.PASSAGE, weighing(plate="蒙K99999", ticket_plate=PLATE)))
    stays = [event for event in trace_plate(story.archive, PLATE) if event.what != "receipt"]
    assert [event.what for event in stays if "order" not in event.what] == [
        "tare",
        "sale",
        "passage",
    ]


@pytest.mark.parametrize("plate", ["蒙K1234", "K12345", "", "蒙K123456"])
def test_a_plate_like_another_is_another(story: Story, plate: str) -> None:
    assert trace_plate(story.archive, plate) == []


def test_what_nobody_knows_has_no_life(story: Story) -> None:
    assert trace_ticket(story.archive, "1" * 20) == []


def test_the_permit_a_sale_stood_on_is_named_with_both_signers(story: Story) -> None:
    permit = Permit(("CAMERA_LOST",), "人工值守", 20, 600_000)
    number = orders.issue(
        story.home, PLACE, Action.PERMIT, permit, by="officer-1", second="officer-2"
    )
    body = weighing(plate="蒙K77777", permits=(number,))
    story.take(story.book.write(Kind.SALE, body))
    event = named(trace_plate(story.archive, "蒙K77777"), "order PERMIT")
    assert (event.who, event.signed) == ("officer-1 + officer-2", "verified")


def test_a_rival_record_at_the_same_place_is_shown(story: Story) -> None:
    before = story.book.branch()
    story.take(story.book.write(Kind.PASSAGE, weighing(plate="蒙K77777")))
    rival = before.write(Kind.CONTROL, Control(b"rival"))
    story.take(rival)
    event = named(trace_plate(story.archive, "蒙K77777"), "quarantine")
    assert (event.signed, event.facts["digest"]) == ("F-X03", digest(rival).hex())


def test_a_record_altered_in_the_database_is_shown_as_such(story: Story) -> None:
    spoilt = bytearray(story.sale)
    spoilt[-1] ^= 1
    tamper(story.home.db, f"message = x'{spoilt.hex()}'", 3)
    (event,) = [e for e in trace_ticket(story.archive, story.number) if e.what == "record"]
    assert event.signed == "E_SIG"


def test_a_digest_altered_in_the_database_is_shown_as_such(story: Story) -> None:
    tamper(story.home.db, "digest = zeroblob(32)", 3)
    assert named(trace_ticket(story.archive, story.number), "sale").signed == "E_DIGEST"


# Slips.


def slip_event(story: Story, message: bytes) -> Event:
    return named(trace_slip(story.archive, message), "slip")


def test_a_true_slip_leads_to_the_life_of_its_ticket(story: Story) -> None:
    events = trace_slip(story.archive, story.slip())
    assert named(events, "slip").signed == "verified"
    assert named(events, "sale").facts["net_kg"] == 25_000


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"seq": 99}, "E_NO_RECORD"),
        ({"epoch": 2}, "E_NO_RECORD"),
        ({"head": bytes(16)}, "E_SLIP_HEAD"),
        ({"seq": 2}, "E_SLIP_HEAD"),
        ({"net_kg": 24_000}, "E_SLIP_CONTENT"),
        ({"plate": "蒙K99999"}, "E_SLIP_CONTENT"),
        ({"ticket_no": "1" * 20}, "E_SLIP_CONTENT"),
        ({"product": "COAL-2"}, "E_SLIP_CONTENT"),
        ({"totals": Totals(9, 9, 9, 9)}, "E_SLIP_CONTENT"),
    ],
)
def test_a_slip_that_does_not_agree_with_the_book_is_found_out(
    story: Story, facts: dict[str, object], code: str
) -> None:
    assert slip_event(story, story.slip(**facts)).signed == code


def test_a_slip_of_a_strangers_making_is_found_out(story: Story) -> None:
    story.book.key = SigningKey.generate()
    assert slip_event(story, story.slip()).signed == "E_KID"


def test_no_flipped_byte_of_a_slip_passes(story: Story) -> None:
    message = story.slip()
    for at in range(0, len(message), 3):
        spoilt = bytearray(message)
        spoilt[at] ^= 0x02
        assert slip_event(story, bytes(spoilt)).signed.startswith("E_"), at


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.PASSAGE, Kind.TEST, Kind.TARE])
def test_a_slip_that_borrows_the_head_of_what_was_no_sale_proves_nothing(
    story: Story, kind: Kind
) -> None:
    head = digest(story.book.write(kind, story.body))[:16]
    assert story.book.last is not None
    story.take(story.book.messages[-1])
    borrowed = story.slip(seq=4, head=head, totals=story.book.last.totals)
    assert slip_event(story, borrowed).signed == "E_SLIP_CONTENT"


def test_tracing_changes_nothing(story: Story) -> None:
    before = story.home.db.total_changes
    trace_ticket(story.archive, story.number)
    trace_slip(story.archive, story.slip())
    assert story.home.db.total_changes == before
