"""An order by telephone: what a code binds, what is misheard, and the order both sides work out."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.refusing import refused
from weighbook.orders import Action, Lease, Permit, Release
from weighbook.phone import (
    CODE_DIGITS,
    HOUR_MS,
    NONCES,
    RELEASE_HOURS,
    STEP_MS,
    Ask,
    Call,
    Held,
    ask_fits,
    ask_of,
    digest_of,
    in_groups,
    is_same,
    make_challenge,
    note_of,
    phoned_order,
    read_answer,
    read_challenge,
    respond,
    step_answered,
)
from weighbook.phone_keys import PhoneKey

NOW_MS = 1_790_000_000_000
STEP = NOW_MS // STEP_MS
SECRET = bytes(range(32))
HELD = Held("WB-01", 1, 5, sha256(b"order 5").digest())
PERMIT = Ask(Action.PERMIT, ("POWER", "CAMERA_LOST"), 8, 20, 600_000)
RELEASE = Ask(Action.RELEASE, ("SCALE_SUSPECT",), RELEASE_HOURS)
LEASE = Ask(Action.LEASE, (), 72)
CHALLENGE = make_challenge(12_345_678)


def code(ask: Ask = PERMIT, held: Held = HELD, number: int = 6, step: int = STEP) -> str:
    return respond(SECRET, Call(held, ask, CHALLENGE), number, step)


def answered(text: str, number: int = 6, now_ms: int = NOW_MS) -> int | None:
    return step_answered(SECRET, Call(HELD, PERMIT, CHALLENGE), (number, text), now_ms)


def test_a_code_is_nine_digits_and_never_changes() -> None:
    assert code() == "393693720"
    assert len(code()) == CODE_DIGITS
    assert in_groups(code()) == "393 693 720"


@pytest.mark.parametrize(
    "other",
    [
        respond(bytes(32), Call(HELD, PERMIT, CHALLENGE), 6, STEP),
        respond(SECRET, Call(HELD, PERMIT, make_challenge(1)), 6, STEP),
        code(held=HELD._replace(weighbridge="WB-02")),
        code(held=HELD._replace(epoch=2)),
        code(held=HELD._replace(number=4)),
        code(held=HELD._replace(digest=bytes(32))),
        code(number=7),
        code(step=STEP + 1),
        code(replace(PERMIT, causes=("POWER",))),
        code(replace(PERMIT, causes=("POWER", "CAMERA_SLOW"))),
        code(replace(PERMIT, hours=9)),
        code(replace(PERMIT, max_trucks=21)),
        code(replace(PERMIT, max_kg=601_000)),
        code(RELEASE),
        code(LEASE),
    ],
)
def test_a_code_is_for_one_request_of_one_weighbridge_at_one_time(other: str) -> None:
    assert other != code()
    assert answered(other) is None or answered(other) != STEP


def test_the_order_in_which_causes_are_named_does_not_matter() -> None:
    assert code(replace(PERMIT, causes=PERMIT.causes[::-1])) == code()


@pytest.mark.parametrize(
    ("away", "known"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_in_its_half_hour_and_the_ones_beside_it(away: int, known: bool) -> None:
    found = answered(code(), now_ms=NOW_MS + away * STEP_MS)
    assert (found == STEP) is known


def test_a_code_of_another_number_is_no_code() -> None:
    assert answered(code(), number=7) is None


# -- what is heard -------------------------------------------------------------------------------


@given(nonce=st.integers(0, NONCES - 1), place=st.integers(0, 9), by=st.integers(1, 9))
def test_a_misheard_digit_is_noticed(nonce: int, place: int, by: int) -> None:
    right = make_challenge(nonce)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert read_challenge(in_groups(right)) == right
    assert refused(lambda: read_challenge(wrong)) == "E_CHALLENGE"


@given(nonce=st.integers(0, NONCES - 1), place=st.integers(0, 8))
def test_digits_that_changed_places_are_noticed(nonce: int, place: int) -> None:
    right = make_challenge(nonce)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert wrong == right or refused(lambda: read_challenge(wrong)) == "E_CHALLENGE"


@given(text=st.text(max_size=30))
def test_any_text_is_a_challenge_or_refused(text: str) -> None:
    assert refused(lambda: read_challenge(text)) in (None, "E_CHALLENGE")
    assert read_answer(text) is None or isinstance(read_answer(text), tuple)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("7 123 456 789", (7, "123456789")),
        ("7-123-456-789", (7, "123456789")),
        ("7 123456789", (7, "123456789")),
        ("7123456789", None),
        ("7 12345678", None),
        ("7 1234567890", None),
        ("七 123456789", None),
        ("7 １23456789", None),
        ("1234567890 123456789", None),
        ("", None),
    ],
)
def test_an_answer_is_a_number_and_nine_digits(text: str, read: object) -> None:
    assert read_answer(text) == read


# -- the order -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [PERMIT, RELEASE, LEASE])
def test_both_sides_work_out_the_same_order(ask: Ask) -> None:
    ours = phoned_order(ask, HELD, 6, STEP)
    theirs = phoned_order(ask, HELD._replace(digest=bytes(32)), 6, STEP, "an officer on site")
    assert ask_fits(ask)
    assert is_same(theirs, ours)
    assert ours.expires_ms == (STEP + 1) * STEP_MS + ask.hours * HOUR_MS
    assert ours.not_before_ms <= NOW_MS


@pytest.mark.parametrize(
    "other",
    [
        phoned_order(PERMIT, HELD, 7, STEP),
        phoned_order(PERMIT, HELD, 6, STEP + 1),
        phoned_order(replace(PERMIT, max_kg=1), HELD, 6, STEP),
        phoned_order(replace(PERMIT, causes=("POWER",)), HELD, 6, STEP),
        phoned_order(RELEASE, HELD, 6, STEP),
        phoned_order(LEASE, HELD, 6, STEP),
    ],
)
def test_another_order_is_not_the_same(other: object) -> None:
    assert not is_same(other, phoned_order(PERMIT, HELD, 6, STEP))  # type: ignore[arg-type]  # orders


def test_the_order_says_what_was_asked() -> None:
    until_ms = (STEP + 1) * STEP_MS + 72 * HOUR_MS
    assert phoned_order(LEASE, HELD, 6, STEP).args == Lease(until_ms)
    assert phoned_order(RELEASE, HELD, 6, STEP, "x").args == Release(("SCALE_SUSPECT",), "x")
    assert phoned_order(PERMIT, HELD, 6, STEP).args == Permit(PERMIT.causes, "", 20, 600_000)


@pytest.mark.parametrize("ask", [PERMIT, RELEASE, LEASE])
def test_what_the_book_notes_gives_the_same_request_again(ask: Ask) -> None:
    note = note_of(ask, CHALLENGE, STEP)
    assert ask_of(str(ask.action), note) == ask
    assert digest_of("WB-01", 6, str(ask.action), note) != digest_of("WB-01", 7, "X", note)


@pytest.mark.parametrize(
    "ask",
    [
        Ask(Action.SUSPEND, (), 1),
        Ask(Action.LIFT, (), 1),
        Ask(Action.POLICY, (), 1),
        replace(PERMIT, hours=25),
        replace(PERMIT, hours=0),
        replace(PERMIT, causes=()),
        replace(PERMIT, causes=("POWER", "POWER")),
        replace(PERMIT, causes=tuple(f"C{n}" for n in range(9))),
        replace(PERMIT, max_trucks=0),
        replace(PERMIT, max_kg=20_000_001),
        replace(RELEASE, hours=1),
        replace(RELEASE, max_trucks=1),
        replace(LEASE, hours=73),
        replace(LEASE, causes=("LEASE",)),
    ],
)
def test_what_no_telephone_may_give_does_not_fit(ask: Ask) -> None:
    assert not ask_fits(ask)


# -- the secret ----------------------------------------------------------------------------------


def test_both_sides_agree_on_a_secret_of_their_own() -> None:
    agent, bureau, other = PhoneKey.generate(), PhoneKey.generate(), PhoneKey.generate()
    secret = agent.secret(bureau.public, "WB-01", 1)
    assert bureau.secret(agent.public, "WB-01", 1) == secret
    assert agent.secret(bureau.public, "WB-01", 2) != secret
    assert agent.secret(bureau.public, "WB-02", 1) != secret
    assert other.secret(bureau.public, "WB-01", 1) != secret


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32), bytes(33)])
def test_a_public_key_that_is_none_is_refused(public: bytes) -> None:
    assert refused(lambda: PhoneKey.generate().secret(public, "WB-01", 1)) == "E_SCHEMA"
