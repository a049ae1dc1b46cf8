"""F-T03, F-T04, F-T06, F-T08, F-T10, F-S01, F-X01, F-X02: what surprised the collector on arrival.

A deck decides offline; its record is posted whatever the ledger says, with a note when the ticket
was not known, belonged to another weighbridge, hashed differently, or had been expired, voided,
reported lost, returned or frozen before. Ingest notes unknown devices and times that run back. Each
kind of note at a weighbridge is one finding. Evidence: the ticket and the record's place and
digest. A second sale on a used ticket is left to the rule on double use.
"""

from collector.period import Period
from collector.rules.shape import Answer, Expression, Question, count_by, rows, text
from collector.tables import Tables

CODES = ("F-T03", "F-T04", "F-T06", "F-T08", "F-T10", "F-S01", "F-X01", "F-X02", "F-X05", "F-X08")


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    first, *others = [answer(tables.notes, code) for code in CODES]
    return first.union(*others)


def answer(notes: Expression, code: str) -> Expression:
    told = notes.filter(notes.code == code)
    both = told.join(count_by(told, "weighbridge"), "weighbridge")
    evidence = text("note ") + both.ticket_no + " record:" + both["source"] + " " + both.measured
    question = Question(code, "ledger_notes", "records", 0)
    return rows(both, question, Answer(both.weighbridge, both.n, 0, evidence))
