"""The two-pass sale as the deck sees it, and every way in which it is refused."""

from dataclasses import replace

import pytest

from edge_agent.acts import CloseBarrier, GiveSlip, KeepCurve, OpenBarrier, Photograph, Tell, Write
from edge_agent.events import PicturesTaken, ScaleRead
from edge_agent.refusals import DECK
from tests.edge_agent.story import BRIDGE, DAY, HOUR, STRANGER, T0, opened, ticket, ticket_code
from weighbook.orders import Action, Policy, Revoke
from weighbook.records import Kind, Weighing
from weighbook.tickets import Ticket

PLATE = "蒙K12345"
FREE = ticket(plate=None)


def test_a_truck_weighs_empty_then_loaded_and_is_sold() -> None:
    story = opened()
    tare, gross = story.pass_with(ticket(), 15_000), story.pass_with(ticket(), 48_000)
    assert story.kinds() == [Kind.TARE, Kind.SALE]
    assert (tare.tare_kg, tare.gross_kg, tare.net_kg) == (15_000, None, None)
    assert (gross.tare_kg, gross.gross_kg, gross.net_kg) == (15_000, 48_000, 33_000)
    assert gross.plate == PLATE
    assert story.openings() == 2


def test_the_sale_names_its_tare_ticket_product_and_pictures() -> None:
    story = opened()
    story.pass_with(ticket(), 15_000)
    tare_seq = len(story.records)
    sale = story.pass_with(ticket(), 48_000)
    assert sale.tare_seq == tare_seq
    assert (sale.ticket_no, sale.product, sale.enterprise) == (ticket().ticket_no, "RAW", "E-01")
    assert [camera for camera, _ in sale.pictures] == ["deck", "road"]
    assert not sale.halted


def test_evidence_then_book_then_barrier_then_slip() -> None:
    story = opened()
    story.tare_and_load(ticket())
    story.acts.clear()
    story.pass_with(ticket(), 48_000)
    kinds = [type(a) for a in story.acts if not isinstance(a, Tell | Photograph | CloseBarrier)]
    assert kinds == [KeepCurve, Write, OpenBarrier, GiveSlip]


def test_the_slip_says_what_was_sold() -> None:
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    (slip,) = story.of(GiveSlip)
    assert (slip.plate, slip.product, slip.net_kg) == (PLATE, "RAW", 33_000)
    assert slip.ticket_no == ticket().ticket_no
    assert slip.check == (story.last.ticket_digest or b"")[:8]


def test_nothing_is_sold_that_is_not_in_the_book() -> None:
    story = opened().tare_and_load(ticket())
    openings = story.openings()
    story.fails = True
    story.scan(ticket())
    story.drive_on(48_000)
    assert story.openings() == openings
    assert not list(story.of(GiveSlip))
    assert not story.is_open


def test_a_ticket_may_be_shown_after_the_weight_is_there() -> None:
    story = opened().drive_on(15_000)
    story.scan(ticket())
    assert story.kinds() == [Kind.TARE]


def refused(story_ticket: Ticket | bytes, weight_kg: int = 15_000) -> Weighing:
    story = opened()
    body = story.pass_with(story_ticket, weight_kg)
    assert body.decision == "refused"
    assert story.openings() == 0
    return body


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (ticket(product="GANGUE"), "E_PRODUCT"),
        (ticket(product="LIME"), "E_FAMILY"),
        (ticket(family="NONCOAL"), "E_FAMILY"),
        (ticket(weighbridge="WB-02"), "E_WEIGHBRIDGE"),
        (ticket(enterprise="E-02"), "E_ENTERPRISE"),
        (ticket(not_before_s=T0 // 1000 + 3_600), "E_NOT_YET"),
        (ticket(expires_s=T0 // 1000 - 1), "E_EXPIRED"),
    ],
)
def test_a_ticket_for_another_sale_is_refused(shown: Ticket, code: str) -> None:
    story = opened()
    assert story.pass_with(shown, 15_000).reasons == (code,)
    assert story.kinds() == [Kind.REFUSED]
    assert story.openings() == 0
    told = story.words(code)
    assert DECK[code].remedy.zh in told
    assert DECK[code].remedy.en in told


def test_a_forged_ticket_is_refused_by_its_signature() -> None:
    story = opened().drive_on(15_000)
    story.scan(ticket_code(ticket(), STRANGER))
    assert story.last.reasons[0] == "E_SIG"
    assert story.last.ticket_no is None
    assert DECK["E_SIG"].remedy.en in story.words("E_SIG")


def test_an_address_in_a_code_decides_nothing() -> None:
    story = opened().drive_on(15_000)
    story.scan(b"https://tickets.example/verify?no=1150624")
    assert story.last.reasons == ("E_CODE_UNKNOWN",)


def test_a_used_ticket_is_refused_at_the_same_weighbridge() -> None:
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    assert story.pass_with(ticket(), 15_000).reasons == ("E_SPENT",)
    assert PLATE in story.words("E_SPENT")


def test_a_used_ticket_stays_used_after_a_power_cut() -> None:
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    story.restart().opened()
    assert story.pass_with(ticket(), 48_000).reasons[0] == "E_SPENT"


def test_a_second_truck_with_a_copy_of_the_ticket_is_refused() -> None:
    story = opened()
    story.plate(PLATE)
    story.tare_and_load(FREE)
    story.plate("蒙K99999")
    assert story.pass_with(FREE, 48_000).reasons == ("E_PLATE",)
    assert PLATE in story.words("E_PLATE")


def test_the_first_truck_still_sells_after_the_copy_was_refused() -> None:
    story = opened()
    story.plate(PLATE)
    story.tare_and_load(FREE)
    story.plate("蒙K99999")
    story.pass_with(FREE, 48_000)
    story.plate(PLATE)
    assert story.pass_with(FREE, 48_000).net_kg == 33_000


def test_a_truck_with_an_open_weighing_finishes_it_with_its_own_ticket() -> None:
    story = opened().tare_and_load(ticket())
    assert story.pass_with(ticket(2), 48_000).reasons[-1] == "E_TARE_HEAVY"
    assert "E_OPEN_SESSION" in story.last.reasons
    assert ticket().ticket_no in story.words("E_OPEN_SESSION")


def test_a_revoked_ticket_is_refused_and_its_truck_may_begin_again() -> None:
    story = opened().tare_and_load(ticket())
    story.order(Action.REVOKE, Revoke(ticket().ticket_no))
    assert story.pass_with(ticket(), 48_000).reasons == ("E_REVOKED",)
    assert story.pass_with(ticket(2), 15_000).decision == "accepted"


def test_the_load_must_weigh_more_than_the_empty_truck() -> None:
    story = opened().tare_and_load(ticket())
    assert story.pass_with(ticket(), 15_000).reasons == ("E_NET",)
    assert story.pass_with(ticket(), 14_000).reasons == ("E_NET",)


@pytest.mark.parametrize(("gross_kg", "reasons"), [(48_000, ()), (48_020, ("E_QTY",))])
def test_the_ticket_says_how_much_may_go(gross_kg: int, reasons: tuple[str, ...]) -> None:
    small = ticket(max_net_kg=33_000)
    assert opened().tare_and_load(small).pass_with(small, gross_kg).reasons == reasons


def test_the_bureaus_tolerance_counts_to_the_kilogram() -> None:
    shown = ticket(max_net_kg=30_000)
    story = opened()
    story.order(Action.POLICY, Policy((("tolerance_kg", 300),)))
    story.tare_and_load(shown)
    assert story.pass_with(shown, 45_320).reasons == ("E_QTY",)
    assert story.pass_with(shown, 45_300).decision == "accepted"


@pytest.mark.parametrize(
    ("axles", "limit_kg"), [(2, 18_000), (3, 27_000), (4, 36_000), (5, 43_000), (6, 49_000)]
)
def test_an_overloaded_truck_unloads_and_is_weighed_again(axles: int, limit_kg: int) -> None:
    story = opened()
    story.scan(b"VP1:%s:%d" % (PLATE.encode(), axles))
    story.tare_and_load(ticket(), 10_000)
    over = story.pass_with(ticket(), limit_kg + 20)
    assert over.reasons == ("E_OVERLOAD",)
    assert over.axles == axles
    assert story.pass_with(ticket(), limit_kg).decision == "accepted"


def test_a_truck_whose_plate_nobody_knows_waits_and_is_refused() -> None:
    story = opened().drive_on(15_000)
    story.scan(FREE)
    assert "PLATE_WANTED" in story.told()
    assert not story.weighings()
    story.wait(20_000)
    assert story.last.reasons == ("E_NO_PLATE",)


def test_a_plate_given_late_gives_another_try() -> None:
    story = opened().drive_on(15_000)
    story.scan(FREE)
    story.wait(20_000)
    story.plate(PLATE)
    assert story.last.decision == "accepted"
    assert (story.last.plate, story.last.plate_source) == (PLATE, "operator")


def test_without_a_picture_nothing_is_sold() -> None:
    story = opened()
    story.pictures = False
    story.scan(ticket())
    story.drive_on(15_000).wait(11_000)
    assert story.last.reasons == ("E_PICTURE",)
    assert "deck" in story.words("E_PICTURE")


def test_a_picture_of_another_camera_is_not_one_of_the_deck() -> None:
    story = opened()
    story.pictures = False
    story.scan(ticket())
    story.drive_on(15_000)
    shot = [act.passage_no for act in story.of(Photograph)][-1]
    story.play(PicturesTaken(story.moment(), shot, (("road", bytes(32)),)))
    assert story.last.reasons == ("E_PICTURE",)


def test_an_empty_deck_that_is_not_at_zero_sells_nothing() -> None:
    story = opened()
    story.weight_kg = -40
    story.wait(8_000)
    assert story.pass_with(ticket(), 15_000).reasons == ("E_ZERO",)


def test_a_loaded_truck_without_a_tare_is_no_tare() -> None:
    assert refused(ticket(), 48_000).reasons == ("E_TARE_HEAVY",)


def test_a_tare_of_yesterday_is_weighed_again() -> None:
    long = ticket(expires_s=(T0 + 3 * DAY) // 1000)
    story = opened().tare_and_load(long)
    story.rest(25 * HOUR)
    assert "E_TARE_OLD" in story.pass_with(long, 48_000).reasons
    assert story.pass_with(long, 14_800).decision == "accepted"
    assert story.pass_with(long, 48_000).net_kg == 33_200


def test_a_truck_that_comes_back_empty_after_a_day_weighs_its_tare_again() -> None:
    long = ticket(expires_s=(T0 + 3 * DAY) // 1000)
    story = opened().tare_and_load(long).rest(25 * HOUR)
    assert story.pass_with(long, 15_200).tare_kg == 15_200


def test_a_used_ticket_names_no_plate() -> None:
    story = opened()
    story.plate(PLATE)
    story.tare_and_load(FREE)
    story.pass_with(FREE, 48_000)
    story.drive_on(15_000)
    story.scan(FREE)
    story.wait(20_000)
    assert "E_SPENT" in story.last.reasons
    assert story.last.plate is None


def test_a_load_that_grows_after_its_capture_is_weighed_again() -> None:
    story = opened().tare_and_load(ticket())
    story.drive_on(30_000)
    story.weight_kg = 48_000
    story.wait(5_000)
    story.scan(ticket())
    assert story.last.reasons == ("E_CHANGED",)


def test_nothing_is_decided_while_the_indicator_shows_no_weight() -> None:
    story = opened().tare_and_load(ticket()).drive_on(30_000)
    story.play(ScaleRead(story.moment(250), None, None, "motion", b""))
    story.scan(ticket())
    assert story.kinds() == [Kind.TARE]
    story.weight_kg = 48_000
    story.wait(500)
    assert story.last.reasons == ("E_CHANGED",)


def test_a_driver_may_step_down_after_the_capture() -> None:
    story = opened().tare_and_load(ticket())
    story.drive_on(48_000)
    story.weight_kg = 47_900
    story.wait(1_000)
    story.scan(ticket())
    assert story.last.net_kg == 33_000


def test_a_ticket_with_another_plate_than_the_truck_is_refused() -> None:
    story = opened()
    story.plate("蒙K99999")
    assert story.pass_with(ticket(), 15_000).reasons == ("E_PLATE",)
    assert story.last.ticket_plate == PLATE


def test_axles_of_another_truck_do_not_count() -> None:
    long = replace(FREE, expires_s=(T0 + 3 * DAY) // 1000)
    story = opened()
    story.scan(b"VP1:%s:6" % PLATE.encode())
    story.tare_and_load(long)
    story.rest(25 * HOUR)
    story.plate("蒙K99999")
    assert story.pass_with(long, 12_000).decision == "accepted"
    assert story.last.axles is None


def test_every_refusal_is_recorded_with_the_weight_it_was_about() -> None:
    body = refused(ticket(weighbridge="WB-02"))
    assert (body.weight_kg, body.stability) == (15_000, 1)
    assert body.ticket_no == ticket().ticket_no
    assert body.indicator == "D2008"
    assert BRIDGE == "WB-01"
