"""Orders and receipts: applied once and in order; everything else is refused with a code."""

from typing import Any

import pytest

from edge_agent.acts import KeepKeySet, KeepOrder, KeepReceipt, Write
from edge_agent.events import OrderArrived, ReceiptArrived
from edge_agent.order_words import ORDERS
from edge_agent.record_effects import MAX_BAD_ORDERS_PER_DAY
from tests.edge_agent.story import (
    BRIDGE,
    DAY,
    HOUR,
    KEYS,
    MINE,
    OFFICERS,
    RECEIPTS,
    ROOT,
    STRANGER,
    TICKETS,
    Story,
    opened,
    ticket,
)
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, KeySet, sign_keyset
from weighbook.orders import (
    MAX_TICKETS,
    Action,
    Args,
    Enrol,
    KeySetArgs,
    Lease,
    Lift,
    Permit,
    Policy,
    Release,
    Revoke,
    Suspend,
    Thaw,
)
from weighbook.receipts import Receipt, sign_receipt
from weighbook.records import Kind, OrderSeen, ReceiptSeen

STOP = (Action.SUSPEND, Suspend("inspection"))


def arrive(story: Story, message: bytes) -> OrderSeen | None:
    """An order message comes; what the book says of it, if anything."""
    count = len(story.bodies(Kind.ORDER))
    story.play(OrderArrived(story.moment(), message))
    seen = story.bodies(Kind.ORDER)[count:]
    return seen[0] if seen and isinstance(seen[0], OrderSeen) else None


def refusal(story: Story, message: bytes) -> str | None:
    seen = arrive(story, message)
    assert seen is not None
    assert seen.outcome == "refused"
    return seen.reason


# -- applied -------------------------------------------------------------------------------------


def test_the_next_order_is_kept_recorded_and_in_force() -> None:
    story = opened()
    acts = story.order(*STOP)
    assert [type(a) for a in acts if isinstance(a, KeepOrder | Write)][:2] == [KeepOrder, Write]
    seen = story.bodies(Kind.ORDER)[-1]
    assert isinstance(seen, OrderSeen)
    assert (seen.number, seen.action, seen.outcome) == (2, "SUSPEND", "applied")
    assert not story.is_open


def test_orders_are_applied_one_after_the_other() -> None:
    story = opened()
    story.order(*STOP)
    story.order(Action.LIFT, Lift(2))
    assert story.is_open
    assert story.lane.ledger.order_number == 3


def test_applied_orders_outlive_a_restart() -> None:
    story = opened()
    story.order(Action.POLICY, Policy((("tolerance_kg", 300),)))
    story.restart()
    assert story.lane.site.tolerance_kg == 300
    assert story.lane.ledger.order_number == 2


def test_a_newer_policy_keeps_what_it_does_not_name() -> None:
    story = opened()
    story.order(Action.POLICY, Policy((("tolerance_kg", 300), ("short_ms", HOUR))))
    story.order(Action.POLICY, Policy((("tolerance_kg", 100),)))
    assert (story.lane.site.tolerance_kg, story.lane.site.short_ms) == (100, HOUR)


def test_a_new_key_set_counts_from_then_on() -> None:
    story, fresh = opened(), SigningKey.generate()
    keyset = KEYS.with_entry(KeyEntry(fresh.public, ("ticket",), "bureau", 0))
    acts = story.order(Action.KEYSET, KeySetArgs(sign_keyset(keyset, ROOT)))
    assert [a.version for a in acts if isinstance(a, KeepKeySet)] == [2]
    assert story.lane.ledger.keyset == keyset
    story.restart()
    assert story.lane.ledger.keyset == keyset


def test_a_revoked_key_signs_no_more_tickets() -> None:
    story = opened()
    story.order(Action.REVOKE, Revoke(None, TICKETS.public.kid))
    for _ in range(2):
        story.drive_on(15_000)
        story.scan(ticket())
        assert story.last.reasons == ("E_SIG", "E_KID")
        story.drive_off().restart().opened()


# -- refused -------------------------------------------------------------------------------------


def test_the_same_order_again_changes_nothing() -> None:
    story = opened()
    message = story.signed(*STOP)
    arrive(story, message)
    story.order(Action.LIFT, Lift(2))
    assert refusal(story, message) == "E_ORDER_REPLAYED"
    assert story.is_open


def test_an_old_order_does_not_come_back_after_a_restart() -> None:
    story = opened().lose("road")
    permit = story.signed(Action.PERMIT, Permit(("CAMERA_LOST",), "", 9, 9_000_000))
    arrive(story, permit)
    story.order(*STOP)
    story.restart().opened().lose("road")
    assert refusal(story, permit) == "E_ORDER_REPLAYED"
    assert not story.is_open


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": 3}, "E_ORDER_GAP"),
        ({"number": 1}, "E_ORDER_REPLAYED"),
        ({"prev": b"\1" * 32}, "E_ORDER_CHAIN"),
        ({"target": "WB-02"}, "E_ORDER_FOREIGN"),
        ({"stream": "WB-02"}, "E_ORDER_FOREIGN"),
        ({"expires_ms": 1}, "E_ORDER_EXPIRED"),
    ],
)
def test_an_order_that_is_not_the_next_one_here_is_refused(
    change: dict[str, Any], code: str
) -> None:
    story = opened()
    assert refusal(story, story.signed(*STOP, **change)) == code
    assert story.is_open
    assert ORDERS[code].zh in story.words(code)
    assert ORDERS[code].en in story.words(code)


def test_orders_taken_in_the_wrong_order_are_applied_in_the_right_one() -> None:
    story, bureau = opened(), opened()
    first = bureau.signed(*STOP)
    arrive(bureau, first)
    second = bureau.signed(Action.LIFT, Lift(2))
    assert refusal(story, second) == "E_ORDER_GAP"
    arrive(story, first)
    assert arrive(story, second) is not None
    assert story.is_open


@pytest.mark.parametrize(
    ("action", "args"),
    [
        (Action.LIFT, Lift(2)),
        (Action.PERMIT, Permit(("CAMERA_LOST",), "", 9, 9_000_000)),
        (Action.RELEASE, Release(("APPROVAL",), "")),
        (Action.LEASE, Lease(1)),
        (Action.POLICY, Policy((("tolerance_kg", 300),))),
    ],
)
@pytest.mark.parametrize("keys", [OFFICERS[:1], (OFFICERS[0], OFFICERS[0])], ids=["one", "twice"])
def test_what_relaxes_a_rule_takes_two_officers(
    action: Action, args: Args, keys: tuple[SigningKey, ...]
) -> None:
    story = opened()
    reason = refusal(story, story.signed(action, args, keys))
    assert reason in ("E_TWO_SIGNERS", "E_SIG", "E_HEADER", "E_SCHEMA")
    assert story.lane.ledger.order_number == 1


def test_what_tightens_a_rule_takes_one() -> None:
    story = opened()
    arrive(story, story.signed(*STOP, OFFICERS[:1]))
    assert not story.is_open


@pytest.mark.parametrize("key", [STRANGER, TICKETS, RECEIPTS], ids=["stranger", "issuer", "hub"])
def test_only_officers_give_orders(key: SigningKey) -> None:
    story = opened()
    assert refusal(story, story.signed(*STOP, (key,))) in ("E_KID", "E_ROLE")
    assert story.is_open


def test_an_officer_and_a_stranger_are_not_two_officers() -> None:
    story = opened()
    message = story.signed(Action.LEASE, Lease(1), (OFFICERS[0], STRANGER))
    assert refusal(story, message) == "E_KID"


@pytest.mark.parametrize(
    ("action", "args", "change"),
    [
        (Action.LIFT, Lift(7), {}),
        (Action.POLICY, Policy((("cameras", 0),)), {}),
        (Action.POLICY, Policy((("tolerance_kg", -1),)), {}),
        (Action.POLICY, Policy(()), {}),
        (Action.PERMIT, Permit(("CAMERA_LOST",), "", 9, 9), {"expires_ms": None}),
        (Action.PERMIT, Permit(("CAMERA_DOWN",), "", 9, 9), {}),
        (Action.ENROL, Enrol(BRIDGE, MINE, 2, b"", 0), {}),
    ],
)
def test_an_order_that_makes_no_sense_here_is_refused_and_counted(
    action: Action, args: Args, change: dict[str, Any]
) -> None:
    story = opened()
    assert refusal(story, story.signed(action, args, **change)) == "E_ORDER_ARGS"
    story.order(*STOP)
    assert not story.is_open


def test_an_expired_order_makes_way_for_the_next() -> None:
    story = opened()
    arrive(story, story.signed(*STOP, expires_ms=1))
    story.order(*STOP)
    assert set(story.lane.ledger.suspensions) == {3}


@pytest.mark.parametrize(
    ("keyset", "key"),
    [(KEYS, ROOT), (KeySet(2, ()), STRANGER)],
    ids=["not newer", "not the root's"],
)
def test_a_key_set_must_be_newer_and_the_roots(keyset: KeySet, key: SigningKey) -> None:
    story = opened()
    message = story.signed(Action.KEYSET, KeySetArgs(sign_keyset(keyset, key)))
    assert refusal(story, message) == "E_KEYSET"
    assert story.lane.ledger.keyset == KEYS


def test_bytes_that_are_no_order_are_recorded_once() -> None:
    story = opened()
    assert arrive(story, b"rubbish") is not None
    assert arrive(story, b"rubbish") is None


def test_a_flood_of_bad_orders_does_not_fill_the_book() -> None:
    story = opened()
    for number in range(MAX_BAD_ORDERS_PER_DAY + 50):
        arrive(story, b"rubbish %d" % number)
    assert len(story.bodies(Kind.ORDER)) == MAX_BAD_ORDERS_PER_DAY
    story.order(*STOP)
    assert not story.is_open


def test_the_next_day_bad_orders_are_recorded_again() -> None:
    story = opened()
    for number in range(MAX_BAD_ORDERS_PER_DAY):
        arrive(story, b"rubbish %d" % number)
    story.at = story.moment(DAY)
    assert arrive(story, b"tomorrow") is not None


def test_while_the_book_cannot_be_written_no_order_is_said_to_be_applied() -> None:
    story = opened()
    story.fails = True
    story.lose()
    story.acts.clear()
    story.order(*STOP)
    assert story.told() == ["ORDER_WAITS"]
    assert not list(story.of(KeepOrder))


# -- receipts ------------------------------------------------------------------------------------


def receipts(story: Story) -> list[int]:
    return [r.body.seq for r in story.records if isinstance(r.body, ReceiptSeen)]


def test_a_receipt_is_kept_and_recorded() -> None:
    story = opened()
    head = len(story.records)
    acts = story.receipt()
    assert [a.seq for a in acts if isinstance(a, KeepReceipt)] == [head]
    assert receipts(story) == [head]


def test_a_receipt_for_a_receipt_is_not_recorded_for_ever() -> None:
    story = opened()
    for _ in range(10):
        story.at = story.moment(100)
        story.receipt()
    assert len(receipts(story)) == 1


def test_on_a_quiet_book_a_receipt_is_recorded_once_an_hour() -> None:
    story = opened()
    story.receipt()
    story.at = story.moment(HOUR)
    story.receipt()
    assert len(receipts(story)) == 2


def test_an_older_receipt_changes_nothing() -> None:
    story = opened()
    story.receipt()
    count = len(story.records)
    assert story.receipt(at_ms=story.at.wall_ms - 1_000) == []
    assert len(story.records) == count


@pytest.mark.parametrize("change", [{"weighbridge": "WB-02"}, {"epoch": 2}])
def test_a_receipt_for_another_book_is_refused(change: dict[str, Any]) -> None:
    story = opened()
    story.receipt(**change)
    assert story.told()[-1] == "E_RECEIPT_FOREIGN"
    assert not receipts(story)


@pytest.mark.parametrize("key", [STRANGER, OFFICERS[0], TICKETS])
def test_only_the_collector_gives_receipts(key: SigningKey) -> None:
    story = opened()
    said = Receipt(BRIDGE, 1, 1, story.digests[0], story.at.wall_ms, 1, story.at.wall_ms + DAY)
    story.play(ReceiptArrived(story.moment(), sign_receipt(said, key)))
    assert story.told()[-1] in ("E_KID", "E_ROLE")
    assert not receipts(story)


def test_a_bad_receipt_is_told_once() -> None:
    story = opened()
    for _ in range(3):
        story.play(ReceiptArrived(story.moment(), b"rubbish"))
    assert len([code for code in story.told() if code.startswith("E_")]) == 1


# -- tickets by the hundred ----------------------------------------------------------------------


def test_one_order_revokes_many_tickets_and_another_thaws_them() -> None:
    story, tickets = opened(), [ticket(n) for n in range(1, MAX_TICKETS + 1)]
    named = tuple(each.ticket_no for each in tickets)
    message = story.signed(Action.REVOKE, Revoke(tickets=named), OFFICERS[:1])
    assert len(message) < 16 * 1024
    arrive(story, message)
    assert story.pass_with(tickets[-1], 15_000).reasons == ("E_REVOKED",)
    alone = story.signed(Action.THAW, Thaw(named[-1:]), OFFICERS[:1])
    assert refusal(story, alone) == "E_TWO_SIGNERS"
    story.order(Action.THAW, Thaw(named[-1:]))
    assert story.pass_with(tickets[-1], 15_000).decision == "accepted"
    assert len(story.restart().lane.ledger.revoked_tickets) == MAX_TICKETS - 1
