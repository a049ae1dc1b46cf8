"""K4, F-X06: every record a weighbridge has written is here.

Records carry contiguous sequence numbers, so the collector knows exactly which it does not hold:
the gaps between those it holds, and those after its newest up to the highest number it was told
of. Gaps count at once. The newest end may lag by up to 72 hours, the time a weighbridge may work
without the collector. Evidence: the missing ranges.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, number, rows, text
from collector.tables import Tables

LAG_LIMIT_MS = 72 * 3_600_000
QUESTION = Question("F-X06", "records_owed", "records", 0)


def findings(tables: Tables, period: Period) -> Expression:
    owed = gaps(tables.records).union(tail(tables.heads, period))
    sums = owed.group_by("weighbridge").agg(n=number(owed.missing.sum()))
    both = owed.join(sums, "weighbridge")
    return rows(both, QUESTION, Answer(both.weighbridge, both.n, 0, both.evidence))


def gaps(records: Expression) -> Expression:
    """(weighbridge, missing, evidence) for each hole before a record that is held."""
    holes = records.filter(records.missing_before > 0)
    first, last = holes.seq - holes.missing_before, holes.seq - 1
    return holes.select(
        "weighbridge",
        missing=holes.missing_before,
        evidence=missing_range(holes, first, last),
    )


def tail(heads: Expression, period: Period) -> Expression:
    """(weighbridge, missing, evidence) where a book is known to go on after what is held."""
    late = heads.filter(
        (heads.max_seq > heads.seq)
        & (heads.at_ms < period.to_ms)
        & (heads.seen_ms - heads.at_ms > LAG_LIMIT_MS)
    )
    return late.select(
        "weighbridge",
        missing=late.max_seq - late.seq,
        evidence=missing_range(late, late.seq + 1, late.max_seq),
    )


def missing_range(table: Expression, first: Expression, last: Expression) -> Expression:
    place = text("missing:") + table.weighbridge + "/" + text(table.epoch) + "/"
    return place + text(first) + "-" + text(last)
