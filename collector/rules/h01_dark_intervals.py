"""F-H01: a weighbridge is not dark for more than an hour in a month.

Dark is the time between a weighbridge's last sign of life and its next start, as its own signed
record tells, and the time since it was last heard of when others have been heard of later. The
part inside the month is summed; clean shutdowns count, because trucks can pass then too. Evidence:
the dark records, and where the weighbridge has fallen silent, its newest record.
"""

import ibis

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, number, record, rows, text
from collector.tables import Tables

LIMIT_MS = 60 * 60_000
QUESTION = Question("F-H01", "dark_ms", "dark_ms", LIMIT_MS)


def findings(tables: Tables, period: Period) -> Expression:
    dark = reported(tables.darks, period).union(silent(tables.heads, period))
    sums = dark.group_by("weighbridge").agg(ms=number(dark.ms.sum()))
    both = dark.join(sums.filter(sums.ms > LIMIT_MS), "weighbridge", rname="sum_{name}")
    return rows(both, QUESTION, Answer(both.weighbridge, both.sum_ms, 0, both.evidence))


def reported(darks: Expression, period: Period) -> Expression:
    """(weighbridge, ms, evidence): the dark records, cut to the month."""
    begin = ibis.greatest(darks.from_ms, number(period.from_ms))
    end = ibis.least(darks.to_ms, number(period.to_ms))
    clean = (darks.clean == 1).ifelse(" clean", " unclean")
    return darks.select(
        "weighbridge", ms=end - begin, evidence=text("dark ") + record(darks) + clean
    )


def silent(heads: Expression, period: Period) -> Expression:
    """(weighbridge, ms, evidence): from when it was last heard of to when anyone was."""
    last = heads.group_by("weighbridge").agg(
        seen_ms=heads.seen_ms.max(), seq=heads.seq.max(), epoch=heads.epoch.max()
    )
    horizon = heads.agg(horizon_ms=ibis.least(heads.seen_ms.max(), number(period.to_ms)))
    both = last.cross_join(horizon)
    begin = ibis.greatest(both.seen_ms, number(period.from_ms))
    return both.filter(both.horizon_ms > begin).select(
        "weighbridge",
        ms=both.horizon_ms - begin,
        evidence=text("silent after ") + record(both),
    )
