"""No load leaves without a trace: passages that were not sold, and what stands in their records."""

from hashlib import sha256
from itertools import accumulate

import pytest

from edge_agent.acts import KeepCurve, Photograph
from edge_agent.events import ScaleRead
from tests.edge_agent.story import Story, opened, ticket
from weighbook import cbor
from weighbook.orders import Action, Policy
from weighbook.records import Kind


def test_a_load_that_leaves_without_a_ticket_is_recorded() -> None:
    story = opened().drive_on(48_000).drive_off()
    assert story.kinds() == [Kind.PASSAGE]
    assert (story.last.decision, story.last.reasons) == ("recorded", ("E_NO_TICKET",))
    assert (story.last.weight_kg, story.last.peak_kg) == (48_000, 48_000)
    assert story.last.pictures
    assert story.openings() == 0


def test_its_curve_and_frames_are_kept_before_the_line_that_names_them() -> None:
    story = opened().drive_on(48_000).drive_off()
    (kept,) = story.of(KeepCurve)
    assert kept.curve
    assert kept.frames
    assert story.last.curve == sha256(kept.curve).digest()
    assert story.last.frames == sha256(kept.frames).digest()


def test_its_curve_begins_on_the_empty_deck() -> None:
    story = opened().drive_on(48_000).drive_off()
    (kept,) = story.of(KeepCurve)
    curve = cbor.decode(kept.curve, max_bytes=65_536)
    assert isinstance(curve, dict)
    assert curve[5][0] == 0
    assert sum(curve[5]) == 0
    assert max(accumulate(curve[5])) == 48_000


def test_a_load_that_never_stops_is_recorded_by_its_peak() -> None:
    story = opened()
    for weight_kg in (8_000, 21_000, 33_000, 12_000):
        story.weight_kg = weight_kg
        story.wait(1_000)
    story.drive_off()
    assert story.last.reasons == ("E_NO_TICKET", "E_UNSTABLE")
    assert (story.last.weight_kg, story.last.peak_kg) == (None, 33_000)
    assert story.last.pictures


@pytest.mark.parametrize(("weight_kg", "count"), [(2_980, 0), (3_000, 1)])
def test_from_three_tonnes_on_a_passage_is_recorded(weight_kg: int, count: int) -> None:
    assert len(opened().drive_on(weight_kg).drive_off().weighings()) == count


def test_the_bureau_may_lower_that_limit() -> None:
    story = opened()
    story.order(Action.POLICY, Policy((("evidence_kg", 2_000),)))
    assert len(story.drive_on(2_000).drive_off().weighings()) == 1


def test_a_passage_while_halted_is_recorded_as_evidence() -> None:
    story = opened().lose("road").drive_on(48_000).drive_off()
    assert story.kinds() == [Kind.PASSAGE]
    assert story.last.reasons == ("E_NO_TICKET", "E_HALT")
    assert story.last.halted
    assert story.last.pictures


def test_while_a_deck_camera_is_lost_the_others_still_see_the_load() -> None:
    story = opened(deck_cameras=("deck", "road")).lose("deck").drive_on(48_000).drive_off()
    assert story.last.halted
    assert [camera for camera, _ in story.last.pictures] == ["road"]


def test_a_ticket_shown_while_halted_is_refused_and_stays_good() -> None:
    story = opened().lose("road")
    story.drive_on(15_000)
    story.scan(ticket())
    assert (story.last.reasons, story.last.halted) == (("E_HALT",), True)
    story.drive_off().regain("road")
    assert story.pass_with(ticket(), 15_000).decision == "accepted"


def test_a_refused_load_that_leaves_is_not_recorded_twice() -> None:
    story = opened()
    story.pass_with(ticket(weighbridge="WB-02"), 15_000)
    assert story.kinds() == [Kind.REFUSED]


def halted_during(story: Story, weight_kg: int) -> Story:
    """A truck drives on; the road camera fails and comes back while it stands there."""
    story.drive_on(weight_kg)
    return story.lose("road").regain("road").wait(1_000)


def test_a_sale_that_a_halt_interrupts_is_weighed_again() -> None:
    story = halted_during(opened().tare_and_load(ticket()), 48_000)
    assert story.is_open
    story.scan(ticket())
    assert story.last.reasons == ("E_INTERRUPTED",)
    assert story.told()[-1] == "WEIGH_AGAIN"


def test_the_ticket_of_an_interrupted_sale_stays_reserved() -> None:
    story = halted_during(opened().tare_and_load(ticket()), 48_000)
    story.scan(ticket())
    story.drive_off()
    assert story.pass_with(ticket(), 48_000).net_kg == 33_000


def test_a_halt_between_two_tries_interrupts_the_weighing_too() -> None:
    story = opened().tare_and_load(ticket()).drive_on(48_000)
    story.scan(ticket(2))
    story.lose("road").regain("road").wait(1_000)
    story.scan(ticket())
    assert story.last.reasons == ("E_INTERRUPTED",)


def test_an_interrupted_load_that_leaves_is_recorded() -> None:
    story = halted_during(opened(), 48_000).drive_off()
    assert story.last.reasons == ("E_NO_TICKET", "E_INTERRUPTED")
    assert story.last.halted


def test_a_truck_that_never_stands_still_is_refused() -> None:
    story = opened()
    story.scan(ticket())
    for step in range(36):
        story.weight_kg = 15_000 + 200 * (step % 2)
        story.wait(1_000)
    assert "E_UNSTABLE" in story.last.reasons
    assert story.last.stability == 2


def test_a_second_load_behind_the_one_that_was_decided_is_recorded() -> None:
    story = opened()
    story.scan(ticket())
    story.drive_on(15_000)
    story.weight_kg = 48_000
    story.wait(5_000)
    story.drive_off()
    assert story.kinds() == [Kind.TARE, Kind.PASSAGE]
    assert (story.last.reasons, story.last.peak_kg) == (("E_NO_TICKET",), 48_000)


def test_a_heavy_load_is_photographed_on_arrival_and_at_its_capture() -> None:
    story = opened().drive_on(48_000)
    assert len(list(story.of(Photograph))) == 2


def test_a_light_thing_on_the_deck_is_no_passage() -> None:
    story = opened().drive_on(980).drive_off()
    assert not list(story.of(Photograph))


def test_a_deck_that_does_not_come_back_to_zero_is_told() -> None:
    story = opened().drive_on(15_000)
    story.weight_kg = 40
    story.wait(8_000)
    assert story.told()[-1] == "E_ZERO"
    assert "40" in story.words("E_ZERO")


def test_without_a_book_a_passage_is_cried_out() -> None:
    story = opened().drive_on(48_000)
    story.fails = True
    story.drive_off()
    story.drive_on(48_000).drive_off()
    assert "NOT_RECORDED" in story.told()


def test_frames_without_a_weight_are_no_passage() -> None:
    story = opened()
    for _ in range(20):
        story.play(ScaleRead(story.moment(125), None, None, "overload", b"OL"))
    assert story.lane.passage is None
