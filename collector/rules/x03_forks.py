"""F-X03: a book has one line.

Two different signed records with one (weighbridge, epoch, sequence number) prove a restored disk
or a second copy of the agent. Ingest keeps the first and puts the other into quarantine; each of
those is evidence, signed by the weighbridge's own key. So is a checkpoint that names another head,
or an earlier one, than the book that is held.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, record, rows, text
from collector.tables import Tables

CODE = "F-X03"
RECORDS = Question(CODE, "forked_records", "records", 0)
CHECKPOINTS = Question(CODE, "forked_checkpoints", "records", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    return forked_records(tables.quarantine).union(forked_checkpoints(tables.notes))


def forked_records(quarantine: Expression) -> Expression:
    forks = quarantine.filter(quarantine.code == CODE)
    both = forks.join(count_by(forks, "weighbridge"), "weighbridge")
    evidence = record(both) + " quarantine:" + text(both.id)
    return rows(both, RECORDS, Answer(both.weighbridge, both.n, 0, evidence))


def forked_checkpoints(notes: Expression) -> Expression:
    """Ingest's alerts about forked records name a record; what is left is about checkpoints."""
    about = notes["source"].like("checkpoint%") | notes["source"].like("book went back%")
    told = notes.filter((notes.code == CODE) & about)
    both = told.join(count_by(told, "weighbridge"), "weighbridge")
    return rows(both, CHECKPOINTS, Answer(both.weighbridge, both.n, 0, both["source"]))
