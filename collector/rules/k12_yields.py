"""K12, F-R08: a washery sends out no more than came in, and of each product its usual share.

For each enterprise without a mine of its own: the coal that tickets brought, with what earlier
months left over, must cover all that its product tickets took away; and each product's share of
the month's coal must lie in the band set for it. Where no band is set nothing is judged. The sums
are made by `collector.washery_month`, which `collector ticket chain` shows in full.
"""

import ibis

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, rows, text
from collector.tables import Tables

SHARE = Question("F-R08", "share_permille", "permille", 0)
OVER = Question("F-R08", "net_kg_out", "net_kg", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return ibis.union(*(answer(tables.yields, question) for question in (SHARE, OVER)))


def answer(yields: Expression, question: Question) -> Expression:
    told = yields.filter(yields.unit == question.unit)
    part = text("product:") + told["product"]
    evidence = text("ticket chain ") + told.enterprise + text(" ") + told["product"]
    return rows(
        told, question, Answer(told.enterprise, told.measured, told.expected, evidence, part)
    )
