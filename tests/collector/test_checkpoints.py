"""Heartbeats: whose word it is, what it says about the book, and what an old one changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector import books
from collector.checkpoints import judge_checkpoint
from collector.enrolment import Request, enrol
from collector.ingest import Head
from collector.records_store import RecordsStore
from collector.rules import x03_forks
from tests.collector.month_samples import PERIOD, honest_month
from tests.collector.receiving import SECOND_MS, Site, alerts, details, quarantined
from tests.collector.sites import PLACE
from weighbook.envelope import digest, payload_of
from weighbook.keys import SigningKey
from weighbook.receipts import Checkpoint, sign_checkpoint
from weighbook.records import Control, Kind, Totals
from weighbook.schema import decode_fields

HEAD = Head(PLACE, 1, 5, bytes([5]) * 32, 5, 1_000, Totals(), 0)


def told(**facts: Any) -> Checkpoint:
    plain = Checkpoint(
        weighbridge=PLACE,
        epoch=1,
        seq=5,
        head=bytes([5]) * 32,
        at_ms=2_000,
        order_number=1,
        lease_until_ms=0,
        tickets_reserved=2,
        tickets_used=7,
        causes=("CAMERA_LOST",),
        config=bytes(32),
        software="test",
        open=False,
    )
    return replace(plain, **facts)


def test_one_at_our_head_says_nothing_new() -> None:
    heard = judge_checkpoint(told(), HEAD, HEAD.digest)
    assert (heard.head, heard.alerts) == (HEAD, ())


def test_one_ahead_of_us_says_which_records_are_owed() -> None:
    heard = judge_checkpoint(told(seq=9, head=bytes(32)), HEAD, None)
    assert (heard.head.owed, heard.alerts) == (4, ())


def test_another_head_at_a_place_we_hold_is_a_second_book() -> None:
    (alert,) = judge_checkpoint(told(head=bytes(32)), HEAD, HEAD.digest).alerts
    assert alert.code == "F-X03"


def test_a_later_word_about_an_earlier_head_is_a_book_put_back() -> None:
    (alert,) = judge_checkpoint(told(seq=3), HEAD, None).alerts
    assert alert.code == "F-X03"


def test_an_earlier_word_about_an_earlier_head_is_merely_late() -> None:
    assert judge_checkpoint(told(seq=3, at_ms=500), HEAD, None).alerts == ()


# Stored.


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.take(*site.book.fill(4))
    return site


def beat(site: Site, payload: bytes, place: str = PLACE) -> Head | None:
    site.bureau.wall.now_ms += SECOND_MS
    return site.store.take_checkpoint(place, payload)


def held(site: Site) -> Checkpoint | None:
    row = site.home.db.execute("SELECT message FROM checkpoints").fetchone()
    return None if row is None else decode_fields(Checkpoint, payload_of(bytes(row[0])))


def signed(site: Site, **facts: Any) -> bytes:
    """The book's next heartbeat with some facts changed."""
    plain = decode_fields(Checkpoint, payload_of(site.book.checkpoint()))
    return sign_checkpoint(replace(plain, **facts), site.book.key)


def test_balance_causes_and_software_are_kept_as_signed(site: Site) -> None:
    causes = ("CAMERA_LOST", "LEASE")
    message = signed(site, tickets_reserved=3, tickets_used=8, causes=causes, open=False)
    beat(site, message)
    kept = held(site)
    assert kept is not None
    assert (kept.tickets_reserved, kept.tickets_used, kept.open) == (3, 8, False)
    assert kept.causes == causes


def test_a_heartbeat_ahead_is_owed_until_the_records_come(site: Site) -> None:
    more = site.book.fill(3)
    head = beat(site, site.book.checkpoint())
    assert head is not None
    assert head.owed == 3
    site.take(*more)
    assert books.read_head(site.home.db, PLACE, 1).owed == 0


def test_a_retained_one_heard_again_changes_nothing(site: Site) -> None:
    message = site.book.checkpoint()
    beat(site, message)
    before = site.home.db.execute("SELECT * FROM checkpoints").fetchall()
    assert beat(site, message) is None
    assert site.home.db.execute("SELECT * FROM checkpoints").fetchall() == before


def test_an_older_one_does_not_take_the_place_of_a_newer(site: Site) -> None:
    older, newer = (signed(site, at_ms=site.book.at_ms + step) for step in (10, 20))
    beat(site, newer)
    assert beat(site, older) is None
    kept = held(site)
    assert kept is not None
    assert kept.at_ms == site.book.at_ms + 20


def test_a_clock_set_back_does_not_silence_a_book_that_grows(site: Site) -> None:
    beat(site, signed(site, at_ms=site.book.at_ms + 3_600_000))
    site.take(*site.book.fill(1))
    assert beat(site, site.book.checkpoint()) is not None


def test_one_kept_from_before_a_new_enrolment_accuses_nobody(site: Site) -> None:
    retained = site.book.checkpoint()
    beat(site, retained)
    request = Request(PLACE, SigningKey.generate().public, "")
    enrol(site.home, request, "officer-1")
    assert beat(site, retained) is None
    assert (quarantined(site.home), alerts(site.home)) == ([], [])


def strange(site: Site) -> dict[str, bytes]:
    other = site.bureau.enrol("W02")
    other.fill(1)
    huge = signed(site, software="x" * 5_000)
    return {
        "E_KID": sign_checkpoint(told(), SigningKey.generate()),
        "E_ROLE": other.checkpoint(),
        "E_OVERSIZE": huge,
        "E_TYP": site.book.messages[0],
        "E_SCHEMA": signed(site, epoch=2),
        "E_CBOR": site.book.checkpoint()[:-1],
        "E_TRAILING": site.book.checkpoint() + b"\x00",
    }


@pytest.mark.parametrize(
    "code", ["E_KID", "E_ROLE", "E_OVERSIZE", "E_TYP", "E_SCHEMA", "E_CBOR", "E_TRAILING"]
)
def test_what_is_no_heartbeat_of_this_weighbridge_is_quarantined(site: Site, code: str) -> None:
    assert beat(site, strange(site)[code]) is None
    assert (quarantined(site.home), held(site)) == ([code], None)


@pytest.mark.parametrize(
    "facts", [{"seq": 2**60}, {"seq": -1}, {"at_ms": 2**62}, {"at_ms": -5}, {"epoch": 0}]
)
def test_absurd_numbers_in_a_good_heartbeat_are_refused(site: Site, facts: dict[str, int]) -> None:
    assert beat(site, signed(site, **facts)) is None
    assert quarantined(site.home) == ["E_SCHEMA"]


def test_no_flipped_byte_of_a_heartbeat_is_ever_believed(site: Site) -> None:
    message = site.book.checkpoint()
    for at in range(len(message)):
        spoilt = bytearray(message)
        spoilt[at] ^= 0x20
        assert beat(site, bytes(spoilt)) is None, at
    assert held(site) is None


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=5_000))
def test_garbage_is_never_a_heartbeat(site: Site, payload: bytes) -> None:
    assert beat(site, payload) is None


def test_a_copy_of_the_agent_gives_itself_away(site: Site) -> None:
    copy = site.book.branch()
    site.take(site.book.write(Kind.CONTROL, Control(b"mine")))
    copy.write(Kind.CONTROL, Control(b"theirs"))
    beat(site, copy.checkpoint(at_ms=site.book.at_ms + 5))
    place = f"1/6 {digest(copy.messages[-1]).hex()}"
    assert (alerts(site.home), details(site.home)) == (
        ["F-X03"],
        [f"checkpoint names another head: {place}"],
    )


def test_a_disk_put_back_gives_itself_away(site: Site) -> None:
    old = site.book.branch()
    site.take(*site.book.fill(3))
    beat(site, old.checkpoint(at_ms=site.book.at_ms + 1))
    assert details(site.home) == ["book went back behind 1/8"]


def test_what_a_heartbeat_gives_away_is_a_finding_of_the_month(tmp_path: Path) -> None:
    month = honest_month(tmp_path)
    book = month.one
    home = replace(month.home, now_ms=lambda: PERIOD.to_ms - SECOND_MS)
    told_later = told(weighbridge="W1", seq=2, head=bytes(32), at_ms=book.now_ms + 1)
    RecordsStore(home).take_checkpoint("W1", sign_checkpoint(told_later, book.key))
    (finding,) = month.findings(x03_forks)
    assert (finding.code, finding.subject) == ("F-X03", "W1")
