"""Orders by telephone: one code, once, for what was asked; wrong ones bounded and recorded."""

from dataclasses import replace

import pytest

from edge_agent.acts import KeepOrder
from edge_agent.events import OrderArrived, PhoneAnswered, PhoneAsked
from edge_agent.phone_call import CALL_MS, MAX_BAD_CODES, MAX_TRIES, wait_ms
from edge_agent.phone_effects import held_of
from edge_agent.phone_words import REFUSED
from tests.edge_agent.story import DAY, HOUR, OFFICERS, Story, opened, ticket
from weighbook.orders import Action, Lift, Order, Release, Suspend, sign_order
from weighbook.phone import (
    CODE_DIGITS,
    RELEASE_HOURS,
    STEP_MS,
    Ask,
    Call,
    in_groups,
    make_challenge,
    phoned_order,
    respond,
    step_of,
)
from weighbook.records import Kind, OrderSeen

SECRET = bytes(range(32))
PERMIT = Ask(Action.PERMIT, ("CAMERA_LOST",), 8, 2, 100_000)
RELEASE = Ask(Action.RELEASE, ("APPROVAL", "CAMERA_LOST"), RELEASE_HOURS)
LEASE = Ask(Action.LEASE, (), 72)


def halted() -> Story:
    """No camera at the deck, no network, and a telephone."""
    return opened(phone=SECRET).lose("deck")


def ask(story: Story, wanted: Ask = PERMIT, nonce: int = 7) -> Call:
    """The bureau's side of the call, as it hears it."""
    story.play(PhoneAsked(story.moment(), wanted, nonce))
    return Call(held_of(story.lane.ledger), wanted, make_challenge(nonce))


def code(story: Story, call: Call, number: int | None = None, ahead: int = 0) -> str:
    """What the bureau reads out."""
    at = call.held.number + 1 if number is None else number
    step = step_of(story.at.wall_ms) + ahead
    return f"{at} {in_groups(respond(SECRET, call, at, step))}"


def answer(story: Story, text: str) -> str:
    """The code is typed in; the newest word about it."""
    story.play(PhoneAnswered(story.moment(), text))
    return [told for told in story.told() if "PHONE" in told or told == "ORDER_WAITS"][-1]


def phone(story: Story, wanted: Ask = PERMIT, nonce: int = 7, number: int | None = None) -> Order:
    """A whole call; the order as the bureau signs it at the same time."""
    call = ask(story, wanted, nonce)
    answer(story, code(story, call, number))
    at = call.held.number + 1 if number is None else number
    return phoned_order(wanted, call.held, at, step_of(story.at.wall_ms), "an officer on site")


def arrive(story: Story, order: Order, **changes: object) -> OrderSeen:
    """Its signed order comes over the network."""
    in_place = replace(order, prev=story.lane.ledger.order_digest, **changes)  # type: ignore[arg-type]  # fields
    story.play(OrderArrived(story.moment(), sign_order(in_place, OFFICERS)))
    return seen(story)[-1]


def seen(story: Story) -> list[OrderSeen]:
    return [body for body in story.bodies(Kind.ORDER) if isinstance(body, OrderSeen)]


# -- a code that is right ------------------------------------------------------------------------


def test_a_permit_by_telephone_opens_sales_and_is_recorded() -> None:
    story = halted()
    assert not story.is_open
    phone(story)
    assert story.is_open
    last = seen(story)[-1]
    assert (last.number, last.action, last.outcome) == (2, "PERMIT", "phoned")
    assert last.phoned is not None
    assert (last.phoned.challenge, last.phoned.max_kg) == (make_challenge(7), 100_000)


def test_the_challenge_says_all_that_is_read_out() -> None:
    story = halted()
    ask(story)
    words = story.words("PHONE_CHALLENGE")
    for said in ("WB-01", "CAMERA_LOST", "8 hours", "2 trucks", "100 t", "00000 007"):
        assert said in words


def test_a_release_by_telephone_ends_what_needs_approval() -> None:
    story = opened(phone=SECRET).lose("deck", 2_000)
    story.skip(HOUR).regain("deck").wait(12_000)
    assert story.causes == {"APPROVAL"}
    phone(story, RELEASE)
    assert story.wait(1_000).is_open


def test_a_lease_by_telephone_outlasts_the_one_before() -> None:
    story = opened(phone=SECRET)
    phone(story, LEASE)
    until_ms = (step_of(story.at.wall_ms) + 1) * STEP_MS + 72 * HOUR
    assert story.lane.ledger.lease_until_ms == until_ms


def test_an_order_by_telephone_outlives_a_restart() -> None:
    story = halted()
    phone(story)
    story.restart().opened()
    assert set(story.lane.ledger.phoned) == {2}
    assert story.lose("deck").is_open


# -- once ----------------------------------------------------------------------------------------


def test_a_code_counts_once() -> None:
    story = halted()
    call = ask(story)
    said = code(story, call)
    assert answer(story, said) == "PHONE_APPLIED"
    assert answer(story, said) == "E_PHONE_NO_CALL"
    ask(story)
    assert answer(story, said) == "E_PHONE_CODE"
    assert len([body for body in seen(story) if body.outcome == "phoned"]) == 1


def test_the_signed_order_that_follows_is_applied_once() -> None:
    story = halted()
    order = phone(story)
    story.tare_and_load(ticket())
    assert story.pass_with(ticket(), 48_000).permits == (2,)
    assert arrive(story, order).outcome == "applied"
    (permit,) = story.lane.ledger.permits.values()
    assert (permit.trucks, permit.net_kg, story.lane.ledger.order_number) == (1, 33_000, 2)
    assert not story.lane.ledger.phoned


def test_the_signed_release_that_follows_releases_nothing_younger() -> None:
    story = opened(phone=SECRET).lose("deck", 2_000)
    story.skip(HOUR).regain("deck").wait(12_000)
    order = phone(story, RELEASE)
    story.wait(1_000).lose("deck", 2_000).skip(HOUR).regain("deck").wait(12_000)
    assert arrive(story, order).outcome == "applied"
    assert story.wait(1_000).causes == {"APPROVAL"}


def test_the_signed_order_is_not_too_late_for_its_code() -> None:
    story = halted()
    order = phone(story)
    story.at = story.moment(2 * DAY)
    assert arrive(story, order).outcome == "applied"
    assert not story.is_open


def test_two_calls_may_wait_for_their_signed_orders() -> None:
    story = halted()
    first = phone(story)
    second = phone(story, LEASE, 8, number=3)
    assert set(story.lane.ledger.phoned) == {2, 3}
    assert [arrive(story, order).outcome for order in (first, second)] == ["applied", "applied"]


def test_a_call_that_came_to_nothing_does_not_hold_up_the_next() -> None:
    story = halted()
    never_told = phoned_order(PERMIT, held_of(story.lane.ledger), 2, step_of(story.at.wall_ms))
    phone(story, number=3)
    assert story.is_open
    assert arrive(story, never_told).outcome == "applied"
    assert set(story.lane.ledger.phoned) == {3}


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.PERMIT])
def test_a_code_the_bureau_never_gave_closes_sales_when_its_number_comes(action: Action) -> None:
    story = halted()
    order = phone(story)
    args = Suspend("inspection") if action is Action.SUSPEND else replace(order.args, max_kg=1)  # type: ignore[arg-type]  # a permit
    other = {"action": action, "args": args, "expires_ms": story.at.wall_ms + DAY}
    assert arrive(story, order, **other).outcome == "applied"
    assert {"BOOK"} <= story.causes
    assert not story.wait(1_000).is_open
    assert all(permit.max_kg == 1 for permit in story.lane.ledger.permits.values())


def test_the_bureau_ends_that_by_a_release() -> None:
    story = halted()
    order = phone(story)
    arrive(story, order, action=Action.SUSPEND, args=Suspend("inspection"))
    story.order(Action.LIFT, Lift(2))
    story.order(Action.RELEASE, Release(("BOOK",), "the code was stolen"))
    assert story.regain("deck").wait(12_000).is_open


# -- codes that are wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "ahead"), [(1, 0), (3, 2), (19, 0), (2, -2)], ids=["old", "late", "far", "early"]
)
def test_a_code_for_another_number_or_time_is_wrong(number: int, ahead: int) -> None:
    story = halted()
    call = ask(story)
    assert answer(story, code(story, call, number, ahead)) == "E_PHONE_CODE"
    assert not story.is_open


def test_a_code_for_another_request_is_wrong() -> None:
    story = halted()
    call = ask(story)
    greedy = call._replace(ask=replace(PERMIT, max_trucks=500))
    assert answer(story, code(story, greedy)) == "E_PHONE_CODE"
    last = seen(story)[-1]
    assert (last.outcome, last.reason, last.number) == ("refused", "E_PHONE_CODE", 2)


def test_a_challenge_stands_half_an_hour() -> None:
    story = halted()
    call = ask(story)
    story.at = story.moment(CALL_MS)
    assert answer(story, code(story, call)) == "E_PHONE_NO_CALL"


def test_an_order_that_came_meanwhile_ends_the_call() -> None:
    story = halted()
    call = ask(story)
    story.order(Action.SUSPEND, Suspend("inspection"))
    assert answer(story, code(story, call)) == "E_PHONE_STALE"
    assert not story.lane.ledger.phoned


def test_a_restart_ends_the_call() -> None:
    story = halted()
    call = ask(story)
    story.restart()
    assert answer(story, code(story, call)) == "E_PHONE_NO_CALL"


def test_after_a_wrong_code_even_the_right_one_must_wait() -> None:
    story = halted()
    call = ask(story)
    assert answer(story, "2 000 000 000") == "E_PHONE_CODE"
    assert answer(story, code(story, call)) == "E_PHONE_WAIT"
    story.skip(wait_ms(1))
    assert answer(story, code(story, call)) == "PHONE_APPLIED"


def test_a_challenge_takes_three_wrong_codes() -> None:
    story = halted()
    call = ask(story)
    for tries in range(1, MAX_TRIES + 1):
        assert answer(story, "2 000 000 000") == "E_PHONE_CODE"
        story.at = story.moment(wait_ms(tries))
    assert answer(story, code(story, call)) == "E_PHONE_NO_CALL"


def locked() -> Story:
    story = halted()
    for tries in range(1, MAX_BAD_CODES + 1):
        ask(story, nonce=tries)
        answer(story, "2 000 000 000")
        story.at = story.moment(wait_ms(tries))
    return story


def test_ten_wrong_codes_lock_the_telephone_also_over_a_restart() -> None:
    story = locked()
    assert len([body for body in seen(story) if body.reason == "E_PHONE_CODE"]) == MAX_BAD_CODES
    story.restart()
    ask(story)
    assert story.told()[-1] == "E_PHONE_LOCKED"


def test_a_signed_order_unlocks_it() -> None:
    story = locked()
    story.order(Action.SUSPEND, Suspend("inspection"))
    ask(story)
    assert story.told()[-1] == "PHONE_CHALLENGE"


def test_asking_again_does_not_shorten_the_wait() -> None:
    story = halted()
    ask(story)
    answer(story, "2 000 000 000")
    call = ask(story, nonce=8)
    assert answer(story, code(story, call)) == "E_PHONE_WAIT"


def test_waits_double_up_to_a_bound() -> None:
    waits = [wait_ms(bad) for bad in range(1, 100)]
    assert waits[:4] == [30_000, 60_000, 120_000, 240_000]
    assert max(waits) == 4 * HOUR


@pytest.mark.parametrize("text", ["", "hello", "123456789", "2 12345678", "2 1234567890"])
def test_what_is_no_code_is_no_try(text: str) -> None:
    story = halted()
    ask(story)
    count = len(seen(story))
    assert answer(story, text) == "E_PHONE_FORM"
    assert len(seen(story)) == count


@pytest.mark.parametrize(
    "wanted",
    [
        replace(PERMIT, causes=("SCALE_SILENT",)),
        replace(PERMIT, causes=("NONSENSE",)),
        replace(PERMIT, causes=("ORDER",)),
        replace(PERMIT, hours=25),
        Ask(Action.LIFT, (), 1),
    ],
)
def test_what_may_not_be_asked_gets_no_challenge(wanted: Ask) -> None:
    story = halted()
    ask(story, wanted)
    assert story.told()[-1] == "E_PHONE_ASK"


def test_without_a_secret_there_is_no_telephone() -> None:
    story = opened()
    ask(story)
    assert story.told()[-1] == "E_PHONE_NONE"


def test_while_the_book_cannot_be_written_no_code_is_taken() -> None:
    story = halted()
    call = ask(story)
    story.fails = True
    story.regain("deck").wait(1_000)
    assert answer(story, code(story, call)) == "ORDER_WAITS"
    assert not list(story.of(KeepOrder))


def test_every_refusal_says_what_to_do() -> None:
    assert all(len(words.zh) > 10 and words.en.endswith(".") for words in REFUSED.values())


def test_guessing_is_hopeless() -> None:
    """31 bits folded onto nine digits, three half-hours that count, ten tries to a signed order."""
    likeliest = -(-(2**31) // 10**CODE_DIGITS) / 2**31
    assert likeliest * 3 * MAX_BAD_CODES < 1e-7
