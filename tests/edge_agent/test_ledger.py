"""The fold of the book: what a weighbridge knows comes from its records, and from nothing else."""

from dataclasses import replace

from edge_agent import ledger as book
from edge_agent.events import StopAsked
from edge_agent.ledger import KEPT_DIGESTS, key_ring, remember
from edge_agent.sessions import find_session
from tests.edge_agent.story import (
    HOUR,
    KEYS,
    OFFICERS,
    SITE,
    T0,
    TICKETS,
    Story,
    blank_ledger,
    opened,
    ticket,
)
from weighbook.orders import Action, Policy, Revoke, Suspend
from weighbook.records import Kind, Record, Weighing

NUMBER, PLATE = ticket().ticket_no, "蒙K12345"


def sold() -> Story:
    story = opened().tare_and_load(ticket())
    story.pass_with(ticket(), 48_000)
    return story


def test_the_genesis_names_the_enrolment_and_its_lease() -> None:
    ledger = opened().lane.ledger
    assert ledger.order_number == 1
    assert ledger.lease_until_ms > ledger.genesis_ms


def test_a_tare_reserves_the_ticket_for_its_plate() -> None:
    ledger = opened().tare_and_load(ticket()).folded()
    assert not ledger.tickets[NUMBER].used
    assert dict(ledger.sessions) == {PLATE: NUMBER}


def test_a_sale_uses_the_ticket_and_ends_the_session() -> None:
    ledger = sold().folded()
    assert ledger.tickets[NUMBER].used
    assert not ledger.sessions


def test_totals_run_on() -> None:
    story = sold()
    story.pass_with(ticket(), 15_000)
    totals = story.folded().totals
    assert (totals.passages, totals.sales, totals.net_kg, totals.refusals) == (3, 1, 33_000, 1)


def test_refusals_and_passages_change_nothing_but_the_totals() -> None:
    story = opened()
    before = story.folded()
    story.pass_with(ticket(weighbridge="WB-02"), 15_000)
    story.drive_on(48_000).drive_off()
    after = story.folded()
    assert (after.tickets, after.sessions, after.standing) == (
        before.tickets,
        before.sessions,
        before.standing,
    )


def test_a_lapsed_reservation_gives_way_to_another_truck() -> None:
    free = ticket(plate=None, expires_s=T0 // 1000 + 3 * 86_400)
    story = opened()
    story.plate(PLATE)
    story.tare_and_load(free).rest(25 * HOUR)
    story.plate("蒙K99999")
    story.tare_and_load(free, 14_000)
    assert dict(story.folded().sessions) == {"蒙K99999": NUMBER}


def test_a_truck_with_a_lapsed_session_may_begin_with_another_ticket() -> None:
    story = opened().tare_and_load(ticket()).rest(25 * HOUR)
    other = ticket(2, expires_s=story.at.wall_ms // 1000 + 3_600)
    story.tare_and_load(other)
    assert dict(story.folded().sessions) == {PLATE: other.ticket_no}
    assert NUMBER not in story.folded().tickets


def test_a_session_of_a_revoked_ticket_binds_nobody() -> None:
    story = opened().tare_and_load(ticket())
    story.order(Action.REVOKE, Revoke(NUMBER))
    found = find_session(story.folded(), None, PLATE, story.at.wall_ms, SITE)
    assert found.of_plate is None


def test_a_suspension_is_known_by_its_order() -> None:
    story = opened()
    story.order(Action.SUSPEND, Suspend("inspection", None))
    assert story.folded().suspensions[2].reason == "inspection"


def test_a_stored_order_that_was_tampered_with_is_missing() -> None:
    story = opened()
    story.order(Action.POLICY, Policy((("tolerance_kg", 300),)))
    story.orders[-1] = story.orders[-1][:-1] + b"\0"
    ledger = story.folded()
    assert ledger.missing_orders == (2,)
    assert not ledger.policy


def test_orders_signed_by_nobody_are_left_out() -> None:
    story = opened()
    assert book.read_orders([b"rubbish", story.orders[0]], KEYS).keys() == {
        story.lane.ledger.order_digest
    }


def test_revoked_keys_are_in_no_ring() -> None:
    story = opened()
    story.order(Action.REVOKE, Revoke(None, TICKETS.public.kid))
    ring = key_ring(story.folded())
    assert ring.find(TICKETS.public.kid) is None
    assert ring.find(OFFICERS[0].public.kid) is not None


def test_only_so_many_digests_are_kept() -> None:
    ledger = blank_ledger()
    for seq in range(1, KEPT_DIGESTS + 10):
        ledger = remember(ledger, seq, bytes(32))
    assert len(ledger.digests) == KEPT_DIGESTS
    assert KEPT_DIGESTS + 9 in ledger.digests


def test_a_stop_makes_the_run_clean_and_any_later_line_does_not() -> None:
    story = sold()
    story.play(StopAsked(story.moment(), "maintenance"))
    assert story.folded().clean
    assert not story.restart().folded().clean


def test_a_ticket_is_never_used_twice_wherever_the_power_was_cut() -> None:
    story = sold()
    whole = list(zip(story.records, story.digests, strict=True))
    for cut in range(1, len(whole) + 1):
        twin = story.twin()
        twin.records = [record for record, _ in whole[:cut]]
        twin.digests = [digest for _, digest in whole[:cut]]
        twin.weight_kg = 0
        twin.start()
        again = twin.opened().pass_with(ticket(), 48_000)
        assert sales_of(twin.records) <= 1
        assert again.decision == ("accepted" if may_sell(whole[:cut]) else "refused")


def sales_of(records: list[Record]) -> int:
    return sum(record.kind is Kind.SALE for record in records)


def may_sell(cut: list[tuple[Record, bytes]]) -> bool:
    """The tare is in the book, the sale is not."""
    kinds = [record.kind for record, _ in cut]
    return Kind.TARE in kinds and Kind.SALE not in kinds


def test_the_newest_time_survives_a_clock_that_ran_back() -> None:
    story = opened()
    newest = story.folded().newest_ms
    story.at = story.at._replace(wall_ms=story.at.wall_ms - HOUR)
    story.wait(500)
    assert story.folded().newest_ms >= newest
    assert story.folded().last_ms < newest


def test_a_record_of_another_ticket_leaves_ours_alone() -> None:
    story = opened().tare_and_load(ticket())
    body = story.last
    assert isinstance(body, Weighing)
    other = replace(body, ticket_no=ticket(2).ticket_no, plate="蒙K22222")
    ledger = book.note(story.folded(), Kind.TARE, other, story.at.wall_ms)
    assert set(ledger.tickets) == {NUMBER, ticket(2).ticket_no}
