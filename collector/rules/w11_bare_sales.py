"""F-W11: a sale that nothing shows.

The agent sells only with the weight curve, the raw frames and a picture of every deck camera whose
loss no permit covers. A signed sale without them was made by something else, with the key: a
weighing without a truck, as fake invoices need it. Evidence: the records.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows, text
from collector.tables import Tables

QUESTION = Question("F-W11", "sales_without_proof", "sales", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    bare = tables.bare_sales
    both = bare.join(count_by(bare, "weighbridge"), "weighbridge")
    evidence = record(both) + text(" ticket:") + both.ticket_no
    return rows(both, QUESTION, Answer(both.weighbridge, both.n, 0, evidence))
