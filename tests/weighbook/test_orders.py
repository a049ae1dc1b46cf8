"""Orders: every action comes back as it was, and what relaxes a rule needs two officers."""

from dataclasses import replace
from typing import Any

import pytest

from tests.weighbook.keys import AGENT, BRIDGE, KEYSET, OFFICERS, RING, ROOT
from tests.weighbook.refusing import refused
from tests.weighbook.sample import LEASE_MS, T0_MS
from weighbook import texts
from weighbook.envelope import Typ, payload_of, sign, sign_joint
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet, sign_keyset
from weighbook.orders import (
    NO_ORDER,
    RELAXING,
    Action,
    Args,
    Enrol,
    KeySetArgs,
    Lease,
    Lift,
    Order,
    Permit,
    Policy,
    Release,
    Revoke,
    Suspend,
    Thaw,
    View,
    open_order,
    order_text,
    sign_order,
    view_until_ms,
)

ARGS: dict[Action, Args] = {
    Action.ENROL: Enrol(BRIDGE, "E-03", 1, AGENT.public.cose_key, LEASE_MS),
    Action.SUSPEND: Suspend("unpaid fees", T0_MS + 1),
    Action.LIFT: Lift(2),
    Action.PERMIT: Permit(("CAMERA_LOST",), "an inspector stands by", 30, 1_200_000),
    Action.RELEASE: Release(("BOOK_FORK",), "explained"),
    Action.REVOKE: Revoke(kid=AGENT.public.kid),
    Action.LEASE: Lease(LEASE_MS),
    Action.POLICY: Policy((("tolerance_kg", 100),)),
    Action.KEYSET: KeySetArgs(sign_keyset(KEYSET, ROOT)),
    Action.VIEW: View("WB-0001-DECK", 10),
    Action.THAW: Thaw(("A" * 20, "B" * 20)),
}
ONE, BOTH = OFFICERS[:1], OFFICERS


def order(action: Action) -> Order:
    return Order(
        stream=BRIDGE,
        number=7,
        prev=NO_ORDER,
        target=BRIDGE,
        action=action,
        not_before_ms=T0_MS,
        expires_ms=None,
        at_ms=T0_MS,
        args=ARGS[action],
    )


def opening(message: bytes, ring: KeyRing = RING) -> str | None:
    return refused(lambda: open_order(message, ring, None))


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("expires_ms", [None, LEASE_MS])
def test_an_order_comes_back_as_it_was(action: Action, expires_ms: int | None) -> None:
    wanted = replace(order(action), expires_ms=expires_ms)
    found, opened = open_order(sign_order(wanted, BOTH), RING, None)
    assert found == wanted
    assert opened.signers == ("officer-1", "officer-2")


@pytest.mark.parametrize("action", Action)
def test_one_officer_alone_relaxes_nothing(action: Action) -> None:
    code = opening(sign_order(order(action), ONE))
    assert code == ("E_TWO_SIGNERS" if action in RELAXING else None)


@pytest.mark.parametrize("action", sorted(RELAXING))
def test_the_same_officer_twice_is_one_officer(action: Action) -> None:
    assert opening(sign_order(order(action), ONE + ONE)) == "E_TWO_SIGNERS"


@pytest.mark.parametrize("action", sorted(RELAXING))
def test_two_keys_of_one_officer_are_one_officer(action: Action) -> None:
    second = KeyEntry(OFFICERS[1].public, ("order",), "officer-1", 0)
    ring = KeyRing(KeySet(1, (KeyEntry(OFFICERS[0].public, ("order",), "officer-1", 0), second)))
    assert opening(sign_order(order(action), BOTH), ring) == "E_TWO_SIGNERS"


@pytest.mark.parametrize("action", sorted(RELAXING))
def test_a_joint_message_with_one_signer_is_not_enough(action: Action) -> None:
    payload = payload_of(sign_order(order(action), BOTH))
    assert opening(sign_joint(payload, Typ.ORDER, ONE)) == "E_TWO_SIGNERS"


@pytest.mark.parametrize("second", [AGENT, ROOT], ids=["an agent", "the root"])
def test_a_second_signer_who_is_no_officer_spoils_the_order(second: SigningKey) -> None:
    message = sign_order(order(Action.LIFT), (OFFICERS[0], second))
    assert opening(message) in ("E_ROLE", "E_KID")


def test_a_revoked_officer_signs_nothing() -> None:
    entries = tuple(
        replace(entry, revoked_at_s=10) if entry.subject == "officer-2" else entry
        for entry in KEYSET.entries
    )
    message = sign_order(order(Action.LIFT), BOTH)
    ring = KeyRing(replace(KEYSET, entries=entries))
    assert refused(lambda: open_order(message, ring, 10)) == "E_KEY_TIME"
    assert refused(lambda: open_order(message, ring, 9)) is None


@pytest.mark.parametrize(
    "change",
    [
        {2: 0},
        {2: "7"},
        {3: bytes(31)},
        {5: "EXPLODE"},
        {5: 1},
        {6: None},
        {9: None},
        {9: []},
        {9: {}},
    ],
)
def test_an_order_that_says_nothing_sensible_is_refused(change: dict[int, Any]) -> None:
    payload = payload_of(sign_order(order(Action.SUSPEND), ONE)) | change
    assert opening(sign(payload, Typ.ORDER, OFFICERS[0])) == "E_SCHEMA"


def test_its_text_reads_back() -> None:
    message = sign_order(order(Action.PERMIT), BOTH)
    assert texts.read_text(order_text(message)) == (texts.ORDER, message)


@pytest.mark.parametrize("minutes", [1, 10])
def test_a_view_ends_with_its_order(minutes: int) -> None:
    until_ms = T0_MS + minutes * 60_000
    wanted = replace(order(Action.VIEW), args=View("deck", minutes), expires_ms=until_ms)
    assert view_until_ms(wanted) == until_ms


@pytest.mark.parametrize("minutes", [-1, 0, 11, 10_000])
@pytest.mark.parametrize("late_ms", [None, 0, 1])
def test_no_view_lasts_longer_than_ten_minutes(minutes: int, late_ms: int | None) -> None:
    expires_ms = None if late_ms is None else T0_MS + minutes * 60_000 + late_ms
    wanted = replace(order(Action.VIEW), args=View("deck", minutes), expires_ms=expires_ms)
    assert view_until_ms(wanted) is None


def test_a_view_that_outlives_its_minutes_is_none() -> None:
    wanted = replace(order(Action.VIEW), expires_ms=T0_MS + 600_001)
    assert view_until_ms(wanted) is None
    assert view_until_ms(order(Action.VIEW)) is None
    assert view_until_ms(order(Action.SUSPEND)) is None
