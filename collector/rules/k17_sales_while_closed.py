"""K17, F-S01: nothing is sold while sales are closed.

A sale breaks this rule when its record stands, by sequence number, between a halt cause raised
and its clearing or covering by a permit the bureau really gave; when its own record says sales
were closed; when a suspension order was in force at its time; or when it lies inside an interval
the weighbridge itself reported as dark. An order takes some time to arrive: sales in the first ten
minutes of a suspension are not held against anyone. Evidence: the sale and what it broke.
"""

import ibis

from collector.period import Period
from collector.rules.shape import (
    SALE,
    Answer,
    Expression,
    Question,
    count_by,
    record,
    rows,
    text,
)  # fmt: skip
from collector.tables import Tables

ORDER_REACH_MS = 600_000
QUESTION = Question("F-S01", "sales_while_closed", "sales", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    sales = tables.weighings.filter(tables.weighings.kind == SALE)
    broken = ibis.union(
        under_a_cause(sales, tables.stretches),
        said_to_be_closed(sales),
        under_suspension(sales, tables.suspensions),
        in_the_dark(sales, tables.darks),
        distinct=True,
    )
    points = broken.select("weighbridge", "epoch", "seq").distinct()
    both = broken.join(count_by(points, "weighbridge"), "weighbridge")
    evidence = record(both) + " " + both.why
    return rows(both, QUESTION, Answer(both.weighbridge, both.n, 0, evidence))


def under_a_cause(sales: Expression, stretches: Expression) -> Expression:
    pairs = sales.join(stretches, ["weighbridge", "epoch"], rname="cause_{name}")
    pairs = pairs.filter((pairs.seq > pairs.from_seq) & (pairs.seq < pairs.to_seq))
    return because(pairs, text("cause:") + pairs.code)


def said_to_be_closed(sales: Expression) -> Expression:
    closed = sales.filter(sales.halted == 1)
    return because(closed, text("halted"))


def under_suspension(sales: Expression, suspensions: Expression) -> Expression:
    pairs = sales.join(suspensions, ["weighbridge"], rname="order_{name}")
    pairs = pairs.filter(
        (pairs.at_ms >= pairs.from_ms + ORDER_REACH_MS) & (pairs.at_ms < pairs.to_ms)
    )
    return because(pairs, text("order:") + pairs.weighbridge + "/" + text(pairs.number))


def in_the_dark(sales: Expression, darks: Expression) -> Expression:
    pairs = sales.join(darks, ["weighbridge"], rname="dark_{name}")
    pairs = pairs.filter((pairs.at_ms > pairs.from_ms) & (pairs.at_ms < pairs.to_ms))
    dark = text("dark:") + pairs.weighbridge + "/" + text(pairs.dark_epoch)
    return because(pairs, dark + "/" + text(pairs.dark_seq))


def because(sales: Expression, why: Expression) -> Expression:
    return sales.select("weighbridge", "epoch", "seq", why=why)
