"""F-T07: slips printed again too often.

A reprint is marked on the paper and remarked in the book. More than two of one slip, or reprints of
more than one sale in twenty in a month (from five reprints on), are more than torn paper explains:
a second trip needs a second slip. Evidence: the remarks.
"""

from collector.period import Period
from collector.rules.shape import (
    SALE,
    Answer,
    Expression,
    Question,
    count_by,
    number,
    record,
    rows,
    text,
)
from collector.tables import Tables

MOST_OF_ONE = 2
MOST_PERCENT = 5
LEAST_REPRINTS = 5
ONE = Question("F-T07", "reprints_of_one_slip", "reprints", 0)
MANY = Question("F-T07", "reprints_in_a_month", "percent_of_sales", MOST_PERCENT)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    reprints = tables.remarks.filter(tables.remarks.remark.startswith("reprint "))
    return of_one(reprints).union(in_all(reprints, tables.weighings))


def of_one(reprints: Expression) -> Expression:
    slips = count_by(reprints, "weighbridge", "epoch", "of_seq")
    often = slips.filter(slips.n > MOST_OF_ONE)
    both = reprints.join(often, ["weighbridge", "epoch", "of_seq"])
    slip = text("slip:") + both.weighbridge + "/" + text(both.epoch) + "/" + text(both.of_seq)
    return rows(both, ONE, Answer(both.weighbridge, both.n, MOST_OF_ONE, record(both), slip))


def in_all(reprints: Expression, weighings: Expression) -> Expression:
    counts = count_by(reprints, "weighbridge")
    sales = count_by(weighings.filter(weighings.kind == SALE), "weighbridge")
    sums = counts.left_join(sales, "weighbridge", rname="sold_{name}")
    many = sums.filter(
        (sums.n >= LEAST_REPRINTS) & (sums.n * 100 > number(sums.sold_n) * MOST_PERCENT)
    )
    both = reprints.join(many.select("weighbridge", "n"), "weighbridge")
    return rows(both, MANY, Answer(both.weighbridge, both.n, 0, record(both)))
