"""F-X04: every record links to the one before it, and its totals go on from there.

Each record names the digest of its predecessor and is stored with its own. Both are worked out
again from the stored bytes: a record that does not hash to its digest, or does not follow the one
before, was altered after it was received. Signed records that did not fit when they arrived are in
quarantine, and ingest noted by B_ or E_ codes those whose totals or predecessor do not fit.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows, text
from collector.tables import Tables

CODE = "F-X04"
QUESTION = Question(CODE, "broken_links", "records", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    altered = tables.records.filter(tables.records.intact == 0)
    refused = tables.quarantine.filter(tables.quarantine.code == CODE)
    source = tables.notes["source"]
    unfit = tables.notes.filter(
        (tables.notes.code == CODE) & (source.startswith("B_") | source.startswith("E_"))
    )
    broken = (
        altered.select("weighbridge", evidence=record(altered))
        .union(refused.select("weighbridge", evidence=quarantined(refused)))
        .union(unfit.select("weighbridge", evidence=text(unfit["source"])))
    )
    both = broken.join(count_by(broken, "weighbridge"), "weighbridge")
    return rows(both, QUESTION, Answer(both.weighbridge, both.n, 0, both.evidence))


def quarantined(refused: Expression) -> Expression:
    return record(refused) + " quarantine:" + text(refused.id)
