"""F-X04: every record links to the one before it, and its totals go on from there.

Each record names the digest of its predecessor and is stored with its own. Both are worked out
again from the stored bytes: a record that does not hash to its digest, or does not follow the one
before, was altered after it was received. Signed records that did not fit when they arrived are in
quarantine, and ingest noted those whose running totals do not add up.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows, text
from collector.tables import Tables

CODE = "F-X04"
QUESTION = Question(CODE, "broken_links", "records", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    altered = tables.records.filter(tables.records.intact == 0)
    refused = tables.quarantine.filter(tables.quarantine.code == CODE)
    miscounted = tables.notes.filter(
        (tables.notes.code == CODE) & tables.notes["source"].like("B_TOTALS%")
    )
    broken = (
        altered.select("weighbridge", evidence=record(altered))
        .union(refused.select("weighbridge", evidence=quarantined(refused)))
        .union(miscounted.select("weighbridge", evidence=text(miscounted["source"])))
    )
    both = broken.join(count_by(broken, "weighbridge"), "weighbridge")
    return rows(both, QUESTION, Answer(both.weighbridge, both.n, 0, both.evidence))


def quarantined(refused: Expression) -> Expression:
    return record(refused) + " quarantine:" + text(refused.id)
