"""Cheats that the deck decides, each under its number in the list of cheats, and honest twins.

Those that were there before stand in test_sales, test_scans and test_bureau.
"""

from collections.abc import Callable
from dataclasses import fields

import pytest

from edge_agent.acts import GiveSlip
from edge_agent.events import Event, TrialAsked
from edge_agent.flag_rules import FLAG_RULES, FLAGS
from tests.edge_agent.story import DAY, HOUR, T0, Story, opened, ticket
from weighbook.orders import Action, Policy
from weighbook.records import Correction, Kind, Weighing

PLATE, OTHER = "蒙K12345", "蒙K99999"
FREE = ticket(plate=None)
CARD, OTHER_CARD = f"VP1:{PLATE}:6".encode(), f"VP1:{OTHER}:6".encode()
WEEK = (T0 + 60 * DAY) // 1000


def with_policy(**values: int) -> Story:
    story = opened()
    story.order(Action.POLICY, Policy(tuple(values.items())))
    return story


def loads(story: Story, count: int, tare_kg: int = 15_000, first: int = 1) -> Story:
    """So many whole sales of one truck."""
    for serial in range(first, first + count):
        story.scan(CARD)
        story.tare_and_load(ticket(serial), tare_kg)
        story.pass_with(ticket(serial), 48_000)
    return story


# -- C05, C08: one ticket, one session, one plate ----------------


def test_c08_two_tickets_in_one_weighing_use_neither() -> None:
    story = opened()
    story.weight_kg = 15_000
    story.wait(500)
    story.scan(ticket(1))
    story.scan(ticket(2))
    story.wait(6_000)
    assert story.last.reasons == ("E_SECOND_TICKET",)
    assert not story.lane.ledger.tickets


def test_c08_a_second_ticket_for_a_truck_with_an_open_one_is_refused() -> None:
    story = opened().tare_and_load(ticket(1))
    assert "E_OPEN_SESSION" in story.pass_with(ticket(2), 15_000).reasons
    assert set(story.lane.ledger.tickets) == {ticket(1).ticket_no}


# -- C07: use is whole -------------------------------------------


def test_c07_what_a_small_load_leaves_of_a_ticket_is_gone() -> None:
    story = opened().tare_and_load(ticket())
    assert story.pass_with(ticket(), 25_000).net_kg == 10_000
    assert story.pass_with(ticket(), 15_000).reasons == ("E_SPENT",)


# -- C14: the tare against the truck's history -------------------


def test_c14_an_inflated_tare_is_flagged_and_accepted() -> None:
    story = loads(opened(), 3)
    tare = story.pass_with(ticket(9), 15_500)
    assert (tare.decision, tare.reasons) == ("accepted", ("F-W04",))
    assert FLAGS["F-W04"].zh in story.words("F-W04")


@pytest.mark.parametrize(("tare_kg", "flagged"), [(14_780, False), (15_220, False), (15_240, True)])
def test_c14_a_tare_may_wander_by_the_larger_of_200_kg_and_15_per_mille(
    tare_kg: int, flagged: bool
) -> None:
    story = loads(opened(), 3)
    assert ("F-W04" in story.pass_with(ticket(9), tare_kg).reasons) is flagged


def test_c14_two_tares_are_no_history() -> None:
    assert loads(opened(), 2).pass_with(ticket(9), 17_000).reasons == ()


def test_c14_the_history_survives_a_restart() -> None:
    story = loads(opened(), 3).restart().opened()
    assert story.pass_with(ticket(9), 16_000).reasons == ("F-W04",)


# -- C15: another truck at the gross -----------------------------


def test_c15_other_axles_than_at_the_tare_are_flagged() -> None:
    story = opened()
    story.scan(CARD)
    story.tare_and_load(ticket(), 12_000)
    story.scan(b"VP1:%s:5" % PLATE.encode())
    assert story.pass_with(ticket(), 40_000).reasons == ("F-W05",)


# -- stored tares ------------------------------------------------


def test_without_leave_of_the_county_no_tare_is_stored() -> None:
    story = loads(opened(), 1)
    story.scan(CARD)
    assert story.pass_with(ticket(9), 48_000).reasons == ("E_TARE_HEAVY",)


def test_a_stored_tare_sells_in_one_pass_and_says_its_age_and_use() -> None:
    story = loads(with_policy(stored_tare_uses=2), 1)
    tare_seq = next(r.seq for r in story.records if r.kind is Kind.TARE)
    story.scan(CARD)
    sale = story.pass_with(ticket(9), 46_000)
    assert (sale.decision, sale.net_kg) == ("accepted", 31_000)
    assert (sale.tare_seq, sale.tare_uses) == (tare_seq, 2)
    assert story.kinds()[-1] is Kind.SALE


def test_a_stored_tare_serves_so_many_loads_and_no_more() -> None:
    story = loads(with_policy(stored_tare_uses=2), 1)
    for serial, reasons in ((8, ()), (9, ("E_TARE_USED",))):
        story.scan(CARD)
        assert story.pass_with(ticket(serial), 48_000).reasons == reasons
    story.scan(CARD)
    assert story.pass_with(ticket(9), 15_020).decision == "accepted"


def test_a_stored_tare_grows_too_old() -> None:
    story = loads(with_policy(stored_tare_uses=9, stored_tare_ms=30 * HOUR), 1).rest(31 * HOUR)
    story.scan(CARD)
    assert story.pass_with(ticket(9, expires_s=WEEK), 48_000).reasons == ("E_TARE_OLD",)


def test_a_stored_tare_is_only_for_a_truck_that_was_seen() -> None:
    story = loads(with_policy(stored_tare_uses=9), 1)
    assert story.pass_with(ticket(9), 48_000).reasons == ("E_TARE_HEAVY",)


def test_a_ticket_sold_on_a_stored_tare_is_used_also_after_a_power_cut() -> None:
    story = loads(with_policy(stored_tare_uses=9), 1)
    story.scan(CARD)
    story.pass_with(ticket(9), 48_000)
    story.restart().opened()
    assert story.pass_with(ticket(9), 15_000).reasons[0] == "E_SPENT"


# -- C38: overload, and the weighings again ----------------------


def test_c38_a_truck_that_unloads_is_linked_to_its_first_try() -> None:
    story = opened().tare_and_load(ticket())
    first = story.pass_with(ticket(), 50_000)
    first_seq = next(r.seq for r in story.records if r.body is first)
    second, sale = story.pass_with(ticket(), 49_100), story.pass_with(ticket(), 48_900)
    assert (first.retry_of, second.retry_of, sale.retry_of) == (None, first_seq, first_seq)
    assert sale.decision == "accepted"
    loads(story, 1, first=2)
    assert story.last.retry_of is None


def test_c38_after_eight_tries_the_load_comes_off_and_the_tare_is_weighed_anew() -> None:
    story = opened().tare_and_load(ticket())
    for _ in range(8):
        assert story.pass_with(ticket(), 50_000).reasons == ("E_OVERLOAD",)
    assert story.pass_with(ticket(), 48_000).reasons == ("E_OVERLOAD_TRIES",)
    assert story.pass_with(ticket(), 15_000).decision == "accepted"
    assert story.pass_with(ticket(), 48_000).net_kg == 33_000


# -- C47: test mode ----------------------------------------------


def in_test_mode(minutes: int = 10) -> Story:
    story = opened()
    story.play(TrialAsked(story.moment(), minutes))
    return story


def test_c47_a_test_weighing_uses_no_ticket_and_opens_no_barrier() -> None:
    story = in_test_mode()
    assert story.pass_with(ticket(), 15_000).decision == "recorded"
    assert (story.kinds(), story.openings()) == ([Kind.TEST], 0)
    assert (story.last.reasons, story.last.ticket_no) == (("E_TEST",), None)
    assert not story.lane.ledger.tickets
    assert "试磅" in story.words("E_TEST")


def test_c47_a_ticket_shown_while_a_test_truck_stands_there_is_not_kept_for_the_next() -> None:
    story = in_test_mode(1).drive_on(48_000)
    story.skip(61_000)
    story.scan(ticket())
    story.drive_off()
    assert story.kinds() == [Kind.TEST]
    assert not story.drive_on(15_000).drive_off().lane.ledger.tickets


def ended_by_hand(story: Story) -> None:
    story.play(TrialAsked(story.moment(), 0))


ENDS: dict[str, Callable[[Story], object]] = {
    "by itself": lambda story: story.skip(61_000),
    "by hand": ended_by_hand,
    "with a restart": lambda story: story.restart().opened(),
}


@pytest.mark.parametrize("end", ENDS)
def test_c47_test_mode_ends(end: str) -> None:
    story = in_test_mode(1)
    ENDS[end](story)
    assert story.pass_with(ticket(), 15_000).decision == "accepted"


def test_c47_a_load_that_was_there_before_the_test_is_still_sold() -> None:
    story = opened().tare_and_load(ticket()).drive_on(48_000)
    story.play(TrialAsked(story.moment(), 10))
    story.scan(ticket())
    assert story.kinds()[-1] is Kind.SALE


def test_c47_a_day_has_only_so_many_test_weighings() -> None:
    story = with_policy(tests_per_day=2)
    story.play(TrialAsked(story.moment(), 30))
    for _ in range(2):
        story.drive_on(15_000).drive_off()
    assert story.pass_with(ticket(), 15_000).decision == "accepted"
    story.play(TrialAsked(story.moment(), 5))
    assert story.told()[-1] == "TEST_REFUSED"
    story.rest(DAY)
    story.play(TrialAsked(story.moment(), 5))
    assert story.told()[-1] == "TEST_ON"


def test_c47_nobody_tests_for_longer_than_half_an_hour() -> None:
    story = in_test_mode(31)
    assert story.told()[-1] == "TEST_REFUSED"


# -- C48: no weight but the indicator's --------------------------


def test_c48_only_the_indicators_frames_carry_a_weight() -> None:
    named = {
        event.__name__
        for event in Event.__args__
        if any("kg" in field.name or "weight" in field.name for field in fields(event))
    }
    assert named == {"ScaleRead"}


def test_c48_a_typed_weight_is_a_code_like_any_other_and_means_nothing() -> None:
    story = opened().tare_and_load(ticket())
    story.scan(b"48620")
    story.plate("48620")
    assert story.kinds() == [Kind.TARE]


# -- C50: in the wrong direction ---------------------------------


@pytest.mark.parametrize(("first_kg", "code"), [(48_000, "E_TARE_HEAVY"), (24_000, "E_NET")])
def test_c50_coal_that_comes_in_is_no_sale(first_kg: int, code: str) -> None:
    story = opened()
    story.pass_with(ticket(), first_kg)
    assert code in [*story.last.reasons, *story.pass_with(ticket(), 15_000).reasons]
    assert Kind.SALE not in story.kinds()


# -- C55, C58: whose plate ---------------------------------------


def test_c55_a_plate_typed_over_the_trucks_card_is_flagged_and_both_are_kept() -> None:
    story = opened()
    story.drive_on(15_000)
    story.scan(OTHER_CARD)
    story.plate(PLATE)
    story.scan(ticket())
    assert (story.last.decision, story.last.reasons) == ("accepted", ("F-V03",))
    assert (story.last.plate, story.last.also_seen) == (PLATE, ((OTHER, "card"),))


def test_c55_the_same_plate_twice_is_no_flag() -> None:
    story = opened()
    story.drive_on(15_000)
    story.scan(CARD)
    story.plate(PLATE)
    story.scan(ticket())
    assert (story.last.reasons, story.last.also_seen) == ((), None)


def taken_over(story: Story, shown_kg: int) -> Weighing:
    """The other truck with the first one's ticket, and a reason."""
    story.drive_on(shown_kg)
    story.plate_because(OTHER, "原车故障")
    story.scan(ticket())
    story.drive_off()
    return story.last


def test_c58_another_truck_takes_a_ticket_over_before_the_tare_and_says_why() -> None:
    story = opened()
    tare = taken_over(story, 15_000)
    assert (tare.decision, tare.reasons) == ("accepted", ("F-V03",))
    assert (tare.plate, tare.ticket_plate, tare.note) == (OTHER, PLATE, "原车故障")
    sale = story.pass_with(ticket(), 48_000)
    assert (sale.decision, sale.plate) == ("accepted", OTHER)
    (slip,) = story.of(GiveSlip)
    assert slip.plate == OTHER


def test_c58_a_reason_given_after_the_refusal_keeps_what_the_card_said() -> None:
    story = opened().drive_on(15_000)
    story.scan(OTHER_CARD)
    story.scan(ticket())
    assert story.last.reasons == ("E_PLATE",)
    story.plate_because(OTHER, "原车故障")
    assert (story.last.decision, story.last.plate, story.last.axles) == ("accepted", OTHER, 6)


def test_c58_the_first_truck_has_lost_its_claim() -> None:
    story = opened()
    taken_over(story, 15_000)
    story.plate(PLATE)
    assert story.pass_with(ticket(), 48_000).reasons == ("E_PLATE",)


def test_c58_without_a_reason_and_after_the_tare_nothing_is_taken_over() -> None:
    story = opened()
    story.plate(OTHER)
    assert story.pass_with(ticket(), 15_000).reasons == ("E_PLATE",)
    story.tare_and_load(ticket())
    assert taken_over(story, 48_000).reasons == ("E_PLATE",)


def test_c58_a_county_may_forbid_it() -> None:
    assert taken_over(with_policy(rebinds=0), 15_000).reasons == ("E_PLATE",)


# -- all of them -------------------------------------------------


def test_every_flag_has_words_and_a_rule() -> None:
    assert len(FLAG_RULES) == len(FLAGS)
    assert all(phrase.zh and phrase.en for phrase in FLAGS.values())


def test_flags_are_no_remarks() -> None:
    story = loads(opened(), 3)
    story.pass_with(ticket(9), 16_000)
    assert not [b for b in story.bodies(Kind.CORRECTION) if isinstance(b, Correction)]
