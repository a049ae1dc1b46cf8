"""F-T01: a ticket sells one load.

Two sales with one ticket number are a double use, at whatever weighbridges they stand. An attempt
to use a spent ticket again was refused at the deck (E_SPENT); it sold nothing, but it is evidence
that copies of a ticket are about, and is reported with the records of the refusals.
"""

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

SOLD = Question("F-T01", "sales_on_one_ticket", "sales", 0)
TRIED = Question("F-T01", "attempts_with_spent_tickets", "attempts", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return sold_twice(tables.weighings).union(attempts(tables.reasons))


def sold_twice(weighings: Expression) -> Expression:
    sales = weighings.filter((weighings.kind == SALE) & (weighings.ticket_no != ""))
    counts = count_by(sales, "ticket_no")
    again = sales.join(counts.filter(counts.n > 1), "ticket_no")
    ticket = text("ticket:") + again.ticket_no
    return rows(again, SOLD, Answer(again.weighbridge, again.n, 1, record(again), ticket))


def attempts(reasons: Expression) -> Expression:
    spent = reasons.filter(reasons.reason == "E_SPENT")
    both = spent.join(count_by(spent, "weighbridge"), "weighbridge")
    evidence = text("ticket:") + both.ticket_no + " " + record(both)
    return rows(both, TRIED, Answer(both.weighbridge, both.n, 0, evidence))
