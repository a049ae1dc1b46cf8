"""F-V02: one plate cannot be sold at two weighbridges within a quarter of an hour.

Between two mines lies more than that: either the plates are cloned, or a weighing had no truck.
Clocks of weighbridges differ by less than two minutes, or their sales are closed. Evidence: both
sales of each pair.
"""

from collector.period import Period
from collector.rules.shape import SALE, Answer, Expression, Question, record, rows, text
from collector.tables import Tables

NEAR_MS = 15 * 60_000
QUESTION = Question("F-V02", "sales_at_two_places", "sales", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    sales = tables.weighings.filter(
        (tables.weighings.kind == SALE) & (tables.weighings.plate != "")
    ).select("weighbridge", "epoch", "seq", "at_ms", "plate")
    others = sales.select(
        "plate", there="weighbridge", there_epoch="epoch", there_seq="seq", then_ms="at_ms"
    )
    pairs = sales.join(others, "plate")
    near = pairs.filter(
        (pairs.weighbridge != pairs.there)
        & (pairs.then_ms - pairs.at_ms < NEAR_MS)
        & (pairs.at_ms - pairs.then_ms < NEAR_MS)
    )
    counts = near.group_by("plate").agg(n=near.seq.count().cast("int64"))
    both = near.join(counts, "plate")
    place = text("record:") + both.there + "/" + text(both.there_epoch) + "/" + text(both.there_seq)
    evidence = record(both) + " " + place
    return rows(both, QUESTION, Answer(both.plate, both.n, 0, evidence))
