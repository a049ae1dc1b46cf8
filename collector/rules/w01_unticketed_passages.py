"""F-W01: no load crosses the deck without a ticket.

A passage recorded without an accepted ticket is a finding when something heavier than three tonnes
stood on the deck: its net weight where the tare is known, else the highest weight seen. Passages
while sales were closed are counted apart, because then no ticket could have been accepted at all.
Evidence: the records; their pictures and weight curves hang on them by hash.
"""

from collector.period import Period
from collector.rules.shape import PASSAGE, Answer, Expression, Question, count_by, record, rows
from collector.tables import Tables

LOADED_KG = 3_000
OPEN = Question("F-W01", "passages_without_ticket", "passages", 0)
HALTED = Question("F-W01", "passages_while_halted", "passages", 0)


def findings(tables: Tables, period: Period) -> Expression:  # noqa: ARG001  the tables are the month's
    passages = tables.weighings.filter(tables.weighings.kind == PASSAGE)
    loaded = passages.filter(passages.loaded_kg > LOADED_KG)
    return answer(loaded.filter(loaded.halted == 0), OPEN).union(
        answer(loaded.filter(loaded.halted == 1), HALTED)
    )


def answer(passages: Expression, question: Question) -> Expression:
    both = passages.join(count_by(passages, "weighbridge"), "weighbridge")
    return rows(both, question, Answer(both.weighbridge, both.n, 0, record(both)))
