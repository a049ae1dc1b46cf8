"""The bureau's own people: a planted case for each code, and honest months that stay silent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import orders, requests
from collector.finding import Finding
from collector.home import open_home
from collector.officers import add_officer
from collector.period import read_month
from collector.staff import (
    HOUR_MS,
    RULES,
    SHANGHAI_MS,
    Approved,
    Facts,
    Issued,
    Moved,
    Newcomer,
    Signed,
    Sold,
    Terms,
    findings,
    is_at_work,
)
from collector.staff_loading import read_facts, read_terms
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, issue, stock_in
from tests.collector.commands import BOTH, Desk, ticketed_desk
from tests.collector.sites import ENTERPRISE, PLACE, Bureau, make_bureau
from weighbook.orders import Action, Permit, Release, Suspend

TERMS = Terms(7, 21, 4, 100, 24 * HOUR_MS)
MONTH = "2026-09"
NOON = read_month(MONTH).from_ms + 12 * HOUR_MS
NIGHT = read_month(MONTH).from_ms + 3 * HOUR_MS
A, B = "officer-1", "officer-2"


def found(facts: Facts) -> list[tuple[str, str, int]]:
    return [(f.code, f.subject, f.measured.value) for f in findings(facts, TERMS, MONTH)]


def permit(number: int, at_ms: int = NOON, by1: str = A, by2: str | None = B) -> Signed:
    return Signed("W01", number, "PERMIT", at_ms, by1, by2)


# -- F-B01 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by2", [None, A])
def test_f_b01_one_officer_who_relaxes_a_rule_alone(by2: str | None) -> None:
    assert found(Facts(signed=(permit(2, by2=by2),))) == [("F-B01", A, 1)]


def test_f_b01_an_approval_of_ones_own_request() -> None:
    assert found(Facts(approved=(Approved(7, A, A),))) == [("F-B01", A, 1)]


def test_f_b01_tickets_moved_by_one_where_two_are_needed() -> None:
    facts = Facts(moved=(Moved("issue", A, A, "paper", 100, needs_two=True),))
    assert found(facts) == [("F-B01", A, 1)]


@pytest.mark.parametrize(("by1", "by2"), [(A, "puppet"), ("puppet", A)])
def test_f_b01_a_second_officer_made_by_the_first_just_before(by1: str, by2: str) -> None:
    made = (Newcomer("puppet", A, NOON - HOUR_MS),)
    (told,) = findings(Facts(signed=(permit(2, by1=by1, by2=by2),), newcomers=made), TERMS, MONTH)
    assert (told.code, told.subject) == ("F-B01", A)
    assert "puppet" in told.evidence[0]


def test_a_new_officer_may_sign_with_others_and_later_with_anybody() -> None:
    made = (Newcomer("officer-3", A, NOON - HOUR_MS),)
    assert found(Facts(signed=(permit(2, by1=B, by2="officer-3"),), newcomers=made)) == []
    old = (Newcomer("officer-3", A, NOON - 25 * HOUR_MS),)
    assert found(Facts(signed=(permit(2, by2="officer-3"),), newcomers=old)) == []


# -- F-B02 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["RELEASE", "LIFT", "PERMIT", "LEASE", "THAW"])
def test_f_b02_a_release_at_three_in_the_morning(action: str) -> None:
    facts = Facts(signed=(Signed("W01", 2, action, NIGHT, A, B),))
    assert found(facts) == [("F-B02", A, 1), ("F-B02", B, 1)]
    (told, _) = findings(facts, TERMS, MONTH)
    assert told.evidence == (f"W01 #2 {action} 03:00",)


def test_closing_sales_at_night_is_nobodys_fault() -> None:
    assert found(Facts(signed=(Signed("W01", 2, "SUSPEND", NIGHT, A, None),))) == []


@pytest.mark.parametrize(("hour", "works"), [(6, False), (7, True), (20, True), (21, False)])
def test_the_hours_of_work_are_local_and_end_where_they_say(hour: int, works: bool) -> None:
    at_ms = read_month(MONTH).from_ms + hour * HOUR_MS
    assert is_at_work(at_ms, TERMS) is works
    assert is_at_work(at_ms + HOUR_MS - 1, TERMS) is works
    assert SHANGHAI_MS == 8 * HOUR_MS


# -- F-B03 ---------------------------------------------------------------------------------------


def test_f_b03_used_tickets_written_off() -> None:
    moves = (
        Moved("write-off", A, B, "paper-1", 3, needs_two=True),
        Moved("write-off", A, B, "paper-2", 1, needs_two=True),
        Moved("reverse", "W01", None, "record", 9, needs_two=False),
    )
    assert found(Facts(moved=moves)) == [("F-B03", A, 4)]


# -- F-B04 ---------------------------------------------------------------------------------------


def test_f_b04_a_permit_every_night() -> None:
    facts = Facts(signed=tuple(permit(number) for number in range(2, 7)))
    assert found(facts) == [("F-B04", "W01", 5)]
    assert found(Facts(signed=facts.signed[:4])) == []


def test_f_b04_a_weighbridge_that_sells_on_permits() -> None:
    assert found(Facts(sold=(Sold("W01", 1_000, 101),))) == [("F-B04", "W01", 101)]
    assert found(Facts(sold=(Sold("W01", 1_000, 100), Sold("W02", 0, 0)))) == []


# -- F-B05 ---------------------------------------------------------------------------------------


def test_f_b05_more_tickets_than_the_enterprise_may_sell() -> None:
    assert found(Facts(issued=(Issued("E01", 101, 100),))) == [("F-B05", "E01", 101)]
    assert found(Facts(issued=(Issued("E01", 100, 100), Issued("E02", 9**9, None)))) == []


# -- honest months -------------------------------------------------------------------------------


DAYTIME = st.integers(0, 29).flatmap(
    lambda day: st.integers(7 * HOUR_MS, 21 * HOUR_MS - 1).map(
        lambda ms: read_month(MONTH).from_ms + day * 24 * HOUR_MS + ms
    )
)
ACTIONS = st.sampled_from(["RELEASE", "PERMIT", "LIFT"])
PAIRS = st.permutations([A, B, "officer-3"]).map(lambda three: (three[0], three[1]))


@st.composite
def honest(draw: st.DrawFn) -> Facts:
    signed = [
        Signed(
            f"W{n % 3}", n, draw(st.sampled_from(["RELEASE", "PERMIT", "LIFT"])), at, *draw(PAIRS)
        )
        for n, at in enumerate(draw(st.lists(DAYTIME, max_size=12)))
    ]
    (one, other) = draw(PAIRS)
    return Facts(
        signed=tuple(signed),
        approved=(Approved(1, one, other),),
        moved=(Moved("issue", one, other, "paper", draw(st.integers(1, 500)), needs_two=True),),
        newcomers=(Newcomer("officer-3", A, 0),),
        sold=(Sold("W0", 1_000_000, draw(st.integers(0, 100_000))),),
        issued=(Issued("E01", draw(st.integers(0, 100)), 100),),
    )


@given(facts=honest())
def test_an_honest_month_is_silent(facts: Facts) -> None:
    assert found(facts) == []


def test_every_code_of_the_bureau_has_its_rule() -> None:
    assert [(rule.__doc__ or "")[:5] for rule in RULES] == [f"F-B0{n}" for n in range(1, 6)]


# -- from the database ---------------------------------------------------------------------------


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    made.wall.now_ms = NOON
    made.enrol()
    return made


def judged(bureau: Bureau) -> list[Finding]:
    home = bureau.home
    facts = read_facts(home.db, home.config, read_month(MONTH))
    return list(findings(facts, read_terms(home.config), MONTH))


def sign(bureau: Bureau, action: Action, second: str = B) -> None:
    args = Release(("POWER",), "x") if action is Action.RELEASE else Permit(("POWER",), "x", 9, 9)
    orders.issue(bureau.home, PLACE, action, args, by=A, second=second)


def test_a_day_at_the_bureau_is_silent(bureau: Bureau) -> None:
    sign(bureau, Action.RELEASE)
    orders.issue(bureau.home, PLACE, Action.SUSPEND, Suspend("x"), by=A)
    assert judged(bureau) == []


def test_a_planted_month_is_found(bureau: Bureau) -> None:
    add_officer(bureau.home, "puppet", "某", A)
    sign(bureau, Action.RELEASE, "puppet")
    bureau.wall.now_ms = NOON + 15 * HOUR_MS
    for _ in range(5):
        sign(bureau, Action.PERMIT)
    assert [(f.code, f.subject) for f in judged(bureau)] == [
        ("F-B01", A),
        ("F-B02", A),
        ("F-B02", B),
        ("F-B04", PLACE),
    ]


def test_tickets_beyond_a_months_capacity_are_found(bureau: Bureau) -> None:
    db, stamp = bureau.home.db, Stamp(NOON, A, B)
    numbers = stock_in(db, Batch("COAL", "150624", 26, 1), 4_000, stamp)
    issue(db, numbers[:2_000], ENTERPRISE, stamp)
    assert judged(bureau) == []
    issue(db, numbers[2_000:], ENTERPRISE, stamp)
    (told,) = judged(bureau)
    usual_kg = bureau.home.config.quota.kg_per_ticket
    assert (told.code, told.measured.value) == ("F-B05", 4_000 * usual_kg)
    assert told.expected.value == 110_000_000


def test_approving_ones_own_request_by_force_is_found(bureau: Bureau) -> None:
    from collector.request_store import OFFICER, Asked

    asked = Asked(PLACE, Action.SUSPEND, Suspend("x"), NOON, None, A, OFFICER, "x")
    number = requests.add(bureau.home, asked)
    bureau.home.db.execute(
        "INSERT INTO request_entries (request, at_ms, officer, step, note)"
        " VALUES (?, ?, ?, 'approved', '')",
        (number, NOON, A),
    )
    assert [(f.code, f.subject) for f in judged(bureau)] == [("F-B01", A)]


# -- at the desk ---------------------------------------------------------------------------------


def test_the_inspectorate_reads_findings_people_and_the_head_of_the_log(tmp_path: Path) -> None:
    desk: Desk = ticketed_desk(tmp_path)
    month = read_month(MONTH)
    desk.wall.now_ms = month.from_ms + 15 * 24 * HOUR_MS + 3 * HOUR_MS
    release = ("order", "release", "--weighbridge", PLACE, "--cause", "POWER")
    desk.told(*release, *BOTH)
    result = desk.run("staff", "--month", MONTH, width=160)
    assert result.exit_code == 1
    for word in ("F-B02", "非工作时间放行", "officer-1", "The log is whole; head "):
        assert word in result.stdout
    lines = desk.run("staff", "--month", MONTH, "--json").stdout.splitlines()
    assert all('"code":"F-B02"' in line for line in lines)
    assert desk.run("staff", "--month", "2026-01").exit_code == 0
    assert desk.refusal("staff", "--month", "hello") == "E_MONTH"


def test_a_touched_log_is_said_in_the_report(tmp_path: Path) -> None:
    desk = ticketed_desk(tmp_path)
    home = open_home(desk.home)
    home.db.execute("DROP TRIGGER bureau_log_never_changed")
    home.db.execute("UPDATE bureau_log SET officer = 'nobody' WHERE id = 1")
    home.close()
    result = desk.run("staff", "--month", "2026-01")
    assert (result.exit_code, "The log was touched" in result.stdout) == (1, True)
