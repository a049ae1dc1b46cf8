"""K13, F-R09: what left the mine is what came to the buyer.

For each load sold in the month whose buyer sent a receipt, the net weight at the mine and at the
buyer may differ by 0.35 t or one in a hundred of what was sent, whichever is more. A load of a
buyer who has reported later deliveries, and not this one a day after its ticket ran out, did not
come. Both are counted by enterprise. Evidence: the tickets, with both weights.
"""

import ibis

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, rows, text
from collector.tables import Tables

TOLERANCE_KG = 350
TOLERANCE_PERCENT = 1
DAY_MS = 86_400_000
APART = Question("F-R09", "loads_apart", "loads", 0)
MISSING = Question("F-R09", "loads_not_received", "loads", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return apart(tables.received).union(missing(tables.received))


def apart(received: Expression) -> Expression:
    came = received.filter(received.received_kg.notnull())
    off_kg = (came.sent_kg - came.received_kg).abs()
    far = came.filter((off_kg > TOLERANCE_KG) & (off_kg * 100 > came.sent_kg * TOLERANCE_PERCENT))
    both = far.join(count_by(far, "enterprise"), "enterprise")
    weights = text(" sent ") + text(both.sent_kg) + " received " + text(both.received_kg)
    evidence = text("ticket:") + both.ticket_no + weights
    return rows(both, APART, Answer(both.enterprise, both.n, 0, evidence))


def missing(received: Expression) -> Expression:
    due_ms = received.due_ms + DAY_MS
    reported = ibis.coalesce(received.reported_ms, ibis.literal(0, type="int64"))
    lost = received.filter(received.received_kg.isnull() & (reported > due_ms))
    both = lost.join(count_by(lost, "enterprise"), "enterprise")
    evidence = text("ticket:") + both.ticket_no + text(" buyer:") + both.buyer
    return rows(both, MISSING, Answer(both.enterprise, both.n, 0, evidence))
