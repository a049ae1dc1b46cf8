"""The audit against a tamperer. Exactly this is proven of a book with receipts at 12 and 24:

- without the agent's key, no record can be changed, dropped, swapped, put in or signed anew
  anywhere before the last one; the tail can be cut only after record 24;
- with the agent's key, no record up to 24 can be changed, however the rest is written anew; after
  24 it can, and the audit then claims proof up to 24 and not further.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.weighbook.keys import AGENT, CHIP, COLLECTOR, OTHER_AGENT, RING, STRANGER
from tests.weighbook.sample import (
    EVIDENCE,
    SampleBook,
    resigned,
    rewritten,
    sample_book,
    sign_record,
    ticketed,
    weighing,
)
from weighbook.audit import Audit, audit
from weighbook.envelope import Typ, digest, sign
from weighbook.keys import SigningKey
from weighbook.orders import Action, Suspend
from weighbook.receipts import Receipt, sign_receipt
from weighbook.records import Genesis, Kind, Pruned

BOOK = sample_book()
MESSAGES = BOOK.messages
LAST = len(MESSAGES)
ANCHORS = (12, 24)
PLACES = range(LAST)


def anchors_below(seq: int) -> int:
    """The newest anchor before a record; 0 if there is none."""
    return max((anchor for anchor in ANCHORS if anchor < seq), default=0)


def codes(verdict: Audit) -> set[str]:
    return {found.code for found in verdict.breaks}


def test_the_book_as_written_is_whole_and_proven_to_its_newest_receipt() -> None:
    verdict = BOOK.audit()
    assert (verdict.ok, verdict.records, verdict.proven_seq) == (True, LAST, 24)
    assert verdict.head == digest(MESSAGES[-1]).hex()
    assert "Proven to seq 24" in verdict.coverage.en
    assert f"25…{LAST} only self-consistent" in verdict.coverage.en
    assert f"25…{LAST} 仅自洽" in verdict.coverage.zh


@pytest.mark.parametrize("place", PLACES)
def test_a_dropped_record_is_reported_except_at_the_open_end(place: int) -> None:
    verdict = BOOK.audit(MESSAGES[:place] + MESSAGES[place + 1 :])
    assert verdict.ok == (place == LAST - 1)
    assert verdict.proven_seq == anchors_below(place + 1)


@pytest.mark.parametrize("length", range(LAST))
def test_a_cut_tail_is_reported_up_to_the_newest_receipt(length: int) -> None:
    verdict = BOOK.audit(MESSAGES[:length])
    assert verdict.ok == (length >= 24)
    assert ("B_TAIL" in codes(verdict)) == (length < 24)
    assert verdict.proven_seq == anchors_below(length + 1)


@pytest.mark.parametrize("length", [24, 30, LAST - 1])
def test_a_tail_cut_behind_the_newest_receipt_is_never_called_proven(length: int) -> None:
    verdict = BOOK.audit(MESSAGES[:length])
    assert (verdict.ok, verdict.proven_seq, verdict.records) == (True, 24, length)
    assert "Proven to seq 24" in verdict.coverage.en


@pytest.mark.parametrize("place", PLACES[:-1])
@pytest.mark.parametrize("distance", [1, 2, 7])
def test_swapped_records_are_reported(place: int, distance: int) -> None:
    other = min(place + distance, LAST - 1)
    swapped = list(MESSAGES)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    verdict = BOOK.audit(swapped)
    assert not verdict.ok
    assert verdict.proven_seq <= anchors_below(place + 1)


@pytest.mark.parametrize("place", PLACES)
def test_a_record_put_in_twice_is_reported(place: int) -> None:
    again = MESSAGES[: place + 1] + MESSAGES[place:]
    assert not BOOK.audit(again).ok


INTRUDERS = {
    "the agent's own, from another place": MESSAGES[7],
    "made with the stolen key": resigned(MESSAGES[9], AGENT, seq=10, prev=digest(MESSAGES[8])),
    "of a foreign key": resigned(MESSAGES[9], STRANGER),
    "of another weighbridge": resigned(MESSAGES[9], OTHER_AGENT, weighbridge="WB-08"),
    "no record": BOOK.receipts[0],
    "nothing": b"",
    "a byte": b"\xd2",
    "noise": bytes(range(256)),
}


@pytest.mark.parametrize("intruder", INTRUDERS.values(), ids=INTRUDERS)
@pytest.mark.parametrize("place", [0, 1, 5, 12, 24, 30, LAST])
def test_a_record_put_in_is_reported(intruder: bytes, place: int) -> None:
    assert not BOOK.audit([*MESSAGES[:place], intruder, *MESSAGES[place:]]).ok


@pytest.mark.parametrize("place", PLACES)
def test_one_record_signed_anew_with_the_stolen_key_is_reported_before_the_end(
    place: int,
) -> None:
    record = BOOK.records[place]
    forged = resigned(MESSAGES[place], AGENT, at_ms=record.at_ms + 1)
    verdict = BOOK.audit([*MESSAGES[:place], forged, *MESSAGES[place + 1 :]])
    assert verdict.ok == (place == LAST - 1)
    assert verdict.proven_seq == anchors_below(place + 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("key", "code"),
    [(STRANGER, "E_KID"), (OTHER_AGENT, "E_ROLE"), (CHIP, "E_ROLE"), (COLLECTOR, "E_ROLE")],
    ids=["stranger", "another agent", "another agent's chip", "the collector"],
)
def test_one_record_signed_with_a_foreign_key_is_reported(
    place: int, key: SigningKey, code: str
) -> None:
    forged = resigned(MESSAGES[place], key)
    verdict = BOOK.audit([*MESSAGES[:place], forged, *MESSAGES[place + 1 :]])
    assert code in codes(verdict)
    assert verdict.proven_seq == anchors_below(place + 1)


@pytest.mark.parametrize("start", PLACES)
def test_a_chain_rewritten_with_the_stolen_key_is_reported_or_not_called_proven(
    start: int,
) -> None:
    verdict = BOOK.audit(rewritten(MESSAGES, start, AGENT))
    assert verdict.ok == (start >= 24)
    assert ("B_TAIL" in codes(verdict)) == (start < 24)
    assert verdict.proven_seq == anchors_below(start + 1)


@pytest.mark.parametrize("start", [0, 11, 30])
@pytest.mark.parametrize("key", [STRANGER, OTHER_AGENT], ids=["stranger", "another agent"])
def test_a_chain_rewritten_with_a_foreign_key_is_reported(start: int, key: SigningKey) -> None:
    verdict = BOOK.audit(rewritten(MESSAGES, start, key))
    assert codes(verdict) & {"E_KID", "E_ROLE"}
    assert verdict.proven_seq == anchors_below(start + 1)


def test_without_receipts_nothing_is_called_proven() -> None:
    papers = replace(BOOK.papers(), receipts=())
    for messages in (MESSAGES, MESSAGES[:7], rewritten(MESSAGES, 5, AGENT)):
        verdict = audit(messages, RING, papers)
        assert (verdict.ok, verdict.proven_seq, verdict.proven_ms) == (True, 0, None)
        assert "No receipt" in verdict.coverage.en


def test_a_receipt_the_agent_gave_itself_proves_nothing() -> None:
    own = sign_receipt(Receipt("WB-07", 1, LAST, digest(MESSAGES[-1]), 0, 3, 0), AGENT)
    verdict = audit(MESSAGES, RING, replace(BOOK.papers(), receipts=(own,)))
    assert (codes(verdict), verdict.proven_seq) == ({"B_RECEIPT"}, 0)


def test_a_receipt_for_nothing_yet_is_no_break() -> None:
    nothing = sign_receipt(Receipt("WB-07", 1, 0, bytes(32), 0, 3, 0), COLLECTOR)
    verdict = audit(MESSAGES, RING, replace(BOOK.papers(), receipts=(nothing, *BOOK.receipts)))
    assert verdict == audit(MESSAGES, RING, BOOK.papers())


def test_receipts_in_any_order_prove_the_same() -> None:
    papers = replace(BOOK.papers(), receipts=tuple(reversed(BOOK.receipts)) * 2)
    assert audit(MESSAGES, RING, papers).proven_seq == 24


def test_a_receipt_of_an_absurd_time_does_not_stop_the_audit() -> None:
    told = Receipt("WB-07", 1, LAST, digest(MESSAGES[-1]), 2**62, 3, 0)
    papers = replace(BOOK.papers(), receipts=(sign_receipt(told, COLLECTOR),))
    assert audit(MESSAGES, RING, papers).proven_seq == LAST


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_missing_order_is_reported(place: int) -> None:
    orders = (*BOOK.orders[:place], *BOOK.orders[place + 1 :])
    assert "B_ORDER" in codes(audit(MESSAGES, RING, replace(BOOK.papers(), orders=orders)))


def test_missing_and_altered_attachments_are_reported() -> None:
    curve, picture = EVIDENCE[b"curve"], EVIDENCE[b"picture"]
    stray = bytes(32)
    held = {picture: False, EVIDENCE[b"frames"]: True, stray: False}
    verdict = audit(MESSAGES, RING, replace(BOOK.papers(), attachments=held))
    named = {(found.code, found.words.en[-16:]) for found in verdict.breaks}
    assert named == {
        ("B_ATTACHMENT", curve.hex()[:16]),
        ("B_ATTACHMENT_HASH", picture.hex()[:16]),
        ("B_ATTACHMENT_HASH", stray.hex()[:16]),
    }
    # What was weighed is proven all the same.
    assert verdict.proven_seq == 24


@pytest.mark.parametrize(
    ("to_seq", "missing"), [(9, set[str]()), (99, set[str]()), (1, {"B_ATTACHMENT"})]
)
def test_evidence_that_was_pruned_is_excused_up_to_there(to_seq: int, missing: set[str]) -> None:
    book = SampleBook()
    book.begin()
    for serial in range(1, 5):
        book.sell(serial)
    book.receipt()
    book.write(Kind.PRUNED, Pruned(1, to_seq, 3, 40_960, 0))
    verdict = audit(book.messages, RING, replace(book.papers(), attachments={}))
    assert codes(verdict) == missing


def test_nothing_is_excused_that_no_receipt_covers() -> None:
    book = SampleBook()
    book.begin()
    book.sell(1)
    book.receipt()
    book.write(Kind.PASSAGE, weighing(pictures=(("deck", bytes(32)),), curve=None, frames=None))
    book.write(Kind.PRUNED, Pruned(1, 5, 3, 40_960, 0))
    verdict = audit(book.messages, RING, replace(book.papers(), attachments={}))
    assert [found.seq for found in verdict.breaks] == [5]


def sell_twice(book: SampleBook) -> None:
    book.sell(1)
    book.sell(1)


def sell_without_tare(book: SampleBook) -> None:
    book.write(Kind.SALE, ticketed(1, gross_kg=49_300, net_kg=33_680))


def sell_to_another_truck(book: SampleBook) -> None:
    book.write(Kind.TARE, ticketed(1))
    book.write(Kind.SALE, ticketed(1, plate="蒙K99999", gross_kg=49_300, net_kg=33_680))


def sell_more_than_weighed(book: SampleBook) -> None:
    book.write(Kind.TARE, ticketed(1))
    book.write(Kind.SALE, ticketed(1, gross_kg=49_300, net_kg=33_681))


def sell_while_suspended(book: SampleBook) -> None:
    book.obey(Action.SUSPEND, Suspend("unpaid fees"))
    book.sell(1)


def count_wrongly(book: SampleBook) -> None:
    book.write(Kind.PASSAGE, weighing(), totals=book.records[-1].totals)


def go_back_in_time(book: SampleBook) -> None:
    book.write(Kind.PASSAGE, weighing(), at_ms=book.at_ms - 5000)


def use_an_order_that_is_not_there(book: SampleBook) -> None:
    book.write(Kind.PASSAGE, weighing(), order_number=4)


LIES = {
    "a ticket sold twice": (sell_twice, "B_TICKET"),
    "a sale without its tare": (sell_without_tare, "B_TICKET"),
    "a sale to another truck": (sell_to_another_truck, "B_TICKET"),
    "a net that is not gross less tare": (sell_more_than_weighed, "B_TICKET"),
    "a sale while suspended": (sell_while_suspended, "B_SUSPENDED"),
    "a passage not counted": (count_wrongly, "B_TOTALS"),
    "a time before the last": (go_back_in_time, "B_TIME"),
    "an order nobody gave": (use_an_order_that_is_not_there, "B_ORDER"),
}


@pytest.mark.parametrize(("lie", "code"), LIES.values(), ids=LIES)
def test_a_lie_told_by_the_agent_itself_is_reported(
    lie: Callable[[SampleBook], None], code: str
) -> None:
    book = SampleBook()
    book.begin()
    lie(book)
    assert codes(book.audit()) == {code}


def test_a_suspension_that_ended_by_itself_is_no_break() -> None:
    book = SampleBook()
    book.begin()
    book.obey(Action.SUSPEND, Suspend("a week", until_ms=book.at_ms + 1500))
    book.sell(1)
    assert book.audit().ok


@pytest.mark.parametrize("key", [OTHER_AGENT, STRANGER], ids=["another agent", "stranger"])
def test_a_genesis_with_a_key_nobody_enrolled_is_reported(key: SigningKey) -> None:
    book = SampleBook()
    book.begin()
    other = Genesis(digest(book.orders[0]), key.public.cose_key, 3)
    forged = sign_record(replace(book.records[0], body=other), AGENT)
    assert codes(book.audit([forged])) == {"B_ORDER"}


def test_an_empty_book_is_no_good_book() -> None:
    assert codes(SampleBook().audit([])) == {"B_UNREADABLE"}


def test_a_record_of_no_schema_is_a_break_and_the_audit_goes_on() -> None:
    odd = sign({1: 1}, Typ.RECORD, AGENT)
    verdict = BOOK.audit([*MESSAGES[:6], odd, *MESSAGES[7:]])
    assert {(found.seq, found.code) for found in verdict.breaks} >= {(7, "E_SCHEMA"), (8, "B_PREV")}
    assert verdict.records == LAST


def with_a_stored_tare(**changes: object) -> SampleBook:
    """A truck's tare, its sale, and a second load on the same tare."""
    book = SampleBook()
    book.begin()
    tare_seq = book.write(Kind.TARE, ticketed(1)).seq
    loaded: dict[str, object] = {"gross_kg": 49_300, "net_kg": 33_680, "tare_seq": tare_seq}
    book.write(Kind.SALE, ticketed(1, **loaded))
    book.write(Kind.SALE, ticketed(2, **(loaded | {"tare_uses": 2} | changes)))
    return book


def test_a_second_load_on_a_stored_tare_is_whole() -> None:
    assert with_a_stored_tare().audit().ok


@pytest.mark.parametrize(
    "change",
    [{"plate": "蒙K99999"}, {"tare_kg": 15_000, "net_kg": 34_300}, {"tare_uses": None}],
)
def test_a_stored_tare_is_the_newest_of_that_very_truck(change: dict[str, object]) -> None:
    assert codes(with_a_stored_tare(**change).audit()) == {"B_TICKET"}
