"""What the bureau ordered, as a month's analytic tables: suspensions, permits, releases.

Orders count from the beginning up to the month's end: a suspension of last year may still stand.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from collector.decoding import Owners
from collector.period import Period
from collector.tables import OPEN_MS, Row
from weighbook.envelope import payload_of
from weighbook.orders import Lift, Order, Permit, Suspend, order_of


class Signed(NamedTuple):
    """An order and who signed it."""

    order: Order
    by1: str
    by2: str


def read_orders(db: sqlite3.Connection, period: Period, owners: Owners) -> dict[str, list[Row]]:
    """suspensions, permits and releases, as rows."""
    rows = db.execute(
        "SELECT message, by1, coalesce(by2, '') FROM orders WHERE at_ms < ?"
        " AND action IN ('SUSPEND', 'LIFT', 'PERMIT', 'RELEASE') ORDER BY weighbridge, number",
        (period.to_ms,),
    )
    signed = [Signed(order_of(payload_of(row[0])), row[1], row[2]) for row in rows]
    return {
        "suspensions": list(suspension_rows(signed, owners)),
        "permits": list(permit_rows(signed, owners)),
        "releases": list(release_rows(signed, owners)),
    }


def suspension_rows(signed: list[Signed], owners: Owners) -> Iterator[Row]:
    """Each suspension with the time it really ended: its own, or its lifting, whichever first."""
    lifted = {
        (s.order.stream, s.order.args.order): s.order.at_ms
        for s in signed
        if isinstance(s.order.args, Lift)
    }
    for order, _, _ in signed:
        if isinstance(order.args, Suspend):
            first = order.args.again or order.number
            ends = (order.args.until_ms, lifted.get((order.stream, first)))
            to_ms = min((end for end in ends if end is not None), default=OPEN_MS)
            point = (order.stream, owners.of(order.stream), order.number)
            yield (*point, max(order.not_before_ms, order.at_ms), to_ms, order.args.reason)


def permit_rows(signed: list[Signed], owners: Owners) -> Iterator[Row]:
    for order, by1, by2 in signed:
        if isinstance(order.args, Permit):
            args = order.args
            point = (order.stream, owners.of(order.stream), order.number)
            times = (order.not_before_ms, order.expires_ms or OPEN_MS)
            yield (*point, *times, args.measures, args.max_trucks, args.max_kg, by1, by2)


def release_rows(signed: list[Signed], owners: Owners) -> Iterator[Row]:
    for order, by1, by2 in signed:
        if order.action in ("RELEASE", "LIFT"):
            point = (order.stream, owners.of(order.stream), order.number)
            yield (*point, order.at_ms, by1, by2)
