"""Asking and approving: nobody approves his own request, and each signs on his own."""

from pathlib import Path

import pytest

from collector import orders, requests
from collector.officers import add_clerk, add_officer
from collector.request_store import CLERK, MINE, OFFICER, Asked, listed, read
from tests.collector.commands import BY, Desk, registered_desk
from tests.collector.sites import PLACE, Bureau, make_bureau
from weighbook.orders import Action, Args, Permit, Revoke, Suspend, open_order
from weighbook.phrase import Refusal

PERMIT = Permit(("POWER",), "人工值守", 20, 600_000)
HOUR_MS = 3_600_000


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    made.enrol()
    add_officer(made.home, "officer-3", "经办员三", "officer-1")
    add_clerk(made.home, "clerk-1", "窗口一", "officer-1")
    return made


def ask(
    bureau: Bureau,
    by: str = "officer-1",
    role: str = OFFICER,
    action: Action = Action.PERMIT,
    args: Args = PERMIT,
) -> int:
    from_ms = bureau.wall.now_ms
    asked = Asked(PLACE, action, args, from_ms, from_ms + 8 * HOUR_MS, by, role, "停电")
    return requests.add(bureau.home, asked)


def refusal(bureau: Bureau, number: int, by: str) -> str:
    with pytest.raises(Refusal) as refused:
        requests.approve(bureau.home, number, by)
    return refused.value.code


def signers(bureau: Bureau, number: int) -> tuple[str, ...]:
    """Who signed an order, as its deck will see it."""
    stored = orders.find(bureau.home.db, PLACE, number)
    order, opened = open_order(stored.message, bureau.home.ring(), bureau.wall.now_ms // 1000)
    assert order.args == PERMIT
    assert (stored.by1, stored.by2) == opened.signers
    return opened.signers


def test_an_officer_asks_and_another_approves(bureau: Bureau) -> None:
    made = requests.approve(bureau.home, ask(bureau), "officer-2")
    assert made == 3
    assert signers(bureau, made) == ("officer-1", "officer-2")


@pytest.mark.parametrize(("by", "role"), [("一号煤矿 张", MINE), ("clerk-1", CLERK)])
def test_who_is_no_officer_asks_and_two_approve(bureau: Bureau, by: str, role: str) -> None:
    number = ask(bureau, by, role)
    assert requests.approve(bureau.home, number, "officer-2") is None
    assert refusal(bureau, number, "officer-2") == "E_SIGNED"
    made = requests.approve(bureau.home, number, "officer-3")
    assert made is not None
    assert signers(bureau, made) == ("officer-2", "officer-3")


def test_nobody_approves_his_own_request(bureau: Bureau) -> None:
    number = ask(bureau)
    assert refusal(bureau, number, "officer-1") == "E_OWN_REQUEST"
    assert orders.newest(bureau.home.db, PLACE).number == 2  # type: ignore[union-attr]  # enrolled


@pytest.mark.parametrize("by", ["clerk-1", "stranger"])
def test_only_officers_approve(bureau: Bureau, by: str) -> None:
    assert refusal(bureau, ask(bureau), by) == "E_OFFICER"


def test_a_request_is_approved_once(bureau: Bureau) -> None:
    number = ask(bureau)
    requests.approve(bureau.home, number, "officer-2")
    assert refusal(bureau, number, "officer-3") == "E_CLOSED"


def test_a_refused_request_gives_no_order(bureau: Bureau) -> None:
    number = ask(bureau)
    requests.refuse(bureau.home, number, "officer-2", "措施不足")
    assert refusal(bureau, number, "officer-3") == "E_CLOSED"
    assert read(bureau.home.db, number).state == "refused"


def test_an_old_request_is_closed(bureau: Bureau) -> None:
    number = ask(bureau)
    bureau.wall.now_ms += requests.OPEN_MS + 1
    assert refusal(bureau, number, "officer-2") == "E_CLOSED"


def test_an_order_that_came_between_voids_the_first_signature_only(bureau: Bureau) -> None:
    number = ask(bureau)
    orders.issue(bureau.home, PLACE, Action.SUSPEND, Suspend("欠费"), by="officer-3")
    assert refusal(bureau, number, "officer-2") == "E_STALE"
    requests.renew(bureau.home, number, "officer-1")
    made = requests.approve(bureau.home, number, "officer-2")
    assert made == 4
    assert signers(bureau, made) == ("officer-1", "officer-2")


def test_only_the_first_signer_signs_again(bureau: Bureau) -> None:
    with pytest.raises(Refusal, match="E_SIGNED"):
        requests.renew(bureau.home, ask(bureau), "officer-2")


def test_what_tightens_takes_one_approver(bureau: Bureau) -> None:
    number = ask(bureau, "clerk-1", CLERK, Action.REVOKE, Revoke("T"))
    assert requests.approve(bureau.home, number, "officer-2") == 3


def test_an_officer_with_a_retired_key_cannot_finish(bureau: Bureau) -> None:
    number = ask(bureau)
    key = bureau.home.path / "keys" / "officer-2.pem"
    key.rename(key.with_suffix(".away"))
    assert refusal(bureau, number, "officer-2") == "E_NO_KEY"
    assert read(bureau.home.db, number).state == "open"


def test_all_of_it_is_in_the_log(bureau: Bureau) -> None:
    number = ask(bureau, "clerk-1", CLERK)
    requests.approve(bureau.home, number, "officer-1")
    requests.approve(bureau.home, number, "officer-2")
    rows = bureau.home.db.execute("SELECT officer, action FROM bureau_log ORDER BY id").fetchall()
    assert [tuple(row) for row in rows][-4:] == [
        ("clerk-1", "request PERMIT"),
        ("officer-1", "request signed"),
        ("officer-1", "order PERMIT"),
        ("officer-2", "request approved"),
    ]


def test_requests_are_never_changed(bureau: Bureau) -> None:
    import sqlite3

    ask(bureau)
    for change in ("UPDATE requests SET by1 = 'x'", "DELETE FROM request_entries"):
        with pytest.raises(sqlite3.IntegrityError):
            bureau.home.db.execute(change)
    assert len(list(listed(bureau.home.db))) == 1


# -- at the desk ---------------------------------------------------------------------------------


AT = ("--weighbridge", PLACE)
LIMITS = ("--max-trucks", 20, "--max-t", 600, "--hours", 8)
ADD = ("request", "add", "permit", *AT, "--cause", "POWER", "--measures", "人工值守", *LIMITS)
WHY = ("--why", "变压器故障")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return registered_desk(tmp_path)


def test_a_request_goes_from_hand_to_hand(desk: Desk) -> None:
    assert "Request 1 awaits approval" in desk.told(*ADD, *WHY, *BY)
    assert desk.refusal("request", "approve", 1, *BY) == "E_OWN_REQUEST"
    assert "order 2 is signed" in desk.told("request", "approve", 1, "--by", "officer-2")
    (order,) = [row for row in desk.rows("order", "list") if row["number"] == 2]
    assert (order["by1"], order["by2"], order["action"]) == ("officer-1", "officer-2", "PERMIT")
    assert desk.rows("request", "list") == []
    assert [row["state"] for row in desk.rows("request", "list", "--all")] == ["approved"]


def test_the_mine_reports_and_two_approve(desk: Desk) -> None:
    desk.told(*ADD, *WHY, "--mine", "一号煤矿 张三")
    desk.told("request", "approve", 1, *BY)
    (row,) = desk.rows("request", "list")
    assert (row["asked_by"], row["signers"]) == ("一号煤矿 张三 (企业 mine)", "officer-1")
    text = desk.told("request", "show", 1)
    assert [word for word in ("变压器故障", "人工值守", "600.000") if word not in text] == []
    desk.told("request", "approve", 1, "--by", "officer-2")


def test_a_clerk_asks_and_signs_nothing(desk: Desk) -> None:
    desk.told("officer", "add", "clerk-1", "--name-zh", "窗口", "--clerk", *BY)
    desk.told(*ADD, *WHY, "--by", "clerk-1")
    assert desk.refusal("request", "approve", 1, "--by", "clerk-1") == "E_OFFICER"
    assert desk.refusal("order", "suspend", *AT, "--reason", "x", "--by", "clerk-1") == "E_OFFICER"


def test_clerks_do_not_count_as_the_two_who_must_remain(desk: Desk) -> None:
    desk.told("officer", "add", "clerk-1", "--name-zh", "窗口", "--clerk", *BY)
    assert desk.refusal("officer", "retire", "officer-2", *BY) == "E_TWO_OFFICERS"


def test_one_must_say_who_asks(desk: Desk) -> None:
    assert desk.refusal(*ADD, *WHY) == "E_OPTIONS"
    assert desk.refusal(*ADD, *WHY, *BY, "--mine", "x") == "E_OPTIONS"
    assert desk.refusal(*ADD, *WHY, "--by", "stranger") == "E_OFFICER"
    assert desk.refusal("request", "approve", 9, *BY) == "E_NO_REQUEST"


def test_a_request_is_checked_like_an_order(desk: Desk) -> None:
    bad = ("request", "add", "permit", *AT, "--cause", "SCALE_SILENT", "--measures", "x", *LIMITS)
    assert desk.refusal(*bad, *WHY, *BY) == "E_UNCOVERABLE"


def test_a_refusal_says_why(desk: Desk) -> None:
    desk.told(*ADD, *WHY, *BY)
    desk.told("request", "refuse", 1, "--note", "措施不足", "--by", "officer-2")
    assert desk.refusal("request", "approve", 1, "--by", "officer-2") == "E_CLOSED"
