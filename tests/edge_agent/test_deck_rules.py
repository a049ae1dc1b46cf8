"""Each rule of the deck by itself, and all of them together."""

from dataclasses import replace
from typing import Any

import pytest

from edge_agent.deck_rules import RULES, judge, reasons
from edge_agent.facts import Facts, Objection
from edge_agent.ledger_state import TicketState
from edge_agent.refusals import DECK, refusal, refusal_phrase
from edge_agent.ticket_rules import TICKET_RULES
from tests.edge_agent.story import SITE, T0, ticket

PLATE = "蒙K12345"
GOOD = ticket()
SESSION = TicketState(GOOD.ticket_no, False, PLATE, 15_000, 12, T0 - 1_000, "RAW")
TARE = Facts(
    now_ms=T0,
    is_gross=False,
    weight_kg=15_000,
    is_stable=True,
    zero_kg=0,
    plate=PLATE,
    axles=6,
    ticket=GOOD,
    ticket_plate=PLATE,
    pictures=frozenset({"deck"}),
    sales_open=True,
)
GROSS = replace(TARE, is_gross=True, weight_kg=48_000, state=SESSION, session=GOOD.ticket_no)


def codes(facts: Facts) -> tuple[str, ...]:
    return reasons(judge(facts, SITE))


def test_a_good_tare_and_a_good_gross_meet_no_objection() -> None:
    assert codes(TARE) == codes(GROSS) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"product": "GANGUE"}, "E_PRODUCT"),
        ({"product": "LIME"}, "E_FAMILY"),
        ({"family": "NONCOAL"}, "E_FAMILY"),
        ({"weighbridge": "WB-02"}, "E_WEIGHBRIDGE"),
        ({"enterprise": "E-02"}, "E_ENTERPRISE"),
        ({"not_before_s": T0 // 1000 + 1}, "E_NOT_YET"),
        ({"expires_s": T0 // 1000}, "E_EXPIRED"),
    ],
)
def test_a_ticket_that_is_not_for_this_sale_is_refused(change: dict[str, Any], code: str) -> None:
    assert codes(replace(TARE, ticket=ticket(**change))) == (code,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": SESSION._replace(used=True), "session": None}, "E_SPENT"),
        ({"is_revoked": True}, "E_REVOKED"),
        ({"plate": None}, "E_NO_PLATE"),
        ({"plate": "蒙K99999"}, "E_PLATE"),
        ({"second_ticket": True}, "E_SECOND_TICKET"),
        ({"session": "another"}, "E_OPEN_SESSION"),
        ({"sales_open": False}, "E_HALT"),
        ({"is_interrupted": True}, "E_INTERRUPTED"),
        ({"is_stable": False}, "E_UNSTABLE"),
        ({"zero_kg": -40}, "E_ZERO"),
        ({"zero_kg": 80}, "E_ZERO"),
        ({"weight_kg": 380}, "E_CAPACITY"),
        ({"pictures": frozenset()}, "E_PICTURE"),
        ({"weight_kg": 25_020}, "E_TARE_HEAVY"),
    ],
)
def test_a_tare_is_refused_for(change: dict[str, object], code: str) -> None:
    assert codes(replace(TARE, **change)) == (code,)  # type: ignore[arg-type]  # real fields


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight_kg": 15_000}, "E_NET"),
        ({"weight_kg": 49_020}, "E_OVERLOAD"),
        ({"weight_kg": 43_020, "axles": 5}, "E_OVERLOAD"),
        ({"weight_kg": 18_020, "axles": 2}, "E_OVERLOAD"),
        ({"is_lapsed": True}, "E_TARE_OLD"),
        ({"ticket": ticket(max_net_kg=32_980)}, "E_QTY"),
        ({"room_kg": 32_980}, "E_HALT"),
        ({"plate": "蒙K99999", "ticket_plate": None}, "E_PLATE"),
    ],
)
def test_a_gross_is_refused_for(change: dict[str, object], code: str) -> None:
    assert code in codes(replace(GROSS, **change))  # type: ignore[arg-type]  # real fields


def test_at_the_limits_a_load_passes() -> None:
    assert codes(replace(GROSS, weight_kg=49_000)) == ()
    assert codes(replace(GROSS, ticket=ticket(max_net_kg=33_000))) == ()
    assert codes(replace(GROSS, axles=None, weight_kg=49_000)) == ()


def test_the_tolerance_is_the_sites() -> None:
    over = replace(GROSS, ticket=ticket(max_net_kg=32_980))
    assert not judge(over, replace(SITE, tolerance_kg=20))


def test_an_off_road_site_has_no_axle_limit() -> None:
    heavy = replace(GROSS, weight_kg=90_000, ticket=ticket(max_net_kg=80_000))
    assert not judge(heavy, replace(SITE, axle_limits_kg=()))


def test_nothing_is_weighed_above_the_scale() -> None:
    assert "E_CAPACITY" in codes(replace(GROSS, weight_kg=100_200))


def test_all_objections_are_gathered() -> None:
    bad = replace(GROSS, weight_kg=60_000, is_stable=False, pictures=frozenset())
    assert codes(bad) == ("E_UNSTABLE", "E_PICTURE", "E_QTY", "E_OVERLOAD")


def test_a_bad_ticket_keeps_the_finer_code() -> None:
    bad = replace(TARE, ticket=None, bad_ticket=Objection("E_SIG", also="E_KID"))
    assert codes(bad) == ("E_SIG", "E_KID")


def test_every_rule_is_listed_once() -> None:
    names = [rule.__name__ for rule in TICKET_RULES]
    assert len(names) == len(set(names))
    assert len(RULES) > len(TICKET_RULES)


@pytest.mark.parametrize("code", sorted(DECK))
def test_every_code_has_words_in_both_languages_and_a_remedy(code: str) -> None:
    what, remedy = DECK[code]
    assert all((*what, *remedy))
    assert what.zh != what.en


def test_the_words_carry_the_facts() -> None:
    (late,) = judge(replace(TARE, ticket=ticket(expires_s=T0 // 1000)), SITE)
    assert "2026-" in refusal(late).what.zh
    assert "2026-" in refusal_phrase(late).en


def test_a_time_beyond_all_calendars_still_has_words() -> None:
    (never,) = judge(replace(TARE, ticket=ticket(not_before_s=2**39)), SITE)
    assert str(2**39) in refusal_phrase(never).en
