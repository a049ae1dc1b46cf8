"""Suspensions with their real end, permits with their limits, releases with both their signers."""

from pathlib import Path

import pytest

from collector.decoding import Owners
from collector.order_loading import read_orders
from collector.tables import OPEN_MS, SCHEMAS
from tests.collector.month_samples import DAY_MS, PERIOD, START_MS, Month, honest_month
from weighbook.orders import Action, Lift, Permit, Release, Revoke, Suspend

OWNERS = Owners({"W1": "E1"})


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return honest_month(tmp_path)


def read(month: Month, table: str) -> list[dict[str, object]]:
    names = [column.split(":")[0] for column in SCHEMAS[table].split()]
    rows = read_orders(month.home.db, PERIOD, OWNERS)[table]
    return [dict(zip(names, row, strict=True)) for row in rows]


def suspended(month: Month) -> list[tuple[object, object]]:
    return [(row["from_ms"], row["to_ms"]) for row in read(month, "suspensions")]


def test_a_suspension_stands_until_it_is_lifted(month: Month) -> None:
    number = month.order(Action.SUSPEND, Suspend("欠费"), START_MS)
    assert suspended(month) == [(START_MS, OPEN_MS)]
    month.order(Action.LIFT, Lift(number), START_MS + DAY_MS)
    assert suspended(month) == [(START_MS, START_MS + DAY_MS)]


@pytest.mark.parametrize("lifted_ms", [START_MS + 5, START_MS + 50])
def test_a_suspension_with_an_end_stands_until_whichever_comes_first(
    month: Month, lifted_ms: int
) -> None:
    number = month.order(Action.SUSPEND, Suspend("x", START_MS + 20), START_MS)
    month.order(Action.LIFT, Lift(number), lifted_ms)
    assert suspended(month) == [(START_MS, min(lifted_ms, START_MS + 20))]


def test_a_lift_of_another_suspension_ends_nothing(month: Month) -> None:
    month.order(Action.SUSPEND, Suspend("one"), START_MS)
    second = month.order(Action.SUSPEND, Suspend("two"), START_MS + 1)
    month.order(Action.LIFT, Lift(second), START_MS + 2)
    assert suspended(month) == [(START_MS, OPEN_MS), (START_MS + 1, START_MS + 2)]


def test_a_suspension_of_an_earlier_month_still_counts(month: Month) -> None:
    early_ms = PERIOD.from_ms - 90 * DAY_MS
    month.order(Action.SUSPEND, Suspend("x"), early_ms)
    assert suspended(month) == [(early_ms, OPEN_MS)]


def test_orders_after_the_month_do_not_count(month: Month) -> None:
    month.order(Action.SUSPEND, Suspend("x"), PERIOD.to_ms)
    assert suspended(month) == []


def test_a_permit_carries_its_limits_and_both_officers(month: Month) -> None:
    permit = Permit(("CAMERA_LOST",), "人工值守", 20, 600_000)
    number = month.order(Action.PERMIT, permit, START_MS, START_MS + DAY_MS)
    (row,) = read(month, "permits")
    assert (row["number"], row["max_trucks"], row["max_kg"]) == (number, 20, 600_000)
    assert (row["from_ms"], row["to_ms"]) == (START_MS, START_MS + DAY_MS)
    assert (row["by1"], row["by2"], row["measures"]) == ("officer-1", "officer-2", "人工值守")


def test_releases_and_liftings_are_what_relaxed_a_rule(month: Month) -> None:
    number = month.order(Action.SUSPEND, Suspend("x"), START_MS)
    month.order(Action.LIFT, Lift(number), START_MS + 1)
    month.order(Action.RELEASE, Release(("APPROVAL",), "已查"), START_MS + 2)
    month.order(Action.REVOKE, Revoke("T", None), START_MS + 3)
    released = read(month, "releases")
    assert [(row["number"], row["by2"]) for row in released] == [(2, "officer-2"), (3, "officer-2")]
