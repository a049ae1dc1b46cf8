"""Orders by telephone at the bureau: signed before they are read out, looked for in the books."""

import json
from pathlib import Path
from typing import Any

import pytest

from collector import orders
from collector.home import open_home
from collector.phone_orders import NEVER_GIVEN, Caller, Given, give
from tests.collector.commands import BOTH, BY, Desk, registered_desk
from tests.collector.receiving import Site
from tests.collector.sites import PLACE
from weighbook import phone
from weighbook.orders import Action, Suspend, open_order
from weighbook.phone import RELEASE_HOURS, Ask, Call, Held
from weighbook.phone_keys import PhoneKey
from weighbook.phrase import Refusal
from weighbook.records import Kind, OrderSeen

PERMIT = Ask(Action.PERMIT, ("POWER",), 8, 20, 600_000)
RELEASE = Ask(Action.RELEASE, ("SCALE_SUSPECT",), RELEASE_HOURS)
LEASE = Ask(Action.LEASE, (), 72)
CHALLENGE = phone.make_challenge(7)
SIGNERS = ("officer-1", "officer-2")
AGENT = PhoneKey.generate()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A weighbridge that agreed on a key."""
    site = Site(tmp_path)
    key = (PLACE, 1, AGENT.public)
    site.home.db.execute("INSERT INTO phone_keys VALUES (?, ?, ?)", key)
    return site


def call(
    site: Site,
    ask: Ask = PERMIT,
    challenge: str = CHALLENGE,
    held: int = 1,
    signers: tuple[str, str | None] = SIGNERS,
) -> Given:
    return give(site.home, Caller(PLACE, held, challenge), ask, "人工值守", signers)


def refusal(site: Site, **changes: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call(site, **changes)
    return refused.value.code


def held(site: Site, number: int = 1) -> Held:
    return Held(PLACE, 1, number, orders.find(site.home.db, PLACE, number).digest)


def secret(site: Site) -> bytes:
    return AGENT.secret(site.home.phone_key().public, PLACE, 1)


@pytest.mark.parametrize("ask", [PERMIT, RELEASE, LEASE])
def test_the_agent_works_out_the_same_code_and_order(site: Site, ask: Ask) -> None:
    given = call(site, ask)
    answer, now_ms = (given.number, given.code), site.home.now_ms()
    step = phone.step_answered(secret(site), Call(held(site), ask, CHALLENGE), answer, now_ms)
    assert step == given.step
    stored = orders.find(site.home.db, PLACE, given.number).message
    signed, opened = open_order(stored, site.home.ring(), now_ms // 1000)
    assert phone.is_same(signed, phone.phoned_order(ask, held(site), given.number, step))
    assert opened.signers == SIGNERS


def test_the_order_is_in_its_stream_with_the_words_no_code_could_carry(site: Site) -> None:
    given = call(site)
    stored = orders.find(site.home.db, PLACE, given.number)
    assert stored.payload[9][2] == "人工值守"  # type: ignore[index]  # a map
    assert stored.payload[3] == orders.find(site.home.db, PLACE, 1).digest  # type: ignore[index]


@pytest.mark.parametrize("signers", [("officer-1", None), ("officer-1", "officer-1")])
def test_a_telephone_needs_two_officers_as_well(
    site: Site, signers: tuple[str, str | None]
) -> None:
    assert refusal(site, signers=signers) == "E_TWO_SIGNERS"
    assert site.home.db.execute("SELECT count(*) FROM phone_orders").fetchone()[0] == 0


def test_a_challenge_is_answered_once(site: Site) -> None:
    call(site)
    assert refusal(site) == "E_CHALLENGE_USED"
    assert refusal(site, challenge=CHALLENGE[:5] + " " + CHALLENGE[5:]) == "E_CHALLENGE_USED"


@pytest.mark.parametrize("heard", ["", "1234567890", CHALLENGE[:-1], "hello"])
def test_what_was_misheard_is_not_answered(site: Site, heard: str) -> None:
    assert refusal(site, challenge=heard) == "E_CHALLENGE"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (Ask(Action.PERMIT, ("SCALE_SILENT",), 8, 20, 1_000), "E_UNCOVERABLE"),
        (Ask(Action.PERMIT, ("NONSENSE",), 8, 20, 1_000), "E_CAUSE"),
        (Ask(Action.PERMIT, ("POWER",), 25, 20, 1_000), "E_PHONE_ASK"),
        (Ask(Action.LEASE, (), 73), "E_PHONE_ASK"),
        (Ask(Action.POLICY, (), 1), "E_PHONE_ASK"),
    ],
)
def test_what_no_telephone_may_give_is_refused(site: Site, ask: Ask, code: str) -> None:
    assert refusal(site, ask=ask) == code


def test_who_lacks_an_order_gets_no_code(site: Site) -> None:
    orders.issue(site.home, PLACE, Action.SUSPEND, Suspend("欠费"), by="officer-1")
    assert refusal(site) == "E_BEHIND"
    assert refusal(site, held=9) == "E_NO_ORDER"
    assert call(site, held=2).number == 3


def test_a_code_is_of_no_use_to_who_names_an_order_he_does_not_hold(site: Site) -> None:
    orders.issue(site.home, PLACE, Action.SUSPEND, Suspend("欠费"), by="officer-1")
    given, now_ms = call(site, held=2), site.home.now_ms()
    answer = (given.number, given.code)
    truly = Call(held(site, 1), PERMIT, CHALLENGE)
    assert phone.step_answered(secret(site), truly, answer, now_ms) is None
    said = Call(held(site, 2), PERMIT, CHALLENGE)
    assert phone.step_answered(secret(site), said, answer, now_ms) == given.step


def test_calls_that_came_to_nothing_do_not_hold_up_the_next(site: Site) -> None:
    numbers = [call(site, challenge=phone.make_challenge(n)).number for n in range(3)]
    assert numbers == [2, 3, 4]


def test_a_weighbridge_that_agreed_on_no_key_cannot_call(tmp_path: Path) -> None:
    assert refusal(Site(tmp_path)) == "E_NO_PHONE"


# -- what the books say --------------------------------------------------------------------------


def booked(site: Site, given: Given, ask: Ask = PERMIT) -> None:
    """The agent's record of it comes in."""
    noted = phone.note_of(ask, CHALLENGE, given.step)
    digest = phone.digest_of(PLACE, given.number, str(ask.action), noted)
    seen = OrderSeen(given.number, digest, str(ask.action), "phoned", None, noted)
    site.store.take(PLACE, b"".join((site.book.begin(), site.book.write(Kind.ORDER, seen))))


def alerts(site: Site) -> list[str]:
    rows = site.home.db.execute("SELECT code FROM alerts ORDER BY 1")
    return [row["code"] for row in rows]


def answers(site: Site) -> list[tuple[int, int]]:
    rows = site.home.db.execute("SELECT number, given FROM phone_answers")
    return [tuple(row) for row in rows]


def test_what_was_given_is_found_in_the_book(site: Site) -> None:
    booked(site, call(site))
    assert (answers(site), alerts(site)) == ([(2, 1)], [])


@pytest.mark.parametrize("ask", [PERMIT, LEASE])
def test_what_was_never_given_raises_an_alert(site: Site, ask: Ask) -> None:
    booked(site, Given(2, "000000000", phone.step_of(site.home.now_ms())), ask)
    assert (answers(site), alerts(site)) == ([(2, 0)], [NEVER_GIVEN])


def test_more_than_was_given_raises_an_alert(site: Site) -> None:
    given = call(site)
    booked(site, given, Ask(Action.PERMIT, ("POWER",), 8, 500, 600_000))
    assert (answers(site), alerts(site)) == ([(2, 0)], [NEVER_GIVEN])


def test_a_record_that_comes_again_is_no_second_alert(site: Site) -> None:
    booked(site, Given(2, "000000000", 1))
    site.store.take(PLACE, b"".join(site.book.messages))
    assert alerts(site) == [NEVER_GIVEN]


# -- the command ---------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = registered_desk(tmp_path)
    home = open_home(desk.home)
    home.db.execute("INSERT INTO phone_keys VALUES (?, 1, ?)", (PLACE, AGENT.public))
    home.close()
    return desk


AT = ("--weighbridge", PLACE, "--held", 1, "--challenge", CHALLENGE)
LIMITS = ("--hours", 8, "--max-trucks", 20, "--max-t", 600, "--measures", "人工值守")


def test_the_officer_is_told_what_to_read_out(desk: Desk) -> None:
    text = desk.told("order", "phone", "permit", *AT, "--cause", "POWER", *LIMITS, *BOTH)
    assert "order 2, code " in text
    assert "Their clock must show about 2026-09-21" in text


def test_a_release_and_a_lease_are_read_out_too(desk: Desk) -> None:
    (row,) = desk.rows("order", "phone", "release", *AT, "--cause", "SCALE_SUSPECT", *BOTH)
    assert (row["number"], len(row["code"])) == (2, phone.CODE_DIGITS)
    other = ("--weighbridge", PLACE, "--held", 1, "--challenge", phone.make_challenge(8))
    assert desk.rows("order", "phone", "lease", *other, "--hours", 72, *BOTH)[0]["number"] == 3
    listed = desk.rows("order", "phone", "list", "--weighbridge", PLACE)
    assert [(row["number"], row["answered"]) for row in listed] == [(2, None), (3, None)]
    assert json.loads(listed[1]["told"])["hours"] == 72


def test_one_officer_reads_out_nothing(desk: Desk) -> None:
    words = ("order", "phone", "permit", *AT, "--cause", "POWER", *LIMITS)
    assert desk.refusal(*words, *BY) == "E_TWO_SIGNERS"
    assert desk.rows("order", "phone", "list") == []
