"""A case from its opening to its end, with everything that follows from each step."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector import blacklist, orders, registry
from collector.case_entries import Case, Signed, list_cases, read_case
from collector.case_states import CASE_STEPS, CaseState, ListState
from collector.cases import open_case, take_step
from collector.penalties import Violation
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, issue, stock_in
from tests.collector.sites import ENTERPRISE, Bureau, make_bureau
from weighbook.envelope import payload_of
from weighbook.orders import Lift, Suspend, order_of
from weighbook.phrase import Refusal

ONE, BOTH = Signed("officer-1"), Signed("officer-1", "officer-2")
DAY = "2026-09-22"
LOAD = {"net_kg": 33_000, "tickets": 1, "product": "RAW", "price_fen_per_t": 70_000}


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    bureau = make_bureau(tmp_path)
    bureau.enrol("W01")
    bureau.enrol("W02")
    return bureau


def opened(bureau: Bureau, violation: Violation = Violation.NO_TICKET, **facts: Any) -> str:
    return open_case(bureau.home, ENTERPRISE, violation, ONE, {"evidence": "W01 1/7", **facts})


def confirmed(bureau: Bureau, **facts: Any) -> Case:
    case_no = opened(bureau, **facts)
    bureau.wall.now_ms += 1_000
    case = take_step(bureau.home, case_no, "confirm", BOTH, {"verified": DAY})
    bureau.wall.now_ms += 1_000
    return case


def tickets(bureau: Bureau, count: int = 3) -> tuple[str, ...]:
    """Issued to the mine."""
    stamp = Stamp(bureau.wall.now_ms, "officer-1", "officer-2")
    numbers = stock_in(bureau.home.db, Batch("COAL", "150624", 26, 1), count, stamp)
    issue(bureau.home.db, numbers, ENTERPRISE, stamp)
    return numbers


def states(bureau: Bureau) -> list[str]:
    rows = bureau.home.db.execute("SELECT DISTINCT state FROM tickets ORDER BY 1")
    return [row[0] for row in rows]


def mine_state(bureau: Bureau) -> str:
    return str(registry.find(bureau.home.db, registry.ENTERPRISES, ENTERPRISE)["state"])


def last_order(bureau: Bureau, weighbridge: str) -> Any:
    stored = orders.newest(bureau.home.db, weighbridge)
    assert stored is not None
    return order_of(payload_of(stored.message)).args


def refused(code: str, bureau: Bureau, *step: Any) -> None:
    with pytest.raises(Refusal) as told:
        take_step(bureau.home, *step)
    assert told.value.code == code


def test_an_opened_case_harms_nobody(bureau: Bureau) -> None:
    tickets(bureau)
    case = read_case(bureau.home.db, opened(bureau))
    assert (case.state, mine_state(bureau), states(bureau)) == (
        CaseState.OPEN,
        "active",
        ["ISSUED"],
    )
    assert not isinstance(last_order(bureau, "W01"), Suspend)


def test_what_is_verified_stops_tickets_and_sales_at_every_weighbridge(bureau: Bureau) -> None:
    tickets(bureau)
    case = confirmed(bureau, **LOAD)
    assert (case.facts["stop_first"], case.facts["stop_until"]) == (DAY, "2026-10-22")
    assert (mine_state(bureau), states(bureau)) == ("suspended", ["FROZEN"])
    assert case.facts["tickets_frozen"] == 3
    for weighbridge in ("W01", "W02"):
        args = last_order(bureau, weighbridge)
        assert isinstance(args, Suspend)
        assert case.case_no in args.reason
        assert args.until_ms is None


def test_tickets_and_taxes_are_made_up_as_far_as_they_are_known(bureau: Bureau) -> None:
    facts = confirmed(bureau, **LOAD).facts
    assert (facts["make_up_tickets"], facts["make_up_kg"]) == (1, 33_000)
    assert (facts["resource_tax_fen"], facts["vat_fen"]) == (231_000, 300_300)
    assert facts["soil_and_water_fen"] is None


def test_a_step_that_fails_half_way_leaves_nothing_behind(bureau: Bureau) -> None:
    tickets(bureau)
    case_no = opened(bureau)
    (bureau.home.path / "keys" / "officer-1.pem").unlink()
    with pytest.raises(Refusal):
        take_step(bureau.home, case_no, "confirm", BOTH, {"verified": DAY})
    assert read_case(bureau.home.db, case_no).state is CaseState.OPEN
    assert (mine_state(bureau), states(bureau)) == ("active", ["ISSUED"])


def test_one_officer_alone_verifies_nothing(bureau: Bureau) -> None:
    case_no = opened(bureau)
    same = Signed("officer-1", "officer-1")
    for signed in (ONE, same):
        refused("E_TWO_SIGNERS", bureau, case_no, "confirm", signed, {"verified": DAY})
    refused("E_OFFICER", bureau, case_no, "confirm", Signed("x", "y"), {"verified": DAY})


def test_the_ladder_climbs_with_every_verified_case(bureau: Bureau) -> None:
    assert [confirmed(bureau).facts["stop_until"] for _ in range(4)] == [
        "2026-10-22", "2026-12-22", "2027-03-22", "2027-03-22",
    ]  # fmt: skip


def test_a_dismissed_or_withdrawn_case_does_not_count(bureau: Bureau) -> None:
    take_step(bureau.home, opened(bureau), "dismiss", BOTH, {})
    take_step(bureau.home, confirmed(bureau).case_no, "withdraw", BOTH, {})
    bureau.wall.now_ms += 1_000
    take_step(bureau.home, opened(bureau, Violation.PROTECTOR), "confirm", BOTH, {"verified": DAY})
    assert confirmed(bureau).facts["nth"] == 1


def test_the_fourth_case_proposes_the_mine_for_the_blacklist(bureau: Bureau) -> None:
    for _ in range(3):
        confirmed(bureau)
        assert blacklist.read_listing(bureau.home.db, ENTERPRISE) is None
    confirmed(bureau)
    listing = blacklist.read_listing(bureau.home.db, ENTERPRISE)
    assert listing is not None
    assert (listing.state, listing.reasons) == (ListState.PROPOSED, ("more-than-three",))


def test_sales_during_a_stop_propose_it_whatever_the_count(bureau: Bureau) -> None:
    confirmed(bureau)
    assert confirmed(bureau, day="2026-10-01").facts["blacklist"] == ["during-stop"]


def test_the_stop_ends_when_two_officers_end_it_and_not_before_its_day(bureau: Bureau) -> None:
    tickets(bureau)
    case = confirmed(bureau)
    refused("E_STOP_RUNS", bureau, case.case_no, "end", BOTH, {})
    bureau.wall.now_ms += 31 * 24 * 3_600_000
    ended = take_step(bureau.home, case.case_no, "end", BOTH, {})
    assert (ended.state, mine_state(bureau)) == (CaseState.ENDED, "active")
    assert states(bureau) == ["ISSUED"]
    assert last_order(bureau, "W02") == Lift(case.facts["orders"]["W02"])


def test_a_case_withdrawn_lifts_its_stop_at_once(bureau: Bureau) -> None:
    tickets(bureau)
    take_step(bureau.home, confirmed(bureau).case_no, "withdraw", BOTH, {"note": "wrong mine"})
    assert (mine_state(bureau), states(bureau)) == ("active", ["ISSUED"])


def test_another_standing_case_goes_on_holding_the_mine(bureau: Bureau) -> None:
    tickets(bureau)
    first, _ = confirmed(bureau), confirmed(bureau)
    take_step(bureau.home, first.case_no, "withdraw", BOTH, {})
    assert (mine_state(bureau), states(bureau)) == ("suspended", ["FROZEN"])


def test_what_the_mine_objects_stands_beside_the_finding_for_good(bureau: Bureau) -> None:
    case_no = opened(bureau)
    take_step(bureau.home, case_no, "object", ONE, {"text": "磅坏了"})
    case = take_step(bureau.home, case_no, "confirm", BOTH, {"verified": DAY})
    case = take_step(bureau.home, case_no, "object", ONE, {"text": "已申请复议"})
    assert [text.split(" ", 1)[1] for text in case.objections] == ["磅坏了", "已申请复议"]
    assert case.state is CaseState.CONFIRMED


def test_the_list_goes_its_way_and_only_what_is_published_is_public(bureau: Bureau) -> None:
    confirmed(bureau)
    confirmed(bureau, day="2026-10-01")
    db = bureau.home.db
    with pytest.raises(Refusal) as told:
        blacklist.take_list_step(bureau.home, ENTERPRISE, "publish", BOTH, "")
    assert told.value.code == "E_LIST_STATE"
    for step, signed in (("hear", ONE), ("confirm", BOTH)):
        blacklist.take_list_step(bureau.home, ENTERPRISE, step, signed, "")
        assert blacklist.published(db) == []
    blacklist.take_list_step(bureau.home, ENTERPRISE, "publish", BOTH, "网站")
    assert [one.enterprise for one in blacklist.published(db)] == [ENTERPRISE]
    blacklist.take_list_step(bureau.home, ENTERPRISE, "remove", BOTH, "已整改")
    assert blacklist.published(db) == []


def test_nobody_is_put_on_the_list_without_a_case(bureau: Bureau) -> None:
    with pytest.raises(Refusal) as told:
        blacklist.take_list_step(bureau.home, ENTERPRISE, "hear", ONE, "")
    assert told.value.code == "E_NOT_LISTED"


STEPS = sorted({step.step for step in CASE_STEPS} - {"open"})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STEPS), st.booleans()), max_size=14))
def test_whatever_is_done_tickets_are_frozen_while_a_case_stands_and_only_then(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[int, str, bool]]
) -> None:
    bureau = make_bureau(tmp_path_factory.mktemp("cases"))
    bureau.enrol("W01")
    tickets(bureau)
    numbers = [opened(bureau) for _ in range(3)]
    for at, name, late in deeds:
        bureau.wall.now_ms += 200 * 24 * 3_600_000 if late else 1
        with suppress(Refusal):
            take_step(bureau.home, numbers[at], name, BOTH, {"verified": DAY, "text": "x"})
        standing = sum(one.state is CaseState.CONFIRMED for one in list_cases(bureau.home.db))
        assert mine_state(bureau) == ("suspended" if standing else "active")
        assert states(bureau) == (["FROZEN"] if standing else ["ISSUED"])
        assert suspensions(bureau) == standing


def suspensions(bureau: Bureau) -> int:
    """How many stand at the first weighbridge."""
    told = [order_of(payload_of(row.message)) for row in orders.listed(bureau.home.db, "W01")]
    lifted = {order.args.order for order in told if isinstance(order.args, Lift)}
    return sum(isinstance(one.args, Suspend) and one.number not in lifted for one in told)
