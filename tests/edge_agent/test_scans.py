"""Codes and plates as they are read: for whom they count, how long, and what they are told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.events import ScaleRead
from edge_agent.passage import MAX_ATTEMPTS
from tests.edge_agent.story import Story, opened, ticket, ticket_code
from weighbook.orders import Action, Suspend, order_text
from weighbook.records import Kind

PLATE = "蒙K12345"
CARD = b"VP1:%s:6" % PLATE.encode()
FREE = ticket(plate=None)
BAD = ticket(weighbridge="WB-02")


def test_a_ticket_scanned_before_the_truck_comes_is_held_for_it() -> None:
    story = opened()
    story.scan(ticket())
    story.wait(60_000).drive_on(15_000)
    assert story.last.ticket_no == ticket().ticket_no


def test_a_held_ticket_is_dropped_when_no_truck_comes() -> None:
    story = opened()
    story.scan(ticket())
    story.skip(121_000)
    assert story.told()[-1] == "HELD_DROPPED"
    story.drive_on(15_000)
    assert not story.weighings()


def test_what_is_held_counts_no_longer_than_it_is_held() -> None:
    story = opened()
    story.plate(PLATE)
    story.play(ScaleRead(story.moment(121_000), 15_000, True, None, b""))
    assert story.lane.passage is not None
    assert story.lane.passage.sighted is None


def test_a_second_ticket_without_a_plate_waits_for_one_anew() -> None:
    story = opened().drive_on(15_000)
    story.scan(BAD)
    story.wait(25_000)
    story.scan(FREE)
    assert story.told()[-1] == "PLATE_WANTED"
    story.plate(PLATE)
    assert story.last.decision == "accepted"


def test_a_held_ticket_is_good_for_one_truck() -> None:
    story = opened()
    story.pass_with(ticket(), 15_000)
    story.drive_on(15_000).drive_off()
    assert story.kinds() == [Kind.TARE, Kind.PASSAGE]


def test_a_ticket_shown_behind_a_truck_that_is_done_is_for_the_next() -> None:
    story = opened()
    story.scan(ticket())
    story.drive_on(15_000)
    story.scan(ticket(2, plate="蒙K22222"))
    story.drive_off().drive_on(14_000)
    assert (story.last.ticket_no, story.last.tare_kg) == (ticket(2).ticket_no, 14_000)


def test_a_scanner_that_sees_the_same_ticket_for_long_says_it_once() -> None:
    story = opened().drive_on(15_000)
    for _ in range(5):
        story.scan(ticket())
    assert story.told().count("TICKET_TAKEN") == 1
    assert story.kinds() == [Kind.TARE]


def test_a_later_valid_ticket_in_the_same_stay_is_taken() -> None:
    story = opened().drive_on(15_000)
    story.scan(BAD)
    story.scan(ticket(2))
    assert story.kinds() == [Kind.REFUSED, Kind.TARE]
    assert story.last.ticket_no == ticket(2).ticket_no


def test_a_smudged_ticket_does_not_hide_the_good_one() -> None:
    story = opened()
    story.drive_on(15_000)
    story.scan(b"WT1:ABC")
    story.scan(ticket())
    assert [w.decision for w in story.weighings()] == ["refused", "accepted"]


def test_two_tickets_on_one_truck_are_refused() -> None:
    story = opened()
    story.weight_kg = 15_000
    story.wait(1_000)
    story.scan(ticket())
    story.scan(ticket(2))
    story.wait(5_000)
    assert story.last.reasons == ("E_SECOND_TICKET",)


@pytest.mark.parametrize("serial", [1, 2])
def test_after_two_tickets_either_one_alone_is_taken(serial: int) -> None:
    story = opened()
    story.weight_kg = 15_000
    story.wait(1_000)
    story.scan(ticket(1))
    story.scan(ticket(2))
    story.wait(5_000)
    story.scan(ticket(serial))
    assert story.last.decision == "accepted"
    assert story.last.ticket_no == ticket(serial).ticket_no


def tried_out() -> Story:
    story = opened().drive_on(15_000)
    for serial in range(1, MAX_ATTEMPTS + 1):
        story.scan(ticket(serial, weighbridge="WB-02"))
    return story


def test_a_load_is_judged_only_so_often_in_one_stay() -> None:
    story = tried_out()
    story.scan(ticket(90))
    assert story.kinds() == [Kind.REFUSED] * MAX_ATTEMPTS
    assert story.told()[-1] == "DRIVE_OFF"


def test_after_too_many_tries_the_truck_drives_off_and_begins_again() -> None:
    story = tried_out().drive_off()
    assert story.pass_with(ticket(90), 15_000).decision == "accepted"


def test_while_sales_are_closed_no_ticket_is_held() -> None:
    story = opened().lose()
    story.scan(ticket())
    assert story.told()[-1] == "E_HALT"
    assert "CAMERA_LOST" in story.words("E_HALT")
    story.regain().drive_on(15_000)
    assert not story.weighings()


def test_a_vehicle_card_names_the_truck_and_its_axles() -> None:
    story = opened()
    story.scan(CARD)
    body = story.pass_with(FREE, 15_000)
    assert (body.plate, body.plate_source, body.axles) == (PLATE, "card", 6)


def test_a_card_alone_asks_for_the_ticket() -> None:
    story = opened().drive_on(15_000)
    story.scan(CARD)
    assert story.told()[-1] == "TICKET_WANTED"


def test_a_card_with_an_open_weighing_asks_for_that_ticket() -> None:
    story = opened().tare_and_load(ticket()).drive_on(48_000)
    story.scan(CARD)
    assert ticket().ticket_no in story.words("TICKET_WANTED")


def test_the_card_of_the_truck_that_is_done_is_not_the_next_ones() -> None:
    story = opened().drive_on(15_000)
    story.scan(CARD)
    story.scan(FREE)
    story.scan(CARD)
    story.drive_off().drive_on(14_000)
    story.scan(ticket(2, plate=None))
    story.wait(20_000)
    assert story.last.reasons == ("E_NO_PLATE",)


def test_the_next_trucks_card_is_held_for_it() -> None:
    story = opened().drive_on(15_000)
    story.scan(ticket())
    story.scan("VP1:蒙K22222".encode())
    story.drive_off()
    assert story.pass_with(ticket(2, plate=None), 14_000).plate == "蒙K22222"


@pytest.mark.parametrize("text", ["", "X", "蒙K12345蒙K12345", "SELECT *"])
def test_what_cannot_be_a_plate_is_not_taken(text: str) -> None:
    story = opened().drive_on(15_000)
    story.plate(text)
    assert story.told()[-1] == "E_CODE_UNKNOWN"


def test_an_order_may_be_scanned_like_a_ticket() -> None:
    story = opened()
    story.scan(order_text(story.signed(Action.SUSPEND, Suspend("inspection"))).encode())
    assert story.causes == {"ORDER"}


def test_a_slip_is_no_ticket() -> None:
    story = opened().drive_on(15_000)
    story.scan(ticket_code(ticket()).replace(b"WT1:", b"WS1:"))
    assert story.last.reasons == ("E_CODE_UNKNOWN",)


OPENED = opened().drive_on(15_000)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200)
    | st.binary(max_size=60).map(lambda tail: b"WT1:" + tail)
    | st.text(max_size=30).map(lambda tail: b"VP1:" + tail.encode("utf-8", "replace"))
)
def test_no_code_whatsoever_opens_the_barrier(raw: bytes) -> None:
    story = OPENED.twin()
    story.scan(raw)
    assert story.openings() == 0
    assert all(w.decision == "refused" for w in story.weighings())
