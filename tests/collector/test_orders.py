"""Orders: numbered without gaps, chained, and never one officer's word where a rule is relaxed."""

from pathlib import Path

import pytest

from collector import orders
from tests.collector.sites import PLACE, Bureau, make_bureau
from weighbook.orders import (
    NO_ORDER,
    RELAXING,
    Action,
    Lease,
    Lift,
    Permit,
    Release,
    Revoke,
    Suspend,
    open_order,
)
from weighbook.phrase import Refusal

PERMIT = Permit(("CAMERA_LOST",), "人工值守", 20, 600_000)


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    made = make_bureau(tmp_path)
    made.enrol()
    return made


def code_of(bureau: Bureau, **options: object) -> str:
    plain = {"action": Action.PERMIT, "args": PERMIT, "by": "officer-1", "second": "officer-2"}
    with pytest.raises(Refusal) as refused:
        orders.issue(bureau.home, **{"weighbridge": PLACE, **plain, **options})  # type: ignore[arg-type] # a table of bad calls
    return refused.value.code


def test_each_order_names_the_one_before(bureau: Bureau) -> None:
    home = bureau.home
    orders.issue(home, PLACE, Action.SUSPEND, Suspend("欠费"), by="officer-1")
    orders.issue(home, PLACE, Action.LIFT, Lift(2), by="officer-1", second="officer-2")
    stored = orders.listed(home.db, PLACE)
    opened = [open_order(o.message, home.ring(), home.now_ms() // 1000) for o in stored]
    assert [order.number for order, _ in opened] == [1, 2, 3]
    assert [order.prev for order, _ in opened] == [NO_ORDER, stored[0].digest, stored[1].digest]
    assert [signed.digest for _, signed in opened] == [order.digest for order in stored]


def test_what_relaxes_carries_both_officers(bureau: Bureau) -> None:
    home = bureau.home
    number = orders.issue(home, PLACE, Action.PERMIT, PERMIT, by="officer-1", second="officer-2")
    order, signed = open_order(
        orders.find(home.db, PLACE, number).message, home.ring(), home.now_ms() // 1000
    )
    assert (order.args, set(signed.signers)) == (PERMIT, {"officer-1", "officer-2"})


@pytest.mark.parametrize("action", sorted(RELAXING))
@pytest.mark.parametrize("second", [None, "officer-1"])
def test_one_officer_alone_relaxes_nothing(
    bureau: Bureau, action: Action, second: str | None
) -> None:
    assert code_of(bureau, action=action, second=second) == "E_TWO_SIGNERS"


def test_one_officer_suffices_to_close_and_to_revoke(bureau: Bureau) -> None:
    home = bureau.home
    assert orders.issue(home, PLACE, Action.SUSPEND, Suspend("x"), by="officer-1") == 2
    assert orders.issue(home, PLACE, Action.REVOKE, Revoke("T", None), by="officer-2") == 3


def test_a_stranger_signs_nothing(bureau: Bureau) -> None:
    assert code_of(bureau, second="stranger") == "E_OFFICER"


def test_a_weighbridge_without_a_key_takes_no_orders(bureau: Bureau) -> None:
    assert code_of(bureau, weighbridge="W99") == "E_NOT_ENROLLED"


def test_an_order_that_ends_before_it_begins_is_refused(bureau: Bureau) -> None:
    assert code_of(bureau, not_before_ms=5_000, expires_ms=5_000) == "E_DATE"


def test_a_missing_key_leaves_no_gap_in_the_numbers(bureau: Bureau) -> None:
    key = bureau.home.path / "keys" / "officer-2.pem"
    key.rename(key.with_suffix(".away"))
    assert code_of(bureau) == "E_NO_KEY"
    key.with_suffix(".away").rename(key)
    args = Release(("POWER",), "已修复")
    number = orders.issue(
        bureau.home, PLACE, Action.RELEASE, args, by="officer-1", second="officer-2"
    )
    assert number == 2


def test_every_order_is_in_the_bureaus_log(bureau: Bureau) -> None:
    args = Lease(bureau.wall.now_ms + 1)
    orders.issue(bureau.home, PLACE, Action.LEASE, args, by="officer-1", second="officer-2")
    line = bureau.home.db.execute("SELECT * FROM bureau_log ORDER BY id DESC LIMIT 1").fetchone()
    assert (line["officer"], line["action"], line["subject"]) == ("officer-1", "order LEASE", PLACE)
    assert "officer-2" in line["detail"]


def test_an_order_is_never_changed_but_its_answer_noted_once(bureau: Bureau) -> None:
    import sqlite3

    db = bureau.home.db
    db.execute("UPDATE orders SET applied_seq = 5")
    for change in ("applied_seq = 6", "message = x''", "number = 9"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(f"UPDATE orders SET {change}")
